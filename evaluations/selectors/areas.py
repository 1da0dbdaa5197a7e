"""Whose units a page is about: the authority a person works for, and the year that is open there."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act, Role
from units.models import TERRITORIAL_KINDS, Kind, Unit, UnitVersion
from units.selectors import Place, Powers, managing_unit_id

from ..models import RosterEntry, Season


@dataclass(frozen=True, slots=True)
class Area:
    """One authority with its name today, whose units a page shows."""

    version: UnitVersion
    powers: Powers

    @property
    def unit(self) -> Unit:
        return self.version.unit

    @property
    def pk(self) -> int:
        return self.version.unit_id

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def spoken_name(self) -> str:
        return self.version.spoken_name

    @property
    def province_id(self) -> int:
        return self.version.unit.province_id or self.version.unit_id

    @property
    def is_commune(self) -> bool:
        return self.unit.kind == Kind.COMMUNE

    @property
    def is_seen_whole(self) -> bool:
        """Whether the person sees every unit that lies here, and not only some kinds or one unit."""
        return self.powers.is_superuser or any(
            self.version.path.startswith(grant.path)
            for grant in self.powers.sight.grants
            if grant.role != Role.REPORTER and not grant.kinds
        )

    def may(self, act: Act) -> bool:
        """Whether the person does this act for units this authority manages, were it only the own one."""
        places = [*(self.place(kind) for kind in self._kinds()), *self._spoken_for()]
        return any(self.powers.may(act, place) for place in places)

    def place(self, kind: str = Kind.RESIDENTIAL_AREA, unit_id: int = 0) -> Place:
        """The place of a unit that this authority manages, as permissions ask for it."""
        return Place(unit_id, kind, self.version.path, self.pk)

    def _spoken_for(self) -> list[Place]:
        """The units lying here for which the person reports; acts reach them one by one."""
        return [
            Place(grant.unit_id, "", grant.path, None)
            for grant in self.powers.sight.grants
            if grant.role == Role.REPORTER and grant.path.startswith(self.version.path)
        ]

    def _kinds(self) -> set[str]:
        named = {kind for grant in self.powers.sight.grants for kind in grant.kinds}
        return named | {Kind.RESIDENTIAL_AREA}


def named_areas(ids: Sequence[int]) -> dict[int, UnitVersion]:
    """The versions in force of units of government, by unit id, `unit` loaded; one query."""
    versions = UnitVersion.objects.in_force().select_related("unit")
    found = versions.filter(unit__in=ids, unit__kind__in=TERRITORIAL_KINDS)
    return {version.unit_id: version for version in found}


def area_of(powers: Powers, *, asked: int | None = None) -> Area | None:
    """The authority a page is about: the one asked for, else the person's own; None if neither is.

    Asked for, it must be one the person sees, or the one that manages the unit a reporter speaks
    for. Raises Unit.DoesNotExist otherwise.
    """
    if asked is not None:
        return _asked_area(powers, asked)
    own = named_areas(own_area_ids(powers))
    if own:
        first = min(own.values(), key=lambda one: (one.unit.kind != Kind.COMMUNE, one.sort_key))
        return Area(first, powers)
    reported = _reported_area_ids(powers)
    managing = named_areas(reported)
    return Area(managing[reported[0]], powers) if managing else None


def _asked_area(powers: Powers, asked: int) -> Area:
    version = named_areas([asked]).get(asked)
    if version is None:
        raise Unit.DoesNotExist("Không có đơn vị này.")
    is_seen = powers.is_superuser or any(
        version.path.startswith(grant.path) for grant in powers.sight.grants
    )
    if not is_seen and asked not in _reported_area_ids(powers):
        raise Unit.DoesNotExist("Không có đơn vị này.")
    return Area(version, powers)


def own_area_ids(powers: Powers) -> list[int]:
    """Ids of the units on which the person holds a role that reaches over other units."""
    return sorted(
        {
            grant.unit_id
            for grant in powers.sight.grants
            if grant.is_held_directly and grant.role != Role.REPORTER
        }
    )


def _reported_area_ids(powers: Powers) -> list[int]:
    units = [grant.unit_id for grant in powers.sight.grants if grant.role == Role.REPORTER]
    versions = UnitVersion.objects.in_force().filter(unit__in=units).select_related("unit")
    found = [managing_unit_id(version) for version in versions] if units else []
    return [pk for pk in found if pk is not None]


def areas_below(area: Area) -> "QuerySet[UnitVersion]":
    """The communes a person may choose to look at from a province or a district of old, in Vietnamese order."""
    below = UnitVersion.objects.in_force().filter(unit__kind=Kind.COMMUNE, unit__ended_on=None)
    return below.under(area.version.path).select_related("unit").order_by("sort_key", "pk")


def search_areas(words: str) -> list[UnitVersion]:
    """Communes and provinces whose name holds the words, in Vietnamese order, at most 50."""
    alive = UnitVersion.objects.in_force().filter(
        unit__kind__in=(Kind.PROVINCE, Kind.COMMUNE), unit__ended_on=None
    )
    return list(alive.search(words).select_related("unit").order_by("sort_key", "pk")[:50])


def listed_entries(user: User, area: Area, year: int) -> "QuerySet[RosterEntry]":
    """The rows of the area's list of that year that the person sees."""
    rows = RosterEntry.objects.filter(roster__authority=area.pk, roster__year=year)
    return rows if area.is_seen_whole else rows.visible_to(user)


def seasons_of(area: Area) -> list[Season]:
    """Every season of the area's province, the newest year first; one query."""
    seasons = Season.objects.filter(province=area.province_id).select_related("criteria_set")
    return list(seasons.order_by("-year", "unit_kind", "-scheme"))


def current_year(seasons: Sequence[Season]) -> int:
    """The year people work in now: this year if it is open, else the newest one."""
    today = localdate().year
    years = [season.year for season in seasons]
    return today if today in years or not years else max(years)
