"""A stored answer, or a change of one, in the words that people use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from antq_portal.lib.text import number_text
from criteria.scoring import (
    AnswerKind,
    AnswerValues,
    CriterionDefinition,
    Stage,
    score_line,
    shortened,
    verdict_label,
)

NOTHING: Final = "chưa trả lời"
NOT_CONCLUDED: Final = "chưa kết luận"
CASES: Final = ("số vụ", "số vụ việc")
LONGEST_NOTE: Final = 240


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a change: before, after, and what else was changed in it; both empty where hidden."""

    code: str
    before: str
    after: str
    notes: tuple[str, ...] = ()
    is_hidden: bool = False
    row_id: int = 0

    def then(self, later: "Told") -> "Told":
        """This change and a later one of the same row as one."""
        return replace(later, before=self.before, notes=(*self.notes, *later.notes)[-3:])


def values_of(stored: Mapping[str, Any]) -> AnswerValues:
    """The values of a change as they were stored as JSON; names unknown here are left out."""
    known: dict[str, Any] = {}
    for name in AnswerValues.__dataclass_fields__:
        value = stored.get(name)
        if value is None:
            continue
        if name in ("points", "appraised_points"):
            value = Decimal(str(value))
        known[name] = tuple(value) if isinstance(value, list) else value
    return AnswerValues(**known)


def own_words(row: CriterionDefinition, values: AnswerValues) -> str:
    """What the unit says: "Không xảy ra", "1 vụ", "70/80 (87,5 %)", "Đạt", "3/5 điểm"."""
    line = score_line(row, values, stage=Stage.SELF)
    if row.answer_type == AnswerKind.INCIDENTS and values.counts and any(values.counts):
        said = _incidents(row, values.counts)
        return f"{said}, đề nghị xét ngoại lệ" if values.exception_claimed else said
    if row.answer_type == AnswerKind.COMPARISON and values.counts is not None:
        figures = _pair(values)
        return f"{verdict_label(row, values.verdict)} ({figures})" if values.verdict else figures
    if row.answer_type == AnswerKind.YES_NO and values.verdict:
        return verdict_label(row, values.verdict)
    return line.answer_text or NOTHING


def appraised_words(row: CriterionDefinition, values: AnswerValues) -> str:
    """What the appraiser concludes: "Chưa đạt", "3 điểm", with the exception where there is one."""
    parts = []
    if values.exception_accepted is not None:
        parts.append(
            "chấp nhận ngoại lệ" if values.exception_accepted else "không chấp nhận ngoại lệ"
        )
    if values.appraised_points is not None:
        parts.append(f"{number_text(values.appraised_points)} điểm")
    elif values.appraised_verdict:
        parts.append(verdict_label(row, values.appraised_verdict))
    return ", ".join(reversed(parts)) or NOT_CONCLUDED


def told(
    row: CriterionDefinition,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    is_appraisal: bool,
    is_readable: bool,
) -> Told:
    """One stored change of one row in words; of a row one may not read only that it changed."""
    if not is_readable:
        return Told(row.code, "", "", is_hidden=True, row_id=row.id)
    was, now = values_of(before), values_of({**before, **after})
    words, note = (appraised_words, "appraisal_note") if is_appraisal else (own_words, "note")
    return Told(row.code, words(row, was), words(row, now), _note(was, now, note), row_id=row.id)


def _note(was: AnswerValues, now: AnswerValues, name: str) -> tuple[str, ...]:
    old, new = getattr(was, name).strip(), getattr(now, name).strip()
    if old == new:
        return ()
    label = "ý kiến" if name == "appraisal_note" else "giải trình"
    if not new:
        return (f"bỏ {label} “{shortened(old, LONGEST_NOTE)}”",)
    return (f"{label}: “{shortened(new, LONGEST_NOTE)}”",)


def _incidents(row: CriterionDefinition, counts: Sequence[int]) -> str:
    if len(counts) == 1 and row.counters and row.counters[0].lower() in CASES:
        return f"{number_text(counts[0])} vụ"
    named = zip(row.counters, counts, strict=False)
    return "; ".join(f"{name}: {number_text(number)}" for name, number in named if number)


def _pair(values: AnswerValues) -> str:
    now = "; ".join(number_text(one) for one in values.counts or ())
    before = "; ".join(number_text(one) for one in values.previous_counts or ())
    return f"{now}, năm trước {before}" if before else now
