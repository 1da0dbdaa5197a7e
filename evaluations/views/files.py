from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from units.selectors import refusal

from ..selectors.explanation import explanation_of
from ..selectors.file_sheets import FileSheet
from ..selectors.sending import SendingProblem, sending_problems
from ..services.visits import note_visit
from .file_acts import act_on
from .file_page import FilePage, file_page
from .file_tabs import head_context, show
from .refusals import confirmation


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = file_page(request, unit_id, year)
    if request.method == "POST":
        return act_on(page, _asked(request))
    page = replace(page, since=note_visit(page.user, unit_id, year))
    step = STEPS.get(request.GET.get("buoc", ""))
    return step(page) if step else show(page)


def check(page: FilePage) -> HttpResponse:
    """All answers on one page before the file is sent."""
    _require(page, page.file.sending_act)
    if not page.file.sendable:
        return redirect(page.url())
    problems = sending_problems(page.file, page.sheets)
    context = {
        **head_context(page),
        "problems": _problem_parts(page, problems),
        "problem_count": len(problems),
        "left_behind": [one for one in page.file.editable if one not in page.file.sendable],
        "checks": [
            {
                "sheet": sheet,
                "why": explanation_of(sheet),
                **_rows_to_check(page, sheet),
                "proposals": [(row, page.row_url(sheet, row.row)) for row in sheet.proposals],
            }
            for one in page.file.sendable
            for sheet in (page.sheets[one.season.scheme],)
        ],
        "papers_url": page.url(tab="tai-lieu"),
    }
    return render(page.request, "evaluations/file_check.html", context)


def _rows_to_check(page: FilePage, sheet: FileSheet) -> dict[str, object]:
    """The rows of a sheet with the address where each is mended: those that want a look, and the rest.

    Rows without an answer are named with what is missing, above.
    """
    rows = [(row, page.row_url(sheet, row.row)) for row in sheet.rows]
    failed = {row.row.code for row in sheet.failed}
    wanting = [one for one in rows if one[0].mark or one[0].row.code in failed]
    return {"wanting": wanting, "fine": [one for one in rows if one not in wanting]}


def ask_to_withdraw(page: FilePage) -> HttpResponse:
    _require(page, page.file.sending_act)
    return confirmation(
        page.request,
        title=f"Rút lại để sửa: {page.file.label}",
        text="Hồ sơ trở về cho đơn vị sửa; Thường trực Ban Chỉ đạo không còn thấy trong hàng chờ.",
        submit="Rút lại để sửa",
        back_url=page.url(),
    )


def ask_to_remove_paper(page: FilePage) -> HttpResponse:
    _require(page, Act.ANSWER)
    return confirmation(
        page.request,
        title="Bỏ tài liệu khỏi hồ sơ",
        text="Tài liệu không còn kèm hồ sơ này; tệp đã lưu và lịch sử vẫn còn.",
        submit="Bỏ tài liệu",
        back_url=page.url(tab="tai-lieu"),
    )


STEPS = {
    "kiem-tra": check,
    "rut": ask_to_withdraw,
    "bo-tai-lieu": ask_to_remove_paper,
}


def _problem_parts(page: FilePage, problems: Sequence[SendingProblem]) -> list[dict[str, object]]:
    """What is missing, part by part: the rows of each sheet, then statement and minutes."""
    parts: dict[str, list[dict[str, str]]] = {}
    for found in problems:
        sheet = page.sheets.get(found.scheme)
        label = f"{sheet.short_name}, chưa trả lời" if sheet else "Biên bản họp"
        line = {"label": found.label, "message": found.message, "url": _place_of(page, found)}
        parts.setdefault(label, []).append(line)
    return [{"label": label, "items": lines} for label, lines in parts.items()]


def _place_of(page: FilePage, problem: SendingProblem) -> str:
    """Where a problem is mended: its row, or the papers of the file."""
    if not problem.criterion_id:
        return page.url(tab="tai-lieu")
    sheet = page.sheets[problem.scheme]
    return page.row_url(sheet, sheet.definition.by_id[problem.criterion_id])


def _asked(request: HttpRequest) -> str:
    """The act a form asks for; a confirmation page posts to its own address."""
    return request.POST.get("viec", "") or request.GET.get("buoc", "")


def _require(page: FilePage, act: Act) -> None:
    if not page.file.may(act):
        raise PermissionDenied(refusal(act))
