"""Communes whose recognition rests on figures that have fallen since: a flag, never a change."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.roles import Act
from antq_portal.lib.text import number_text
from units.coverage import Coverage, Scheme
from units.models import GRASSROOTS_KINDS
from units.selectors import Powers

from ..models import Annulment, FrozenShare
from .shares import MET, ShareFigures, shares_of_many


@dataclass(frozen=True, slots=True)
class ShareFlag:
    """One commune, the units whose recognition was taken back after its decision, the figures of now."""

    frozen: FrozenShare
    annulled: tuple[Annulment, ...]
    now: ShareFigures

    @property
    def evaluation_id(self) -> int:
        return self.frozen.evaluation_id

    @property
    def unit_id(self) -> int:
        return self.frozen.evaluation.unit_id

    @property
    def year(self) -> int:
        return self.frozen.evaluation.season.year

    @property
    def name(self) -> str:
        return self.frozen.evaluation.unit_version.name

    @property
    def text(self) -> str:
        share = f"{number_text(self.now.decided)}/{number_text(self.now.listed)}"
        return (
            f"Sau quyết định: {len(self.annulled)} đơn vị bị hủy kết quả, tỷ lệ 5.4 nay còn {share}; "
            "chưa đổi kết quả của xã."
        )


def share_flags(evaluation_ids: Iterable[int]) -> dict[int, ShareFlag]:
    """The flags of these evaluations by their id; one query while there are none, else four for a year."""
    rows = _fallen().filter(evaluation__in=set(evaluation_ids))
    return {flag.evaluation_id: flag for flag in _flags(rows)}


def flags_for(powers: Powers) -> list[ShareFlag]:
    """The flags of all years at the authorities where the person appraises or approves, the newest first."""
    appraises, approves = powers.authorities_for(Act.APPRAISE), powers.authorities_for(Act.APPROVE)
    if not appraises and not approves:
        return []
    rows = _fallen().filter(
        Q(evaluation__appraising_unit__in=appraises) | Q(evaluation__deciding_unit__in=approves)
    )
    return _flags(rows)


def _fallen() -> "QuerySet[FrozenShare]":
    """Pooled figures of communes that are recognised still, some of whose units were annulled later."""
    later = _later(
        at__gt=OuterRef("frozen_at"),
        item__decision__issued_at__lte=OuterRef("frozen_at"),
        item__evaluation__season__year=OuterRef("evaluation__season__year"),
        item__evaluation__unit__roster_entries__roster__authority=OuterRef("evaluation__unit"),
        item__evaluation__unit__roster_entries__roster__year=OuterRef("evaluation__season__year"),
    )
    rows = FrozenShare.objects.filter(
        Exists(later), kind="", evaluation__decided_outcome=MET
    ).select_related("evaluation__season", "evaluation__unit_version")
    return rows.order_by("-evaluation__season__year", "evaluation__unit_version__sort_key", "pk")


def _flags(rows: "QuerySet[FrozenShare]") -> list[ShareFlag]:
    by_year: dict[int, list[FrozenShare]] = defaultdict(list)
    for row in rows:
        by_year[row.evaluation.season.year].append(row)
    flags = []
    for year, frozen in by_year.items():
        communes = [one.evaluation.unit_id for one in frozen]
        now = shares_of_many(communes, year=year)
        annulled = _annulled(communes, year)
        flags += [
            ShareFlag(
                frozen=one,
                annulled=tuple(
                    each
                    for each in annulled[one.evaluation.unit_id]
                    if each.at > one.frozen_at and _was_counted(each, one)
                ),
                now=now[one.evaluation.unit_id].pooled,
            )
            for one in frozen
        ]
    return flags


def _annulled(communes: Iterable[int], year: int) -> dict[int, list[Annulment]]:
    """Recognitions of a year that were taken back, by the commune on whose list the unit stands."""
    rows = _later(
        item__evaluation__season__year=year,
        item__evaluation__unit__roster_entries__roster__authority__in=communes,
        item__evaluation__unit__roster_entries__roster__year=year,
    )
    rows = rows.annotate(commune=F("item__evaluation__unit__roster_entries__roster__authority"))
    found: dict[int, list[Annulment]] = defaultdict(list)
    for row in rows.select_related("item__decision", "item__evaluation__unit_version").order_by(
        "at"
    ):
        found[row.commune].append(row)
    return found


def _later(**where: object) -> "QuerySet[Annulment]":
    """Recognitions taken back of units that counted; the list they stand on is part of `where`."""
    return Annulment.objects.filter(
        item__evaluation__unit__roster_entries__coverage=Coverage.COVERED,
        item__evaluation__unit__kind__in=GRASSROOTS_KINDS,
        item__outcome=MET,
        item__evaluation__season__scheme=Scheme.RECOGNITION,
        **where,
    )


def _was_counted(annulment: Annulment, frozen: FrozenShare) -> bool:
    issued_at = annulment.item.decision.issued_at
    return issued_at is not None and issued_at <= frozen.frozen_at
