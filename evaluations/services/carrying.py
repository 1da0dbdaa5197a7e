"""What follows a unit's succession in the years that are open: list, registration, file.

The register knows nothing of the year, so a merger or division of units with yearly files is done
here: the units change and their years follow in one act.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record_audit
from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from criteria.selectors import authority_units_of
from units.coverage import Scheme
from units.models import Unit, UnitVersion
from units.services import UnitFacts, merge_units, split_unit

from ..models import Evaluation, NotConsideredReason, Registration, Roster, RosterEntry, Season
from ..selectors.areas import listing_day
from ..selectors.authorities import OVER
from ..selectors.rosters import listing_coverages
from ..workflow import EDITABLE, RegistrationStatus
from .rosters import ON_LIST, prepare_roster
from .summaries import refresh_summaries

SUMMED: Final = ("households_registered", "households_total", "people_informed", "people_total")
"""Figures of a registration that add up when units merge."""


@dataclass(frozen=True, slots=True)
class _Succession:
    """Units that ended and the ones in their place."""

    before: tuple[UnitVersion, ...]
    after: tuple[UnitVersion, ...]
    on: dt.date
    legal_act: str
    by: User

    @property
    def before_ids(self) -> list[int]:
        return [version.unit_id for version in self.before]

    @property
    def names_before(self) -> str:
        return ", ".join(version.name for version in self.before)

    @property
    def names_after(self) -> str:
        return ", ".join(version.name for version in self.after)

    @property
    def is_division(self) -> bool:
        return len(self.after) > 1


@transaction.atomic
def merge_with_years(
    units: Sequence[Unit],
    *,
    into: UnitFacts,
    on: dt.date,
    legal_act: str,
    by: User,
    parent: Unit | None = None,
) -> UnitVersion:
    """Merge units as `merge_units` does and carry their open years on; return the new unit's version.

    Raises as `merge_units`, and TransitionRefused naming every file that is with the authority.
    """
    _lock_years([unit.pk for unit in units], since=on)
    new = merge_units(units, into=into, on=on, legal_act=legal_act, by=by, parent=parent)
    carry_over(units, [new], on=on, legal_act=legal_act, by=by)
    return new


@transaction.atomic
def split_with_years(
    unit: Unit,
    *,
    into: Sequence[UnitFacts],
    on: dt.date,
    legal_act: str,
    by: User,
    default: int = 0,
) -> list[UnitVersion]:
    """Divide a unit as `split_unit` does and carry its open years on; return the new versions."""
    _lock_years([unit.pk], since=on)
    new = split_unit(unit, into=into, on=on, legal_act=legal_act, by=by, default=default)
    carry_over([unit], new, on=on, legal_act=legal_act, by=by)
    return new


@transaction.atomic
def carry_over(
    predecessors: Sequence[Unit],
    successors: Sequence[UnitVersion],
    *,
    on: dt.date,
    legal_act: str,
    by: User,
) -> None:
    """Let the open years of ended units follow to those in their place; part of the act that ended them.

    Lists: the new unit enters its authority's list with the reason, the old ones stay marked as
    dissolved. Registration: of a merger it counts if all had registered, with the sum of
    households; otherwise, and after a division, it is prepared as a draft that says who had
    registered, for the unit to send and the appraiser to decide on. Files not sent stay readable
    and closed. A year in which one of them was decided is over. Needs no right of its own.
    """
    ids = [unit.pk for unit in predecessors]
    before = UnitVersion.objects.in_force(on - dt.timedelta(days=1)).filter(unit__in=ids)
    ordered = tuple(before.select_related("unit").order_by("sort_key"))
    succession = _Succession(ordered, tuple(successors), on, legal_act.strip(), by)
    for year in _open_years(ordered, since=on):
        _refuse_sent(succession, year)
        is_over = _is_decided(ids, year)
        for version in successors:
            _list_successor(succession, version, year, is_over=is_over)
        _mark_dissolved(succession, year)
        if not is_over:
            _carry_registrations(succession, year)
        refresh_summaries([*ids, *(version.unit_id for version in successors)], year=year)


def _lock_years(unit_ids: Sequence[int], *, since: dt.date) -> None:
    """Lock what the units' years hold, before the register's act takes the head of the audit chain."""
    files = Evaluation.objects.filter(unit__in=unit_ids, season__year__gte=since.year)
    entries = RosterEntry.objects.filter(unit__in=unit_ids, roster__year__gte=since.year)
    rows = Registration.objects.filter(unit__in=unit_ids, season__year__gte=since.year)
    for found in (files, entries, rows):
        list(found.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _open_years(before: Sequence[UnitVersion], *, since: dt.date) -> list[int]:
    """Years from that of the act on in which the units stand anywhere and a book is open, in order."""
    units = [version.unit_id for version in before]
    listed = RosterEntry.objects.filter(unit__in=units, roster__year__gte=since.year)
    years = set(listed.values_list("roster__year", flat=True))
    seasons = Season.objects.filter(
        province__in={version.unit.province_id for version in before},
        unit_kind=before[0].unit.kind, year__gte=since.year,
    )  # fmt: skip
    states: dict[int, list[bool]] = {}
    for season in seasons:
        states.setdefault(season.year, []).append(season.is_locked)
    locked = {year for year, found in states.items() if all(found)}
    return sorted((years | set(states)) - locked)


def _refuse_sent(succession: _Succession, year: int) -> None:
    files = Evaluation.objects.filter(unit__in=succession.before_ids, season__year=year)
    sent = files.exclude(status__in=(*EDITABLE, *OVER)).select_related("unit_version")
    states = {one.unit_version.name: one.get_status_display().lower() for one in sent}
    if states:
        named = "; ".join(f"{name}: {state}" for name, state in sorted(states.items()))
        raise TransitionRefused(
            f"Hồ sơ năm {year} đang ở cấp có thẩm quyền ({named}). Rút lại, trả lại hoặc ban hành "
            "quyết định xong rồi mới ghi sáp nhập, chia tách.",
            code="wrong_state",
        )


def _is_decided(unit_ids: Sequence[int], year: int) -> bool:
    found = Evaluation.objects.filter(unit__in=unit_ids, season__year=year, status__in=OVER)
    return found.exists()


def _list_successor(
    succession: _Succession, version: UnitVersion, year: int, *, is_over: bool
) -> None:
    """Put the new unit on the year's list of its authority, if there is one, with the reason."""
    day = listing_day(year)
    answer = authority_units_of([version], scheme=Scheme.RECOGNITION, day=day).get(version.unit_id)
    rosters = Roster.objects.select_for_update(of=("self",)).select_related("authority")
    roster = (
        rosters.filter(authority=answer.managing_unit_id, year=year).first() if answer else None
    )
    if roster is None:
        return
    if not roster.is_frozen:
        prepare_roster(roster.authority, year=year)
    elif (finding := listing_coverages([version], day)[version.unit_id]).coverage in ON_LIST:
        RosterEntry.objects.create(
            roster=roster, unit=version.unit, unit_version=version,
            coverage=finding.coverage, coverage_reason=finding.reason,
            change_reason=f"Kế tục {succession.names_before}: {succession.legal_act}"[:300],
            changed_at=timezone.now(), changed_by=succession.by,
        )  # fmt: skip
    if is_over:
        note = f"Năm {year} đã có quyết định đối với {succession.names_before} trước khi thay đổi."
        roster.entries.filter(unit=version.unit_id).update(
            not_considered_reason=NotConsideredReason.FOUNDED_LATE, not_considered_note=note[:300]
        )


