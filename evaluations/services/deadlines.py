"""What the standing body does about time: own milestones, extensions, reminding units."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from accounts.models import User
from accounts.roles import Act
from accounts.services import AuditEntry, record_audit, record_audits
from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from units.models import EVALUATED_KINDS, Unit, UnitVersion
from units.selectors import Place, powers_of

from ..models import MILESTONE_DAYS, Evaluation, Extension, Milestones, Nudge, Season
from ..selectors.authorities import OVER, authorities_of_unit
from ..selectors.deadlines import MILESTONE_WORDS, Step
from ..selectors.extensions import days_of_unit, extension_token, milestones_token
from ..selectors.obligations import Obligation, list_obligations
from .guards import refuse_if_ended, refuse_if_year_locked, refuse_unless_considered

EVERY_KIND = ""
LONGEST_REASON = 500
LATEST_EXTENSION = (3, 31)
"""Month and day of the next year after which no file of a year is waited for any more."""


@dataclass(frozen=True, slots=True)
class NudgeResult:
    """What became of one unit somebody wanted to remind; `refused` says why not, empty if reminded."""

    unit_id: int
    name: str
    refused: str = ""


@transaction.atomic
def set_milestones(
    authority: Unit,
    *,
    year: int,
    unit_kind: str,
    days: Mapping[str, dt.date | None],
    by: User,
    seen: str | None = None,
) -> Milestones:
    """Set the days one authority wants its units' year done by, for one kind or ("") for all; return the row.

    A day later than the law's is taken, and said by the page. Raises PermissionDenied unless `by`
    appraises at exactly that authority, ValidationError for days out of order or of another year,
    TransitionRefused once the year is locked, or (`stale`) when the row is no more as it was seen.
    """
    version = _locked_version(authority, by=by)
    powers_of(by).require(Act.SET_DEADLINES, Place.of(version, authority_id=authority.pk))
    if unit_kind not in (EVERY_KIND, *EVALUATED_KINDS):
        raise ValidationError("Không có loại hình này.")
    refuse_if_year_locked(_province_id(authority), year=year, unit_kind=unit_kind)
    row = Milestones.objects.filter(authority=authority, year=year, unit_kind=unit_kind).first()
    if seen is not None and seen != milestones_token(row):
        raise TransitionRefused(_changed_by(row), code="stale")
    row = row or Milestones(
        authority=authority, province_id=_province_id(authority), year=year, unit_kind=unit_kind
    )
    before = {name: getattr(row, name) for name in MILESTONE_DAYS}
    _fill(row, days)
    row.set_at, row.set_by = timezone.now(), by
    row.full_clean()
    row.save()
    record_audit(
        "milestones.set", by=by, subject=f"milestones:{row.pk}", province_id=row.province_id,
        unit_id=authority.pk, summary=f"Đặt mốc {year} của {version}: {_spoken(row)}",
        details={"kind": unit_kind, "before": before, "after": dict(days)},
    )  # fmt: skip
    return row


def _fill(row: Milestones, days: Mapping[str, dt.date | None]) -> None:
    for name in MILESTONE_DAYS:
        day = days.get(name)
        if day and day.year != row.year:
            raise ValidationError({name: f"Mốc phải là ngày trong năm {row.year}."})
        setattr(row, name, day)


@transaction.atomic
def grant_extension(
    unit: Unit,
    *,
    year: int,
    until_on: dt.date,
    reason: str,
    by: User,
    seen: str | None = None,
) -> Extension:
    """Let one unit work on its file until the end of a later day, with the reason; return the extension.

    Takes the place of one that stands. Moves the portal's mark and reminders, never the law's day.
    Raises PermissionDenied unless `by` appraises at the unit's authority, ValidationError for a day
    that is past, of another year or no later than what holds without it, TransitionRefused for a
    unit that is decided, ended, not considered or of a locked year, and (`stale`) when somebody
    else was faster.
    """
    unit, version, authority_id = _unit_of_authority(unit, by=by)
    refuse_if_ended(unit)
    refuse_unless_considered(unit.pk, year=year)
    refuse_if_year_locked(unit.province_id, year=year, unit_kind=unit.kind)
    _refuse_if_over(unit, version, year=year)
    standing = Extension.objects.standing().filter(unit=unit, year=year).first()
    if seen is not None and seen != extension_token(standing):
        raise TransitionRefused(_extended_by(standing), code="stale")
    _refuse_unfit_day(version, authority_id, until_on, year=year)
    if standing:
        _end(standing, f"Thay bằng gia hạn đến hết ngày {date_text(until_on)}", by=by)
    extension = Extension(
        unit=unit, authority_id=authority_id, year=year, until_on=until_on, reason=reason.strip(),
        granted_at=timezone.now(), granted_by=by,
    )  # fmt: skip
    extension.full_clean()
    extension.save()
    _audit_extension("extension.grant", extension, by=by, what="Gia hạn", why=extension.reason)
    return extension


@transaction.atomic
def end_extension(extension: Extension, *, reason: str, by: User) -> Extension:
    """Take an extension back before its day, with the reason; the days of all units hold again.

    Raises PermissionDenied as `grant_extension`, TransitionRefused if it is taken back already,
    ValidationError for a reason longer than is kept.
    """
    _unit_of_authority(extension.unit, by=by)
    standing = Extension.objects.standing().select_for_update().filter(pk=extension.pk).first()
    if standing is None:
        raise TransitionRefused("Gia hạn này đã được bỏ hoặc thay rồi.", code="stale")
    if not reason.strip():
        raise TransitionRefused("Bỏ gia hạn thì phải ghi lý do.", code="note_missing")
    if len(reason.strip()) > LONGEST_REASON:
        raise ValidationError({"note": f"Lý do dài quá {LONGEST_REASON} ký tự, rút gọn lại."})
    refuse_if_year_locked(
        standing.unit.province_id, year=standing.year, unit_kind=standing.unit.kind
    )
    _end(standing, reason, by=by)
    _audit_extension("extension.end", standing, by=by, what="Bỏ gia hạn", why=reason.strip())
    return standing


@transaction.atomic
def nudge_units(
    authority: Unit, unit_ids: Sequence[int], *, year: int, by: User
) -> list[NudgeResult]:
    """Remind units of one list of what they are late or nearly late with; say for each what became of it.

    One unit's refusal stops nothing; of units out of sight nothing is said. Raises PermissionDenied
    unless `by` appraises there.
    """
    version = _locked_version(authority, by=by)
    powers = powers_of(by)
    powers.require(Act.SET_DEADLINES, Place.of(version, authority_id=authority.pk))
    today = localdate()
    seasons = list(Season.objects.filter(province=_province_id(authority), year=year))
    behind = {
        one.unit_id: one
        for one in reversed(list_obligations([version], year=year, seasons=seasons))
        if one.is_of_unit and (one.is_overdue(today) or one.is_soon(today))
    }
    known = Nudge.objects.filter(unit__in=unit_ids, year=year, on=today).select_related("nudged_by")
    nudged = {one.unit_id: one for one in known}
    seen = Unit.objects.visible_to(by).filter(pk__in=unit_ids)
    names = dict(UnitVersion.objects.in_force().filter(unit__in=seen).values_list("unit", "name"))
    results = [
        NudgeResult(pk, names[pk], _why_not(behind.get(pk), nudged.get(pk)))
        for pk in dict.fromkeys(unit_ids)
        if pk in names
    ]
    _write_nudges(authority, [one for one in results if not one.refused], year=year, by=by)
    return results


def _why_not(behind: Obligation | None, nudged: Nudge | None) -> str:
    if behind is None:
        return "không có việc quá hạn hoặc sắp đến hạn"
    if nudged:
        return f"hôm nay {nudged.nudged_by} đã nhắc lúc {localtime(nudged.nudged_at):%H:%M}"
    return ""


def _write_nudges(authority: Unit, chosen: Sequence[NudgeResult], *, year: int, by: User) -> None:
    if not chosen:
        return
    now, today = timezone.now(), localdate()
    Nudge.objects.bulk_create(
        Nudge(unit_id=one.unit_id, authority=authority, year=year, on=today, nudged_at=now, nudged_by=by)
        for one in chosen
    )  # fmt: skip
    entries = [
        AuditEntry(
            "unit.nudge", f"unit:{one.unit_id}", f"Nhắc đơn vị: {one.name}",
            province_id=_province_id(authority), unit_id=one.unit_id, details={"year": year},
        )
        for one in chosen
    ]  # fmt: skip
    record_audits(entries, by=by)


def _locked_version(authority: Unit, *, by: User) -> UnitVersion:
    """The authority's version in force, its row locked so that two acts follow each other."""
    locked = Unit.objects.visible_to(by).select_for_update(no_key=True, of=("self",))
    unit = locked.get(pk=authority.pk)
    return unit.versions.in_force().select_related("unit").get()


