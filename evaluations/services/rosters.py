"""The list of units a year covers: follows the register until frozen, then changes with a reason."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.selectors import units_under
from units.coverage import Coverage, CoverageFinding, Scheme
from units.models import Unit, UnitVersion
from units.selectors import Place, powers_of
from units.services import freeze_register

from ..models import Evaluation, NotConsideredReason, Roster, RosterEntry, Season
from ..selectors.areas import listing_day
from ..selectors.rosters import listing_coverages
from ..workflow import EDITABLE
from .guards import refuse_if_sent, refuse_if_year_locked
from .summaries import refresh_summaries

ON_LIST = (Coverage.COVERED, Coverage.VOLUNTARY)


@transaction.atomic
def prepare_roster(authority: Unit, *, year: int) -> Roster:
    """Make, or bring up to date, the year's list of one authority.

    A frozen one stays as it is, and any once all seasons of the year are locked. Holds every unit
    under the authority today (of a past year: on its last day) that Thông tư 124 covers and no
    other frozen list holds, in Vietnamese order, and takes them off the lists of those who had
    them before. An authority that is no more keeps its list. Needs no right: it writes down what
    the register says.
    """
    roster, _ = Roster.objects.select_for_update().get_or_create(
        authority=authority,
        year=year,
        defaults={"province_id": authority.province_id or authority.pk},
    )
    day = listing_day(year)
    is_gone = authority.ended_on is not None and authority.ended_on <= day
    if roster.is_frozen or is_gone or _is_over(roster):
        return roster
    listed = _to_list(roster, authority, day)
    before = set(roster.entries.values_list("unit", flat=True))
    gone = roster.entries.exclude(unit__in=[version.unit_id for version, _ in listed])
    gone.exclude(unit__in=_with_files(gone, year)).delete()
    RosterEntry.objects.bulk_create(
        [
            RosterEntry(
                roster=roster,
                unit_id=version.unit_id,
                unit_version=version,
                coverage=finding.coverage,
                coverage_reason=finding.reason,
            )
            for version, finding in listed
        ],
        update_conflicts=True,
        unique_fields=["roster", "unit"],
        update_fields=["unit_version", "coverage", "coverage_reason", "removed_at"],
    )
    _take_over(roster, [version.unit_id for version, _ in listed])
    refresh_summaries(before | {version.unit_id for version, _ in listed}, year=year)
    return roster


@transaction.atomic
def freeze_roster(roster: Roster, *, by: User) -> Roster:
    """Fix the year's list, so that the percentages' denominators move no more (chốt danh sách).

    From then on the officers of that authority keep its units no more this year.

    Raises PermissionDenied unless `by` appraises at that authority, TransitionRefused if it is
    frozen already, empty, or a unit's coverage is still undecided.
    """
    locked = _locked_row(roster, by=by)
    if locked.is_frozen:
        raise TransitionRefused(f"Danh sách đã được {locked.frozen_by} chốt rồi.", code="stale")
    prepare_roster(locked.authority, year=locked.year)
    if not locked.entries.exists():
        raise TransitionRefused("Chưa có đơn vị nào trong danh sách để chốt.")
    undecided = [
        str(version)
        for version, found in _findings(locked.authority, listing_day(locked.year))
        if found.coverage == Coverage.UNDECIDED
    ]
    if undecided:
        names = ", ".join(undecided[:5])
        raise TransitionRefused(f"Còn {len(undecided)} đơn vị chưa xác định thuộc diện: {names}.")
    locked.frozen_at, locked.frozen_by = timezone.now(), by
    locked.save(update_fields=["frozen_at", "frozen_by"])
    freeze_register(locked.authority, year=locked.year)
    count = locked.entries.count()
    _audit("roster.freeze", locked, by=by, summary=f"Chốt danh sách {locked.year}: {count} đơn vị")
    return locked


@transaction.atomic
def set_not_considered(entry: RosterEntry, *, reason: str, note: str, by: User) -> RosterEntry:
    """Leave a unit out of this year's evaluation, with the reason; an empty reason takes it back in.

    It stays on the list and counts in no percentage. Raises PermissionDenied, ValidationError,
    TransitionRefused while the unit's file is with the authority.
    """
    entry = _locked_entry(entry, by=by)
    if reason:
        refuse_if_sent(entry.unit_id, year=entry.roster.year, what="để ngoài năm nay")
    entry.not_considered_reason = NotConsideredReason(reason) if reason else ""
    entry.not_considered_note = note.strip() if reason else ""
    if entry.roster.is_frozen:
        entry.change_reason = note.strip()
        entry.changed_at, entry.changed_by = timezone.now(), by
    entry.full_clean()
    entry.save()
    words = f"không xét năm nay ({note.strip()})" if reason else "xét lại năm nay"
    _audit(
        "roster.not_considered",
        entry.roster,
        by=by,
        summary=f"{entry.unit_version}: {words}",
        unit=entry.unit_id,
    )
    refresh_summaries([entry.unit_id], year=entry.roster.year)
    return entry


@transaction.atomic
def add_after_freezing(roster: Roster, unit: Unit, *, reason: str, by: User) -> RosterEntry:
    """Put one more unit on a frozen list, with the reason and the paper it rests on.

    What the unit is and whose it is are told as of the list's year, see `listing_day`.
    Raises PermissionDenied, TransitionRefused for a unit of others or one that is not covered.
    """
    roster = _locked_row(roster, by=by)
    refuse_without_reason(reason)
    day = listing_day(roster.year)
    managed = {version.unit_id: version for version in units_under(roster.authority, day)}
    version = managed.get(unit.pk)
    if version is None:
        raise TransitionRefused("Đơn vị này không thuộc thẩm quyền của danh sách.")
    _refuse_if_over(roster, version.unit)
    if unit.pk in frozen_elsewhere(roster):
        raise TransitionRefused(
            f"{version} đang ở danh sách đã chốt của cấp khác; đưa ra khỏi danh sách đó trước."
        )
    finding = listing_coverages([version], day)[unit.pk]
    if finding.coverage not in ON_LIST:
        raise TransitionRefused(f"{version} không thuộc diện: {finding.reason}")
    entry, made = RosterEntry.objects.update_or_create(
        roster=roster, unit=unit,
        defaults={
            "unit_version": version, "coverage": finding.coverage, "coverage_reason": finding.reason,
            "change_reason": reason.strip(), "changed_at": timezone.now(), "changed_by": by, "removed_at": None,
        },
    )  # fmt: skip
    verb = "Thêm" if made else "Đưa trở lại"
    _audit(
        "roster.add",
        roster,
        by=by,
        summary=f"{verb} {version} vào danh sách: {reason.strip()}",
        unit=unit.pk,
    )
    refresh_summaries([unit.pk], year=roster.year)
    return entry


@transaction.atomic
def add_left_out(roster: Roster, unit: Unit, *, reason: str, by: User) -> RosterEntry:
    """Put a unit founded after the freeze on the list, not considered this year. Raises as the two acts."""
    entry = add_after_freezing(roster, unit, reason=reason, by=by)
    return set_not_considered(
        entry, reason=NotConsideredReason.FOUNDED_LATE, note=reason.strip(), by=by
    )


@transaction.atomic
def remove_after_freezing(entry: RosterEntry, *, reason: str, by: User) -> RosterEntry:
    """Take a unit off a frozen list, with the reason; the row stays, marked."""
    entry = _locked_entry(entry, by=by)
    refuse_without_reason(reason)
    refuse_if_sent(entry.unit_id, year=entry.roster.year, what="đưa ra khỏi danh sách")
    entry.removed_at = entry.changed_at = timezone.now()
    entry.changed_by, entry.change_reason = by, reason.strip()
    entry.full_clean()
    entry.save()
    _audit(
        "roster.remove", entry.roster, by=by, summary=f"Đưa {entry.unit_version} ra khỏi danh sách: {reason.strip()}",
        unit=entry.unit_id,
    )  # fmt: skip
    refresh_summaries([entry.unit_id], year=entry.roster.year)
    return entry


def refuse_without_reason(reason: str) -> None:
    """Raise TransitionRefused: a frozen list changes only with its reason and paper."""
    if not reason.strip():
        raise TransitionRefused(
            "Danh sách đã chốt: ghi lý do và văn bản làm căn cứ.", code="note_missing"
        )


def _to_list(
    roster: Roster, authority: Unit, day: dt.date
) -> list[tuple[UnitVersion, CoverageFinding]]:
    """The units that stand on this list, with why: covered, and held by no other frozen list."""
    elsewhere = frozen_elsewhere(roster)
    return [
        (version, found)
        for version, found in _findings(authority, day)
        if found.coverage in ON_LIST and version.unit_id not in elsewhere
    ]


def frozen_elsewhere(roster: Roster) -> set[int]:
    """Ids of units that stand on the frozen list of another authority that still exists, same year.

    A unit is counted once: handed over within the year, it stays until that list lets it go.
    """
    others = RosterEntry.objects.filter(
        roster__year=roster.year, roster__province=roster.province_id,
        roster__frozen_at__isnull=False, removed_at=None,
    ).exclude(roster=roster)  # fmt: skip
    alive = Q(roster__authority__ended_on=None) | Q(roster__authority__ended_on__gt=localdate())
    return set(others.filter(alive).values_list("unit", flat=True))


def _take_over(roster: Roster, unit_ids: list[int]) -> None:
    """Take the units off the year's lists of those who had them before, so that each counts once."""
    others = RosterEntry.objects.filter(
        unit__in=unit_ids, roster__year=roster.year, removed_at=None
    ).exclude(roster=roster)
    name = roster.authority.versions.in_force().get().spoken_name
    others.update(removed_at=timezone.now(), change_reason=f"Chuyển sang danh sách của {name}")