def _mark_dissolved(succession: _Succession, year: int) -> None:
    """Leave the ended units on the year's lists, out of the percentages, but for those decided."""
    words = f"Kế tục: {succession.names_after}; {succession.legal_act}"[:300]
    entries = RosterEntry.objects.filter(
        unit__in=succession.before_ids, roster__year=year, removed_at=None
    )
    decided = Evaluation.objects.filter(
        unit__in=succession.before_ids, season__year=year, status__in=OVER
    )
    entries.exclude(unit__in=decided.values("unit")).update(
        not_considered_reason=NotConsideredReason.MERGED, not_considered_note=words,
        change_reason=words, changed_at=timezone.now(), changed_by=succession.by,
    )  # fmt: skip


def _carry_registrations(succession: _Succession, year: int) -> None:
    rows = Registration.objects.filter(unit__in=succession.before_ids, season__year=year)
    rows = rows.select_related("season", "unit_version", "accepted_by")
    known = {row.unit_id: row for row in rows if row.is_registered}
    if not known:
        return
    registered = [known.get(unit_id) for unit_id in succession.before_ids]
    for version in succession.after:
        row = _carried(succession, version, list(known.values()))
        if not succession.is_division and all(registered):
            _take_figures(row, list(known.values()))
        row.full_clean(validate_unique=False)
        row.save()
        record_audit(
            "registration.carry", by=succession.by, subject=f"registration:{row.pk}",
            summary=f"Chuyển tiếp đăng ký năm {year}: {version.name}",
            province_id=row.province_id, unit_id=row.unit_id,
            details={"from": [one.pk for one in known.values()], "status": row.status},
        )  # fmt: skip


def _carried(
    succession: _Succession, version: UnitVersion, known: Sequence[Registration]
) -> Registration:
    """A draft with the latest day and resolution of those that had registered, and who they were."""
    last = max(known, key=lambda row: row.registered_on or dt.date.min)
    days = {row.unit_id: row.registered_on for row in known}
    words = [
        f"{one.name} (đăng ký {date_text(day)})"
        if (day := days.get(one.unit_id))
        else f"{one.name} (chưa đăng ký)"
        for one in succession.before
    ]
    return Registration(
        season=last.season, unit=version.unit, unit_version=version, province_id=last.province_id,
        registered_on=last.registered_on, has_party=last.has_party,
        resolution_number=last.resolution_number, resolution_on=last.resolution_on,
        plan_number=last.plan_number, plan_on=last.plan_on,
        entered_at=timezone.now(), entered_by=succession.by,
        carried_from=f"{', '.join(words)}; {succession.legal_act}"[:500],
    )  # fmt: skip


def _take_figures(row: Registration, known: Sequence[Registration]) -> None:
    """Make the draft the registration of all of them: the sum of households, as far as it was accepted."""
    for name in SUMMED:
        counts = [getattr(one, name) for one in known]
        setattr(row, name, None if None in counts else sum(counts))
    row.counted_on = max((one.counted_on for one in known if one.counted_on), default=None)
    row.status = RegistrationStatus.SENT
    if all(one.status == RegistrationStatus.ACCEPTED for one in known):
        last = max(known, key=lambda one: one.accepted_at or one.entered_at or timezone.now())
        row.status = RegistrationStatus.ACCEPTED
        row.accepted_at, row.accepted_by = last.accepted_at, last.accepted_by
