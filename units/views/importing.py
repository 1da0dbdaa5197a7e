"""Units of a commune from an Excel file: take the template, try it, write it.

Trying and writing are two steps with one file, and the file is kept nowhere between them: what was
read goes into the page as signed text and comes back with the click. It is bound to the person
and the commune, good for an hour, and compared with the register once more before anything is
written. So no upload lies on a disk that would have to be guarded and cleared.
"""

from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Act
from antq_portal.lib import text
from antq_portal.lib.asked import whole

from ..forms import SheetForm
from ..importing import Plan, Row, UnreadableFile, read_rows, write_workbook
from ..importing.reading import MOST_BYTES, MOST_ROWS, as_texts, from_texts
from ..models import Kind, Unit, UnitVersion
from ..selectors import importable_communes, known_units, powers_of, sheet_rows
from ..services import SheetRefused, import_units, plan_import
from .keeping import require_adding

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR: Final = 60 * 60
SHOWN_PROBLEMS: Final = 200
STALE: Final = "Đã quá một giờ, hoặc bảng không còn nguyên như khi kiểm tra. Mời tải tệp lên lại."


@require_http_methods(["GET", "HEAD", "POST"])
def import_sheet(request: HttpRequest) -> HttpResponse:
    communes = importable_communes(request.user)
    commune = _commune(request, communes)
    if commune is None:
        if not communes:
            raise PermissionDenied(powers_of(request.user).denial(Act.KEEP_UNITS))
        return render(request, "units/import_choose.html", {"communes": communes})
    if request.method == "POST" and request.POST.get("viec") == "ghi":
        return _write(request, commune)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if form.is_bound and form.is_valid():
        sheet = form.cleaned_data["sheet"]
        try:
            if sheet.size > MOST_BYTES:
                raise UnreadableFile("Tệp lớn quá 3 MB. Chỉ gửi bảng đơn vị, không kèm hình ảnh.")
            rows = read_rows(sheet.read(), name=sheet.name or "")
        except UnreadableFile as unreadable:
            form.add_error("sheet", str(unreadable))
        else:
            return _show(request, commune, rows, plan_import(commune.unit, rows, by=request.user))
    return _page(request, commune, {"form": form}, status=422 if form.errors else 200)


@require_safe
def import_file(request: HttpRequest) -> HttpResponse:
    commune = _commune(request, importable_communes(request.user))
    if commune is None:
        raise PermissionDenied(powers_of(request.user).denial(Act.KEEP_UNITS))
    has_units = request.GET.get("hien_co") == "1"
    known = known_units(commune.unit_id, request.user) if has_units else []
    content = write_workbook(sheet_rows(known, commune=commune.spoken_name))
    what = "danh-sach" if has_units else "mau"
    name = f"{what}-don-vi-{text.slug(commune.name)}-{localdate():%Y%m%d}.xlsx"
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _write(request: HttpRequest, commune: UnitVersion) -> HttpResponse:
    try:
        carried = signing.loads(
            request.POST.get("bang", ""), salt=_salt(request, commune), max_age=HOUR
        )
    except signing.BadSignature:
        form = SheetForm()
        messages.error(request, STALE)
        return _page(request, commune, {"form": form}, status=409)
    rows = from_texts(carried)
    try:
        done = import_units(commune.unit, rows, by=request.user)
    except SheetRefused as refused:
        return _show(request, commune, rows, refused.plan)
    messages.success(
        request,
        f"Đã ghi: thêm {len(done.added)}, sửa {len(done.changed)}, giữ nguyên {len(done.same)} đơn vị.",
    )
    return redirect(commune.unit)


def _show(request: HttpRequest, commune: UnitVersion, rows: list[Row], plan: Plan) -> HttpResponse:
    """What the sheet would do; the signed rows go along only where it may be written."""
    carried = ""
    if plan.does_something:
        carried = signing.dumps(as_texts(rows), salt=_salt(request, commune), compress=True)
    context = {
        "form": SheetForm(),
        "plan": plan,
        "carried": carried,
        "problems": plan.problems[:SHOWN_PROBLEMS],
        "more_problems": max(len(plan.problems) - SHOWN_PROBLEMS, 0),
    }
    return _page(request, commune, context, status=422 if plan.problems else 200)


def _page(
    request: HttpRequest, commune: UnitVersion, context: dict[str, Any], *, status: int
) -> HttpResponse:
    context |= {"commune": commune, "most_rows": MOST_ROWS}
    return render(request, "units/import_sheet.html", context, status=status)


def _salt(request: HttpRequest, commune: UnitVersion) -> str:
    return f"units.import.{request.user.pk}.{commune.unit_id}"


def _commune(request: HttpRequest, communes: list[UnitVersion]) -> UnitVersion | None:
    """The commune asked for, or the only one there is; 404 out of sight, 403 without the right."""
    asked = request.GET.get("thuoc", "")
    if not asked:
        return communes[0] if len(communes) == 1 else None
    units = Unit.objects.visible_to(request.user).filter(kind=Kind.COMMUNE, ended_on=None)
    unit = get_object_or_404(units, pk=whole(asked))
    version = get_object_or_404(unit.versions.in_force().select_related("unit"))
    require_adding(request, version)
    return version