def _with_files(entries: "QuerySet[RosterEntry]", year: int) -> "QuerySet[Evaluation, Any]":
    """Units whose file of the year is with the authority, or decided: their rows stay."""
    sent = Evaluation.objects.filter(unit__in=entries.values("unit"), season__year=year)
    return sent.exclude(status__in=EDITABLE).values("unit")


def _findings(authority: Unit, day: dt.date) -> list[tuple[UnitVersion, CoverageFinding]]:
    versions = units_under(authority, day)
    found = listing_coverages(versions, day)
    return [(version, found[version.unit_id]) for version in versions]


def _locked_row(roster: Roster, *, by: User) -> Roster:
    locked = (
        Roster.objects.select_for_update(of=("self",)).select_related("authority").get(pk=roster.pk)
    )
    version = locked.authority.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.FREEZE_ROSTER, Place.of(version, authority_id=locked.authority_id))
    return locked


def _locked_entry(entry: RosterEntry, *, by: User) -> RosterEntry:
    seen = RosterEntry.objects.visible_to(by).select_related("roster").get(pk=entry.pk)
    roster = _locked_row(seen.roster, by=by)
    found = (
        RosterEntry.objects.select_for_update(of=("self",))
        .select_related("unit_version", "unit")
        .get(pk=entry.pk)
    )
    found.roster = roster
    _refuse_if_over(roster, found.unit)
    return found


def _is_over(roster: Roster) -> bool:
    seasons = list(Season.objects.filter(province=roster.province_id, year=roster.year))
    return bool(seasons) and all(season.is_locked for season in seasons)


def _refuse_if_over(roster: Roster, unit: Unit) -> None:
    """The percentages of a locked season move no more."""
    refuse_if_year_locked(
        roster.province_id, year=roster.year, unit_kind=unit.kind, scheme=Scheme.RECOGNITION
    )


def _audit(act: str, roster: Roster, *, by: User, summary: str, unit: int | None = None) -> None:
    record_audit(
        act, by=by, subject=f"roster:{roster.pk}", summary=summary,
        province_id=roster.province_id, unit_id=unit or roster.authority_id,
    )  # fmt: skip
