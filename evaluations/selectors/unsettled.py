"""Rows of files under appraisal that have no result yet, so that nobody is told they are ready."""

from collections import defaultdict
from collections.abc import Iterable

from criteria.scoring import AnswerValues, score
from criteria.scoring import Stage as ScoringStage
from criteria.selectors import definition_of

from ..models import Answer, Evaluation
from ..workflow import Status


def unsettled_rows(unit_ids: Iterable[int], *, year: int) -> dict[int, int]:
    """How many rows of each unit's file the confirmation of its appraisal would still ask for.

    By unit id, units without such rows left out; counted by the engine that confirms. Two queries.
    """
    evaluations = list(
        Evaluation.objects.filter(
            unit__in=list(unit_ids), season__year=year, status=Status.IN_REVIEW
        ).select_related("season__criteria_set")
    )
    answers: dict[int, dict[str, AnswerValues]] = defaultdict(dict)
    rows = Answer.objects.filter(evaluation__in=evaluations).select_related("criterion")
    for answer in rows:
        answers[answer.evaluation_id][answer.criterion.code] = AnswerValues.of(answer)
    found: dict[int, int] = defaultdict(int)
    for one in evaluations:
        definition = definition_of(one.season.criteria_set)
        result = score(definition, answers[one.pk], stage=ScoringStage.APPRAISED, recognised=False)
        found[one.unit_id] += len(result.missing)
    return {unit_id: count for unit_id, count in found.items() if count}
