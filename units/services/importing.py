"""Writing a sheet of units into the register: all of it, or nothing."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act

from ..importing import Change, Plan, Problem, Row, make_plan
from ..importing.checking import Said
from ..importing.columns import PLACES
from ..models import Kind, ManagingLevel, Unit, UnitVersion
from ..selectors import Place, acting_units, keeping_place, known_units, powers_of, units_in
from ..selectors.powers import Powers, government_above
from .acts import locked_unit
from .facts import UnitFacts
from .head_counts import HeadCounts, update_head_counts
from .units import correct_unit, create_unit, revise_unit


class SheetRefused(Exception):
    """A sheet of which nothing was written; `plan` has the problems."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("nothing was written")
        self.plan = plan


def plan_import(commune: Unit, rows: Sequence[Row], *, by: User) -> Plan:
    """What the sheet would do to a commune's units, or every reason why it does nothing; writes nothing.

    The number of queries does not grow with the rows. Raises Unit.DoesNotExist for a commune
    out of sight.
    """
    commune = Unit.objects.visible_to(by).get(pk=commune.pk, kind=Kind.COMMUNE)
    above = commune.versions.in_force().select_related("unit").get()
    known = known_units(commune.pk, by)
    plan = make_plan(rows, known, commune=above.spoken_name, today=localdate())
    plan.problems += _refusals(plan, commune, above, by=by)
    plan.problems.sort(key=lambda one: (one.row, PLACES.get(one.column, -1)))
    return plan


@transaction.atomic
def import_units(commune: Unit, rows: Sequence[Row], *, by: User) -> Plan:
    """Write the whole sheet through the acts of the register; return what was done.

    Each unit keeps its own row in the log. A second time the same sheet changes nothing. Raises
    SheetRefused, and writes nothing, where anything is wrong; Unit.DoesNotExist.
    """
    commune, _ = locked_unit(commune, by=by)
    plan = plan_import(commune, rows, by=by)
    if plan.problems:
        raise SheetRefused(plan)
    for change in (*plan.changed, *plan.added):
        try:
            _write(change, commune, by=by)
        except ValidationError as refused:
            plan.problems.append(_problem(change.said, refused))
            raise SheetRefused(plan) from None
    return plan


def _write(change: Change, commune: Unit, *, by: User) -> None:
    said = change.said
    if change.known is None:
        created = create_unit(
            parent=commune, kind=said.kind, facts=_facts(said), valid_from=said.valid_from,
            legal_act=said.legal_act, by=by,
        )  # fmt: skip
        unit = created.unit
    else:
        unit = Unit.objects.get(pk=change.known.unit_id)
        if change.is_revision and said.valid_from:
            revise_unit(
                unit,
                valid_from=said.valid_from,
                facts=_facts(said),
                legal_act=said.legal_act,
                by=by,
            )
        elif change.changes_facts:
            version = unit.versions.in_force().select_related("unit").get()
            correct_unit(version, facts=_facts(said), by=by)
    counts = _counts(said)
    if change.changes_details or (change.known is None and counts != HeadCounts()):
        update_head_counts(unit, counts=counts, by=by)


def _facts(said: Said) -> UnitFacts:
    return UnitFacts(
        name=said.name,
        sub_kind=said.sub_kind,
        managing_level=said.managing_level,
        enterprise_size=said.enterprise_size,
    )


def _counts(said: Said) -> HeadCounts:
    return HeadCounts(
        households=said.households,
        members=said.members,
        counted_on=said.counted_on,
        representative_name=said.representative_name,
        representative_title=said.representative_title,
        contact_phone=said.contact_phone,
    )


def _refusals(plan: Plan, commune: Unit, above: UnitVersion, *, by: User) -> list[Problem]:
    """Rows that are well written but that this person, or this commune, cannot have."""
    powers = powers_of(by)
    versions = {version.unit_id: version for version in units_in(commune.pk, by)}
    kinds = government_above([above])
    levels = {
        level: acting_units([above], level, above=kinds).get(above.unit_id)
        for level in ManagingLevel
    }
    first = min((start for start in _starts(commune)), default=None)
    found = []
    for change in (*plan.added, *plan.changed):
        said, level = change.said, ManagingLevel(change.said.managing_level)
        place = Place(0, said.kind, above.path, levels[level])
        moves = change.known is None or "managing_level" in change.fields
        if moves and levels[level] is None:
            found.append(
                _at(said, "managing_level", "Nơi này không có đơn vị ở cấp quản lý đã chọn.")
            )
        elif moves and not powers.may(Act.KEEP_UNITS, place):
            found.append(_at(said, "managing_level", _not_yours(level)))
        elif change.known and not _may_change(powers, versions[change.known.unit_id], change):
            found.append(
                _at(
                    said,
                    "",
                    "Đơn vị này không thuộc quyền sửa của bạn; giữ nguyên dòng như tệp xuất ra.",
                )
            )
        if first and said.valid_from and said.valid_from < first and change.known is None:
            found.append(
                _at(
                    said,
                    "valid_from",
                    "Xã, phường, đặc khu chưa có vào ngày này; để trống nếu không rõ.",
                )
            )
    return found


def _starts(commune: Unit) -> list[dt.date]:
    starts = list(commune.versions.values_list("valid_from", flat=True))
    return [] if None in starts else [start for start in starts if start]


def _may_change(powers: Powers, version: UnitVersion, change: Change) -> bool:
    place = keeping_place(version)
    if place.authority_id is None and "managing_level" in change.fields:
        return True
    acts = [Act.KEEP_UNITS] * change.changes_facts + [Act.KEEP_HEAD_COUNTS] * change.changes_details
    return all(powers.may(act, place) for act in acts)


def _not_yours(level: ManagingLevel) -> str:
    return (
        f"Bạn không ghi được đơn vị do {level.label.lower()} quản lý; việc này của cán bộ {level.label.lower()} "
        "hoặc quản trị tỉnh."
    )


def _at(said: Said, column: str, message: str) -> Problem:
    return Problem(said.row, column, message)


def _problem(said: Said, refused: ValidationError) -> Problem:
    if hasattr(refused, "error_dict"):
        field, messages = next(iter(refused.message_dict.items()))
        return Problem(said.row, field if field in PLACES else "", " ".join(messages))
    return Problem(said.row, "", " ".join(refused.messages))