def _unit_of_authority(unit: Unit, *, by: User) -> tuple[Unit, UnitVersion, int]:
    version = _locked_version(unit, by=by)
    authorities = authorities_of_unit(version)
    if authorities is None:
        raise TransitionRefused("Chưa có quy định nêu cấp thẩm định của đơn vị này.")
    place = Place.of(version, authority_id=authorities.of(Act.SET_DEADLINES))
    powers_of(by).require(Act.SET_DEADLINES, place)
    return version.unit, version, authorities.appraises


def _refuse_if_over(unit: Unit, version: UnitVersion, *, year: int) -> None:
    states = Evaluation.objects.of_file(unit.pk, year).values_list("status", flat=True)
    if states and all(state in OVER for state in states):
        raise TransitionRefused(f"{version}: hồ sơ đã có quyết định, không còn gì để gia hạn.")


def _refuse_unfit_day(
    version: UnitVersion, authority_id: int, until_on: dt.date, *, year: int
) -> None:
    if until_on < localdate():
        raise ValidationError({"until_on": "Ngày này đã qua."})
    latest = dt.date(year + 1, *LATEST_EXTENSION)
    if until_on > latest:
        raise ValidationError({"until_on": f"Gia hạn không quá ngày {date_text(latest)}."})
    days = days_of_unit(version, authority_id, year=year)
    if days is None:
        raise TransitionRefused("Chưa mở kỳ đánh giá cho loại hình này.")
    due = days.due(Step.SUBMIT)
    if until_on <= due.day:
        raise ValidationError(
            {"until_on": f"Đơn vị đang có đến hết ngày {date_text(due.day)}; chọn ngày sau đó."}
        )


