"""What the register says of the units of one commune, as a sheet shows it; and whose communes they are."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from accounts.models import User
from accounts.roles import Act

from ..importing import KnownUnit
from ..importing.checking import Said
from ..models import GRASSROOTS_KINDS, Kind, Unit, UnitVersion, UnitVersionQuerySet
from .powers import powers_of
from .register import alive_versions

MOST_COMMUNES: Final = 400


def importable_communes(user: User) -> list[UnitVersion]:
    """Communes where this person may add some unit, in Vietnamese order; two queries.

    One's own, for the offices of a province those of the province; nothing for the superuser,
    who names the commune.
    """
    paths = powers_of(user).paths_for(Act.KEEP_UNITS)
    alive = alive_versions().under(*paths).filter(unit__kind=Kind.COMMUNE).select_related("unit")
    return list(alive.order_by("sort_key", "pk")[:MOST_COMMUNES])


def units_in(commune_id: int, user: User) -> UnitVersionQuerySet:
    """Units right below a commune that exist and that this person sees, in the order of the sheet."""
    seen = Unit.objects.visible_to(user).values("pk")
    found = alive_versions().filter(
        parent=commune_id, unit__kind__in=GRASSROOTS_KINDS, unit__in=seen
    )
    return found.select_related("unit").order_by("unit__kind", "sort_key", "pk")


def known_units(commune_id: int, user: User) -> list[KnownUnit]:
    """What the register says of these units, as a row of the sheet would; three queries."""
    versions = list(units_in(commune_id, user))
    starts: dict[int, set[dt.date | None]] = defaultdict(set)
    former: dict[int, int] = {}
    ids = [version.unit_id for version in versions]
    rows = UnitVersion.objects.filter(unit__in=ids).order_by("unit", "-valid_from", "pk")
    for unit_id, parent_id, start in rows.values_list("unit", "parent", "valid_from"):
        starts[unit_id].add(start)
        if parent_id != commune_id:
            former[unit_id] = parent_id
    named = UnitVersion.objects.in_force().filter(unit__in=set(former.values()))
    names = {row.unit_id: row.spoken_name for row in named}
    places = {unit_id: names.get(parent_id, "") for unit_id, parent_id in former.items()}
    return [_known(version, starts[version.unit_id], places) for version in versions]


def sheet_rows(known: Iterable[KnownUnit], *, commune: str) -> list[Said]:
    """The units as the sheet writes them: the former commune only where a name is shared."""
    known = list(known)
    alike = Counter((one.said.kind, one.said.name.casefold()) for one in known)
    return [
        replace(
            one.said,
            former_place=(one.said.former_place or commune)
            if alike[one.said.kind, one.said.name.casefold()] > 1
            else "",
        )
        for one in known
    ]


def _known(
    version: UnitVersion, starts: set[dt.date | None], places: Mapping[int, str]
) -> KnownUnit:
    said = Said(
        row=0,
        name=version.name,
        kind=version.unit.kind,
        sub_kind=version.sub_kind,
        managing_level=version.managing_level,
        enterprise_size=version.enterprise_size,
        former_place=places.get(version.unit_id, ""),
        households=version.households,
        members=version.members,
        counted_on=version.counted_on,
        representative_name=version.representative_name,
        representative_title=version.representative_title,
        contact_phone=version.contact_phone,
        valid_from=version.valid_from,
        legal_act=version.legal_act,
    )
    dated = [start for start in starts if start]
    return KnownUnit(version.unit_id, said, frozenset(starts), max(dated, default=None))
