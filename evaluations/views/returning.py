"""Returning a file to its unit: the whole of it, or single rows with a reason each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from antq_portal.lib.asked import wholes
from criteria.selectors import definition_of

from ..forms.returning import ROW_REASONS, ReturnForm
from ..services.evaluations import return_file
from ..workflow import Status
from .appraisal import FilePage, file_page
from .refusals import attempt, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    data = request.POST if request.method == "POST" else None
    rows = _rows(page)
    form = ReturnForm(data, rows=rows, chosen=wholes(request.GET.getlist("dong")))

    def act() -> object:
        return return_file(page.unit, year=year, by=request.user, **form.asked())

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(
            request, f"Đã trả lại {page.name}. Phiếu yêu cầu bổ sung ở dưới, sao chép gửi đơn vị."
        )
        return redirect(page.url())
    context = {"page": page, "form": form, "row_reasons": ROW_REASONS}
    return render(request, "evaluations/return.html", context, status=status_of(form))


def _rows(page: FilePage) -> list:
    """The rows of the parts that are being appraised, recognition first."""
    parts = [one for one in page.evaluations if one.status == Status.IN_REVIEW]
    return [row for one in parts for row in definition_of(one.season.criteria_set).rows]
