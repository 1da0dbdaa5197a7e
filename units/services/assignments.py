"""Giving a person a role on a unit for a time, and ending it."""

import datetime as dt
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.roles import Act, Role
from accounts.services import void_links
from antq_portal.lib import dates

from ..models import GRASSROOTS_KINDS, TERRITORIAL_KINDS, Assignment, Kind, Unit, UnitVersion
from ..selectors import Place, assignable_accounts, powers_of
from .acts import record_unit_act

_GOVERNMENT: Final = (Kind.COMMUNE, Kind.DISTRICT, Kind.PROVINCE)
ROLE_KINDS: Final = MappingProxyType(
    {
        Role.OFFICER: _GOVERNMENT,
        Role.REPORTER: GRASSROOTS_KINDS,
        Role.APPRAISER: _GOVERNMENT,
        Role.APPROVER: _GOVERNMENT,
        Role.CLERK: _GOVERNMENT,
        Role.ANALYST: TERRITORIAL_KINDS,
        Role.VIEWER: TERRITORIAL_KINDS,
        Role.ADMINISTRATOR: (Kind.PROVINCE,),
    }
)
"""On which kinds of unit each role is held."""


@transaction.atomic
def assign_role(
    user: User,
    *,
    role: str,
    unit: Unit,
    starts_on: dt.date,
    by: User,
    ends_on: dt.date | None = None,
    kinds: Sequence[str] = (),
) -> Assignment:
    """Give a person a role on a unit from a day, perhaps to the end of another (phân công).

    Raises PermissionDenied unless `by` administers the unit's province, ValidationError (also for
    another province's account), Unit.DoesNotExist for a unit out of sight. A role outside the
    account's province ends its open link: who keeps accounts there would open this province with it.
    """
    unit = Unit.objects.visible_to(by).get(pk=unit.pk)
    version = _require_administrator(unit, by=by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _refuse_person(user, by=by)
    _check(user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on)
    assignment = Assignment(
        user=user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, kinds=list(kinds)
    )
    assignment.full_clean()
    assignment.save()
    if user.province_id and user.province_id != (unit.province_id or unit.pk):
        void_links(user)
    until = f" đến hết {dates.date_text(ends_on)}" if ends_on else ""
    _record(
        "assignment.start",
        assignment,
        version,
        by=by,
        when=f"từ {dates.date_text(starts_on)}{until}",
    )
    return assignment


@transaction.atomic
def end_assignment(assignment: Assignment, *, ends_on: dt.date, by: User) -> Assignment:
    """End an assignment with the end of a day; a day already set may be changed.

    A later day gives the role anew, so it is refused to oneself and for accounts of others. Raises
    PermissionDenied, ValidationError also for a day before its start, Assignment.DoesNotExist for
    one out of sight.
    """
    rows = Assignment.objects.visible_to(by).select_for_update(of=("self",))
    assignment = rows.select_related("user", "unit").get(pk=assignment.pk)
    version = _require_administrator(assignment.unit, by=by)
    if ends_on < assignment.starts_on:
        start = dates.date_text(assignment.starts_on)
        raise ValidationError({"ends_on": f"Không thể trước ngày bắt đầu {start}."})
    if assignment.ends_on and ends_on > assignment.ends_on:
        _refuse_longer(assignment, by=by)
    assignment.ends_on = ends_on
    assignment.full_clean()
    assignment.save()
    _record(
        "assignment.end", assignment, version, by=by, when=f"đến hết {dates.date_text(ends_on)}"
    )
    return assignment


def _refuse_person(user: User, *, by: User) -> None:
    """Raise ValidationError for oneself and for the accounts of others."""
    if user == by:
        raise ValidationError(
            {"user": "Không tự phân công cho mình; đề nghị quản trị khác phân công."}
        )
    if not assignable_accounts(by).filter(pk=user.pk).exists():
        raise ValidationError(
            {"user": "Tài khoản này do tỉnh khác hoặc hệ thống quản lý; mời mở tài khoản của tỉnh."}
        )


def _refuse_longer(assignment: Assignment, *, by: User) -> None:
    """Raise ValidationError where the person could not give the role anew either."""
    if assignment.user_id == by.pk:
        reason = "Không tự gia hạn vai trò của mình; đề nghị quản trị khác làm."
    elif not assignable_accounts(by).filter(pk=assignment.user_id).exists():
        reason = "Tài khoản này do tỉnh khác hoặc hệ thống quản lý, không gia hạn được."
    elif not assignment.user.is_active:
        reason = "Tài khoản này đã khóa."
    else:
        return
    raise ValidationError({"ends_on": reason})


def _require_administrator(unit: Unit, *, by: User) -> UnitVersion:
    version = unit.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.ADMINISTER, Place.of(version, authority_id=unit.pk))
    return version


def _check(
    user: User, *, role: str, unit: Unit, starts_on: dt.date, ends_on: dt.date | None
) -> None:
    """Raise ValidationError by field where the person, role, unit and days do not fit together."""
    errors = {}
    if not user.is_active:
        errors["user"] = "Tài khoản này đã khóa."
    if role not in Role.values:
        errors["role"] = "Chọn vai trò."
    elif unit.kind not in ROLE_KINDS[Role(role)]:
        kind = Kind(unit.kind).label.lower()
        errors["role"] = f"Vai trò “{Role(role).label}” không giao được ở {kind}."
    if ends_on and ends_on < starts_on:
        errors["ends_on"] = "Ngày kết thúc phải sau ngày bắt đầu."
    if unit.ended_on and (ends_on is None or ends_on >= unit.ended_on):
        errors["ends_on"] = f"Đơn vị đã kết thúc từ {dates.date_text(unit.ended_on)}."
    if not errors and _overlaps(user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on):
        errors["starts_on"] = "Người này đang giữ vai trò đó ở đơn vị này trong thời gian đã chọn."
    if errors:
        raise ValidationError(errors)


def _overlaps(
    user: User, *, role: str, unit: Unit, starts_on: dt.date, ends_on: dt.date | None
) -> bool:
    held = Assignment.objects.filter(user=user, role=role, unit=unit)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    return (held.filter(starts_on__lte=ends_on) if ends_on else held).exists()


def _record(act: str, assignment: Assignment, version: UnitVersion, *, by: User, when: str) -> None:
    words = f"{assignment.user}: {assignment.get_role_display()}, {version.name}, {when}"
    record_unit_act(
        act,
        version,
        by=by,
        summary=words,
        details={
            "user_id": assignment.user_id,
            "username": assignment.user.username,
            "role": assignment.role,
            "starts_on": assignment.starts_on,
            "ends_on": assignment.ends_on,
            "kinds": assignment.kinds,
        },
    )
