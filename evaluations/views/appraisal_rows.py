"""Saving the conclusion on one row as soon as it is entered; answers a script, in JSON."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from antq_portal.lib.dates import date_text
from antq_portal.lib.scripts import answers_script
from criteria.exceptions import TransitionRefused

from ..forms.appraisal import AppraisalRowForm
from ..models import Evaluation
from ..selectors.appraisal import AppraisalRow, appraisal_sheets
from ..selectors.conflicts import conclusion_conflict
from ..services.answers import save_appraisal
from ..services.stale import StaleAnswer
from .appraisal import FilePage, beside_the_field, file_page, row_form
from .row_acts import CONFLICT, FORBIDDEN, MISSING, WRONG


@answers_script
@require_POST
def conclude_row(request: HttpRequest, year: int, unit_id: int, criterion_id: int) -> JsonResponse:
    """Save one conclusion: the row and both results as they are now, what is wrong, or who was faster."""
    try:
        return _conclude(file_page(request, year, unit_id), criterion_id)
    except Http404 as missing:
        return JsonResponse({"message": str(missing)}, status=MISSING)
    except PermissionDenied as denied:
        return JsonResponse({"message": str(denied)}, status=FORBIDDEN)
    except TransitionRefused as refused:
        return JsonResponse({"code": refused.code, "message": str(refused)}, status=CONFLICT)


def _conclude(page: FilePage, criterion_id: int) -> JsonResponse:
    evaluation, row = _row(page, criterion_id)
    form = row_form(row, page.request.POST)
    if not form.is_valid():
        return _wrong(row, form)
    try:
        save_appraisal(evaluation, {row.row.code: form.typed()}, by=page.request.user)
    except ValidationError as invalid:
        beside_the_field({row.row.code: form}, invalid)
        return _wrong(row, form)
    except StaleAnswer as stale:
        return _stale(stale, form)
    return _done(page, criterion_id)


def _row(page: FilePage, criterion_id: int) -> tuple[Evaluation, AppraisalRow]:
    for sheet in appraisal_sheets(page.evaluations):
        for row in sheet.rows:
            if row.row.id == criterion_id and row.answer:
                return sheet.evaluation, row
    raise Http404("Hồ sơ không có dòng này, hoặc đơn vị chưa trả lời dòng này.")


def _done(page: FilePage, criterion_id: int) -> JsonResponse:
    sheets = appraisal_sheets(page.evaluations)
    row = next(row for sheet in sheets for row in sheet.rows if row.row.id == criterion_id)
    totals = [_html("_appraisal_total", {"sheet": sheet}) for sheet in sheets]
    return JsonResponse({
        "version": row.answer.version if row.answer else 0,
        "at": f"{localtime():%H:%M}",
        "row": _state(row, row_form(row, None)),
        "differs": row.differs,
        "totals": totals,
    })  # fmt: skip


def _wrong(row: AppraisalRow, form: AppraisalRowForm) -> JsonResponse:
    errors = {form.add_prefix(name): found[0] for name, found in form.errors.items()}
    answer = {"code": "invalid", "errors": errors, "row": _state(row, form)}
    return JsonResponse(answer, status=WRONG)


def _stale(stale: StaleAnswer, form: AppraisalRowForm) -> JsonResponse:
    """What stands in the row now beside what was concluded, and the panel that lets a person choose."""
    conflict = conclusion_conflict(form.row, stale.answer, form.typed().values)
    at = localtime(conflict.at)
    return JsonResponse({
        "code": "stale",
        "version": conflict.version,
        "who": str(conflict.by),
        "at": f"{at:%H:%M} ngày {date_text(at.date())}",
        "theirs": {"text": conflict.theirs.text, "fields": form.filled_in(stale.answer)},
        "mine": {"text": conflict.mine.text},
        "panel": _html("_conclusion_conflict", {"conflict": conflict}),
    }, status=CONFLICT)  # fmt: skip


def _state(row: AppraisalRow, form: AppraisalRowForm) -> str:
    return _html("_appraisal_state", {"line": row, "form": form})


def _html(name: str, context: Mapping[str, Any]) -> str:
    """Without the frame of a page, which no part of one reads."""
    return render_to_string(f"evaluations/{name}.html", dict(context))
