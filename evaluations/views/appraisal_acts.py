"""The acts on one unit's file at appraisal: take up, mend typing, confirm, open again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from antq_portal.lib.text import number_text

from ..forms.appraisal import NoteForm, ReasonForm
from ..forms.mending import MendingForm
from ..selectors.appraisal import AppraisalSheet, appraisal_sheets
from ..services.answers import mend_answer
from ..services.evaluations import appraise_file, reopen_appraisal, take_up_file
from ..services.reviews import take_over_file
from .appraisal import file_page, next_to_review
from .refusals import attempt, confirmation, status_of


@require_POST
def take_up(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    if attempt(request, lambda: take_up_file(page.unit, year=year, by=request.user)):
        messages.success(request, "Đã nhận thẩm định. Đơn vị không tự rút lại hồ sơ được nữa.")
    return redirect(page.url())


@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        note = form.cleaned_data["note"]
        return take_over_file(page.unit, year=year, note=note, by=request.user)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã nhận thay. Từ lúc này bạn là người thẩm định hồ sơ.")
        return redirect(page.url())
    holder = page.holder
    return confirmation(
        request,
        title=f"Nhận thay thẩm định: {page.name}",
        text=f"{holder} đang thẩm định hồ sơ này; kết luận đã ghi được giữ nguyên, bạn làm tiếp."
        if holder
        else "Kết luận đã ghi được giữ nguyên, bạn làm tiếp.",
        submit="Nhận thay thẩm định",
        back_url=page.url(),
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    form = NoteForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        note = form.cleaned_data["note"]
        return appraise_file(page.unit, year=year, by=request.user, note=note)

    following = next_to_review(page) if request.method == "POST" else ""
    if request.method == "POST" and form.is_valid():
        if not attempt(request, act):
            return redirect(page.url())
        messages.success(request, f"Đã xác nhận thẩm định {page.name}.")
        return redirect(following or page.url())
    sheets = [one for one in appraisal_sheets(page.evaluations) if one.is_open]
    if not sheets:
        messages.error(request, "Hồ sơ không ở bước đang thẩm định.")
        return redirect(page.url())
    return confirmation(
        request,
        title=f"Xác nhận thẩm định: {page.name}",
        text="Kết quả dưới đây được ghi cùng tên bạn, chờ đưa vào phiên thẩm định và dự thảo quyết định.",
        submit="Xác nhận thẩm định",
        back_url=page.url(),
        form=form,
        items=[_sentence(sheet) for sheet in sheets],
        items_label="Kết quả",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        note = form.cleaned_data["note"]
        return reopen_appraisal(page.unit, year=year, note=note, by=request.user)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã mở lại thẩm định.")
        return redirect(page.url())
    return confirmation(
        request,
        title=f"Mở lại thẩm định: {page.name}",
        text="Kết quả đã xác nhận bị bỏ, hồ sơ trở lại “Đang thẩm định”; lý do được lưu trong lịch sử.",
        submit="Mở lại thẩm định",
        back_url=page.url(),
        form=form,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest, year: int, unit_id: int, criterion_id: int) -> HttpResponse:
    page = file_page(request, year, unit_id)
    sheets = appraisal_sheets(page.evaluations)
    found = [(one, row) for one in sheets for row in one.rows if row.row.id == criterion_id]
    if not found or found[0][1].answer is None:
        raise Http404("Đơn vị chưa trả lời dòng này.")
    sheet, line = found[0]
    data = request.POST if request.method == "POST" else None
    form = MendingForm(data, row=line.row, answer=line.answer)

    def act() -> object:
        return mend_answer(
            sheet.evaluation,
            line.row.code,
            form.values(),
            base_version=form.base_version,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(
            request, f"Đã sửa lỗi nhập {line.row.code}; vết sửa được lưu trong lịch sử."
        )
        return redirect(f"{page.url()}#dong-d{line.row.id}")
    if data is not None and not form.errors:
        form.see(line.answer)
    context = {"page": page, "sheet": sheet, "line": line, "form": form}
    return render(request, "evaluations/mend.html", context, status=status_of(form))


def _sentence(sheet: AppraisalSheet) -> str:
    """One line of what is confirmed: "Phân loại phong trào: 93 điểm, Xuất sắc; khác đơn vị 2 dòng"."""
    label = sheet.evaluation.season.get_scheme_display()
    if sheet.concluded.missing:
        return f"{label}: còn {len(sheet.concluded.missing)} dòng chưa có kết luận"
    band = sheet.definition.band(sheet.concluded.outcome).label
    points = sheet.concluded.total_points
    result = band if points is None else f"{number_text(points)} điểm, {band}"
    count = len(sheet.differences)
    return f"{label}: {result}; " + (
        f"khác đơn vị {count} dòng" if count else "như đơn vị đánh giá"
    )
