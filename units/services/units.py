"""Keeping the register of units below the commune: add, correct, revise, close."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib import dates

from ..models import GRASSROOTS_KINDS, Kind, ManagingLevel, Unit, UnitVersion
from ..selectors import Place, acting_units, powers_of
from .acts import locked_unit, plain_values, record_unit_act, require_keeping, require_level
from .facts import FACT_NAMES, UnitFacts, checked_facts
from .versions import add_version, copied, follow_below, last_version, version_on


@transaction.atomic
def create_unit(
    *,
    parent: Unit,
    kind: str,
    facts: UnitFacts,
    by: User,
    valid_from: dt.date | None = None,
    legal_act: str = "",
    is_demo: bool = False,
) -> UnitVersion:
    """Add a unit below a commune; return its version in force last.

    Starts on `valid_from`, or, where that is not known, with the commune as it is now. Where the
    commune later came under another parent, the unit follows from the same days. Raises
    PermissionDenied, ValidationError, Unit.DoesNotExist for a commune out of sight.
    """
    commune, _ = locked_unit(parent, by=by)
    if kind not in GRASSROOTS_KINDS or commune.kind != Kind.COMMUNE:
        raise ValidationError({"kind": "Chỉ thêm được đơn vị thuộc một xã, phường, đặc khu."})
    above = _commune_versions(commune, valid_from)
    place = _new_place(above[0], kind, facts)
    if place.authority_id is None:
        powers_of(by).require(Act.KEEP_UNITS, place)
    require_level(powers_of(by), place, facts.managing_level)
    facts = checked_facts(facts, kind=kind, parent=above[-1])
    unit = Unit(kind=kind, province_id=commune.province_id, is_demo=is_demo)
    unit.full_clean()
    unit.save()
    starts = [valid_from or above[0].valid_from, *(later.valid_from for later in above[1:])]
    versions = [
        add_version(unit, facts, parent=version, valid_from=start, legal_act=legal_act)
        for version, start in zip(above, starts, strict=True)
    ]
    last = versions[-1]
    record_unit_act(
        "unit.create", last, by=by, summary=f"Thêm {last.name}",
        details=plain_values(last, (*FACT_NAMES, "path", "legal_act")) | {"valid_from": starts[0]},
    )  # fmt: skip
    return last


@transaction.atomic
def correct_unit(version: UnitVersion, *, facts: UnitFacts, by: User) -> UnitVersion:
    """Put right what was mistyped in one version; what really changed is a new version.

    Raises PermissionDenied, ValidationError.
    """
    unit, current = locked_unit(version.unit, by=by)
    require_keeping(current, by=by, level=facts.managing_level)
    version = UnitVersion.objects.select_related("unit").get(pk=version.pk, unit=unit)
    before = plain_values(version, FACT_NAMES)
    checked_facts(facts, kind=unit.kind, parent=_parent_of(version), old_name=version.name).put_on(
        version
    )
    version.full_clean()
    version.save()
    record_unit_act(
        "unit.correct", version, by=by, summary=f"Sửa {before['name']}",
        details={"before": before, "after": plain_values(version, FACT_NAMES)},
    )  # fmt: skip
    return version


@transaction.atomic
def revise_unit(
    unit: Unit,
    *,
    valid_from: dt.date,
    by: User,
    facts: UnitFacts | None = None,
    parent: Unit | None = None,
    legal_act: str = "",
) -> UnitVersion:
    """Say what a unit is from a day on: another name, word, size or manager, or another commune.

    The same unit goes on; what lies below a unit that moved follows from the same day. Only the
    administrator of the new parent moves a unit. Raises PermissionDenied, ValidationError (also
    when a version starts on that day or later).
    """
    unit, current = locked_unit(unit, by=by)
    last = last_version(unit)
    require_keeping(current, by=by, level=facts.managing_level if facts else "")
    _check_start(unit, last, valid_from)
    above = version_on(parent or last.parent, valid_from)
    if parent:
        powers_of(by).require(Act.ADMINISTER, Place.of(above, authority_id=None))
        unit.province_id = parent.province_id
        unit.save(update_fields=["province"])
    facts = checked_facts(
        facts or UnitFacts.of(last), kind=unit.kind, parent=above, old_name=last.name
    )
    version = copied(last, parent=above, valid_from=valid_from, legal_act=legal_act)
    facts.put_on(version)
    version.full_clean()
    version.save(force_insert=True)
    follow_below(last, version, legal_act=legal_act)
    record_unit_act(
        "unit.revise", version, by=by, summary=f"{version.name}: thay đổi từ {dates.date_text(valid_from)}",
        details={
            "before": plain_values(last, (*FACT_NAMES, "path")),
            "after": plain_values(version, (*FACT_NAMES, "path", "valid_from", "legal_act")),
        },
    )  # fmt: skip
    return version


@transaction.atomic
def close_unit(unit: Unit, *, ended_on: dt.date, legal_act: str, by: User) -> Unit:
    """Close a unit below the commune: `ended_on` is the first day it is no more.

    Raises PermissionDenied, ValidationError.
    """
    unit, current = locked_unit(unit, by=by)
    require_keeping(current, by=by)
    if unit.kind not in GRASSROOTS_KINDS:
        raise ValidationError("Chỉ kết thúc được đơn vị dưới cấp xã.")
    if unit.ended_on:
        raise ValidationError({"ended_on": f"Đã kết thúc từ {dates.date_text(unit.ended_on)}."})
    last = last_version(unit)
    if last.valid_from and ended_on <= last.valid_from:
        raise ValidationError({"ended_on": f"Phải sau ngày {dates.date_text(last.valid_from)}."})
    if not legal_act.strip():
        raise ValidationError({"legal_act": "Ghi văn bản làm căn cứ kết thúc đơn vị."})
    unit.ended_on, unit.ended_by_act = ended_on, legal_act.strip()
    unit.full_clean()
    unit.save()
    record_unit_act(
        "unit.close", current, by=by, summary=f"Kết thúc {current.name} từ {dates.date_text(ended_on)}",
        details={"ended_on": ended_on, "legal_act": unit.ended_by_act},
    )  # fmt: skip
    return unit


def _check_start(unit: Unit, last: UnitVersion, valid_from: dt.date) -> None:
    """Raise ValidationError unless a new version may start on that day."""
    if unit.ended_on and valid_from >= unit.ended_on:
        raise ValidationError({"valid_from": "Đơn vị đã kết thúc trước ngày này."})
    if last.valid_from and valid_from <= last.valid_from:
        after = dates.date_text(last.valid_from)
        raise ValidationError(
            {"valid_from": f"Phải sau ngày {after}, ngày của lần thay đổi trước."}
        )


def _commune_versions(commune: Unit, valid_from: dt.date | None) -> list[UnitVersion]:
    """The version under which a unit starts, then the later ones that lie elsewhere."""
    first = version_on(commune, valid_from) if valid_from else last_version(commune)
    found = [first]
    later = commune.versions.filter(valid_from__gt=first.valid_from or dt.date.min)
    for version in later.select_related("unit").order_by("valid_from"):
        if version.path != found[-1].path:
            found.append(version)
    return found


def _parent_of(version: UnitVersion) -> UnitVersion:
    """The version of the unit above under which this version lies."""
    path = version.path.removesuffix(f"{version.unit_id}/")
    return UnitVersion.objects.select_related("unit").filter(path=path)[0]


def _new_place(above: UnitVersion, kind: str, facts: UnitFacts) -> Place:
    level = facts.managing_level
    known = level in ManagingLevel.values
    authority = acting_units([above], level).get(above.unit_id) if known else None
    return Place(0, kind, above.path, authority)
