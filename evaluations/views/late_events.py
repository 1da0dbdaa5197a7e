"""What happened after a file was sent: written down by either side, settled by the appraiser; the last tick."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import whole, wholes
from antq_portal.lib.clicks import each_by_itself
from criteria.exceptions import TransitionRefused
from criteria.scoring import CriterionDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import Unit
from units.selectors import powers_of, refusal

from ..forms.late_events import LateEventForm, SettlementForm
from ..models import Evaluation, LateEvent
from ..selectors.late_events import BEFORE_THE_DECISION, files_without_statement
from ..selectors.queue import FilePair
from ..services.late_events import report_late_event, settle_late_event, state_quiet
from .appraisal import file_page
from .file_page import file_page as unit_file_page
from .queue import appraising
from .refusals import attempt, confirmation, spoken, status_of

SHORT = {Scheme.RECOGNITION: "TT 124:", Scheme.CLASSIFICATION: "QĐ 510:"}


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    """Write down one event: for the unit's side and for who appraises it."""
    file = unit_file_page(request, unit_id, year).file
    if not (file.may(Act.APPRAISE) or file.may(Act.ANSWER)):
        raise PermissionDenied(refusal(Act.ANSWER))
    back = reverse(
        f"evaluations:{'appraisal' if file.may(Act.APPRAISE) else 'file'}", args=[year, unit_id]
    )
    parts = [one for one in file.evaluations if one.status in BEFORE_THE_DECISION]
    if not parts:
        messages.error(request, "Hồ sơ không ở giữa lúc gửi và lúc có quyết định.")
        return redirect(back)
    rows = {row.id: (one, row) for one in parts for row in _rows(one)}
    data = request.POST if request.method == "POST" else None
    named = [(SHORT[one.season.scheme], row) for one, row in rows.values()]
    form = LateEventForm(data, rows=named)

    def act() -> object:
        details = form.details()
        return report_late_event(rows[details.criterion_id][0], details, by=request.user)

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã ghi phát sinh sau khi gửi. Người thẩm định sẽ xử lý.")
        return redirect(back)
    context = {"file": file, "form": form, "back_url": back, "season": parts[0].season}
    return render(request, "evaluations/late_event.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, year: int, unit_id: int, pk: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    events = LateEvent.objects.visible_to(request.user).select_related("criterion", "evaluation")
    event = get_object_or_404(events, pk=pk, evaluation__in=page.evaluations)
    form = SettlementForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        cleaned = form.cleaned_data
        return settle_late_event(
            event, settlement=cleaned["settlement"], note=cleaned["note"], by=request.user
        )

    if request.method == "POST" and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã xử lý phát sinh sau khi gửi.")
        return redirect(page.url())
    return confirmation(
        request,
        title=f"Xử lý phát sinh: {event.criterion.code}, ngày {event.happened_on:%d/%m/%Y}",
        text=f"{event.count} vụ hoặc người. Trả lời của đơn vị không đổi; bạn ghi kết luận ở dòng "
        f"{event.criterion.code} rồi chọn cách xử lý.",
        submit="Xử lý",
        back_url=page.url(),
        form=form,
    )


@each_by_itself
@require_http_methods(["GET", "HEAD", "POST"])
def quiet(request: HttpRequest) -> HttpResponse:
    """One tick for many files: nothing more happened to the end of the window; the names are shown."""
    authorities = appraising(powers_of(request.user))
    asked = request.POST if request.method == "POST" else request.GET
    year = whole(asked.get("nam", "")) or localdate().year
    files = files_without_statement(request.user, authorities=authorities, year=year)
    wanted = wholes(asked.getlist("don_vi"))
    context: dict[str, object] = {"year": year, "files": files, "wanted": wanted}
    if request.method == "POST":
        ticked = [file for file in files if file.unit_id in wanted]
        context["results"] = [_one(request, file, year) for file in ticked]
        context["done"] = sum(is_done for _, is_done, _ in context["results"])
    return render(request, "evaluations/quiet.html", context)


def _one(request: HttpRequest, file: FilePair, year: int) -> tuple[FilePair, bool, str]:
    """State it for one file in its own transaction; the others do not wait for it."""
    try:
        state_quiet(Unit(pk=file.unit_id), year=year, by=request.user)
    except (TransitionRefused, PermissionDenied) as refused:
        return file, False, str(refused)
    except ValidationError as invalid:
        return file, False, "; ".join(spoken(invalid))
    return file, True, "Đã xác nhận"


def _rows(evaluation: Evaluation) -> tuple[CriterionDefinition, ...]:
    return tuple(definition_of(evaluation.season.criteria_set).rows)
