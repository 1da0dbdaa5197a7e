"""Two people answered one row: what each of them wrote, side by side."""

import datetime as dt
from dataclasses import dataclass, replace

from accounts.models import User
from antq_portal.lib.text import number_text
from criteria.scoring import (
    AnswerKind,
    AnswerValues,
    CriterionDefinition,
    score_line,
    verdict_label,
)
from criteria.scoring import Stage as ScoringStage

from ..models import Answer, AnswerChange
from ..models.answers import ChangeKind
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


def conclusion_conflict(
    row: CriterionDefinition, answer: Answer, mine: AnswerValues
) -> RowConflict:
    """The stored conclusion with whoever changed the row last, beside what was concluded; one query.

    Where the unit's own answer was changed since, the stored version says that answer too.
    """
    last = (
        AnswerChange.objects.filter(answer=answer).select_related("by").order_by("version").last()
    )
    stored = AnswerValues.of(answer)
    theirs = concluded_in_words(row, stored)
    if last and last.kind != ChangeKind.APPRAISED:
        own = in_words(row, stored)
        theirs = replace(theirs, text=f"Trả lời nay là: {own.text}. Thẩm định: {theirs.text}")
    return RowConflict(
        row=row,
        version=answer.version,
        by=last.by if last else answer.answered_by,
        at=last.at if last else answer.answered_at,
        theirs=theirs,
        mine=concluded_in_words(row, mine),
    )


def concluded_in_words(row: CriterionDefinition, values: AnswerValues) -> WrittenAnswer:
    """A conclusion as a person reads it: its word or points, the exception, the appraiser's note."""
    said = []
    if values.appraised_points is not None:
        said.append(f"{number_text(values.appraised_points)} điểm")
    if values.appraised_verdict:
        said.append(verdict_label(row, values.appraised_verdict))
    if values.exception_accepted is not None:
        accepted = "chấp nhận" if values.exception_accepted else "không chấp nhận"
        said.append(f"{accepted} ngoại lệ")
    return WrittenAnswer("; ".join(said) or "Đồng ý với đơn vị", values.appraisal_note)


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
