"""Everything a story of the demo needs to know: units, people and crews of both eras."""

from dataclasses import dataclass
from random import Random

from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from units.models import Kind, Unit

from . import people
from .places import DISTRICT, SUCCESSORS, MadeUp
from .register import former_commune, government_unit
from .stories import Crew


@dataclass(slots=True)
class World:
    """The demo's Quan Sơn: its made-up units, and who acts for whom in which era."""

    administrator: User
    province: Crew
    district: Crew
    now: dict[str, Crew]
    """The communes of today by code."""
    before: dict[str, Crew]
    """The communes of before 01/7/2025 by code; the same crew where nothing changed."""
    units: dict[MadeUp, Unit]
    random: Random

    def unit(self, name: str) -> Unit:
        return next(unit for one, unit in self.units.items() if one.name == name)

    def units_named(self, name: str) -> list[Unit]:
        """The unit of that name, if it lies in this world."""
        return [unit for one, unit in self.units.items() if one.name == name]

    def has(self, name: str) -> bool:
        return bool(self.units_named(name))

    def areas(self, *, old: str = "", code: str = "") -> list[Unit]:
        """The residential areas of one commune, in story order."""
        return [
            unit
            for one, unit in self.units.items()
            if one.kind == Kind.RESIDENTIAL_AREA
            and (one.old_code == old if old else one.code == code)
        ]


def gather(codes: tuple[str, ...], units: dict[MadeUp, Unit], random: Random) -> World:
    """The world of some communes of today, with the communes they were made of."""
    today = localdate()
    now = {
        code: Crew.of(government_unit(code), _staff(people.COMMUNES[code]), day=today)
        for code in codes
    }
    before = {
        old: now[new]
        if old in people.KEPT
        else Crew.of(former_commune(old), _staff(people.FORMER[old]), day=people.LONG_SINCE)
        for old, new in SUCCESSORS.items()
        if new in codes
    }
    return World(
        administrator=User.objects.get(username="quantri.thanhhoa"),
        province=Crew.of(government_unit(people.PROVINCE), _staff("thanhhoa"), day=today, first=301),
        district=Crew.of(government_unit(DISTRICT), _staff("huyenquanson"), day=people.LONG_SINCE),
        now=now, before=before, units=units, random=random,
    )  # fmt: skip


def _staff(ending: str) -> dict[Role, User]:
    names = [f"{prefix}.{ending}" for prefix, _, _ in people.STAFF]
    users = User.objects.in_bulk(names, field_name="username")
    return {role: users[f"{prefix}.{ending}"] for prefix, role, _ in people.STAFF}
