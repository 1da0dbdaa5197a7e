"""Answers of many units to a few criteria, as the grid by criterion shows them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from ..models import Answer, AnswerChange
from .sheet import ANSWERED


def answers_of(
    evaluation_ids: Iterable[int], criterion_ids: Iterable[int]
) -> dict[tuple[int, int], Answer]:
    """The answers by evaluation and criterion id; one query."""
    rows = Answer.objects.filter(
        evaluation__in=list(evaluation_ids), criterion__in=list(criterion_ids)
    ).select_related("answered_by")
    return {(row.evaluation_id, row.criterion_id): row for row in rows}


def filled_cells(
    evaluation_ids: Collection[int], criterion_ids: Collection[int]
) -> tuple[Counter[int], set[int]]:
    """How many of these criteria each evaluation has answered, and which hold an open proposal; one query."""
    rows = Answer.objects.filter(
        ANSWERED, evaluation__in=list(evaluation_ids), criterion__in=list(criterion_ids)
    )
    filled: Counter[int] = Counter()
    proposed = set()
    for pk, is_proposal in rows.order_by().values_list("evaluation", "is_proposal"):
        filled[pk] += 1
        if is_proposal:
            proposed.add(pk)
    return filled, proposed


def answers_at(versions: Mapping[int, int]) -> dict[int, dict[str, object]]:
    """What stood in answers at an earlier version, by answer id; one query."""
    rows = AnswerChange.objects.filter(
        answer__in=list(versions), version__in=set(versions.values())
    )
    return {row.answer_id: row.after for row in rows if versions[row.answer_id] == row.version}
