"""Answers of many units to a few criteria, as the grid by criterion shows them."""

from collections.abc import Iterable

from ..models import Answer


def answers_of(
    evaluation_ids: Iterable[int], criterion_ids: Iterable[int]
) -> dict[tuple[int, int], Answer]:
    """The answers by evaluation and criterion id; one query."""
    rows = Answer.objects.filter(
        evaluation__in=list(evaluation_ids), criterion__in=list(criterion_ids)
    ).select_related("answered_by")
    return {(row.evaluation_id, row.criterion_id): row for row in rows}
