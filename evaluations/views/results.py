"""Outcomes from elsewhere: recorded one by one, or read from a workbook of earlier years."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Act
from antq_portal.lib.text import number_text
from antq_portal.lib.workbooks import WorkbookRefused
from units.models import Unit
from units.selectors import labels, powers_of, refusal

from ..forms.results import (
    CorrectionOfResultForm,
    NewResultForm,
    ResultFileForm,
    StrikeOutResultForm,
)
from ..models import RecordedResult
from ..models.results import ResultSource
from ..selectors.recorded import ministry_units, recorded_results, recording_places
from ..services.result_imports import (
    ResultImport,
    import_results,
    packed,
    read_results,
    result_template,
)
from ..services.results import correct_result, record_external, strike_out_result
from .refusals import attempt, confirmation, status_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ROWS_A_PAGE: Final = 50
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_PROBLEMS: Final = 100


@require_safe
def recorded(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("nguon", "")
    source = asked if asked in ResultSource.values else ResultSource.EXTERNAL.value
    rows = recorded_results(request.user, source=source)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    places = recording_places([row.unit_version for row in page]) if page.object_list else {}
    powers = powers_of(request.user)
    context = {
        "page": page,
        "source": source,
        "names": labels([row.unit_version for row in page]),
        "editable": [pk for pk, place in places.items() if powers.may(Act.RECORD_RESULT, place)],
        "may_record": bool(powers.authorities_for(Act.RECORD_RESULT)),
        "chips": [
            {"label": one.label, "url": f"?nguon={one.value}", "current": one == source}
            for one in ResultSource
        ],
    }
    return render(request, "evaluations/recorded_results.html", context)


@GET_OR_POST
def record(request: HttpRequest) -> HttpResponse:
    powers = powers_of(request.user)
    _require_recorder(request)
    units = ministry_units(request.user, powers)
    named = labels(units)
    choices = [(unit.unit_id, named[unit.unit_id]) for unit in units]
    data = request.POST if request.method == "POST" else None
    form = NewResultForm(data, units=choices)

    def act() -> object:
        unit = Unit.objects.get(pk=form.cleaned_data["unit"])
        return record_external(unit, facts=form.facts(), by=request.user)

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã ghi kết quả.")
        return redirect("evaluations:recorded_results")
    context = {
        "form": form,
        "title": "Ghi kết quả do Bộ Công an quyết định",
        "lede": "Cho cơ quan, doanh nghiệp, cơ sở giáo dục do đơn vị nghiệp vụ của Bộ theo dõi (TT 124 "
        "Điều 10 khoản 4). Kết quả này không tính vào tỷ lệ của xã.",
        "submit": "Ghi kết quả",
        "back_url": reverse("evaluations:recorded_results"),
        "is_empty": not choices,
    }
    return render(request, "evaluations/recorded_result_form.html", context, status=status_of(form))


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row_of(request, pk)
    data = request.POST if request.method == "POST" else None
    form = CorrectionOfResultForm(data, row=row)

    def act() -> object:
        reason = form.cleaned_data["reason"]
        return correct_result(row, facts=form.facts(), reason=reason, by=request.user)

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã sửa kết quả.")
        return redirect(_list_url(row.source))
    context = {
        "form": form,
        "title": f"Sửa kết quả năm {row.year} của {row.unit_version}",
        "lede": row.get_scheme_display(),
        "submit": "Lưu",
        "back_url": _list_url(row.source),
        "strike_url": reverse("evaluations:result_strike", args=[row.pk]),
    }
    return render(request, "evaluations/recorded_result_form.html", context, status=status_of(form))


@GET_OR_POST
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row_of(request, pk)
    back, data = _list_url(row.source), request.POST if request.method == "POST" else None
    form = StrikeOutResultForm(data)

    def act() -> object:
        return strike_out_result(row, reason=form.cleaned_data["reason"], by=request.user)

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã bỏ kết quả. Nội dung và lý do vẫn còn trong nhật ký.")
        return redirect(back)
    return confirmation(
        request, title="Bỏ kết quả đã ghi", submit="Bỏ kết quả", back_url=back, form=form, danger=True,
        text=f"{row.unit_version}, năm {row.year}, {row.get_scheme_display()}, số {row.decision_number}.",
    )  # fmt: skip


@GET_OR_POST
def import_page(request: HttpRequest) -> HttpResponse:
    """A file is checked first; what was checked, signed, is written when the person confirms."""
    _require_recorder(request)
    if request.method != "POST":
        return _import_shown(request, ResultFileForm())
    if token := request.POST.get("da_kiem_tra", ""):
        return _write(request, token)
    form = ResultFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_shown(request, form)
    try:
        found = read_results(request.FILES["file"], by=request.user)
    except WorkbookRefused as refused:
        form.refuse([str(refused)])
        return _import_shown(request, form)
    if found.problems:
        form.refuse(["Chưa ghi gì: sửa các dòng nêu dưới đây rồi gửi lại cả tệp."])
    return _import_shown(request, form, found)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    _require_recorder(request)
    response = HttpResponse(result_template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="mau-ket-qua-cac-nam.xlsx"'
    return response


def _write(request: HttpRequest, token: str) -> HttpResponse:
    form = ResultFileForm()
    try:
        done = import_results(token, by=request.user)
    except WorkbookRefused as refused:
        messages.error(request, str(refused))
        return _import_shown(request, form, status=422)
    except ValidationError as invalid:
        messages.error(request, "Chưa ghi gì: " + "; ".join(invalid.messages[:3]))
        return _import_shown(request, form, status=422)
    count, same = number_text(len(done.new)), number_text(done.same_count)
    messages.success(
        request, f"Đã ghi {count} kết quả nhập từ hồ sơ giấy; {same} kết quả có sẵn, giữ nguyên."
    )
    return redirect(_list_url(ResultSource.PAPER))


def _import_shown(
    request: HttpRequest, form: ResultFileForm, found: ResultImport | None = None, status: int = 200
) -> HttpResponse:
    is_right = found is not None and not found.problems
    problems = found.problems if found else []
    context = {
        "form": form,
        "found": found,
        "problems": problems[:SHOWN_PROBLEMS],
        "hidden_count": max(len(problems) - SHOWN_PROBLEMS, 0),
        "token": packed(found) if found is not None and is_right and found.new else "",
        "is_right": is_right,
        "back_url": _list_url(ResultSource.PAPER),
    }
    status = status_of(form) if form.is_bound else status
    return render(request, "evaluations/result_import.html", context, status=status)


def _require_recorder(request: HttpRequest) -> None:
    """Raise PermissionDenied for who records outcomes nowhere."""
    if not powers_of(request.user).authorities_for(Act.RECORD_RESULT):
        raise PermissionDenied(refusal(Act.RECORD_RESULT))


def _row_of(request: HttpRequest, pk: int) -> RecordedResult:
    """The row, for who records outcomes of its unit: 404 unseen, 403 seen only."""
    rows = RecordedResult.objects.visible_to(request.user).select_related("unit", "unit_version")
    row = get_object_or_404(rows, pk=pk)
    version = row.unit.versions.in_force().select_related("unit").get()
    powers_of(request.user).require(Act.RECORD_RESULT, recording_places([version])[version.unit_id])
    return row


def _list_url(source: str) -> str:
    return f"{reverse('evaluations:recorded_results')}?nguon={source}"
