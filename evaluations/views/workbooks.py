"""The season as a workbook: take it, send it back, see what it would do, write it."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.asked import whole
from antq_portal.lib.clicks import each_by_itself
from antq_portal.lib.workbooks import MOST_BYTES, WorkbookRefused
from jobs.services import enqueue

from ..forms.workbooks import WorkbookForm
from ..models import WorkbookUpload
from ..selectors.areas import Area
from ..services.workbooks import keep_upload
from ..workbooks.plan import Plan
from ..workbooks.work import (
    area_for_entry,
    file_name,
    marked_of,
    plan_for,
    plan_of,
    workbook_of,
    write_upload,
)
from ..workbooks.writing import KEEP_WEB, TAKE_FILE, Choice
from .areas import AreaPage, area_page, choose_area
from .refusals import WRONG_INPUT
from .sheet import listed_rows

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_AT_ONCE: Final = 120
"""With more units than this a job does the work."""
MOST_ITEMS_AT_ONCE: Final = 500
"""More answers than this take seconds to write: a job writes them."""
SHOWN_CHANGES: Final = 200
SHOWN_CONFLICTS: Final = 150
SHOWN_PROBLEMS: Final = 150
LARGE: Final = f"Nơi có trên {MOST_AT_ONCE} đơn vị: bấm “Lập tệp Excel”, cổng lập xong thì tải về."
EXPIRED: Final = "Tệp đã quá một ngày nên không còn được giữ; chọn lại tệp để kiểm tra lại."


@GET_OR_POST
def workbook(request: HttpRequest, year: int) -> HttpResponse:
    """Where the workbook is taken from and sent to."""
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    page.require(Act.ANSWER)
    if request.method != "POST":
        return _start(page, WorkbookForm())
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _start(page, form)
    content = form.cleaned_data["file"].read(MOST_BYTES + 1)
    try:
        plan = plan_for(content, page.area, year=year, by=page.user)
    except WorkbookRefused as refused:
        form.refuse(str(refused))
        return _start(page, form)
    upload = keep_upload(
        page.area.unit, year=year, content=content, name=form.cleaned_data["file"].name,
        workbook=plan.identity.id, by=page.user,
    )  # fmt: skip
    return redirect("evaluations:workbook_check", year, upload.pk)


@GET_OR_POST
def workbook_file(request: HttpRequest, year: int) -> HttpResponse:
    """The workbook to fill in; posting has the worker make it, as it must of a large area."""
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    page.require(Act.ANSWER)
    if request.method == "POST":
        job = enqueue(
            "evaluations.workbook", title=f"Excel để nhập năm {year}, {page.area.name}"[:200],
            arguments={"area": page.area.pk, "year": year}, by=page.user,
            province_id=page.area.province_id,
            deduplication_key=f"workbook-{page.user.pk}-{page.area.pk}-{year}",
        )  # fmt: skip
        return redirect(job)
    if _is_large(page):
        messages.info(request, LARGE)
        return redirect(page.url("workbook"))
    return _sent(*workbook_of(page.user, page.area, year))


@GET_OR_POST
@each_by_itself
def workbook_check(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """What the file would do; posting writes it. After that, what became of each unit."""
    upload, area = _upload_of(request, year, pk)
    if request.method == "POST" and not upload.is_written:
        return _write(request, upload, area)
    if upload.is_written:
        return _show(request, upload, area, None)
    try:
        plan = plan_of(upload, by=request.user)  # type: ignore[arg-type]
    except WorkbookRefused as refused:
        messages.error(request, str(refused))
        return redirect(_start_url(year, area))
    return _show(request, upload, area, plan)


@require_safe
def workbook_marked(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """The file that was sent, with what is wrong marked in it."""
    upload, area = _upload_of(request, year, pk)
    try:
        content = marked_of(upload, by=request.user)  # type: ignore[arg-type]
    except WorkbookRefused as refused:
        messages.error(request, str(refused))
        return redirect(_start_url(year, area))
    return _sent(file_name(area, year, "can-sua"), content)


def _write(request: HttpRequest, upload: WorkbookUpload, area: Area) -> HttpResponse:
    """Write at once, or let the worker do it where much is to be written."""
    choices = _choices(request)
    user: User = request.user  # type: ignore[assignment]
    try:
        plan = plan_of(upload, by=user)
        if len(plan.items) + len(plan.conflicts) > MOST_ITEMS_AT_ONCE:
            arguments = {
                "upload": upload.pk,
                "choices": {k: [c.take, c.seen] for k, c in choices.items()},
            }
            job = enqueue(
                "evaluations.workbook_write", title=f"Ghi từ Excel năm {upload.year}, {area.name}"[:200],
                arguments=arguments, by=user, province_id=area.province_id,
                deduplication_key=f"workbook-write-{upload.pk}",
            )  # fmt: skip
            return redirect(job)
        write_upload(upload, plan, choices, by=user)
    except WorkbookRefused as refused:
        messages.error(request, str(refused))
        return redirect(_start_url(upload.year, area))
    return redirect("evaluations:workbook_check", upload.year, upload.pk)


def _choices(request: HttpRequest) -> dict[str, Choice]:
    """What was chosen for each conflict; one choice for all counts where none was made for the row."""
    data = request.POST
    for_all = TAKE_FILE if data.get("tat-ca") == TAKE_FILE else KEEP_WEB
    found = {}
    for name, seen in data.items():
        if name.startswith("thay-"):
            key = name.removeprefix("thay-")
            take = data.get(f"chon-{key}") or for_all
            found[key] = Choice(take, whole(str(seen)) or 0)
    return found


def _upload_of(request: HttpRequest, year: int, pk: int) -> tuple[WorkbookUpload, Area]:
    """One's own upload and its area: 404 for anybody else's, 403 once one enters nothing there any more."""
    rows = WorkbookUpload.objects.visible_to(request.user).filter(year=year)  # type: ignore[arg-type]
    upload = get_object_or_404(rows.select_related("area"), pk=pk)
    try:
        area = area_for_entry(request.user, upload.area_id)  # type: ignore[arg-type]
    except ObjectDoesNotExist as unseen:
        raise Http404(str(unseen)) from None
    if not upload.is_kept and not upload.is_written:
        raise PermissionDenied(EXPIRED)
    return upload, area


def _is_large(page: AreaPage) -> bool:
    return len(listed_rows(page)) > MOST_AT_ONCE


def _start(page: AreaPage, form: WorkbookForm) -> HttpResponse:
    mine = WorkbookUpload.objects.visible_to(page.user).filter(area=page.area.pk, year=page.year)
    context = {
        **page.context("sheet"),
        "form": form,
        "file_url": page.url("workbook_file"),
        "is_large": _is_large(page),
        "action_url": page.url("workbook"),
        "back_url": page.url("sheet"),
        "has_season": bool(page.of_year),
        "uploads": mine.defer("content")[:5],
    }
    status = WRONG_INPUT if form.errors else 200
    return render(page.request, "evaluations/workbook.html", context, status=status)


def _show(
    request: HttpRequest, upload: WorkbookUpload, area: Area, plan: Plan | None
) -> HttpResponse:
    sheet_url = f"{reverse('evaluations:sheet', args=[upload.year])}?xa={area.pk}"
    context: dict[str, Any] = {
        "upload": upload,
        "area": area,
        "year": upload.year,
        "year_text": str(upload.year),
        "plan": plan,
        "trail": [
            {"label": f"Bảng hồ sơ năm {upload.year}", "url": sheet_url},
            {"label": "Nhập bằng Excel", "url": _start_url(upload.year, area)},
        ],
        "start_url": _start_url(upload.year, area),
        "sheet_url": sheet_url,
        "marked_url": reverse("evaluations:workbook_marked", args=[upload.year, upload.pk]),
    }
    if plan is not None:
        context |= _shown_plan(plan)
    else:
        results = upload.results["units"] if upload.results else []
        context |= {
            "unread": upload.results["unread"] if upload.results else 0,
            "results": sorted(results, key=lambda one: not one["problems"]),
            "saved": sum(one["saved"] for one in results),
            "kept": sum(one["kept"] for one in results),
            "refused": sum(bool(one["problems"]) for one in results),
        }
    return render(request, "evaluations/workbook_check.html", context)


def _shown_plan(plan: Plan) -> dict[str, Any]:
    """The plan cut to what a page bears; everything is in the returned file and will be written."""
    units: dict[int, dict[str, Any]] = {}
    for item in plan.items[:SHOWN_CHANGES]:
        one = units.setdefault(item.unit.unit_id, {"name": item.unit.name, "lines": []})
        one["lines"].append(item)
    return {
        "units": list(units.values()),
        "hidden_changes": max(len(plan.items) - SHOWN_CHANGES, 0),
        "conflicts": plan.conflicts[:SHOWN_CONFLICTS],
        "hidden_conflicts": max(len(plan.conflicts) - SHOWN_CONFLICTS, 0),
        "problems": plan.problems[:SHOWN_PROBLEMS],
        "hidden_problems": max(len(plan.problems) - SHOWN_PROBLEMS, 0),
    }


def _start_url(year: int, area: Area) -> str:
    return f"{reverse('evaluations:workbook', args=[year])}?xa={area.pk}"


def _sent(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
