"""What a person posts about a row whose source has moved on: follow the source, or keep the answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from antq_portal.lib.asked import whole

from ..selectors.appraisal import appraisal_sheets
from ..services.source_choices import follow_source, keep_answer, mend_by_source
from .appraisal import file_page as appraisal_page
from .file_page import FilePage
from .refusals import attempt

FOLLOW, KEEP = "lay", "giu"
CHECKING = "kiem-tra"


def choose_source(page: FilePage) -> HttpResponse:
    """Do what was chosen for the one row named by "id-version"; lead back to where it was asked."""
    asked = page.request.POST
    act = follow_source if FOLLOW in asked else keep_answer
    criterion_id, version = read_key(asked.get(FOLLOW) or asked.get(KEEP) or "")
    sheet = next(
        (one for one in page.sheets.values() if criterion_id in one.definition.by_id), None
    )
    if sheet is None:
        raise Http404("Không có dòng này.")
    row = sheet.definition.by_id[criterion_id]

    def choose() -> None:
        act(sheet.evaluation, criterion_id, base_version=version, by=page.user)

    if attempt(page.request, choose):
        done = "Đã lấy theo nguồn" if act is follow_source else "Đã giữ trả lời"
        messages.success(page.request, f"{row.code}: {done}.")
    is_checking = asked.get("ve") == CHECKING
    return redirect(page.url(buoc=CHECKING) if is_checking else page.row_url(sheet, row))


@require_POST
def mend_row(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    """Mend one row to what its source says while the file is appraised; the trace says so."""
    page = appraisal_page(request, year, unit_id)
    criterion_id, version = read_key(request.POST.get(FOLLOW, ""))
    sheets = appraisal_sheets(page.evaluations)
    found = next((one for one in sheets if criterion_id in one.definition.by_id), None)
    if found is None:
        raise Http404("Không có dòng này.")
    row = found.definition.by_id[criterion_id]

    def mend() -> None:
        mend_by_source(found.evaluation, criterion_id, base_version=version, by=request.user)  # type: ignore[arg-type]

    if attempt(request, mend):
        messages.success(request, f"{row.code}: đã sửa theo nguồn; vết sửa được lưu trong lịch sử.")
    return redirect(f"{page.url()}#dong-d{criterion_id}")


def read_key(typed: str) -> tuple[int, int]:
    """The ids in "criterion-version"; 404 for anything else."""
    first, _, second = typed.partition("-")
    criterion_id, version = whole(first), whole(second)
    if criterion_id is None or version is None:
        raise Http404("Không có dòng này.")
    return criterion_id, version
