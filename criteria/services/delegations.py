"""Handing the recognition of units to the committee one level below, and taking it back."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from antq_portal.lib.dates import date_text
from units.coverage import Scheme
from units.models import Kind, Unit, UnitVersion
from units.selectors import Place, powers_of

from ..exceptions import AuthorityUnknown
from ..models import DELEGATED_KINDS, Delegation
from ..selectors import authority_units


@transaction.atomic
def grant_delegation(
    delegate: Unit,
    *,
    kinds: Sequence[str],
    starts_on: dt.date,
    legal_act: str,
    by: User,
    ends_on: dt.date | None = None,
    unit: Unit | None = None,
) -> Delegation:
    """Let a committee decide, from a day, for units that the one right above it manages there.

    All units of the kinds that lie in its territory, or one of them. Raises PermissionDenied
    unless `by` administers the province, ValidationError by field, Unit.DoesNotExist for a unit
    out of sight. Legal: Thông tư 124/2021/TT-BCA Điều 10 khoản 5.
    """
    seen = Unit.objects.visible_to(by)
    delegate, unit = seen.get(pk=delegate.pk), unit and seen.get(pk=unit.pk)
    version = _require_administrator(delegate, by=by)
    giver = _one_level_above(delegate, day=starts_on)
    Unit.objects.select_for_update(no_key=True).get(pk=giver.pk)
    delegation = Delegation(
        delegating_unit=giver, delegate=delegate, kinds=list(kinds), unit=unit, starts_on=starts_on,
        ends_on=ends_on, legal_act=legal_act.strip(), entered_at=timezone.now(), entered_by=by,
    )  # fmt: skip
    _check(delegation)
    delegation.full_clean()
    delegation.save()
    _audit("delegation.grant", delegation, version, by=by)
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, ends_on: dt.date, by: User) -> Delegation:
    """End a delegation with the end of a day; a day already set may be changed.

    Raises PermissionDenied, ValidationError, Delegation.DoesNotExist for one out of sight.
    """
    rows = Delegation.objects.visible_to(by).select_for_update(of=("self",))
    delegation = rows.select_related("delegate", "delegating_unit", "unit").get(pk=delegation.pk)
    version = _require_administrator(delegation.delegate, by=by)
    Unit.objects.select_for_update(no_key=True).get(pk=delegation.delegating_unit_id)
    if ends_on < delegation.starts_on:
        start = date_text(delegation.starts_on)
        raise ValidationError({"ends_on": f"Không thể trước ngày bắt đầu {start}."})
    delegation.ends_on = ends_on
    _refuse_overlap(delegation)
    delegation.full_clean()
    delegation.save()
    _audit("delegation.end", delegation, version, by=by)
    return delegation


def _require_administrator(delegate: Unit, *, by: User) -> UnitVersion:
    version = delegate.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.ADMINISTER, Place.of(version, authority_id=delegate.pk))
    return version


def _one_level_above(delegate: Unit, *, day: dt.date) -> Unit:
    """The committee right above on that day; ValidationError where none delegates to this unit."""
    version = delegate.versions.in_force(day).select_related("parent").first()
    above = version.parent if version else None
    if (
        delegate.kind not in (Kind.COMMUNE, Kind.DISTRICT)
        or above is None
        or above.kind not in (Kind.PROVINCE, Kind.DISTRICT)
    ):
        raise ValidationError({"delegate": "Chỉ ủy quyền cho cấp ngay dưới có trong ngày đó."})
    return above


def _check(delegation: Delegation) -> None:
    """Raise ValidationError by field where kinds, unit, days and committee do not fit together."""
    errors = {}
    starts_on, ends_on = delegation.starts_on, delegation.ends_on
    gone = delegation.delegate.ended_on
    if not set(delegation.kinds) <= set(DELEGATED_KINDS) or not delegation.kinds:
        errors["kinds"] = "Chọn trong: cơ quan, doanh nghiệp, cơ sở giáo dục (Điều 10 khoản 5)."
    if not delegation.legal_act:
        errors["legal_act"] = "Ghi văn bản ủy quyền: số, ngày, cơ quan ban hành."
    if ends_on and ends_on < starts_on:
        errors["ends_on"] = "Ngày cuối không được trước ngày đầu."
    elif gone and (ends_on is None or ends_on >= gone):
        errors["ends_on"] = f"Cấp được ủy quyền đã kết thúc từ {date_text(gone)}."
    if errors:
        raise ValidationError(errors)
    _refuse_overlap(delegation)
    if delegation.unit is not None:
        _refuse_foreign(delegation, delegation.unit)


def _refuse_foreign(delegation: Delegation, unit: Unit) -> None:
    """One unit alone: of the kinds named, lying there, and decided by who delegates."""
    day = delegation.starts_on
    version = unit.versions.in_force(day).select_related("unit").first()
    territory = delegation.delegate.versions.in_force(day).get().path
    if version is None or unit.kind not in delegation.kinds:
        raise ValidationError({"unit": "Đơn vị không thuộc loại hình được ủy quyền."})
    if not version.path.startswith(territory):
        raise ValidationError({"unit": "Đơn vị không nằm trên địa bàn của cấp được ủy quyền."})
    try:
        answer = authority_units(version, scheme=Scheme.RECOGNITION, day=day)
    except AuthorityUnknown as unknown:
        raise ValidationError({"unit": str(unknown)}) from unknown
    if answer.deciding_unit_id != delegation.delegating_unit_id:
        raise ValidationError({"unit": "Cấp ủy quyền không quyết định cho đơn vị này."})


def _refuse_overlap(delegation: Delegation) -> None:
    """No unit is delegated twice at the same time."""
    others = Delegation.objects.exclude(pk=delegation.pk).filter(
        Q(ends_on=None) | Q(ends_on__gte=delegation.starts_on),
        delegating_unit=delegation.delegating_unit_id,
        delegate=delegation.delegate_id,
        kinds__overlap=delegation.kinds,
    )
    if delegation.ends_on:
        others = others.filter(starts_on__lte=delegation.ends_on)
    if delegation.unit_id:
        others = others.filter(Q(unit=None) | Q(unit=delegation.unit_id))
    other = others.first()
    if other:
        until = f" đến hết {date_text(other.ends_on)}" if other.ends_on else ""
        raise ValidationError(
            {
                "starts_on": f"Đã có ủy quyền cho các đơn vị này từ {date_text(other.starts_on)}{until} "
                f"({other.legal_act})."
            }
        )


def _audit(act: str, delegation: Delegation, delegate: UnitVersion, *, by: User) -> None:
    kinds = ", ".join(str(Kind(kind).label).lower() for kind in delegation.kinds)
    until = f" đến hết {date_text(delegation.ends_on)}" if delegation.ends_on else ""
    record_audit(
        act, by=by, subject=f"delegation:{delegation.pk}",
        summary=f"Ủy quyền cho {delegate.name}: {kinds}, từ {date_text(delegation.starts_on)}{until}",
        province_id=delegate.unit.province_id, unit_id=delegate.unit_id,
        details={
            "delegating_unit": delegation.delegating_unit_id, "kinds": delegation.kinds,
            "unit": delegation.unit_id, "starts_on": delegation.starts_on,
            "ends_on": delegation.ends_on, "legal_act": delegation.legal_act,
        },
    )  # fmt: skip
