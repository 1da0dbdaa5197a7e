"""The first answer to a file that nobody has opened opens it, as saving a grid does."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from criteria.exceptions import TransitionRefused
from units.models import Unit

from ..services.opening import open_by_answer
from . import row_acts

MISSING, CONFLICT = 404, 409


@wraps(row_acts.save_row)
def save_row(request: HttpRequest, year: int, unit_id: int, criterion_id: int) -> HttpResponse:
    """Save one row; where there is no such row yet, open the unit's file and try once more.

    What was found missing stays missing for whoever may not open the file.
    """
    row = {"year": year, "unit_id": unit_id, "criterion_id": criterion_id}
    try:
        answer = row_acts.save_row(request, **row)
    except Http404:
        if not _opened(request, row):
            raise
        return row_acts.save_row(request, **row)
    if answer.status_code != MISSING:
        return answer
    try:
        return row_acts.save_row(request, **row) if _opened(request, row) else answer
    except TransitionRefused as refused:
        return JsonResponse({"code": refused.code, "message": str(refused)}, status=CONFLICT)


def _opened(request: HttpRequest, row: dict[str, int]) -> bool:
    try:
        return open_by_answer(
            row["unit_id"], row["criterion_id"], year=row["year"], by=request.user
        )  # type: ignore[arg-type]
    except (PermissionDenied, Unit.DoesNotExist):
        return False
