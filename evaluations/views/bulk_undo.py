"""A bulk act afterwards: what became of each unit, and the way back until somebody has acted on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from antq_portal.lib.clicks import each_by_itself
from units.selectors import powers_of

from ..models import BulkAct
from ..models.bulk_acts import NO_INCIDENTS
from ..selectors.bulk_acts import UNDOABLE, done_rows, require_undo, spoken_title
from ..services.bulk_acts import undo_bulk_act
from ..workflow import Action
from .refusals import attempt

FILE_QUERY = {Action.SUBMIT.value: "?buoc=kiem-tra", NO_INCIDENTS: "?tab=tt124"}
"""Where in a unit's file a refusal of the act is mended; registrations have a tab of their own."""
OF_REGISTRATION = (Action.SEND, Action.CALL_BACK, Action.ACCEPT, Action.RETURN)
OF_APPRAISAL = (Action.TAKE_UP, Action.APPRAISE)


@require_safe
def bulk_done(request: HttpRequest, pk: int) -> HttpResponse:
    bulk_act = _visible(request, pk)
    rows = done_rows(bulk_act, request.user)
    done = [row for row in rows if row.is_done]
    context = {
        "act": bulk_act,
        "title": spoken_title(bulk_act),
        "rows": rows,
        "done_count": len(done),
        "undone_count": sum(row.is_undone for row in rows),
        "kept": [row for row in done if row.row.undo_problem and not row.is_undone],
        "can_undo": _may_be_undone(request, bulk_act) and any(row.can_go_back for row in rows),
        "query": _query(bulk_act),
        "is_appraisal": bulk_act.action in OF_APPRAISAL,
        "back_url": _back_url(request, bulk_act),
    }
    return render(request, "evaluations/bulk_done.html", context)


@each_by_itself
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Name what goes back and what stays, then lead it back unit by unit."""
    bulk_act = _visible(request, pk)
    rows = done_rows(bulk_act, request.user)
    require_undo(bulk_act, powers_of(request.user), rows)
    url = bulk_act.get_absolute_url()
    if bulk_act.action not in UNDOABLE:
        raise Http404("Việc này không hoàn tác được.")
    if request.method == "POST":
        attempt(request, lambda: undo_bulk_act(bulk_act, by=request.user))
        return redirect(url)
    context = {
        "act": bulk_act,
        "title": spoken_title(bulk_act),
        "back": [row for row in rows if row.can_go_back],
        "kept": [row for row in rows if row.is_done and not row.is_undone and row.moved_on],
        "is_answers": bulk_act.action == NO_INCIDENTS,
        "back_url": url,
    }
    return render(request, "evaluations/bulk_undo.html", context)


def _visible(request: HttpRequest, pk: int) -> BulkAct:
    found = BulkAct.objects.visible_to(request.user).filter(pk=pk).select_related("done_by").first()
    if found is None:
        raise Http404("Không có việc này.")
    return found


def _may_be_undone(request: HttpRequest, bulk_act: BulkAct) -> bool:
    return bulk_act.action in UNDOABLE and bulk_act.done_by_id == request.user.pk


def _query(bulk_act: BulkAct) -> str:
    if bulk_act.action in OF_REGISTRATION:
        return "?tab=dang-ky"
    return FILE_QUERY.get(bulk_act.action, "")


def _back_url(request: HttpRequest, bulk_act: BulkAct) -> str:
    """The list where the units were ticked, if the address names one of ours; else the sheet."""
    asked = request.GET.get("ve", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    if bulk_act.action in OF_APPRAISAL:
        return reverse("evaluations:queue")
    return reverse("evaluations:sheet", args=[bulk_act.year])
