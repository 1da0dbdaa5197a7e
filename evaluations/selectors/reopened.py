"""Which rows of a returned file may change: all, or those the appraiser asked to complete."""

from collections.abc import Iterable
from typing import Final

from antq_portal.lib.prepared import Prepared

from ..models import Evaluation, SupplementRequest
from ..workflow import EDITABLE

ROWS: Final = Prepared(
    lambda evaluations: (
        SupplementRequest.objects.open()
        .filter(evaluation__in=evaluations, is_partial=True)
        .order_by()
        .values_list("evaluation", "rows__criterion__code")
    )
)


def reopened_codes(evaluation: Evaluation) -> frozenset[str] | None:
    """Codes of the only rows the unit may change now; None when no single rows were asked for.

    An empty set means that every row stays as it was sent. Says nothing of whether the file is
    with the unit at all: one query while it is, none otherwise.
    """
    if evaluation.status not in EDITABLE:
        return None
    return reopened_by_evaluation([evaluation.pk]).get(evaluation.pk)


def reopened_by_evaluation(evaluation_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The same for many evaluations, by id; those with no entry are open as a whole: one query."""
    found: dict[int, set[str]] = {}
    for pk, code in ROWS(evaluations=list(evaluation_ids)):
        codes = found.setdefault(pk, set())
        if code:
            codes.add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}
