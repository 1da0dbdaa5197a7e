"""One row: the unit's figures, the appraiser's conclusion, and what the row comes to."""

from decimal import Decimal

from .definitions import CriterionDefinition
from .findings import finding_of
from .values import AnswerValues, Finding, LineResult
from .words import NotApplicable, RowKind, Stage, Verdict, points_text, shortened, verdict_word


def score_line(
    row: CriterionDefinition,
    values: AnswerValues,
    *,
    stage: Stage,
    na_rule: str = NotApplicable.FULL_POINTS,
) -> LineResult:
    """What one row comes to at that stage, with the answer and the reason in words.

    At the appraised stage the appraiser's verdict or points hold where given; where not, the
    unit's own stand as confirmed. Bonus and penalty rows may be left empty.
    """
    if row.is_scored:
        return _points_line(row, values, stage=stage, na_rule=na_rule)
    finding = finding_of(row, values, stage)
    verdict, explanation = finding.verdict, finding.explanation
    if stage is Stage.APPRAISED and values.appraised_verdict:
        if values.appraised_verdict != verdict:
            word = verdict_word(row.kind, values.appraised_verdict)
            explanation = _different(row, values, word)
        verdict = values.appraised_verdict
    return LineResult(
        code=row.code,
        position=row.position,
        kind=row.kind,
        verdict=verdict,
        points=None,
        max_points=None,
        answer_text=shortened(finding.answer_text),
        explanation=shortened(_with_place(row, explanation)),
        is_missing=not verdict,
        has_claim=finding.has_claim,
    )


def _points_line(
    row: CriterionDefinition, values: AnswerValues, *, stage: Stage, na_rule: str
) -> LineResult:
    finding, points = _own_points(row, values, na_rule)
    verdict, explanation = finding.verdict, finding.explanation
    if stage is Stage.APPRAISED:
        if values.appraised_points is not None:
            if verdict or values.appraised_points != points:
                explanation = _different(
                    row, values, f"{points_text(values.appraised_points)} điểm"
                )
            verdict, points = "", values.appraised_points
        elif values.appraised_verdict == Verdict.NOT_APPLICABLE and row.takes_na and not verdict:
            explanation = _different(row, values, "Không áp dụng")
            verdict, points = Verdict.NOT_APPLICABLE, _points_of_na(row, na_rule)
    return LineResult(
        code=row.code,
        position=row.position,
        kind=row.kind,
        verdict=verdict,
        points=points,
        max_points=row.max_points,
        answer_text=shortened(finding.answer_text),
        explanation=shortened(_with_place(row, explanation)),
        is_missing=row.kind == RowKind.POINTS
        and points is None
        and verdict != Verdict.NOT_APPLICABLE,
    )


def _own_points(
    row: CriterionDefinition, values: AnswerValues, na_rule: str
) -> tuple[Finding, Decimal | None]:
    """The points the unit gave itself and why; None while open or where the row is left out."""
    if values.verdict == Verdict.NOT_APPLICABLE:
        finding = finding_of(row, values, Stage.SELF)
        return finding, _points_of_na(row, na_rule) if finding.verdict else None
    if values.points is None:
        return Finding("", "", "Chưa chấm điểm."), None
    when = next((level.when for level in row.levels if level.points == values.points), "")
    shown = f"{points_text(values.points)}/{points_text(row.max_points or Decimal(0))} điểm"
    return Finding("", shown, f"Mức: {when}." if when else "Mức giữa hai nấc."), values.points


def _points_of_na(row: CriterionDefinition, na_rule: str) -> Decimal | None:
    """What "không có đối tượng" counts in a points row; None where it is left out of the total.

    Legal: the text of Quyết định 510/QĐ-BCA-V05 is not known here; the set says which.
    """
    if row.kind != RowKind.POINTS or na_rule == NotApplicable.ZERO:
        return Decimal(0)
    return None if na_rule == NotApplicable.RESCALE else row.max_points


def _different(row: CriterionDefinition, values: AnswerValues, word: str) -> str:
    """The appraiser concluded otherwise; the words of sensitive rows stay in the file."""
    concluded = f"Thẩm định kết luận khác: {word}."
    note = values.appraisal_note.strip()
    if row.is_sensitive or not note:
        return concluded
    return f"{concluded} {note}" if note.endswith((".", "!", "?")) else f"{concluded} {note}."


def _with_place(row: CriterionDefinition, explanation: str) -> str:
    return f"{explanation} {row.legal_ref}".strip() if row.legal_ref else explanation
