"""The whole sheet: lines, total, outcome. One engine for both schemes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import Final

from .definitions import BandDefinition, SetDefinition
from .lines import score_line
from .rules import SHEET_RULES, RuleCase
from .values import AnswerValues, LineResult, Missing, RuleHit, SheetResult, TotalTrace
from .words import NotApplicable, RowKind, Stage, Verdict

HUNDREDTH: Final = Decimal("0.01")
ZERO: Final = Decimal(0)
UNANSWERED: Final = AnswerValues()


def score(
    definition: SetDefinition,
    answers: Mapping[str, AnswerValues],
    *,
    stage: Stage,
    recognised: bool | None = None,
) -> SheetResult:
    """Compute a sheet from the answers by row code; rows without an answer are missing.

    `recognised` is the outcome of the same unit, year and stage under TT 124; None while open.
    Legal: Thông tư 124/2021/TT-BCA Điều 8 khoản 1; Quyết định 510/QĐ-BCA-V05 Điều 5.
    """
    lines = tuple(
        score_line(row, answers.get(row.code, UNANSWERED), stage=stage, na_rule=definition.na_rule)
        for row in definition.rows
    )
    missing = tuple(Missing(line.code, line.explanation) for line in lines if line.is_missing)
    if not definition.is_scored:
        return SheetResult(lines, None, _recognition(lines), (), missing)
    trace = trace_of(definition, lines)
    total = _total(definition, trace)
    by_points = band_of(definition, total)
    band, hits = classify(definition, lines, by_points, stage=stage, recognised=recognised)
    return SheetResult(
        lines, total, band.code, hits, missing, replace(trace, outcome=by_points.code)
    )


def total_points(definition: SetDefinition, lines: Iterable[LineResult]) -> Decimal:
    """Points plus capped bonus minus penalties, kept between 0 and the declared total.

    Legal: the portal's proposal for Quyết định 510/QĐ-BCA-V05; the set carries the numbers.
    """
    return _total(definition, trace_of(definition, tuple(lines)))


def trace_of(definition: SetDefinition, lines: tuple[LineResult, ...]) -> TotalTrace:
    """The parts of the total; the class is not looked at and stays empty."""
    bonus = _sum(lines, RowKind.BONUS)
    return TotalTrace(
        earned=_sum(lines, RowKind.POINTS),
        counted=_earned(definition, lines),
        bonus=bonus,
        bonus_counted=min(definition.bonus_cap, bonus),
        penalty=_sum(lines, RowKind.PENALTY),
        outcome="",
    )


def _total(definition: SetDefinition, trace: TotalTrace) -> Decimal:
    declared = definition.declared_total or ZERO
    return min(declared, max(ZERO, trace.counted + trace.bonus_counted - trace.penalty))


def band_of(definition: SetDefinition, total: Decimal) -> BandDefinition:
    """The class of a total: the best one whose least points are reached."""
    return next(
        (band for band in definition.bands if total >= (band.min_points or ZERO)),
        definition.bands[-1],
    )


def _earned(definition: SetDefinition, lines: tuple[LineResult, ...]) -> Decimal:
    """The points of the points rows; rescaled over the rows that apply where the set says so.

    Cut at hundredths: a class begins at a whole hundredth, so cutting never moves a total across.
    """
    earned = _sum(lines, RowKind.POINTS)
    if definition.na_rule != NotApplicable.RESCALE:
        return earned
    declared = definition.declared_total or ZERO
    left_out = sum(
        (
            line.max_points or ZERO
            for line in lines
            if line.kind == RowKind.POINTS and line.verdict == Verdict.NOT_APPLICABLE
        ),
        ZERO,
    )
    if left_out >= declared:
        return ZERO
    return (earned * declared / (declared - left_out)).quantize(HUNDREDTH, rounding=ROUND_DOWN)


def _sum(lines: tuple[LineResult, ...], kind: RowKind) -> Decimal:
    return sum((line.points or ZERO for line in lines if line.kind == kind), ZERO)


def _recognition(lines: tuple[LineResult, ...]) -> str:
    """Met when every row is met or does not apply; open while nothing fails but a row is missing."""
    if any(line.verdict == Verdict.NOT_MET for line in lines):
        return Verdict.NOT_MET
    return "" if any(line.is_missing for line in lines) else Verdict.MET


def classify(
    definition: SetDefinition,
    lines: tuple[LineResult, ...],
    band: BandDefinition,
    *,
    stage: Stage,
    recognised: bool | None,
) -> tuple[BandDefinition, tuple[RuleHit, ...]]:
    """The class after the named rules of the set, and which of them had a say."""
    hits: list[RuleHit] = []
    for code, ruling in SHEET_RULES.items():
        if not definition.has_rule(code):
            continue
        band, hit = ruling(RuleCase(definition, lines, band, stage, recognised))
        if hit:
            hits.append(hit)
    return band, tuple(hits)
