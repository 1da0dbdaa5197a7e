"""Units become one, one becomes several, one takes another name: what the register keeps of it.

A merger or division makes new units and ends the old ones, which stay readable with their years;
a new name is a new version of the same unit.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib import dates

from ..models import GRASSROOTS_KINDS, Kind, Unit, UnitSuccession, UnitVersion
from ..selectors import Place, keeping_place, powers_of
from .acts import locked_unit, plain_values, record_unit_act, require_keeping
from .facts import FACT_NAMES, UnitFacts, checked_facts
from .units import revise_unit
from .versions import add_version, follow_below, last_version, version_on

CHANGING_KINDS: Final = (*GRASSROOTS_KINDS, Kind.COMMUNE)
"""Kinds of units that are merged and divided here; provinces change by the loaded lists."""


@dataclass(frozen=True, slots=True)
class _Change:
    """One act of merging or dividing: since when, by which paper, by whom."""

    on: dt.date
    legal_act: str
    by: User

    @property
    def since(self) -> str:
        return f"từ {dates.date_text(self.on)}"


@transaction.atomic
def merge_units(
    units: Sequence[Unit],
    *,
    into: UnitFacts,
    on: dt.date,
    legal_act: str,
    by: User,
    parent: Unit | None = None,
) -> UnitVersion:
    """Make one new unit of several, which end that day; return its first version.

    It is of their kind and lies where they all lie, or in the commune its administrator names as
    `parent`. Its head-counts are their sum where all are known, as of the latest count. What lies
    below merged communes follows. Raises PermissionDenied, ValidationError, Unit.DoesNotExist for
    a unit out of sight. Legal: Luật 72/2025/QH15 Điều 51 (communes).
    """
    change = _checked_change(on, legal_act, by)
    old = _locked_versions(units, change)
    if len(old) < 2:
        raise ValidationError({"units": "Chọn ít nhất hai đơn vị để sáp nhập."})
    above = _common_parent(old, parent, change)
    _end_all(old, change)
    new = _new_unit(old, into, above, change)
    _add_head_counts(new, old)
    for version in old:
        _link(version, new, change, is_default=True)
        follow_below(version, new, legal_act=change.legal_act)
    names = ", ".join(version.name for version in old)
    _record("merge", old, [new], change, summary=f"Sáp nhập {names} thành {new.name}")
    return new


@transaction.atomic
def split_unit(
    unit: Unit,
    *,
    into: Sequence[UnitFacts],
    on: dt.date,
    legal_act: str,
    by: User,
    default: int = 0,
) -> list[UnitVersion]:
    """Make several new units of one, which ends that day; return their first versions in the order given.

    `default` is the place of the one that takes the main part. Their head-counts are unknown
    until somebody counts. Only units below the commune are divided here. Raises as `merge_units`.
    """
    change = _checked_change(on, legal_act, by)
    old = _locked_versions([unit], change)
    if old[0].unit.kind not in GRASSROOTS_KINDS:
        raise ValidationError("Chỉ chia tách được đơn vị dưới cấp xã.")
    if len(into) < 2 or not 0 <= default < len(into):
        raise ValidationError({"into": "Ghi ít nhất hai đơn vị mới, chọn một nơi nhận phần chính."})
    above = _common_parent(old, None, change)
    _end_all(old, change)
    new = [_new_unit(old, facts, above, change) for facts in into]
    for place, version in enumerate(new):
        _link(old[0], version, change, is_default=place == default)
    names = ", ".join(version.name for version in new)
    _record("split", old, new, change, summary=f"Chia tách {old[0].name} thành {names}")
    return new


def rename_unit(
    unit: Unit, *, on: dt.date, legal_act: str, by: User, name: str = "", sub_kind: str = ""
) -> UnitVersion:
    """Give a unit another name or word from a day on: a new version of the same unit; return it.

    What is not given stays. Raises as `merge_units`.
    """
    if not legal_act.strip():
        raise ValidationError({"legal_act": "Ghi văn bản làm căn cứ."})
    last = last_version(Unit.objects.visible_to(by).get(pk=unit.pk))
    word = sub_kind or last.sub_kind
    facts = replace(UnitFacts.of(last), name=name or last.bare_name, sub_kind=word)
    return revise_unit(unit, valid_from=on, facts=facts, legal_act=legal_act.strip(), by=by)


def _checked_change(on: dt.date, legal_act: str, by: User) -> _Change:
    if on > localdate():
        raise ValidationError({"on": "Ngày này còn ở phía trước; ghi khi văn bản đã có hiệu lực."})
    if not legal_act.strip():
        raise ValidationError({"legal_act": "Ghi văn bản làm căn cứ."})
    return _Change(on, legal_act.strip(), by)


def _locked_versions(units: Sequence[Unit], change: _Change) -> list[UnitVersion]:
    """Lock the units in the order of their ids; return the last versions, fit to change that day."""
    wanted = sorted({unit.pk: unit for unit in units}.values(), key=lambda unit: unit.pk)
    found = []
    for one in wanted:
        unit, current = locked_unit(one, by=change.by)
        require_keeping(current, by=change.by)
        last = last_version(unit)
        if unit.ended_on:
            ended = dates.date_text(unit.ended_on)
            raise ValidationError({"units": f"{last.name} đã kết thúc từ {ended}."})
        if last.valid_from and change.on <= last.valid_from:
            after = dates.date_text(last.valid_from)
            raise ValidationError({"on": f"Phải sau ngày {after}, ngày thay đổi của {last.name}."})
        found.append(last)
    kinds = {version.unit.kind for version in found}
    if len(kinds) > 1 or not kinds <= set(CHANGING_KINDS):
        raise ValidationError(
            {"units": "Chỉ sáp nhập, chia tách đơn vị cùng loại hình, từ cấp xã trở xuống."}
        )
    return found


def _common_parent(old: Sequence[UnitVersion], parent: Unit | None, change: _Change) -> UnitVersion:
    """The version of the unit under which the new ones lie that day."""
    if parent is not None:
        above = version_on(parent, change.on)
        powers_of(change.by).require(Act.ADMINISTER, Place.of(above, authority_id=None))
        if old[0].parent is None or above.unit.kind != old[0].parent.kind:
            raise ValidationError({"parent": "Nơi đặt đơn vị mới phải cùng cấp với nơi cũ."})
        return above
    if len({version.parent_id for version in old}) > 1:
        raise ValidationError(
            {"units": "Các đơn vị ở nhiều xã: quản trị tỉnh chọn xã của đơn vị mới."}
        )
    return version_on(old[0].parent, change.on)


def _end_all(old: Sequence[UnitVersion], change: _Change) -> None:
    for version in old:
        version.unit.ended_on, version.unit.ended_by_act = change.on, change.legal_act
        version.unit.full_clean()
        version.unit.save()


def _new_unit(
    old: Sequence[UnitVersion], facts: UnitFacts, above: UnitVersion, change: _Change
) -> UnitVersion:
    """Add one unit of the same kind; its name may be the one of a unit that has just ended."""
    kind = old[0].unit.kind
    unit = Unit(
        kind=kind,
        province_id=above.unit.province_id or above.unit_id,
        is_demo=all(version.unit.is_demo for version in old),
    )
    facts = checked_facts(facts, kind=kind, parent=above)
    unit.full_clean()
    unit.save()
    new = add_version(unit, facts, parent=above, valid_from=change.on, legal_act=change.legal_act)
    new.unit = unit
    if kind in GRASSROOTS_KINDS:
        powers_of(change.by).require(Act.KEEP_UNITS, keeping_place(new))
    else:
        new.document_place = new.bare_name
        new.save(update_fields=["document_place"])
    return new


def _add_head_counts(new: UnitVersion, old: Sequence[UnitVersion]) -> None:
    """What the merged units had together; unknown where one of them is."""
    for name in ("households", "members"):
        counts = [getattr(version, name) for version in old]
        setattr(new, name, None if None in counts else sum(counts))
    if new.households is not None or new.members is not None:
        new.counted_on = max(version.counted_on for version in old if version.counted_on)
    new.full_clean()
    new.save()


def _link(old: UnitVersion, new: UnitVersion, change: _Change, *, is_default: bool) -> None:
    UnitSuccession.objects.create(
        predecessor_id=old.unit_id,
        successor_id=new.unit_id,
        on=change.on,
        legal_act=change.legal_act,
        is_default=is_default,
    )


def _record(
    word: str,
    old: Sequence[UnitVersion],
    new: Sequence[UnitVersion],
    change: _Change,
    *,
    summary: str,
) -> None:
    """One row for each new unit and one for each that ended, so that either tells the story."""
    details = {
        "on": change.on,
        "legal_act": change.legal_act,
        "before": [version.unit_id for version in old],
        "after": [version.unit_id for version in new],
    }
    for version in (*new, *old):
        record_unit_act(
            f"unit.{word}", version, by=change.by, summary=f"{summary} {change.since}",
            details=details | plain_values(version, (*FACT_NAMES, "path", "households", "members")),
        )  # fmt: skip
