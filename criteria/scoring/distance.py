"""How far a sheet with points is from the next better class, and what holds it back: pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from .definitions import BandDefinition, SetDefinition
from .sheet import ZERO, band_of, classify, total_points
from .values import LineResult, RuleHit, SheetResult
from .words import RowKind, Stage, Verdict

NO_SHARE: Final = frozenset({Verdict.NOT_APPLICABLE})
"""A row without anything to judge can give nothing more."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """One row that gives less than it could: what is missing, and what its best alone would come to."""

    line: LineResult
    lacking: Decimal
    total: Decimal
    outcome: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """A named rule that has a say at the next class, and the class that today's points give without it."""

    hit: RuleHit
    outcome_without: str


@dataclass(frozen=True, slots=True)
class Distance:
    """The next better class: points missing, rows that could give them, rules in the way.

    `lacking` is 0 when the points are there and only a rule is in the way. `enough` are the codes
    of rows which at their best together reach the points, biggest gain first; empty where nothing
    is lacking, or where all rows together do not reach them.
    """

    band: BandDefinition
    lacking: Decimal
    rows: tuple[HeldBack, ...]
    enough: tuple[str, ...]
    barriers: tuple[Barrier, ...]


def distance_of(
    definition: SetDefinition,
    result: SheetResult,
    *,
    stage: Stage,
    recognised: bool | None = None,
) -> Distance | None:
    """What keeps a sheet from the next better class; None without points or at the best class.

    `stage` and `recognised` are those the result was computed with. Compares points as they are;
    a class begins at its least points, that value included.
    """
    if result.total_points is None or result.outcome == definition.bands[0].code:
        return None
    place = definition.bands.index(definition.band(result.outcome))
    band = definition.bands[place - 1]
    rows = tuple(_held_back(definition, result, stage, recognised))
    lacking = max(ZERO, (band.min_points or ZERO) - result.total_points)
    return Distance(
        band=band,
        lacking=lacking,
        rows=rows,
        enough=_enough(definition, result, rows, band) if lacking else (),
        barriers=tuple(_barriers(definition, result, band, stage, recognised)),
    )


def _held_back(
    definition: SetDefinition, result: SheetResult, stage: Stage, recognised: bool | None
) -> list[HeldBack]:
    """The rows whose best would raise the total, biggest gain first, then in the set's order."""
    found = []
    for line in result.lines:
        best = _best(line)
        if best is None:
            continue
        lines = _with(result.lines, [best])
        total = total_points(definition, lines)
        if total <= (result.total_points or ZERO):
            continue
        outcome, _ = classify(
            definition, lines, band_of(definition, total), stage=stage, recognised=recognised
        )
        lacking = abs((best.points or ZERO) - (line.points or ZERO))
        found.append(HeldBack(line, lacking, total, outcome.code))
    return sorted(found, key=lambda one: (-one.total, one.line.position))


def _best(line: LineResult) -> LineResult | None:
    """The row at its best; None where it is there already or has nothing to judge."""
    if line.max_points is None or line.verdict in NO_SHARE:
        return None
    best = ZERO if line.kind == RowKind.PENALTY else line.max_points
    if (line.points or ZERO) == best:
        return None
    return replace(line, points=best, is_missing=False)


def _with(lines: Iterable[LineResult], changed: Iterable[LineResult]) -> tuple[LineResult, ...]:
    by_code = {line.code: line for line in changed}
    return tuple(by_code.get(line.code, line) for line in lines)


def _enough(
    definition: SetDefinition,
    result: SheetResult,
    rows: Iterable[HeldBack],
    band: BandDefinition,
) -> tuple[str, ...]:
    """Rows added one by one, each that still raises the total, until the class is reached."""
    lines, total, taken = result.lines, result.total_points or ZERO, []
    for row in rows:
        best = _best(row.line)
        raised = _with(lines, [best] if best else [])
        if (now := total_points(definition, raised)) <= total:
            continue
        lines, total = raised, now
        taken.append(row.line.code)
        if total >= (band.min_points or ZERO):
            return tuple(taken)
    return ()


def _barriers(
    definition: SetDefinition,
    result: SheetResult,
    band: BandDefinition,
    stage: Stage,
    recognised: bool | None,
) -> list[Barrier]:
    """The rules that would have a say if the points were those of the next class."""
    _, hits = classify(definition, result.lines, band, stage=stage, recognised=recognised)
    by_points = band_of(definition, result.total_points or ZERO)
    found = []
    for hit in hits:
        rules = tuple(rule for rule in definition.rules if rule.code != hit.rule)
        without, _ = classify(
            replace(definition, rules=rules),
            result.lines,
            by_points,
            stage=stage,
            recognised=recognised,
        )
        found.append(Barrier(hit, without.code))
    return found
