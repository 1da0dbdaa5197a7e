"""Questions about the books of incidents: how many of what, for whom, and whether a book is complete."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from criteria.selectors import units_under
from units.coverage import Scheme
from units.models import GRASSROOTS_KINDS, Kind, Unit, UnitSuccession, UnitVersion
from units.selectors import Powers

from ..models import BookStatement, Evaluation, Incident, IncidentType, Season
from ..models.incident_types import COUNTED_IN_PEOPLE, ROWS_OF_KIND, types_of
from ..models.incidents import BOOK_READERS, reading_grants

FIRST_DAY, LAST_DAY = (11, 1), (12, 31)
"""The earliest first day of a window, and the end of the year: what comes later is of the next book."""
LONGEST_LINEAGE: Final = 5
"""Generations of predecessors that are followed."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days of one season, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, season: Season) -> "Window":
        return cls(season.window_from, season.window_to)

    def a_year_before(self) -> "Window":
        """The same days of the year before; 29/2 becomes 28/2."""
        return Window(_year_before(self.first), _year_before(self.last))


@dataclass(frozen=True, slots=True)
class Lineage:
    """A unit with all whose place it took, and since when figures of before cannot be allotted to it."""

    ids: frozenset[int]
    divided_on: dt.date | None = None
    """The last day on which a predecessor was divided among several units."""

    def is_clear_since(self, day: dt.date) -> bool:
        """Whether everything from that day on belongs to this unit and no other."""
        return self.divided_on is None or self.divided_on <= day


def lineage_ids(unit_id: int) -> Lineage:
    """The unit and its predecessors, whose incidents are its own: the new one begins with their sum.

    Two queries a generation.
    """
    ids, newest, divided = {unit_id}, {unit_id}, None
    for _ in range(LONGEST_LINEAGE):
        rows = list(UnitSuccession.objects.filter(successor__in=newest))
        newest = {row.predecessor_id for row in rows} - ids
        if not newest:
            break
        shared = UnitSuccession.objects.filter(predecessor__in=newest).values("predecessor")
        several = shared.annotate(heirs=Count("successor", distinct=True)).filter(heirs__gt=1)
        split = {row["predecessor"] for row in several}
        days = [row.on for row in rows if row.predecessor_id in split]
        divided = max([*days, divided] if divided else days, default=None)
        ids |= newest
    return Lineage(frozenset(ids), divided)


def book_of(evaluation: Evaluation) -> int:
    """Id of the authority whose book speaks for this file: the commune's own for a commune."""
    is_commune = evaluation.unit_version.unit.kind == Kind.COMMUNE
    return evaluation.unit_id if is_commune else evaluation.managing_unit_id


def incidents_of(lineage: Lineage, kind: str, window: Window) -> list[Incident]:
    """The standing lines that count for a unit in a window, oldest first; one query.

    Of a commune: every line of its own book and of those it took over, wherever it happened;
    what other authorities write down about units lying there is not counted.
    Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 2.
    """
    whose = Q(authority__in=lineage.ids) if kind == Kind.COMMUNE else Q(unit__in=lineage.ids)
    rows = Incident.objects.standing().filter(whose)
    return list(rows.filter(occurred_on__range=(window.first, window.last)).order_by("occurred_on"))


def by_row(incidents: Iterable[Incident], kind: str) -> dict[str, dict[int, list[Incident]]]:
    """The incidents by criterion code and counter, as the sheet of that kind of unit counts them."""
    rows = ROWS_OF_KIND.get(kind, {})
    found: dict[str, dict[int, list[Incident]]] = defaultdict(lambda: defaultdict(list))
    for incident in incidents:
        for row in rows.get(incident.type, ()):
            found[row.code][row.counter].append(incident)
    return found


def row_codes(kind: str) -> frozenset[str]:
    """Codes of the rows that a book answers for that kind of unit."""
    return frozenset(row.code for counted in ROWS_OF_KIND.get(kind, {}).values() for row in counted)


def people_codes(kind: str) -> frozenset[str]:
    """Codes of the rows that ask for a number of people instead of cases."""
    rows = ROWS_OF_KIND.get(kind, {})
    return frozenset(row.code for of in COUNTED_IN_PEOPLE for row in rows.get(of, ()))


