"""Saving one answer as soon as it is typed; answers a script, in JSON."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues

from ..forms.answers import AnswerInput, name_of, read_answer, typed_of
from ..selectors.conflicts import row_conflict
from ..selectors.file_sheets import FileRow, FileSheet
from ..services.answers import Typed, save_answers
from .file_page import FilePage, file_page
from .file_tabs import running_context

WRONG = 400
CONFLICT = 409


@require_POST
def save_row(request: HttpRequest, year: int, unit_id: int, criterion_id: int) -> JsonResponse:
    """Save one row: its new state and the running result, what is wrong with it, or who was faster."""
    page = file_page(request, unit_id, year)
    sheet, row = _found(page, criterion_id)
    read, values = read_answer(page.input_of(row), request.POST)
    if read.errors:
        return _wrong(page, row, read)
    code = row.row.code
    try:
        save_answers(sheet.evaluation, {code: Typed(values, read.version)}, by=page.user)
    except ValidationError as invalid:
        errors = {
            name_of(key.removeprefix(f"{code}.")): found[0]
            for key, found in invalid.message_dict.items()
        }
        return _wrong(page, row, replace(read, errors=errors))
    except TransitionRefused as refused:
        if refused.code == "stale":
            return _stale(page, criterion_id, read, values)
        return JsonResponse({"code": refused.code, "message": str(refused)}, status=CONFLICT)
    fresh = page.again()
    sheet, row = _found(fresh, criterion_id)
    shown = fresh.input_of(row)
    running = {**running_context(fresh, sheet), "page": fresh}
    return JsonResponse({
        "version": shown.version,
        "at": f"{localtime():%H:%M}",
        "row": _html(page, "_row_state", {"row": row, "input": shown}),
        "running": _html(page, "_running", running),
    })  # fmt: skip


def _found(page: FilePage, criterion_id: int) -> tuple[FileSheet, FileRow]:
    for sheet in page.sheets.values():
        for row in sheet.rows:
            if row.row.id == criterion_id:
                return sheet, row
    raise Http404("Không có dòng này.")


def _wrong(page: FilePage, row: FileRow, read: AnswerInput) -> JsonResponse:
    html = _html(page, "_row_state", {"row": row, "input": read})
    return JsonResponse({"code": "invalid", "errors": dict(read.errors), "row": html}, status=WRONG)


def _stale(
    page: FilePage, criterion_id: int, read: AnswerInput, values: AnswerValues
) -> JsonResponse:
    """What stands in the row now beside what was typed, and the panel that lets a person choose."""
    _, row = _found(page.again(), criterion_id)
    if row.answer is None:
        raise Http404("Không có dòng này.")
    conflict = row_conflict(row.row, row.answer, values)
    at = localtime(conflict.at)
    typed = typed_of(row.row, AnswerValues.of(row.answer))
    return JsonResponse({
        "code": "stale",
        "version": conflict.version,
        "who": str(conflict.by),
        "at": f"{at:%H:%M} ngày {date_text(at.date())}",
        "theirs": {
            "text": conflict.theirs.text,
            "fields": {f"{read.prefix}-{name}": value for name, value in typed.items()},
        },
        "mine": {"text": conflict.mine.text},
        "panel": _html(page, "_row_conflict", {"conflict": conflict, "input": read}),
    }, status=CONFLICT)  # fmt: skip


def _html(page: FilePage, name: str, context: dict[str, object]) -> str:
    return render_to_string(f"evaluations/{name}.html", context, request=page.request)
