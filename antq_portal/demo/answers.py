"""Plausible answers to every row of a set: a good year, with a flaw where a story wants one."""

from decimal import Decimal
from random import Random

from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition

SECRECY_NOTE = "Công an xã theo dõi, tài liệu lưu tại Công an xã."


def good_answers(
    definition: SetDefinition,
    *,
    households: int,
    random: Random,
    skip: frozenset[str] = frozenset(),
) -> dict[str, AnswerValues]:
    """An answer for each row by code; rows in `skip` stay open."""
    return {
        row.code: good_answer(row, households=households, random=random)
        for row in definition.rows
        if row.code not in skip
    }


def good_answer(row: CriterionDefinition, *, households: int, random: Random) -> AnswerValues:
    """An answer that meets the row: all households, no incident, top points or one level below."""
    if row.answer_type == "yes_no":
        return AnswerValues(verdict="met")
    if row.answer_type == "percentage":
        return AnswerValues(numerator=households, denominator=households)
    if row.answer_type == "count":
        return AnswerValues(count=row.minimum or 1)
    if row.answer_type == "checklist":
        return AnswerValues(parts_met=tuple(range(1, len(row.parts) + 1)))
    if row.answer_type == "incidents":
        return AnswerValues(counts=tuple(0 for _ in row.counters))
    if row.answer_type == "comparison":
        return _comparison(row, random)
    return AnswerValues(points=_level(row, random), note="Theo biên bản họp đánh giá.")


def flawed_answer(row: CriterionDefinition) -> AnswerValues:
    """An incident that happened, so that the row is not met."""
    return AnswerValues(
        counts=tuple(1 if index == 0 else 0 for index in range(len(row.counters))),
        note="Một vụ việc trong kỳ.",
    )


def _comparison(row: CriterionDefinition, random: Random) -> AnswerValues:
    previous = tuple(random.randint(1, 3) for _ in row.counters)
    return AnswerValues(
        verdict="met", counts=tuple(count - 1 for count in previous), previous_counts=previous
    )


def _level(row: CriterionDefinition, random: Random) -> Decimal:
    steps = [level.points for level in row.levels]
    return steps[1] if len(steps) > 2 and random.random() < 0.3 else steps[0]
