"""Files and lists follow the authority: when a level ends, units change hands or are delegated."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import User
from accounts.services import AuditEntry, record_audits
from criteria.models import Delegation
from criteria.selectors import authority_units_of
from criteria.services import end_delegation, grant_delegation
from units.models import Unit, UnitVersion

from ..models import Evaluation, Roster
from ..workflow import Status
from .rosters import prepare_roster

OVER: Final = (Status.PROPOSED, Status.APPROVED, Status.DECIDED, Status.ANNULLED)
"""States in which a file stands in a decision and stays with the authority of that decision."""
LOOK_BACK: Final = dt.timedelta(days=14)


@transaction.atomic
def move_open_files(province_id: int | None, *, by: User | None = None) -> int:
    """Write today's authorities on the province's files that stand in no decision; return how many moved.

    A file that leaves its authority leaves that authority's appraisal session too. What has been
    answered, sent and appraised stays. Files no rule names an authority for stay where they are.
    Legal: Luật 72/2025/QH15 Điều 51; Thông tư 124/2021/TT-BCA Điều 10.
    """
    rows = (
        Evaluation.objects.select_for_update(of=("self",))
        .filter(province=province_id, decision_items=None)
        .exclude(status__in=OVER)
        .select_related("season", "unit_version")
        .order_by("unit", "pk")
    )
    moved = [row for group in _by_scheme(rows) for row in _moved(group)]
    Evaluation.objects.bulk_update(
        moved, ["managing_unit", "appraising_unit", "deciding_unit", "session"], batch_size=500
    )
    if moved:
        record_audits([_entry(row) for row in moved], by=by)
    return len(moved)


def follow_ended_levels(authorities: Iterable[int]) -> None:
    """Move to these authorities the files that still name one which has ended; one query if none.

    Those of the whole provinces in which they lie.
    """
    provinces = Unit.objects.filter(pk__in=authorities).values("province")
    stranded = Evaluation.objects.filter(
        province__in=provinces, appraising_unit__ended_on__lte=localdate(), decision_items=None
    ).exclude(status__in=OVER)
    for (province,) in stranded.order_by().values_list("province").distinct():
        move_open_files(province)


def follow_delegation(delegation: Delegation, *, by: User) -> None:
    """Bring lists and files to who holds them now: open lists anew, frozen ones stay as they are."""
    _follow_lists(delegation)
    move_open_files(delegation.delegate.province_id, by=by)


@transaction.atomic
def delegate_units(
    delegate: Unit,
    *,
    kinds: list[str],
    starts_on: dt.date,
    legal_act: str,
    by: User,
    ends_on: dt.date | None = None,
    unit: Unit | None = None,
) -> Delegation:
    """Grant a delegation and move what it concerns at once; raises as `grant_delegation`."""
    granted = grant_delegation(
        delegate, kinds=kinds, starts_on=starts_on, ends_on=ends_on, unit=unit,
        legal_act=legal_act, by=by,
    )  # fmt: skip
    follow_delegation(granted, by=by)
    return granted


@transaction.atomic
def take_units_back(delegation: Delegation, *, ends_on: dt.date, by: User) -> Delegation:
    """End a delegation and move what it concerned; raises as `end_delegation`."""
    ended = end_delegation(delegation, ends_on=ends_on, by=by)
    follow_delegation(ended, by=by)
    return ended


def follow_the_calendar() -> int:
    """Do so for everything that began or ended by itself these days; return how many files moved.

    Looks back `LOOK_BACK`, for a night in which nothing ran.
    """
    today = localdate()
    since, yesterday = today - LOOK_BACK, today - dt.timedelta(days=1)
    turning = Delegation.objects.filter(
        Q(starts_on__range=(since, today)) | Q(ends_on__range=(since, yesterday))
    )
    for one in turning.select_related("delegate", "delegating_unit").order_by("pk"):
        _follow_lists(one)
    provinces = Evaluation.objects.exclude(status__in=OVER).order_by().values_list("province")
    moved = [move_open_files(province) for (province,) in provinces.distinct()]
    return sum(moved)


def _follow_lists(delegation: Delegation) -> None:
    """Bring both authorities' lists of this year up to date, where they have one."""
    year = localdate().year
    for unit in (delegation.delegating_unit, delegation.delegate):
        if Roster.objects.filter(authority=unit, year=year).exists():
            prepare_roster(unit, year=year)


def _by_scheme(rows: Iterable[Evaluation]) -> list[list[Evaluation]]:
    groups: dict[str, list[Evaluation]] = defaultdict(list)
    for row in rows:
        groups[row.season.scheme].append(row)
    return list(groups.values())


def _moved(rows: list[Evaluation]) -> list[Evaluation]:
    """Those of one scheme whose authorities are others today, with the new ones set, unsaved."""
    today = localdate()
    units = [row.unit_id for row in rows]
    versions = UnitVersion.objects.in_force(today).filter(unit__in=units).select_related("unit")
    answers = authority_units_of(versions, scheme=rows[0].season.scheme, day=today)
    moved = []
    for row in rows:
        answer = answers.get(row.unit_id)
        before = (row.managing_unit_id, row.appraising_unit_id, row.deciding_unit_id)
        if answer is None or before == (
            answer.managing_unit_id, answer.appraising_unit_id, answer.deciding_unit_id
        ):  # fmt: skip
            continue
        if row.appraising_unit_id != answer.appraising_unit_id:
            row.session = None
        row.managing_unit_id = answer.managing_unit_id
        row.appraising_unit_id = answer.appraising_unit_id
        row.deciding_unit_id = answer.deciding_unit_id
        moved.append(row)
    return moved


def _entry(row: Evaluation) -> AuditEntry:
    return AuditEntry(
        act="evaluation.move",
        subject=f"evaluation:{row.pk}",
        summary=f"Hồ sơ chuyển cấp có thẩm quyền: {row.unit_version}, {row.season}",
        province_id=row.province_id,
        unit_id=row.unit_id,
        details={
            "managing_unit": row.managing_unit_id,
            "appraising_unit": row.appraising_unit_id,
            "deciding_unit": row.deciding_unit_id,
        },
    )
