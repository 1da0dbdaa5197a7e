"""Why single rows of a returned file are open again, for the page that shows them."""

from ..models import Evaluation, ReopenedRow
from ..workflow import EDITABLE


def reopened_reasons(evaluation: Evaluation) -> dict[str, str] | None:
    """What was asked at each row that may change, by its code; None when every row may: two queries at most."""
    if evaluation.status not in EDITABLE:
        return None
    request = evaluation.supplement_requests.open().filter(is_partial=True).first()
    if request is None:
        return None
    rows = ReopenedRow.objects.filter(request=request)
    return dict(rows.values_list("criterion__code", "reason"))
