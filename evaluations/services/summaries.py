"""Keeping the summaries equal to the rows they count: deleted and inserted, place by place, on commit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import local
from typing import Final

from django.db import connection, transaction

from ..models import RecordedResult, RosterEntry
from ..selectors.summaries import COLUMNS, live_parameters, live_sql, places_of

LOCK_SPACE: Final = 510_000
"""Advisory locks of a year's summaries: (LOCK_SPACE + year, place), and 0 for the whole year."""


class _Changed(local):
    """Units whose year has changed since the last count, by year; what was rolled back does no harm."""

    def __init__(self) -> None:
        self.units: dict[int, set[int]] = defaultdict(set)


_changed = _Changed()


def refresh_summaries(unit_ids: Iterable[int], *, year: int) -> None:
    """Count the places of these units again for that year, once the transaction is committed.

    Called by every service that changes what a summary counts: lists, registrations, states,
    decisions, recorded results. Many calls in one transaction count each place once.
    """
    ids = set(unit_ids)
    if ids:
        _changed.units[year] |= ids
        transaction.on_commit(_count_changed, robust=True)


def refresh_every_year(unit_ids: Iterable[int]) -> None:
    """The same for each year in which these units stand on a list or have a recorded result."""
    ids = set(unit_ids)
    listed = RosterEntry.objects.filter(unit__in=ids).values_list("roster__year")
    recorded = RecordedResult.objects.filter(unit__in=ids).values_list("year")
    for (year,) in listed.union(recorded):
        refresh_summaries(ids, year=year)


def refresh_kind(*, province_id: int, kind: str, year: int) -> None:
    """The same for every unit of a kind in a province: the days of its season have changed."""
    listed = RosterEntry.objects.filter(
        roster__province=province_id, roster__year=year, unit__kind=kind
    )
    refresh_summaries(listed.values_list("unit", flat=True), year=year)


def refresh_places(places: Sequence[int], *, year: int) -> None:
    """Count some places of a year again, now: what is stored goes, the live count comes.

    Waits for whoever counts one of them, so that the last one to count has seen all that is committed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [LOCK_SPACE + year])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, place), set_config('random_page_cost', '1', true) "
            "FROM (SELECT unnest(%s::int[]) AS place ORDER BY 1 OFFSET 0) one",
            [LOCK_SPACE + year, sorted(places)],
        )
        cursor.execute(
            "DELETE FROM evaluations_summary WHERE year = %s AND place_id = ANY(%s)",
            [year, list(places)],
        )
        cursor.execute(insert_sql(of_places=True), live_parameters(year, places))


def rebuild_summaries(year: int) -> int:
    """Count a whole year again, now; return how many rows it has. For rows written in bulk."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK_SPACE + year])
        cursor.execute("DELETE FROM evaluations_summary WHERE year = %s", [year])
        cursor.execute(insert_sql(of_places=False), live_parameters(year))
        return int(cursor.rowcount)


def insert_sql(*, of_places: bool) -> str:
    """The live count as rows to be stored."""
    return f"INSERT INTO evaluations_summary ({', '.join(COLUMNS)}) {live_sql(of_places=of_places)}"


def _count_changed() -> None:
    """Count all that has changed; the first of a transaction's calls does it for the others."""
    units, _changed.units = _changed.units, defaultdict(set)
    for year, unit_ids in sorted(units.items()):
        if places := places_of(unit_ids):
            refresh_places(places, year=year)
