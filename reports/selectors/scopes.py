"""Whose report a person may ask for."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.timezone import localdate, localtime

from accounts.models import User
from accounts.roles import ALLOWED, Act, Reach
from antq_portal.lib import dates
from evaluations.models import Roster
from units.models import (
    EVALUATED_KINDS,
    GRASSROOTS_KINDS,
    TERRITORIAL_KINDS,
    Grant,
    Kind,
    Sight,
    UnitVersion,
    UnitVersionQuerySet,
    sight_of,
)

from ..base import BY_COMMUNE, BY_KIND, BY_LIST, BY_PLACE, Parameters

NEAREST_FIRST: Final = (Kind.COMMUNE, Kind.DISTRICT, Kind.PROVINCE)
"""Of several units a person works for, the one whose report opens first; then the unit's own."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The units a person may ask a report for, and the kinds of units the person follows there."""

    sight: Sight

    @property
    def is_empty(self) -> bool:
        return not self.sight.sees_all and self.condition() is None

    def condition(self) -> Q | None:
        """A condition on versions in force; None when the person may ask for nothing."""
        conditions = [found for grant in self.sight.grants if (found := _condition(grant))]
        return reduce(or_, conditions) if conditions else None

    def versions(self) -> UnitVersionQuerySet:
        """The versions in force of those units, `unit` loaded; the nation has no list of its own."""
        found = UnitVersion.objects.in_force().exclude(unit__kind=Kind.NATION)
        found = found.select_related("unit")
        if self.sight.sees_all:
            return found
        condition = self.condition()
        return found.none() if condition is None else found.filter(condition)

    def find(self, unit_id: int) -> UnitVersion | None:
        """The unit asked for, if the person may ask for it: one query."""
        return self.versions().filter(unit=unit_id).first()

    def own(self) -> UnitVersion | None:
        """The unit the person works for, the commune before what is above it: one query."""
        held = {grant.unit_id for grant in self.sight.grants if grant.is_held_directly}
        rank = Case(
            *(When(unit__kind=kind, then=Value(place)) for place, kind in enumerate(NEAREST_FIRST)),
            default=Value(len(NEAREST_FIRST)),
            output_field=IntegerField(),
        )
        return self.versions().filter(unit__in=held).order_by(rank, "sort_key").first()

    def kinds(self, version: UnitVersion) -> tuple[str, ...]:
        """The kinds of units the person follows in that unit, in the order of the law."""
        return tuple(kind for kind in self.evaluated_kinds(version) if kind in GRASSROOTS_KINDS)

    def evaluated_kinds(self, version: UnitVersion) -> tuple[str, ...]:
        """The same with the communes and districts, which have a yearly file of their own."""
        if version.unit.kind in GRASSROOTS_KINDS:
            return (version.unit.kind,)
        grants = [g for g in self.sight.grants if version.path.startswith(g.path)]
        if self.sight.sees_all or any(not grant.kinds for grant in grants):
            return tuple(EVALUATED_KINDS)
        followed = {kind for grant in grants for kind in grant.kinds}
        return tuple(kind for kind in EVALUATED_KINDS if kind in followed)

    def choices(self, chosen: UnitVersion | None, year: int) -> list[tuple[int, str]]:
        """What to choose from beside the chosen unit: its province, with the communes in it.

        Units that ended are offered for years in which they kept a list. One query.
        """
        listed = Roster.objects.filter(authority=OuterRef("unit"), year=year)
        near = Q(unit__kind=Kind.PROVINCE)
        if chosen is not None:
            near |= Q(unit__province=chosen.unit.province_id, unit__kind__in=NEAREST_FIRST)
            near |= Q(unit=chosen.unit_id)
        found = (
            self.versions()
            .filter(near)
            .filter(
                Q(unit__ended_on=None) | Q(unit=chosen.unit_id if chosen else None) | Exists(listed)
            )
        )
        ranked = sorted(
            found, key=lambda one: (one.unit.kind != Kind.PROVINCE, one.sort_key, one.pk)
        )
        return [(version.unit_id, _label(version)) for version in ranked]


def scope_of(user: User) -> Scope:
    """What this person may ask a report for: one query.

    Whoever sees a unit's year sees it summed up; a viewer of some kinds may ask for any unit of
    government in the scope and is shown those kinds.
    """
    return Scope(sight_of(user, localdate()))


def parameters_of(scope: Scope, version: UnitVersion, year: int) -> Parameters:
    """What a report of that unit's year is drawn up from, as of now: one query at most."""
    return Parameters(
        year=year,
        unit_id=version.unit_id,
        province_id=version.unit.province_id or version.unit_id,
        unit_name=name_in(version, year),
        is_authority=version.unit.kind not in GRASSROOTS_KINDS,
        kinds=scope.kinds(version),
        computed_at=localtime(),
        unit_kind=version.unit.kind,
        evaluated_kinds=scope.evaluated_kinds(version),
    )


def grouped(params: Parameters, *, grouping: str = "", counting: str = "") -> Parameters:
    """The same parameters of a report that is grouped.

    A commune opens by kind on the units it answers for, what is above it by commune on all that lies there.
    """
    is_above = params.unit_kind in (Kind.PROVINCE, Kind.DISTRICT)
    return replace(
        params,
        grouping=grouping or (BY_COMMUNE if is_above else BY_KIND),
        counting=counting or (BY_PLACE if is_above else BY_LIST),
    )


def name_in(version: UnitVersion, year: int) -> str:
    """What the unit was called at the end of a year, as it stands in a sentence: one query at most."""
    last_day = dt.date(year, 12, 31)
    if version.valid_from is None or version.valid_from <= last_day:
        return version.spoken_name
    then = UnitVersion.objects.in_force(last_day).filter(unit=version.unit_id).first()
    return (then or version).spoken_name


def _condition(grant: Grant) -> Q | None:
    reach = ALLOWED[Act.SEE_REPORTS].get(grant.role)
    if reach is None:
        return None
    if reach is Reach.OWN:
        return Q(unit=grant.unit_id)
    inside = Q(path__startswith=grant.path)
    kinds = (*TERRITORIAL_KINDS, *grant.kinds)
    return inside & Q(unit__kind__in=kinds) if grant.kinds else inside


def _label(version: UnitVersion) -> str:
    if version.unit.ended_on is None:
        return version.name
    return f"{version.name} (đến {dates.date_text(dates.last_day_before(version.unit.ended_on))})"