def counts_of(found: Mapping[int, Sequence[Incident]], counters: int) -> tuple[int, ...]:
    """The numbers of one row, one for each of its counters."""
    return tuple(
        sum(incident.counted for incident in found.get(place, ())) for place in range(counters)
    )


def complete_to(authority_id: int, year: int) -> dt.date | None:
    """Until which day the authority's book of that year is complete; None while nobody said so.

    Where it kept none, the books of all whose place it took, the earliest of their days.
    """
    own = _statements([authority_id], year).get(authority_id)
    if own:
        return own
    before = UnitSuccession.objects.filter(successor=authority_id).values_list("predecessor")
    ids = {pk for (pk,) in before}
    theirs = _statements(ids, year) if ids else {}
    return min(theirs.values()) if ids and set(theirs) == ids else None


def previous_window(season: Season) -> Window:
    """The days of the season before this one, of the same kind and scheme; else the year before."""
    before = Season.objects.filter(
        province=season.province_id, unit_kind=season.unit_kind, scheme=season.scheme,
        year=season.year - 1,
    ).first()  # fmt: skip
    return Window.of(before) if before else Window.of(season).a_year_before()


def books_read_by(user: User) -> list[UnitVersion]:
    """The authorities whose books this person reads, by their versions in force, in Vietnamese order."""
    ids = {grant.unit_id for grant in reading_grants(user)}
    versions = UnitVersion.objects.in_force().filter(
        unit__in=ids, unit__kind__in=(Kind.COMMUNE, Kind.DISTRICT, Kind.PROVINCE)
    )
    return list(versions.select_related("unit").order_by("sort_key", "pk"))


def reads_book(powers: Powers, authority_id: int) -> bool:
    """Whether the person reads the book of that authority; no query."""
    return any(
        grant.unit_id == authority_id and grant.role in BOOK_READERS
        for grant in powers.sight.grants
    )


def units_of_book(authority: UnitVersion) -> list[tuple[int, str]]:
    """Where the lines of a book may have happened: the commune as a whole first, then its units, by name."""
    is_commune = authority.unit.kind == Kind.COMMUNE
    whole = (
        [(authority.unit_id, f"Toàn {authority.spoken_name}, ngoài đơn vị")] if is_commune else []
    )
    below = units_under(authority.unit, localdate())
    return whole + [(one.unit_id, one.name) for one in below if one.unit.kind in GRASSROOTS_KINDS]


def types_of_book(authority: UnitVersion) -> list[IncidentType]:
    """What a line of the book may be about; the unit's kind says which of them."""
    kinds = [*GRASSROOTS_KINDS, authority.unit.kind]
    if authority.unit.kind != Kind.COMMUNE:
        kinds.remove(Kind.RESIDENTIAL_AREA)
    known = {of for kind in kinds for of in types_of(kind)}
    return [of for of in IncidentType if of in known]


def book_days(authority: Unit, year: int) -> Window:
    """The days a year's book holds: from the first window's first day to the last one's last."""
    seasons = Season.objects.filter(
        province=authority.province_id or authority.pk, year=year, scheme=Scheme.RECOGNITION
    )
    found = seasons.aggregate(first=Min("window_from"), last=Max("window_to"))
    usual = (dt.date(year - 1, *FIRST_DAY), dt.date(year, *LAST_DAY))
    return Window(found["first"] or usual[0], max(found["last"] or usual[1], usual[1]))


def lines_of_book(user: User, authority: Unit, year: int) -> QuerySet[Incident]:
    """The lines of one year of a book that the person reads, struck out ones too, newest first."""
    days = book_days(authority, year)
    rows = Incident.objects.visible_to(user).filter(authority=authority)
    rows = rows.filter(occurred_on__range=(days.first, days.last))
    return rows.select_related("unit_version", "entered_by", "struck_by", "corrected_by")


def book_years(authority: Unit) -> list[int]:
    """The years a book may be opened for, the newest first: those of the seasons, and this year."""
    seasons = Season.objects.filter(province=authority.province_id or authority.pk)
    years = set(seasons.order_by().values_list("year", flat=True).distinct())
    return sorted(years | {localdate().year}, reverse=True)


def _statements(authority_ids: Iterable[int], year: int) -> dict[int, dt.date]:
    rows = BookStatement.objects.filter(authority__in=authority_ids, year=year)
    return dict(rows.values_list("authority", "complete_to"))


def _year_before(day: dt.date) -> dt.date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
