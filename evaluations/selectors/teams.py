"""The register of security teams as its page shows it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import User
from units.models import Kind, UnitVersion
from units.selectors import alive_versions

from ..models import SecurityTeam, TeamArea, TeamRating
from ..models.teams import window_of
from .areas import Area


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team with the areas it serves today and its rating of the year."""

    team: SecurityTeam
    areas: str
    rating: TeamRating | None


def team_lines(user: User, area: Area, year: int) -> list[TeamLine]:
    """The commune's teams that worked in the year's window, by name; three queries."""
    first, last = window_of(year)
    working = Q(formed_on__lte=max(last, localdate())) & (Q(ended_on=None) | Q(ended_on__gt=first))
    rows = SecurityTeam.objects.visible_to(user).filter(working, commune=area.pk)
    teams = list(rows.order_by("name", "pk"))
    ratings = {row.team_id: row for row in TeamRating.objects.filter(team__in=teams, year=year)}
    names = _names(teams)
    return [
        TeamLine(team, ", ".join(names.get(team.pk, [])), ratings.get(team.pk)) for team in teams
    ]


def areas_of(commune: UnitVersion) -> list[tuple[int, str]]:
    """The residential areas of a commune, in Vietnamese order."""
    rows = alive_versions().under(commune.path).filter(unit__kind=Kind.RESIDENTIAL_AREA)
    return list(rows.order_by("sort_key", "pk").values_list("unit", "name"))


def _names(teams: list[SecurityTeam]) -> dict[int, list[str]]:
    served = TeamArea.objects.filter(team__in=teams, to_on=None).values_list("team", "area")
    versions = UnitVersion.objects.in_force().filter(unit__in={area for _, area in served})
    order = list(versions.order_by("sort_key", "pk").values_list("unit", "name"))
    found: dict[int, list[str]] = {}
    for unit_id, name in order:
        for team_id, area_id in served:
            if area_id == unit_id:
                found.setdefault(team_id, []).append(name)
    return found
