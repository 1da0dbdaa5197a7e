"""Saving one answer as soon as it is typed; answers a script, in JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from antq_portal.lib import clicks
from antq_portal.lib.dates import date_text
from antq_portal.lib.scripts import answers_script
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from units.models import Unit

from ..forms.answers import AnswerInput, name_of, read_answer, typed_of
from ..selectors.conflicts import row_conflict
from ..selectors.file_sheets import FileRow, FileSheet
from ..selectors.row_files import RowFile, row_file
from ..services.answers import Typed
from ..services.row_saves import SavedRow, require_answering, save_answer
from ..services.stale import StaleAnswer
from .file_page import FilePage
from .file_tabs import running_context

WRONG = 400
FORBIDDEN = 403
MISSING = 404
CONFLICT = 409
SHORT = "gon"
"""The field by which a page that shows no row, such as a grid, asks for version and time alone."""


@answers_script
@clicks.not_remembered
@require_POST
def save_row(request: HttpRequest, year: int, unit_id: int, criterion_id: int) -> JsonResponse:
    """Save one row: its new state and the running result, what is wrong with it, or who was faster.

    The click is remembered on the change that it made, not by a receipt.
    """
    try:
        file = row_file(request.user, unit_id, criterion_id, year=year)  # type: ignore[arg-type]
        if file is None:
            return _said("Hồ sơ của đơn vị không có dòng này.", MISSING)
        return _save(request, file)
    except Unit.DoesNotExist:
        return _said("Không có đơn vị này.", MISSING)
    except PermissionDenied as denied:
        return _said(str(denied), FORBIDDEN)
    except TransitionRefused as refused:
        return JsonResponse({"code": refused.code, "message": str(refused)}, status=CONFLICT)


def _save(request: HttpRequest, file: RowFile) -> JsonResponse:
    require_answering(file, by=request.user)  # type: ignore[arg-type]
    empty = AnswerInput(file.row, f"c{file.row.id}", {})
    read, values = read_answer(empty, request.POST)
    if read.errors:
        return _wrong(file, read)
    try:
        saved = save_answer(
            file,
            Typed(values, read.version),
            by=request.user,  # type: ignore[arg-type]
            click_key=clicks.read_key(request.POST.get(clicks.FIELD, "")),
        )
    except ValidationError as invalid:
        return _wrong(file, replace(read, errors=_errors(file, invalid)))
    except StaleAnswer as stale:
        return _stale(stale, read, values)
    return _done(request, saved, empty)


def _done(request: HttpRequest, saved: SavedRow, empty: AnswerInput) -> JsonResponse:
    short = {"version": saved.version, "at": f"{localtime(saved.at):%H:%M}"}
    if request.POST.get(SHORT):
        return JsonResponse(short)
    sheet, row = _place(saved.file)
    page = FilePage(request, saved.file.file)
    return JsonResponse({
        **short,
        "row": _html("_row_state", {"row": row, "input": empty}),
        "running": _html("_running", {**running_context(page, sheet), "page": page}),
    })  # fmt: skip


def _wrong(file: RowFile, read: AnswerInput) -> JsonResponse:
    _, row = _place(file)
    html = _html("_row_state", {"row": row, "input": read})
    return JsonResponse({"code": "invalid", "errors": dict(read.errors), "row": html}, status=WRONG)


def _errors(file: RowFile, invalid: ValidationError) -> dict[str, str]:
    """What the service found, by the input beside which it is shown."""
    start = f"{file.row.code}."
    return {
        name_of(key.removeprefix(start)) if key.startswith(start) else "": found[0]
        for key, found in invalid.message_dict.items()
    }


def _stale(stale: StaleAnswer, read: AnswerInput, values: AnswerValues) -> JsonResponse:
    """What stands in the row now beside what was typed, and the panel that lets a person choose."""
    conflict = row_conflict(read.row, stale.answer, values)
    at = localtime(conflict.at)
    typed = typed_of(read.row, AnswerValues.of(stale.answer))
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
        "panel": _html("_row_conflict", {"conflict": conflict, "input": read}),
    }, status=CONFLICT)  # fmt: skip


def _place(file: RowFile) -> tuple[FileSheet, FileRow]:
    sheet = file.sheet()
    return sheet, next(row for row in sheet.rows if row.row.id == file.row.id)


def _said(message: str, http_code: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=http_code)


def _html(name: str, context: Mapping[str, Any]) -> str:
    """Without the frame of a page, which no part of one reads."""
    return render_to_string(f"evaluations/{name}.html", dict(context))
