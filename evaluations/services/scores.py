"""What a file's answers come to, and the stored result of one stage."""

from django.utils import timezone

from criteria.scoring import SheetResult, score
from criteria.scoring import Stage as ScoringStage
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import Evaluation, Score, ScoreLine, ScoreRuleHit, Stage
from .answers import recognition_of, values_by_code


def score_of(evaluation: Evaluation, *, stage: str) -> SheetResult:
    """What the engine makes of the answers as they stand, at that stage; nothing is stored."""
    definition = definition_of(evaluation.season.criteria_set)
    recognised = None
    if evaluation.season.scheme == Scheme.CLASSIFICATION:
        recognised = _recognised(evaluation, stage=stage)
    return score(
        definition, values_by_code(evaluation), stage=ScoringStage(stage), recognised=recognised
    )


def store_score(evaluation: Evaluation, result: SheetResult, *, stage: str) -> Score:
    """Replace the stored result of one stage, line by line, so that it can be shown years later."""
    Score.objects.filter(evaluation=evaluation, stage=stage).delete()
    stored = Score.objects.create(
        evaluation=evaluation, stage=stage, criteria_set=evaluation.season.criteria_set,
        total_points=result.total_points, outcome=result.outcome, computed_at=timezone.now(),
    )  # fmt: skip
    ScoreLine.objects.bulk_create(
        ScoreLine(
            score=stored,
            position=line.position,
            code=line.code,
            verdict=line.verdict,
            points=line.points,
            max_points=line.max_points,
            answer_text=line.answer_text,
            explanation=line.explanation,
        )
        for line in result.lines
    )
    ScoreRuleHit.objects.bulk_create(
        ScoreRuleHit(score=stored, rule=hit.rule, explanation=hit.explanation)
        for hit in result.rule_hits
    )
    return stored


def _recognised(evaluation: Evaluation, *, stage: str) -> bool | None:
    """What the recognition of the same year came to: open while the unit speaks, else yes or no."""
    recognition = recognition_of(evaluation)
    if stage == Stage.SELF:
        outcome = recognition.self_outcome if recognition else ""
        return outcome == "met" if outcome else None
    if recognition is None:
        return False
    return recognition.outcome_so_far == "met"
