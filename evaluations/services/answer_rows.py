"""One stored answer as columns: what is the unit's own in it, and when nobody has answered yet."""

from dataclasses import fields
from typing import Any

from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition

from ..models import Answer, Evaluation

APPRAISAL_FIELDS = ("appraised_verdict", "appraised_points", "exception_accepted", "appraisal_note")
OWN_FIELDS = tuple(
    field.name for field in fields(AnswerValues) if field.name not in APPRAISAL_FIELDS
)


def rows_of(evaluation: Evaluation) -> dict[str, Answer]:
    """The stored answers of an evaluation by criterion code; one query."""
    rows = Answer.objects.filter(evaluation=evaluation).select_related("criterion", "answered_by")
    return {answer.criterion.code: answer for answer in rows}


def new_row(evaluation: Evaluation, row: CriterionDefinition) -> Answer:
    """An answer to that criterion, empty and not saved."""
    return Answer(evaluation=evaluation, criterion_id=row.id, max_points=row.max_points, version=0)


def has_rule(definition: SetDefinition, code: str) -> bool:
    """Whether proposals for that row follow from the answers of another sheet."""
    row = definition.by_code.get(code)
    return bool(row and row.proposal_rule)


def own_values(answer: Answer) -> dict[str, Any]:
    """The unit's own columns of a stored answer."""
    return {name: getattr(answer, name) for name in OWN_FIELDS}


def own_columns(values: AnswerValues) -> dict[str, Any]:
    """The unit's answer as columns; an exception no longer claimed is no longer accepted either."""
    columns = {name: _column(getattr(values, name)) for name in OWN_FIELDS}
    return columns if values.exception_claimed else columns | {"exception_accepted": None}


def is_blank(values: AnswerValues | Answer) -> bool:
    """Whether the unit has said nothing."""
    return all(getattr(values, name) in (None, "", (), []) for name in OWN_FIELDS)


def _column(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
