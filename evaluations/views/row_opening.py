"""The first answer to a file that nobody has opened opens it, as saving a grid does."""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import localtime

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from units.models import Unit

from ..forms.answers import AnswerInput, read_answer, typed_of
from ..models import Answer
from ..selectors.conflicts import row_conflict
from ..services.opening import open_by_answer
from . import row_acts

MISSING, CONFLICT = 404, 409
BOOK = "Cổng đề xuất từ sổ"


@dataclass(frozen=True, slots=True)
class Place:
    """Which row of which unit's year is answered."""

    year: int
    unit_id: int
    criterion_id: int


@wraps(row_acts.save_row)
def save_row(request: HttpRequest, year: int, unit_id: int, criterion_id: int) -> HttpResponse:
    """Save one row; where there is no such row yet, open the unit's file and try once more.

    What was found missing stays missing for whoever may not open the file. Where the registers say
    something else than a person who saw an empty row, both are shown before anything is written.
    """
    try:
        answer = row_acts.save_row(request, year, unit_id, criterion_id)
    except Http404:
        answer = None
    if answer is not None and answer.status_code != MISSING:
        return answer
    place = Place(year, unit_id, criterion_id)
    try:
        is_opened = _opened(request, place)
    except TransitionRefused as refused:
        return JsonResponse({"code": refused.code, "message": str(refused)}, status=CONFLICT)
    if not is_opened:
        return answer or row_acts.save_row(request, year, unit_id, criterion_id)
    return _proposed(request, place) or row_acts.save_row(request, year, unit_id, criterion_id)


def _opened(request: HttpRequest, place: Place) -> bool:
    try:
        return open_by_answer(place.unit_id, place.criterion_id, year=place.year, by=request.user)  # type: ignore[arg-type]
    except (PermissionDenied, Unit.DoesNotExist):
        return False


def _proposed(request: HttpRequest, place: Place) -> HttpResponse | None:
    """What the registers proposed as the file was opened, if that differs from what was typed."""
    answer = (
        Answer.objects.filter(
            evaluation__unit=place.unit_id, evaluation__season__year=place.year,
            criterion=place.criterion_id, is_proposal=True,
        ).select_related("evaluation__season__criteria_set", "criterion", "answered_by").first()
    )  # fmt: skip
    if answer is None:
        return None
    row = definition_of(answer.evaluation.season.criteria_set).row(answer.criterion.code)
    read, mine = read_answer(AnswerInput(row, f"c{row.id}", {}), request.POST)
    theirs = AnswerValues.of(answer)
    if read.errors or (mine.counts, mine.verdict) == (theirs.counts, theirs.verdict):
        return None
    conflict = row_conflict(row, answer, mine)
    fields = {f"c{row.id}-{name}": value for name, value in typed_of(row, theirs).items()}
    return JsonResponse({
        "code": "stale", "version": answer.version, "who": BOOK,
        "at": f"{localtime(answer.answered_at):%H:%M}",
        "theirs": {"text": f"{conflict.theirs.text} ({answer.proposed_from})", "fields": fields},
        "mine": {"text": conflict.mine.text}, "panel": "",
    }, status=CONFLICT)  # fmt: skip
