"""What each unit came to the year before, found across mergers, divisions and the border of 1/7/2025."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from units.coverage import Scheme
from units.models import UnitVersion

from .outcomes import KnownResult, cited, known_results, short_label

ANCESTORS_SQL = """
WITH RECURSIVE line AS (
    SELECT unit AS unit_id, unit AS ancestor_id, 0 AS steps FROM unnest(%s::bigint[]) AS unit
    UNION
    SELECT line.unit_id, succession.predecessor_id, line.steps + 1
    FROM line JOIN units_unitsuccession succession ON succession.successor_id = line.ancestor_id
    WHERE line.steps < 20
)
SELECT unit_id, ancestor_id, min(steps) FROM line GROUP BY unit_id, ancestor_id
"""


@dataclass(frozen=True, slots=True)
class UnitResults:
    """Both results of one unit in one year; a part may be absent."""

    unit_id: int
    name: str
    recognition: KnownResult | None = None
    classification: KnownResult | None = None

    @property
    def text(self) -> str:
        return cited((self.recognition, self.classification)) or "chưa có kết quả"


@dataclass(frozen=True, slots=True)
class LastYear:
    """What a unit, or the units whose place it took, came to the year before.

    Of a merged unit all are listed; no single class is made of them.
    """

    year: int
    of: tuple[UnitResults, ...]
    is_same_unit: bool

    @property
    def own(self) -> UnitResults | None:
        """The unit's own results; None where others came before it."""
        return self.of[0] if self.is_same_unit else None

    @property
    def text(self) -> str:
        """In words: "Đạt · Khá, QĐ số …", or unit by unit where others came before it."""
        if self.is_same_unit:
            return self.of[0].text
        return "; ".join(f"{one.name}: {one.text}" for one in self.of)

    @property
    def short_text(self) -> str:
        """The outcomes alone, for a narrow cell."""
        parts = [
            " · ".join(
                short_label(result) for result in (one.recognition, one.classification) if result
            )
            or "chưa có"
            for one in self.of
        ]
        names = [one.name for one in self.of]
        if self.is_same_unit:
            return parts[0]
        return "; ".join(f"{name}: {part}" for name, part in zip(names, parts, strict=True))


def ancestors_of(unit_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """For each unit the units whose place it took, itself with 0 steps, and how many steps back: one query."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS_SQL, [list(unit_ids)])
        for unit_id, ancestor_id, steps in cursor.fetchall():
            found[unit_id][ancestor_id] = steps
    return found


def last_year_of(unit_ids: Iterable[int], *, year: int) -> dict[int, LastYear]:
    """What each unit came to in the year before `year`; units of which nothing is known are absent.

    The unit's own result if it has one, wherever it lay then; else those of the units whose place
    it took, those right before it also when nothing is known of them. Six queries at most,
    however many units.
    """
    lines = ancestors_of(unit_ids)
    everyone = {ancestor for line in lines.values() for ancestor in line}
    results: dict[int, dict[str, KnownResult]] = defaultdict(dict)
    for one in known_results(everyone, years=[year - 1]):
        results[one.unit_id][one.scheme] = one
    nameless = {pk for line in lines.values() if len(line) > 1 for pk in line} - set(results)
    names = _names_of(nameless) if nameless else {}
    found = {}
    for unit_id, line in lines.items():
        if unit_id in results:
            own = _results(unit_id, results[unit_id], names)
            found[unit_id] = LastYear(year - 1, (own,), is_same_unit=True)
            continue
        before = [
            _results(pk, results.get(pk, {}), names)
            for pk, steps in line.items()
            if pk in results or steps == 1
        ]
        if any(pk in results for pk in line):
            ordered = tuple(sorted(before, key=lambda one: one.name))
            found[unit_id] = LastYear(year - 1, ordered, is_same_unit=False)
    return found


def _results(
    unit_id: int, known: Mapping[str, KnownResult], names: Mapping[int, str]
) -> UnitResults:
    first = next(iter(known.values()), None)
    return UnitResults(
        unit_id,
        first.version.name if first else names.get(unit_id, ""),
        known.get(Scheme.RECOGNITION),
        known.get(Scheme.CLASSIFICATION),
    )


def _names_of(unit_ids: Iterable[int]) -> dict[int, str]:
    named = UnitVersion.objects.in_force().filter(unit__in=list(unit_ids))
    return dict(named.values_list("unit", "name"))
