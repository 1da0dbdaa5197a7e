"""Whether a scheme covers a unit, with what its province chose."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..coverage import OPEN_TO_CHOICE, CoverageFinding, Scheme, find_coverage
from ..models import SUB_KINDS, Coverage, CoverageChoice, Kind, SubKind, UnitVersion


def coverage_choices(province_id: int, scheme: Scheme, day: dt.date) -> dict[str, CoverageFinding]:
    """What a province chose and holds on that day, by sub-kind; one query."""
    rows = (
        CoverageChoice.objects.filter(province=province_id, scheme=scheme, effective_from__lte=day)
        .order_by("sub_kind", "-effective_from")
        .distinct("sub_kind")
    )
    return {
        row.sub_kind: CoverageFinding(Coverage(row.coverage), row.reason, "Lựa chọn của tỉnh")
        for row in rows
    }


def coverage_of(
    version: UnitVersion,
    scheme: Scheme,
    day: dt.date,
    *,
    choices: Mapping[str, CoverageFinding] | None = None,
) -> CoverageFinding:
    """Whether a scheme covers a unit on that day, why, and where that is written.

    Needs `version.unit` loaded. Asks the database only for a sub-kind that a province may choose
    on, and not when `choices` (see `coverage_choices`) are given; for lists use `coverages_of`.
    """
    if choices is None and version.sub_kind in OPEN_TO_CHOICE and version.unit.province_id:
        choices = coverage_choices(version.unit.province_id, scheme, day)
    return find_coverage(
        scheme=Scheme(scheme),
        kind=Kind(version.unit.kind),
        sub_kind=version.sub_kind,
        enterprise_size=version.enterprise_size,
        day=day,
        choice=choices.get(version.sub_kind) if choices else None,
    )


def coverages_of(
    versions: Iterable[UnitVersion], scheme: Scheme, day: dt.date
) -> dict[int, CoverageFinding]:
    """The findings for many units by unit id; one query for each province among them."""
    versions = list(versions)
    provinces = {
        version.unit.province_id
        for version in versions
        if version.sub_kind in OPEN_TO_CHOICE and version.unit.province_id
    }
    chosen = {pk: coverage_choices(pk, scheme, day) for pk in sorted(provinces)}
    return {
        version.unit_id: coverage_of(
            version, scheme, day, choices=chosen.get(version.unit.province_id, {})
        )
        for version in versions
    }


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One sub-kind left open: what holds today under each scheme."""

    label: str
    findings: tuple[dict[str, str], ...]


HEADINGS: Final = MappingProxyType({Scheme.RECOGNITION: "TT 124", Scheme.CLASSIFICATION: "QĐ 510"})


def coverage_lines(province_id: int, *, day: dt.date) -> list[CoverageLine]:
    """Every sub-kind a province may choose on, with what holds on that day: two queries."""
    chosen = {scheme: coverage_choices(province_id, scheme, day) for scheme in HEADINGS}
    return [
        CoverageLine(
            label=str(sub_kind.label),
            findings=tuple(
                _finding_words(scheme, sub_kind, chosen[scheme].get(sub_kind), day)
                for scheme in HEADINGS
            ),
        )
        for sub_kind in OPEN_TO_CHOICE
    ]


def coverage_history(province_id: int) -> list[CoverageChoice]:
    """Every choice the province ever made, the latest first: one query."""
    rows = CoverageChoice.objects.filter(province=province_id)
    return list(rows.order_by("-effective_from", "sub_kind", "-scheme"))


def _finding_words(
    scheme: Scheme, sub_kind: SubKind, choice: CoverageFinding | None, day: dt.date
) -> dict[str, str]:
    kind = next(kind for kind, words in SUB_KINDS.items() if sub_kind in words)
    found = find_coverage(scheme=scheme, kind=kind, sub_kind=sub_kind, day=day, choice=choice)
    source = f" ({found.legal_ref})"
    return {
        "heading": HEADINGS[scheme],
        "label": str(found.coverage.label),
        "reason": f"{found.reason}{source}",
    }
