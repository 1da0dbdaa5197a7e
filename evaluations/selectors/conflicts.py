"""Two people answered one row: what each of them wrote, side by side."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import User
from criteria.scoring import AnswerKind, AnswerValues, CriterionDefinition, score_line
from criteria.scoring import Stage as ScoringStage

from ..models import Answer, AnswerChange
from .file_sheets import shown_line


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """One person's answer in words: what was answered, and the explanation to it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowConflict:
    """What stands in a row now, who wrote it when, and what somebody else wanted to write."""

    row: CriterionDefinition
    version: int
    by: User
    at: dt.datetime
    theirs: WrittenAnswer
    mine: WrittenAnswer


def row_conflict(row: CriterionDefinition, answer: Answer, mine: AnswerValues) -> RowConflict:
    """The stored answer with whoever changed it last, beside what was typed; one query."""
    last = (
        AnswerChange.objects.filter(answer=answer).select_related("by").order_by("version").last()
    )
    return RowConflict(
        row=row,
        version=answer.version,
        by=last.by if last else answer.answered_by,
        at=last.at if last else answer.answered_at,
        theirs=in_words(row, AnswerValues.of(answer)),
        mine=in_words(row, mine),
    )


def in_words(row: CriterionDefinition, values: AnswerValues) -> WrittenAnswer:
    """An answer as a person reads it: its word or points, its figures, its explanation."""
    line = score_line(row, values, stage=ScoringStage.SELF)
    if line.is_missing and not line.answer_text:
        return WrittenAnswer("Để trống", values.note)
    shown = shown_line(row, line)
    details = line.answer_text if line.answer_text != shown.word else ""
    said = [shown.word, details, _parts(row, values), _claim(row, values)]
    return WrittenAnswer("; ".join(dict.fromkeys(one for one in said if one)), values.note)


def _parts(row: CriterionDefinition, values: AnswerValues) -> str:
    """Which contents of a checklist are there."""
    if row.answer_type != AnswerKind.CHECKLIST or not values.parts_met:
        return ""
    return "có: " + ", ".join(
        part for place, part in enumerate(row.parts, start=1) if place in values.parts_met
    )


def _claim(row: CriterionDefinition, values: AnswerValues) -> str:
    """The ground on which an exception is claimed."""
    if not values.exception_claimed:
        return ""
    return f"đề nghị xét ngoại lệ: {row.exception_label(values.exception_claimed)}"
