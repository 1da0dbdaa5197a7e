"""The outcomes of the year before for a long list of units, and whether this year goes up or down."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from antq_portal.lib.palette import OUTCOMES
from units.coverage import Scheme

RANKS: Final = {"not_met": 0, "met": 1, "yeu": 0, "trung_binh": 1, "kha": 2, "xuat_sac": 3}
SHORT: Final = {"met": "Đạt", "not_met": "Chưa đạt"}
ORDER: Final = (Scheme.RECOGNITION, Scheme.CLASSIFICATION)

UP, DOWN, SAME, NEW = "len", "xuong", "giu", "moi"

BEFORE_SQL: Final = """
WITH RECURSIVE line AS (
    SELECT unit AS unit_id, unit AS ancestor_id, 0 AS steps FROM unnest(%(units)s::bigint[]) AS unit
    UNION
    SELECT line.unit_id, succession.predecessor_id, line.steps + 1
    FROM line JOIN units_unitsuccession succession ON succession.successor_id = line.ancestor_id
    WHERE line.steps < 20
), known AS (
    SELECT evaluation.unit_id, season.scheme, item.outcome
    FROM evaluations_decisionitem item
    JOIN evaluations_decision decision ON decision.id = item.decision_id AND decision.status = 'issued'
    JOIN evaluations_evaluation evaluation ON evaluation.id = item.evaluation_id
    JOIN evaluations_season season ON season.id = evaluation.season_id AND season.year = %(year)s
    LEFT JOIN evaluations_annulment annulment ON annulment.item_id = item.id
    WHERE annulment.id IS NULL AND evaluation.unit_id IN (SELECT ancestor_id FROM line)
    UNION ALL
    SELECT unit_id, scheme, outcome FROM evaluations_recordedresult
    WHERE year = %(year)s AND unit_id IN (SELECT ancestor_id FROM line)
)
SELECT DISTINCT line.unit_id, line.ancestor_id, known.scheme, known.outcome
FROM line JOIN known ON known.unit_id = line.ancestor_id
"""


@dataclass(slots=True)
class YearBefore:
    """What a unit came to the year before; of a unit that took others' place, theirs, of no one class."""

    own: dict[str, str] = field(default_factory=dict)
    of_others: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The outcomes alone: "Đạt · Khá"; of units that came before it one after the other."""
        if self.own:
            return _words(self.own)
        return "; ".join(f"đơn vị trước: {_words(one)}" for one in self.of_others.values())

    def change(self, outcomes: dict[str, str]) -> str:
        """Up, down, same or new against this year's outcomes; the class goes before the recognition."""
        for scheme in reversed(ORDER):
            before, now = self.own.get(scheme), outcomes.get(scheme)
            if before in RANKS and now in RANKS:
                step = RANKS[now] - RANKS[before]
                return UP if step > 0 else DOWN if step < 0 else SAME
        return "" if self.own or self.of_others else NEW


def years_before(unit_ids: Iterable[int], *, year: int) -> dict[int, YearBefore]:
    """By unit id what each came to in the year before `year`, as `last_year_of` finds it: one query.

    Units of which nothing is known are absent; outcomes that were annulled are left out.
    """
    ids = list(unit_ids)
    found: dict[int, YearBefore] = {}
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(BEFORE_SQL, {"units": ids, "year": year - 1})
        for unit_id, ancestor_id, scheme, outcome in cursor.fetchall():
            one = found.setdefault(unit_id, YearBefore())
            if ancestor_id == unit_id:
                one.own[scheme] = outcome
            else:
                one.of_others.setdefault(ancestor_id, {})[scheme] = outcome
    return found


def _words(outcomes: dict[str, str]) -> str:
    known = [outcomes[scheme] for scheme in ORDER if scheme in outcomes]
    return " · ".join(SHORT.get(one) or OUTCOMES[one].label for one in known)
