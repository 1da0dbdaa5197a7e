"""What units came to in any year, wherever it was decided: here, elsewhere, or on paper."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import F, QuerySet

from antq_portal.lib.dates import date_text
from antq_portal.lib.palette import OUTCOMES
from antq_portal.lib.prepared import Prepared
from criteria.models import Organ
from units.coverage import Scheme
from units.models import UnitVersion

from ..models import DecisionItem, RecordedResult
from ..models.results import ResultSource
from ..workflow import DecisionStatus

ORGANS = {
    Organ.PEOPLES_COMMITTEE: "UBND",
    Organ.CHAIRMAN: "Chủ tịch UBND",
    Organ.STEERING_COMMITTEE: "Ban Chỉ đạo",
}
"""The deciding organ as it stands before the name of its place."""


@dataclass(frozen=True, slots=True)
class KnownResult:
    """One unit's outcome under one scheme in one year, and the decision that gave it."""

    unit_id: int
    year: int
    scheme: str
    outcome: str
    number: str
    decided_on: dt.date
    decider: str
    version: UnitVersion
    source: str = ""
    """Empty for what was decided here, else where the result was taken from."""
    decision_id: int | None = None
    is_notice: bool = False
    """Whether no decision gave it but a notice of the result: it recognises nobody."""
    is_annulled: bool = False

    @property
    def label(self) -> str:
        known = OUTCOMES.get(self.outcome)
        return known.label if known else self.outcome

    @property
    def is_paper(self) -> bool:
        return self.source == ResultSource.PAPER

    @property
    def source_label(self) -> str:
        return str(ResultSource(self.source).label) if self.source else ""

    @property
    def decision_text(self) -> str:
        """The decision as it is cited: "QĐ số 05/QĐ-UBND ngày 18/11/2025 của UBND xã Na Mèo"; or the notice."""
        noun = "Thông báo" if self.is_notice else "QĐ"
        return f"{noun} số {self.number} ngày {date_text(self.decided_on)} của {self.decider}"


def _items(units: list[int]) -> "QuerySet[DecisionItem]":
    """Rows of issued decisions about these units, with all that is said of them."""
    items = DecisionItem.objects.filter(
        evaluation__unit__in=units, decision__status=DecisionStatus.ISSUED
    )
    return items.select_related(
        "decision", "evaluation__season", "evaluation__unit_version", "annulment"
    ).defer("decision__snapshot")


def _recorded_of(units: list[int]) -> "QuerySet[RecordedResult]":
    return RecordedResult.objects.filter(unit__in=units).select_related("unit_version")


ITEMS: Final = Prepared(_items)
ITEMS_OF_YEARS: Final = Prepared(
    lambda units, years: _items(units).filter(evaluation__season__year__in=years)
)
RECORDED: Final = Prepared(_recorded_of)
RECORDED_IN: Final = Prepared(lambda units, years: _recorded_of(units).filter(year__in=years))


def known_results(unit_ids: Iterable[int], *, years: Iterable[int] = ()) -> list[KnownResult]:
    """Every known result of these units, of these years if any are given, the newest year first.

    Annulled ones are among them, marked. Four queries; whoever asks has seen to the sight.
    """
    ids, wanted = list(unit_ids), list(years)
    found = [*_decided(ids, wanted), *_recorded(ids, wanted)]
    return sorted(found, key=lambda one: (-one.year, one.version.sort_key, one.scheme))


def _decided(unit_ids: list[int], years: list[int]) -> list[KnownResult]:
    """Results of issued decisions: two queries, one where there are none."""
    loaded = ITEMS_OF_YEARS(units=unit_ids, years=years) if years else ITEMS(units=unit_ids)
    names = names_in_time({item.decision.authority_id for item in loaded})
    return [_of_item(item, names) for item in loaded]


def _of_item(item: DecisionItem, names: "NamesInTime") -> KnownResult:
    decision, evaluation = item.decision, item.evaluation
    on = decision.issued_on or dt.date.max
    place = names.at(decision.authority_id, on)
    return KnownResult(
        unit_id=evaluation.unit_id,
        year=evaluation.season.year,
        scheme=evaluation.season.scheme,
        outcome=item.outcome,
        number=decision.full_number,
        decided_on=on,
        decider=f"{ORGANS.get(Organ(decision.organ), Organ(decision.organ).label)} {place}".strip(),
        version=evaluation.unit_version,
        decision_id=decision.pk,
        is_notice=decision.is_notice,
        is_annulled=hasattr(item, "annulment"),
    )


def _recorded(unit_ids: list[int], years: list[int]) -> list[KnownResult]:
    rows = RECORDED_IN(units=unit_ids, years=years) if years else RECORDED(units=unit_ids)
    return [
        KnownResult(
            unit_id=row.unit_id, year=row.year, scheme=row.scheme, outcome=row.outcome,
            number=row.decision_number, decided_on=row.decided_on, decider=row.organ,
            version=row.unit_version, source=row.source,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamesInTime:
    """How units were called on any day, inside a sentence."""

    versions: dict[int, list[UnitVersion]]
    """By unit id, the latest start first."""

    def at(self, unit_id: int | None, day: dt.date) -> str:
        """The name on that day; empty for a unit that is not known or had not begun."""
        held = (
            version.spoken_name
            for version in self.versions.get(unit_id or 0, ())
            if (version.valid_from or dt.date.min) <= day
        )
        return next(held, "")


def names_in_time(unit_ids: Iterable[int | None]) -> NamesInTime:
    """The names of these units over time; one query, none for no unit."""
    ids = {pk for pk in unit_ids if pk}
    found: dict[int, list[UnitVersion]] = {}
    if ids:
        rows = UnitVersion.objects.filter(unit__in=ids)
        for version in rows.order_by(F("valid_from").desc(nulls_last=True)):
            found.setdefault(version.unit_id, []).append(version)
    return NamesInTime(found)


def cited(results: Iterable[KnownResult | None]) -> str:
    """Outcomes of one unit's year with their decisions: "Đạt · Khá, QĐ số … của …"; empty for none.

    What was annulled says so. One decision is cited once.
    """
    known = [one for one in results if one is not None]
    labels = " · ".join(
        f"{short_label(one)} (đã hủy bỏ)" if one.is_annulled else short_label(one) for one in known
    )
    decisions = "; ".join(dict.fromkeys(one.decision_text for one in known))
    return f"{labels}, {decisions}" if known else ""


def short_label(result: KnownResult) -> str:
    """The outcome in the word of a narrow cell."""
    short = {"met": "Đạt", "not_met": "Chưa đạt"}
    return (
        short.get(result.outcome, result.label)
        if result.scheme == Scheme.RECOGNITION
        else result.label
    )
