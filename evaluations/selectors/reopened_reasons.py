"""Why single rows of a returned file are open again, for the page that shows them."""

from typing import Final

from antq_portal.lib.prepared import Prepared

from ..models import Evaluation, ReopenedRow, SupplementRequest
from ..workflow import EDITABLE

OPEN_ROWS: Final = Prepared(
    lambda evaluation: (
        SupplementRequest.objects.open()
        .filter(evaluation=evaluation, is_partial=True)
        .order_by("pk")
    )
)


def reopened_reasons(evaluation: Evaluation) -> dict[str, str] | None:
    """What was asked at each row that may change, by its code; None when every row may: two queries at most."""
    if evaluation.status not in EDITABLE:
        return None
    request = OPEN_ROWS.first(evaluation=evaluation.pk)
    if request is None:
        return None
    rows = ReopenedRow.objects.filter(request=request)
    return dict(rows.values_list("criterion__code", "reason"))
