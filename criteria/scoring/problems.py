"""What is wrong with one answer before it is stored, in words beside the field.

Incomplete is allowed (the sheet says what is missing), wrong is not.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from .definitions import CriterionDefinition
from .findings import finding_of
from .values import AnswerValues, Problem
from .words import AnswerKind, Stage, Verdict, points_text

Check = Callable[[CriterionDefinition, AnswerValues], list[Problem]]

HALF: Final = Decimal("0.5")
FIELDS: Final = {
    AnswerKind.YES_NO: {"verdict"},
    AnswerKind.PERCENTAGE: {"verdict", "numerator", "denominator"},
    AnswerKind.COUNT: {"verdict", "count"},
    AnswerKind.CHECKLIST: {"verdict", "parts_met"},
    AnswerKind.INCIDENTS: {"verdict", "counts", "exception_claimed"},
    AnswerKind.COMPARISON: {"verdict", "counts", "previous_counts"},
    AnswerKind.LEVELS: {"verdict", "points"},
}
"""Which values an answer of each type may carry, beside the note."""

VALUE_FIELDS: Final = (
    "numerator", "denominator", "count", "parts_met", "counts", "previous_counts",
    "exception_claimed", "points",
)  # fmt: skip


def answer_problems(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    """Everything that keeps the unit's answer from being stored; empty when it can be."""
    problems = [*_verdict_problems(row, values), *_stray_values(row, values)]
    if values.verdict == Verdict.NOT_APPLICABLE:
        return problems
    check = CHECKS.get(row.answer_type)
    return problems + (check(row, values) if check else [])


