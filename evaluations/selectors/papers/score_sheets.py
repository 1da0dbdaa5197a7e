"""The score sheet of one unit's movement (bảng chấm điểm). Legal: Quyết định 510/QĐ-BCA-V05 Điều 11."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from antq_portal.lib.documents import ScoreGroup, ScoreRow, ScoreSheet, Signature
from criteria.scoring import (
    CriterionDefinition,
    GroupDefinition,
    RowKind,
    Verdict,
    points_text,
    verdict_label,
)

from .heads import BY_HAND, unit_head
from .sheets import Line, Outcome, Sheet, UnitFile, signature_of

LONGEST_CODE: Final = 3


def score_sheet(file: UnitFile, sheet: Sheet) -> ScoreSheet:
    """Bảng chấm điểm with the unit's own points and, once confirmed, the appraiser's."""
    evaluation, appraised = sheet.evaluation, sheet.appraised
    concluded = evaluation.outcome_so_far if appraised else ""
    return ScoreSheet(
        letterhead=unit_head(file.version, above=file.above, year=file.year),
        subject=file.subject,
        year=file.year,
        groups=tuple(_score_group(sheet, group) for group in sheet.definition.groups if group.rows),
        max_total=sheet.definition.declared_total or Decimal(0),
        self_total=sheet.own.total,
        appraised_total=appraised.total if appraised else None,
        self_band=sheet.label(sheet.own.outcome),
        appraised_band=sheet.label(concluded),
        provisional=sheet.definition.is_provisional,
        signatures=(
            Signature(capacity=("CẤP TRÊN CHẤM ĐIỂM",), hint=BY_HAND),
            signature_of(file),
        ),
    )


def _score_group(sheet: Sheet, group: GroupDefinition) -> ScoreGroup:
    rows = tuple(_score_row(sheet, row) for row in group.rows)
    counted = tuple(row for row in group.rows if row.kind == RowKind.POINTS)
    return ScoreGroup(
        code=_short(group.code),
        heading=group.heading,
        rows=rows,
        max_points=sum((row.max_points or Decimal(0) for row in counted), Decimal(0)) or None,
        self_points=_sum(sheet.own, counted),
        appraised_points=_sum(sheet.appraised, counted) if sheet.appraised else None,
    )


def _sum(outcome: Outcome, rows: Sequence[CriterionDefinition]) -> Decimal | None:
    """Points of a group's rows together; nothing while one of them is open."""
    lines = [outcome.lines.get(row.code) for row in rows]
    given = [line.points for line in lines if line and line.points is not None]
    is_open = any(line is None or (line.points is None and not line.verdict) for line in lines)
    return None if is_open or not rows else sum(given, Decimal(0))


def _score_row(sheet: Sheet, row: CriterionDefinition) -> ScoreRow:
    own = sheet.own.lines.get(row.code)
    appraised = sheet.appraised.lines.get(row.code) if sheet.appraised else None
    return ScoreRow(
        code=_short(row.code) or row.code.rpartition("-")[2],
        text=row.text,
        max_points=row.max_points,
        self_points=own.points if own else None,
        appraised_points=appraised.points if appraised else None,
        note=_score_note(row, appraised or own),
    )


def _score_note(row: CriterionDefinition, line: Line | None) -> str:
    if line is None or not line.verdict:
        return ""
    if line.verdict == Verdict.NOT_APPLICABLE:
        given = f", tính {points_text(line.points)} điểm" if line.points is not None else ""
        return f"không áp dụng{given}"
    return "" if row.is_scored else verdict_label(row, line.verdict).lower()


def _short(code: str) -> str:
    """The code where it fits its narrow column; codes of veto groups are words, not numbers."""
    return code if len(code) <= LONGEST_CODE else ""
