"""Whose units a page is about: the authority a person works for, and the year that is open there."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act, Role
from units.models import TERRITORIAL_KINDS, Kind, Unit, UnitVersion
from units.selectors import Place, Powers, alive_versions, managing_unit_id, managing_unit_ids

from ..models import RosterEntry, Season
from .authorities import APPRAISING_ACTS, sending_act

ENTERING_ACTS: Final = (Act.REGISTER, Act.ANSWER, Act.SUBMIT)
"""What a commune or district does itself for its own file."""


@dataclass(frozen=True, slots=True)
class Area:
    """One authority with its name today, whose units a page shows."""

    version: UnitVersion
    powers: Powers
    governed: Mapping[int, str] = field(default_factory=dict)
    """Kinds of the communes (districts) on its list at which the person holds a role, by id."""

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
        """Whether the person does this act for units this authority answers for, were it only the own one."""
        places = [*(self.place(kind) for kind in self._kinds()), *self._spoken_for()]
        if any(self.powers.may(act, place) for place in places):
            return True
        governed = self._governed() if act in ENTERING_ACTS else []
        return any(self.powers.may(_act_for(act, one.kind), one) for one in governed)

    def may_for(self, act: Act, version: UnitVersion) -> bool:
        """Whether the person does this act for one unit on this authority's list; `unit` is loaded.

        A commune or district enters and sends for itself; the level above accepts and appraises.
        """
        kind = version.unit.kind
        return self.powers.may(_act_for(act, kind), self.place(kind, version.unit_id, act=act))

    def place(
        self, kind: str = Kind.RESIDENTIAL_AREA, unit_id: int = 0, *, act: Act = Act.ANSWER
    ) -> Place:
        """The place of a unit that this authority answers for, as permissions ask for it."""
        enters_itself = kind in TERRITORIAL_KINDS and act not in APPRAISING_ACTS
        return Place(unit_id, kind, self.version.path, unit_id if enters_itself else self.pk)

    def entering_place(self, version: UnitVersion) -> Place:
        """Where entering for one unit on this list is asked for; `unit` is loaded."""
        return self.place(version.unit.kind, version.unit_id)

    def _spoken_for(self) -> list[Place]:
        """The units lying here for which the person reports; acts reach them one by one."""
        return [
            Place(grant.unit_id, "", grant.path, None)
            for grant in self.powers.sight.grants
            if grant.role == Role.REPORTER and grant.path.startswith(self.version.path)
        ]

    def _governed(self) -> list[Place]:
        """The communes (districts) on this list for whose own file the person works."""
        return [Place(pk, kind, self.version.path, pk) for pk, kind in self.governed.items()]

    def _kinds(self) -> set[str]:
        named = {kind for grant in self.powers.sight.grants for kind in grant.kinds}
        return named | {Kind.RESIDENTIAL_AREA}


def _act_for(act: Act, kind: str) -> Act:
    return sending_act(kind) if act == Act.SUBMIT else act


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
    if is_seen:
        return Area(version, powers)
    governed = _governed_by(powers, version)
    if not governed and asked not in _reported_area_ids(powers):
        raise Unit.DoesNotExist("Không có đơn vị này.")
    return Area(version, powers, governed)


def _governed_by(powers: Powers, authority: UnitVersion) -> dict[int, str]:
    """Kinds of the person's own units of government that stand on this authority's list, by id."""
    own = named_areas(own_area_ids(powers)).values()
    below = [one for one in own if one.unit_id != authority.unit_id]
    listed = managing_unit_ids(below) if below else {}
    return {
        one.unit_id: one.unit.kind for one in below if listed.get(one.unit_id) == authority.unit_id
    }


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


def listing_day(year: int) -> dt.date:
    """The day as of which a year's list follows the register: today, or the last day of a past year."""
    today = localdate()
    return today if year >= today.year else dt.date(max(year, dt.MINYEAR), 12, 31)


def areas_below(area: Area, year: int) -> "QuerySet[UnitVersion]":
    """The communes, and districts of old, of a province or district as a year's last day found them.

    What a person may choose to look at, in Vietnamese order; of this year those of today. The
    districts, which ended within 2025, are among those of 2024 and before.
    """
    day = listing_day(year)
    own = UnitVersion.objects.in_force(day).filter(unit=area.pk).values_list("path", flat=True)
    below = alive_versions(day).filter(unit__kind__in=(Kind.DISTRICT, Kind.COMMUNE))
    below = below.under(*own).exclude(unit=area.pk)
    return below.select_related("unit").order_by("sort_key", "pk")


def search_areas(words: str) -> list[UnitVersion]:
    """Communes and provinces whose name holds the words, in Vietnamese order, at most 50."""
    alive = alive_versions().filter(unit__kind__in=(Kind.PROVINCE, Kind.COMMUNE))
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
