"""All years of one unit: what it was called then, what it came to, across mergers and divisions."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from django.db import connection

from accounts.models import User
from units.coverage import Scheme
from units.models import Unit

from .last_year import ancestors_of
from .outcomes import KnownResult, known_results, names_in_time

DESCENDANTS_SQL = """
WITH RECURSIVE line AS (
    SELECT %s::bigint AS unit_id, 0 AS steps
    UNION
    SELECT succession.successor_id, line.steps + 1
    FROM line JOIN units_unitsuccession succession ON succession.predecessor_id = line.unit_id
    WHERE line.steps < 20
)
SELECT DISTINCT unit_id FROM line
"""


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit's year: its name and place then, both results, where they came from."""

    year: int
    unit_id: int
    name: str
    place: str
    is_own: bool
    """Whether it is the unit itself, not one before or after it."""
    recognition: KnownResult | None = None
    classification: KnownResult | None = None

    @property
    def decisions(self) -> list[KnownResult]:
        """One result for each decision, so that a decision on both is named once."""
        found = (one for one in (self.recognition, self.classification) if one)
        return list({(one.number, one.decided_on): one for one in found}.values())


def unit_years(user: User, unit: Unit) -> list[UnitYear]:
    """Every year in which the unit, or one before or after it that the person sees, came to something.

    The newest year first, the unit itself before the others. A fixed number of queries.
    """
    ids = {*ancestors_of([unit.pk])[unit.pk], *_after(unit.pk)}
    seen = Unit.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    parts: dict[tuple[int, int], dict[str, KnownResult]] = defaultdict(dict)
    for one in known_results(seen):
        parts[one.year, one.unit_id][one.scheme] = one
    firsts = {key: next(iter(found.values())) for key, found in parts.items()}
    places = names_in_time(one.version.parent_id for one in firsts.values())
    rows = [
        UnitYear(
            year=year,
            unit_id=unit_id,
            name=first.version.name,
            place=places.at(first.version.parent_id, first.decided_on),
            is_own=unit_id == unit.pk,
            recognition=parts[year, unit_id].get(Scheme.RECOGNITION),
            classification=parts[year, unit_id].get(Scheme.CLASSIFICATION),
        )
        for (year, unit_id), first in firsts.items()
    ]
    return sorted(rows, key=lambda row: (-row.year, not row.is_own, row.name))


def _after(unit_id: int) -> list[int]:
    """The unit and everything that took its place, however often."""
    with connection.cursor() as cursor:
        cursor.execute(DESCENDANTS_SQL, [unit_id])
        return list(chain.from_iterable(cursor.fetchall()))
