"""The demo's register: units of before 01/7/2025, and what became of them on that day."""

import datetime as dt
from typing import Final

from accounts.models import User
from units.models import Kind, Unit, UnitVersion
from units.selectors import alive_versions
from units.services import UnitFacts, close_unit, correct_unit, create_unit, revise_unit

from .clock import on_day
from .places import BEGUN_THIS_YEAR, FOUNDED, OTHERS, SUCCESSORS, MadeUp, areas_of

REFORM_DAY: Final = dt.date(2025, 7, 1)
ENTERED_ON: Final = dt.date(2024, 1, 8)
ACT: Final = "Luật 72/2025/QH15; Nghị quyết 1686/NQ-UBTVQH15"


def government_unit(code: str) -> Unit:
    """The province or commune of today, or the district of old, that bears the code."""
    kinds = {2: Kind.PROVINCE, 3: Kind.DISTRICT, 5: Kind.COMMUNE}
    versions = UnitVersion.objects.in_force() if len(code) == 3 else alive_versions()
    return versions.select_related("unit").get(code=code, unit__kind=kinds[len(code)]).unit


def former_commune(code: str) -> Unit:
    """The commune that bore the code before 01/7/2025; it may be the one of today."""
    versions = UnitVersion.objects.filter(valid_from=None, unit__kind=Kind.COMMUNE)
    return versions.select_related("unit").get(code=code).unit


def enter_units(codes: tuple[str, ...], *, by: User) -> dict[MadeUp, Unit]:
    """The made-up units of the communes of today with these codes, in story order; made once.

    Those of earlier years are written down as of then, with what 01/7/2025 made of them.
    """
    wanted = [one for old in SUCCESSORS for one in areas_of(old)] + list(OTHERS)
    return {one: _unit(one, by=by) for one in wanted if one.code in codes}


def _unit(made_up: MadeUp, *, by: User) -> Unit:
    old = former_commune(made_up.old_code)
    known = UnitVersion.objects.filter(
        name=made_up.full_name, parent=old, unit__is_demo=True
    ).select_related("unit")
    version = known.first()
    if version:
        return version.unit
    if made_up.name in BEGUN_THIS_YEAR:
        facts = _facts(made_up, made_up.managing_level)
        return create_unit(parent=old, kind=made_up.kind, facts=facts, by=by, is_demo=True).unit
    return _unit_of_before(made_up, old, by=by)


def _unit_of_before(made_up: MadeUp, old: Unit, *, by: User) -> Unit:
    facts = _facts(made_up, made_up.managing_level)
    with on_day(ENTERED_ON):
        unit = create_unit(
            parent=old, kind=made_up.kind, facts=facts, by=by, valid_from=FOUNDED, is_demo=True
        ).unit
        if made_up.first_level:
            first = unit.versions.in_force().get()
            correct_unit(first, facts=_facts(made_up, made_up.first_level), by=by)
    with on_day(REFORM_DAY):
        if made_up.ended:
            return close_unit(unit, ended_on=REFORM_DAY, legal_act=ACT, by=by)
        new = government_unit(made_up.code)
        if new != old:
            revise_unit(unit, valid_from=REFORM_DAY, facts=facts, parent=new, legal_act=ACT, by=by)
    return unit


def _facts(made_up: MadeUp, managing_level: str) -> UnitFacts:
    return UnitFacts(
        name=made_up.full_name, sub_kind=made_up.sub_kind, managing_level=managing_level,
        enterprise_size=made_up.enterprise_size,
    )  # fmt: skip
