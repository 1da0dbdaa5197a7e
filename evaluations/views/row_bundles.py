"""Many answers in one request, for poor lines: each is saved as if it had come by itself."""

import json
from copy import copy
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse, QueryDict
from django.views.decorators.http import require_POST

from antq_portal.lib import clicks
from antq_portal.lib.scripts import answers_script
from antq_portal.middleware import NUL

from .row_opening import Place, save_row

ROWS: Final = "dong"
"""The field that stands in the form once per row: `<unit>/<criterion>?<what save_row takes>`."""
MOST_ROWS: Final = 40
MIXED: Final = 207
WRONG, FORBIDDEN, MISSING = 400, 403, 404


@answers_script
@clicks.not_remembered
@require_POST
def save_rows(request: HttpRequest, year: int) -> JsonResponse:
    """Save each row by itself, in order: `{"rows": [{"status", "data"}, …]}` as `save_row` answers each.

    One row's refusal stops no other. Each row has its own key, by which a bundle that comes again
    finds what it did. The answer's own status is that of the rows where they are all alike, else
    207; 400 with a `code` and nothing written where the bundle itself cannot be read.
    """
    sent = request.POST.getlist(ROWS)
    if len(sent) > MOST_ROWS:
        return _refused("too_many", f"Mỗi lần gửi không quá {MOST_ROWS} dòng.")
    try:
        rows = [_row(year, one) for one in sent]
    except ValueError:
        rows = []
    if not rows:
        return _refused("malformed", "Không đọc được những dòng đã gửi.")
    found = [_saved(request, place, data) for place, data in rows]
    codes = {one["status"] for one in found}
    return JsonResponse({"rows": found}, status=codes.pop() if len(codes) == 1 else MIXED)


def _row(year: int, sent: str) -> tuple[Place, QueryDict]:
    """Which row, and its form; ValueError for what says no row or cannot be stored."""
    place, _, body = sent.partition("?")
    unit, _, criterion = place.partition("/")
    if not (unit.isdecimal() and criterion.isdecimal()):
        raise ValueError(place)
    data = QueryDict(body)
    if any(NUL in text for name, values in data.lists() for text in (name, *values)):
        raise ValueError(place)
    return Place(year, int(unit), int(criterion)), data


def _saved(request: HttpRequest, place: Place, data: QueryDict) -> dict[str, Any]:
    """What the row's own address would have answered."""
    one = copy(request)
    one.POST = data  # type: ignore[assignment, misc]
    try:
        answer = save_row(one, place.year, place.unit_id, place.criterion_id)
    except Http404:
        return {"status": MISSING, "data": {"message": "Không có dòng này."}}
    except PermissionDenied as denied:
        return {"status": FORBIDDEN, "data": {"message": str(denied)}}
    return {"status": answer.status_code, "data": json.loads(answer.content)}


def _refused(code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=WRONG)
