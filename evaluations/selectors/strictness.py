"""One criterion across all units of one kind: what each said, what was concluded, who stands apart.

The units are those whose files one authority appraises; marks are for a person to look at, they
change nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from antq_portal.lib.text import number_text
from criteria.scoring import (
    AnswerValues,
    CriterionDefinition,
    LineResult,
    SetDefinition,
    Stage,
    score_line,
    verdict_label,
)
from criteria.scoring.spread import Spread, points_apart, spread_of, verdicts_apart

from ..models import Answer, Evaluation, ScoreLine
from ..models.scores import Stage as StoredStage
from ..workflow import EDITABLE, Status


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit at one criterion: own answer, conclusion, last year, how far from the median."""

    evaluation: Evaluation
    answer: Answer | None
    own: LineResult
    concluded: LineResult
    row: CriterionDefinition
    last_year: str = ""
    from_median: Decimal | None = None
    is_apart: bool = False

    @property
    def name(self) -> str:
        return self.evaluation.unit_version.name

    @property
    def is_sent(self) -> bool:
        """Whether the unit has sent its file: only then it is compared."""
        return self.evaluation.status not in EDITABLE

    @property
    def is_appraised(self) -> bool:
        """Whether a person has concluded: the file is through, or this row was concluded on."""
        concluded = self.answer and (
            self.answer.appraised_verdict or self.answer.appraised_points is not None
        )
        return bool(concluded) or self.evaluation.status not in (
            *EDITABLE, Status.SUBMITTED, Status.IN_REVIEW
        )  # fmt: skip

    @property
    def own_word(self) -> str:
        return _word(self.row, self.own)

    @property
    def concluded_word(self) -> str:
        return _word(self.row, self.concluded)

    @property
    def differs(self) -> bool:
        mine = (self.own.verdict, self.own.points)
        return self.is_appraised and mine != (self.concluded.verdict, self.concluded.points)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One criterion with its units, those that stand apart first, then by name."""

    row: CriterionDefinition
    lines: tuple[UnitLine, ...]
    spread: Spread | None
    counts: tuple[tuple[str, str, int], ...]
    """Verdict, its word, and how many sent units have it; most first."""

    @property
    def compared(self) -> int:
        return sum(1 for line in self.lines if line.is_sent and not line.concluded.is_missing)

    @property
    def apart(self) -> list[UnitLine]:
        return [line for line in self.lines if line.is_apart]

    @property
    def changed(self) -> int:
        """How many units the appraiser concluded otherwise than they said."""
        return sum(1 for line in self.lines if line.differs)


def appraised_files(
    user: User, *, authorities: Iterable[int], year: int, kind: str = "", scheme: str = ""
) -> list[Evaluation]:
    """The files in sight that these authorities appraise that year, in Vietnamese order: one query."""
    rows = Evaluation.objects.visible_to(user).filter(
        appraising_unit__in=list(authorities), season__year=year
    )
    if kind:
        rows = rows.filter(season__unit_kind=kind)
    if scheme:
        rows = rows.filter(season__scheme=scheme)
    rows = rows.select_related("season__criteria_set", "unit_version__unit", "unit")
    return list(rows.order_by("unit_version__sort_key", "pk"))


def compare(
    files: Sequence[Evaluation], definition: SetDefinition, row: CriterionDefinition
) -> Comparison:
    """One criterion across the files: two queries."""
    answers = {
        one.evaluation_id: one
        for one in Answer.objects.filter(evaluation__in=files, criterion=row.id)
    }
    return _comparison(files, definition, row, answers, _last_year(files, row))


def compare_all(files: Sequence[Evaluation], definition: SetDefinition) -> list[Comparison]:
    """Every criterion of the set across the files, in its order: one query."""
    answers: dict[int, dict[int, Answer]] = {}
    for one in Answer.objects.filter(evaluation__in=files).defer("note", "appraisal_note"):
        answers.setdefault(one.criterion_id, {})[one.evaluation_id] = one
    return [
        _comparison(files, definition, row, answers.get(row.id, {}), {}) for row in definition.rows
    ]


def _comparison(
    files: Sequence[Evaluation],
    definition: SetDefinition,
    row: CriterionDefinition,
    answers: Mapping[int, Answer],
    last_year: Mapping[int, str],
) -> Comparison:
    scored = {one.pk: _scored(row, answers.get(one.pk), definition.na_rule) for one in files}
    known = {
        one.pk: scored[one.pk][1]
        for one in files
        if one.status not in EDITABLE and not scored[one.pk][1].is_missing
    }
    points = {
        pk: line.points for pk, line in known.items() if line.points is not None and row.is_scored
    }
    verdicts = {
        pk: line.verdict for pk, line in known.items() if line.verdict and not row.is_scored
    }
    apart = points_apart(points) if row.is_scored else verdicts_apart(verdicts)
    spread = spread_of(points.values())
    lines = [
        UnitLine(
            evaluation=one, answer=answers.get(one.pk), own=scored[one.pk][0],
            concluded=scored[one.pk][1], row=row, last_year=last_year.get(one.unit_id, ""),
            from_median=points[one.pk] - spread.median if spread and one.pk in points else None,
            is_apart=one.pk in apart,
        )
        for one in files
    ]  # fmt: skip
    counted = Counter(verdicts.values()).most_common()
    counts = tuple((verdict, verdict_label(row, verdict), number) for verdict, number in counted)
    return Comparison(row, tuple(sorted(lines, key=lambda one: not one.is_apart)), spread, counts)


def _scored(
    row: CriterionDefinition, answer: Answer | None, na_rule: str
) -> tuple[LineResult, LineResult]:
    values = AnswerValues.of(answer) if answer else AnswerValues()
    own = score_line(row, values, stage=Stage.SELF, na_rule=na_rule)
    return own, score_line(row, values, stage=Stage.APPRAISED, na_rule=na_rule)


def _last_year(files: Sequence[Evaluation], row: CriterionDefinition) -> dict[int, str]:
    """What the row of that code came to a year ago, by unit id, as it was appraised: one query."""
    if not files:
        return {}
    season = files[0].season
    lines = ScoreLine.objects.filter(
        score__stage=StoredStage.APPRAISED,
        score__evaluation__unit__in=[one.unit_id for one in files],
        score__evaluation__season__year=season.year - 1,
        score__evaluation__season__scheme=season.scheme,
        code=row.code,
    ).values_list("score__evaluation__unit", "verdict", "points")
    return {
        unit_id: number_text(points) if points is not None else verdict_label(row, verdict)
        for unit_id, verdict, points in lines
    }


def _word(row: CriterionDefinition, line: LineResult) -> str:
    if line.points is not None and not line.verdict:
        return number_text(line.points)
    return verdict_label(row, line.verdict)
