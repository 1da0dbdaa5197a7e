"""What the administrator's pages ask: which provinces, which seasons are open, which may be opened."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from accounts.roles import Act
from criteria.models import CriteriaSet
from criteria.scoring import SeasonDates
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import Kind, UnitVersion
from units.selectors import Place, Powers, alive_versions

from ..models import Season


@dataclass(frozen=True, slots=True)
class SeasonSlot:
    """One kind and scheme of a year: the season if it is open, else whether it may be opened."""

    kind: Kind
    scheme: Scheme
    season: Season | None
    may_open: bool


@dataclass(frozen=True, slots=True)
class SeasonOffer:
    """A season that may be opened, on the set in force, with the dates the set gives."""

    kind: Kind
    scheme: Scheme
    criteria_set: CriteriaSet
    dates: SeasonDates


def administered_provinces(powers: Powers) -> list[UnitVersion]:
    """The provinces this person administers, in Vietnamese order: one query; the superuser's are all."""
    living = alive_versions().filter(unit__kind=Kind.PROVINCE)
    if not powers.is_superuser:
        living = living.filter(unit__in=[grant.unit_id for grant in powers.sight.grants])
    provinces = living.select_related("unit").order_by("sort_key", "pk")
    return [
        version
        for version in provinces
        if powers.may(Act.ADMINISTER, Place.of(version, authority_id=version.unit_id))
    ]


def season_slots(province_id: int, *, year: int) -> list[SeasonSlot]:
    """Every kind and scheme that has a season that year or a set to open one on: two queries."""
    found = (
        Season.objects.filter(province=province_id, year=year)
        .select_related("criteria_set", "locked_by")
        .annotate(file_count=Count("evaluations"))
    )
    seasons = {(season.unit_kind, season.scheme): season for season in found}
    sets = _published(province_id, year=year)
    slots = []
    for kind in (Kind.RESIDENTIAL_AREA, Kind.AGENCY, Kind.ENTERPRISE,
                 Kind.EDUCATIONAL_INSTITUTION, Kind.COMMUNE, Kind.DISTRICT):  # fmt: skip
        for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
            season = seasons.get((kind, scheme))
            may_open = season is None and any(_fits(one, kind, scheme) for one in sets)
            if season or may_open:
                slots.append(SeasonSlot(kind, scheme, season, may_open))
    return slots


def season_offers(province_id: int, *, year: int) -> list[SeasonOffer]:
    """Every season of the year that may still be opened, each on the set in force, with its dates.

    Two queries, and one for each set's definition.
    """
    sets = _published(province_id, year=year)
    return [
        SeasonOffer(slot.kind, slot.scheme, chosen, offered_dates(chosen, year))
        for slot in season_slots(province_id, year=year)
        if slot.may_open
        for chosen in [one for one in sets if _fits(one, slot.kind, slot.scheme)][:1]
    ]


def season_years(province_id: int) -> list[int]:
    """Years with a season, and the present and next one, the latest first: one query."""
    opened = Season.objects.filter(province=province_id).values_list("year", flat=True)
    this_year = localdate().year
    return sorted({this_year, this_year + 1, *opened.order_by().distinct()}, reverse=True)


def sets_to_open(province_id: int, *, kind: str, scheme: str, year: int) -> list[CriteriaSet]:
    """Published sets a season of that kind may be opened on, the one in force first: one query."""
    return [one for one in _published(province_id, year=year) if _fits(one, kind, scheme)]


def offered_dates(criteria_set: CriteriaSet, year: int) -> SeasonDates:
    """The dates the set gives for a season of that year."""
    return definition_of(criteria_set).season_dates(year)


def _published(province_id: int, *, year: int) -> list[CriteriaSet]:
    """Sets that may serve that year: the province's own before the ministry's, the latest first."""
    day = min(dt.date(year, 12, 31), max(localdate(), dt.date(year, 1, 1)))
    return list(
        CriteriaSet.objects.filter(published_at__isnull=False, effective_from__lte=day)
        .filter(Q(province=None) | Q(province=province_id))
        .filter(Q(last_season=None) | Q(last_season__gte=year))
        .order_by(F("province").asc(nulls_last=True), "-effective_from")
    )


def _fits(criteria_set: CriteriaSet, kind: str, scheme: str) -> bool:
    return criteria_set.scheme == scheme and kind in criteria_set.unit_kinds
