"""Whole sheets for tests: the reviewed files as definitions, and answers that fill them."""

from functools import cache

from criteria.scoring import AnswerKind, AnswerValues, CriterionDefinition, SetDefinition
from criteria.sources import REGULATIONS, Faults, SetSource, read_set


@cache
def source_of(code: str) -> SetSource:
    """The reviewed file of that set."""
    (path,) = REGULATIONS.glob(f"{code}@*.yaml")
    faults = Faults(path.name)
    source = read_set(path, faults)
    assert faults.lines == []
    return source


def reviewed(code: str) -> SetDefinition:
    return source_of(code).definition


def best_answer(row: CriterionDefinition) -> AnswerValues:
    """The answer that gives a row all it can give."""
    quiet = (0,) * len(row.counters)
    answers = {
        AnswerKind.YES_NO: AnswerValues(verdict="met"),
        AnswerKind.PERCENTAGE: AnswerValues(numerator=40, denominator=40),
        AnswerKind.COUNT: AnswerValues(count=1),
        AnswerKind.CHECKLIST: AnswerValues(parts_met=tuple(range(1, len(row.parts) + 1))),
        AnswerKind.INCIDENTS: AnswerValues(counts=quiet),
        AnswerKind.COMPARISON: AnswerValues(verdict="met", counts=quiet, previous_counts=quiet),
        AnswerKind.LEVELS: AnswerValues(points=row.max_points),
    }
    return answers[row.answer_type]


def best_answers(definition: SetDefinition) -> dict[str, AnswerValues]:
    return {row.code: best_answer(row) for row in definition.rows}