def _end(extension: Extension, reason: str, *, by: User) -> None:
    extension.ended_at, extension.ended_by = timezone.now(), by
    extension.end_reason = reason.strip()
    extension.save(update_fields=["ended_at", "ended_by", "end_reason"])


def _audit_extension(act: str, extension: Extension, *, by: User, what: str, why: str) -> None:
    unit = extension.unit
    record_audit(
        act, by=by, subject=f"extension:{extension.pk}",
        summary=f"{what} đến hết ngày {date_text(extension.until_on)}: {why}",
        province_id=unit.province_id, unit_id=unit.pk,
        details={"year": extension.year, "until_on": extension.until_on, "reason": why},
    )  # fmt: skip


def _province_id(unit: Unit) -> int:
    return unit.province_id or unit.pk


def _changed_by(row: Milestones | None) -> str:
    if row is None:
        return "Mốc vừa được người khác bỏ. Chưa ghi gì; xem lại rồi lưu."
    return (
        f"{row.set_by} vừa đặt mốc lúc {localtime(row.set_at):%H:%M ngày %d/%m/%Y}: {_spoken(row)}. "
        "Chưa ghi gì; xem lại rồi lưu."
    )


def _extended_by(standing: Extension | None) -> str:
    if standing is None:
        return "Gia hạn vừa được người khác bỏ. Chưa ghi gì; xem lại rồi lưu."
    when = localtime(standing.granted_at)
    return (
        f"{standing.granted_by} vừa gia hạn lúc {when:%H:%M ngày %d/%m/%Y} đến hết ngày "
        f"{date_text(standing.until_on)}: {standing.reason}. Chưa ghi gì; xem lại rồi lưu."
    )


def _spoken(row: Milestones) -> str:
    days = {word: getattr(row, name) for name, word in MILESTONE_WORDS.items()}
    said = ", ".join(f"{word} {date_text(day)}" for word, day in days.items() if day)
    return said or "không đặt mốc nào"