def appraisal_problems(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    """Everything that keeps the appraiser's conclusion from being stored; empty when it can be.

    Another verdict than the figures give needs a reason, and incidents are never "đạt" without
    an accepted exception: wrong figures are mended instead.
    """
    problems = []
    concluded = values.appraised_verdict
    if concluded == Verdict.NOT_APPLICABLE and not row.takes_na:
        problems.append(Problem("appraised_verdict", _NA_NOT_ALLOWED))
    elif concluded and not row.is_scored:
        problems += _override_problems(row, values)
    if values.exception_accepted is not None and not values.exception_claimed:
        problems.append(Problem("exception_accepted", "Đơn vị không đề nghị xét ngoại lệ."))
    if values.appraised_points is not None:
        problems += _points_problems(
            row, values.appraised_points, values.appraisal_note, field="appraised_points"
        )
        is_changed = values.points != values.appraised_points
        if is_changed and not values.appraisal_note.strip():
            problems.append(Problem("appraisal_note", "Chấm khác điểm tự chấm thì phải ghi lý do."))
    return list(dict.fromkeys(problems))


_NA_NOT_ALLOWED: Final = "Văn bản không cho chọn “Không áp dụng” ở dòng này."


def _override_problems(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    own = finding_of(row, values, Stage.APPRAISED)
    if own.verdict == values.appraised_verdict:
        return []
    has_incidents = row.answer_type == AnswerKind.INCIDENTS and any(values.counts or ())
    if has_incidents and values.appraised_verdict == Verdict.MET:
        message = "Có vụ việc thì chỉ đạt khi chấp nhận ngoại lệ; số sai thì sửa lỗi nhập."
        return [Problem("appraised_verdict", message)]
    if not values.appraisal_note.strip():
        return [Problem("appraisal_note", "Kết luận khác trả lời của đơn vị thì phải ghi lý do.")]
    return []


def _verdict_problems(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    if values.verdict == Verdict.NOT_APPLICABLE and not row.takes_na:
        return [Problem("verdict", _NA_NOT_ALLOWED)]
    if values.verdict and values.verdict not in set(Verdict):
        return [Problem("verdict", "Chọn Đạt, Chưa đạt hoặc Không áp dụng.")]
    return []


def _stray_values(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    allowed = FIELDS.get(AnswerKind(row.answer_type), set())
    is_na = values.verdict == Verdict.NOT_APPLICABLE
    message = (
        "Đã chọn “Không áp dụng” thì để trống." if is_na else "Dòng này không nhận giá trị này."
    )
    return [
        Problem(field, message)
        for field in VALUE_FIELDS
        if getattr(values, field) not in (None, "") and (is_na or field not in allowed)
    ]


def _percentage(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    part, whole = values.numerator, values.denominator
    part_label = f"“{row.numerator_label or 'Tử số'}”"
    whole_label = f"“{row.denominator_label or 'Mẫu số'}”"
    if part is None and whole is None:
        return []
    if part is None:
        return [Problem("numerator", f"Còn thiếu: {row.numerator_label or 'tử số'}.")]
    if whole is None:
        return [Problem("denominator", f"Còn thiếu: {row.denominator_label or 'mẫu số'}.")]
    problems = [
        Problem(field, "Số không được âm.")
        for field, number in (("numerator", part), ("denominator", whole))
        if number < 0
    ]
    if whole == 0:
        problems.append(Problem("denominator", f"{whole_label} phải lớn hơn 0."))
    elif part > whole:
        problems.append(Problem("numerator", f"{part_label} không được lớn hơn {whole_label}."))
    return problems


def _count(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    if values.count is not None and values.count < 0:
        return [Problem("count", "Số không được âm.")]
    return []


def _checklist(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    met = values.parts_met or ()
    if len(set(met)) != len(met) or any(not 1 <= place <= len(row.parts) for place in met):
        return [Problem("parts_met", "Có nội dung không thuộc dòng này.")]
    return []


def _counters(
    row: CriterionDefinition, counts: tuple[int, ...] | None, field: str
) -> list[Problem]:
    if counts is None:
        return []
    if len(counts) != len(row.counters):
        return [Problem(field, f"Cần đủ {len(row.counters)} số: {'; '.join(row.counters)}.")]
    if any(number < 0 for number in counts):
        return [Problem(field, "Số không được âm.")]
    return []


def _incidents(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    problems = _counters(row, values.counts, "counts")
    claimed = values.exception_claimed
    if not claimed:
        return problems
    if claimed not in {ground.code for ground in row.exceptions}:
        problems.append(
            Problem("exception_claimed", "Văn bản không nêu ngoại lệ này cho dòng này.")
        )
    elif not values.note.strip():
        problems.append(Problem("note", "Đề nghị xét ngoại lệ thì phải giải trình."))
    if not any(values.counts or ()):
        message = "Không có vụ việc thì không cần đề nghị xét ngoại lệ."
        problems.append(Problem("exception_claimed", message))
    return problems


def _comparison(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    return [
        *_counters(row, values.counts, "counts"),
        *_counters(row, values.previous_counts, "previous_counts"),
    ]


def _levels(row: CriterionDefinition, values: AnswerValues) -> list[Problem]:
    if values.points is None:
        return []
    return _points_problems(row, values.points, values.note, field="points")


def _points_problems(
    row: CriterionDefinition, points: Decimal, note: str, *, field: str
) -> list[Problem]:
    """Points are one of the row's levels, or a half step between them with an explanation."""
    if row.max_points is None:
        return [Problem(field, "Dòng này không chấm điểm.")]
    if points < 0:
        return [Problem(field, "Điểm không được âm.")]
    if points > row.max_points:
        return [Problem(field, f"Điểm chuẩn là {points_text(row.max_points)}.")]
    if points in {level.points for level in row.levels}:
        return []
    if points % HALF:
        return [Problem(field, "Chấm theo nấc điểm, hoặc lẻ 0,5 giữa các nấc.")]
    if not note.strip():
        explained = "appraisal_note" if field == "appraised_points" else "note"
        return [Problem(explained, "Chấm giữa các nấc thì phải giải trình.")]
    return []


CHECKS: Final[dict[str, Check]] = {
    AnswerKind.PERCENTAGE: _percentage,
    AnswerKind.COUNT: _count,
    AnswerKind.CHECKLIST: _checklist,
    AnswerKind.INCIDENTS: _incidents,
    AnswerKind.COMPARISON: _comparison,
    AnswerKind.LEVELS: _levels,
}
