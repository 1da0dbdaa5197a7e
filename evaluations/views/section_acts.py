"""Saving answers: one section by its button, or one row as soon as it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from criteria.exceptions import TransitionRefused
from criteria.models import Criterion

from ..forms.answers import AnswerInput, is_posted, name_of, read_answer
from ..forms.papers import RowPaperForm
from ..models import Purpose
from ..selectors.file_sheets import FileRow, FileSheet
from ..services.answers import Typed, save_answers
from ..services.attachments import attach
from .file_page import FilePage, Overlay, file_page
from .file_tabs import row_context, running_context, show
from .refusals import WRONG_INPUT

CONFLICT = 409


@dataclass
class Posted:
    """What a form held: the rows as typed, their values, and their papers."""

    inputs: dict[str, AnswerInput] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    papers: list[tuple[FileRow, RowPaperForm]] = field(default_factory=list)
    http_code: int = 200

    @property
    def is_wrong(self) -> bool:
        return any(shown.errors for shown in self.inputs.values())

    def refuse(self, code: str, errors: Mapping[str, str], **changes: Any) -> None:
        """Put what is wrong beside the inputs of a row."""
        known = self.inputs[code]
        self.inputs[code] = replace(known, errors={**known.errors, **errors}, **changes)


def save_section(page: FilePage) -> HttpResponse:
    """Save the rows of the posted section: all of them, or none with every error at its place."""
    sheet = page.sheet
    if sheet is None:
        raise Http404("Phần này chưa được mở.")
    data = page.request.POST
    only = data.get("dong", "") if page.request.htmx else ""
    if data.get("viec") == "khong-xay-ra":
        data = _nothing_happened(page, sheet, data, data.get("nhom", ""))
    posted = _read(page, sheet, data, only=only)
    if not posted.is_wrong:
        _write(page, sheet, posted)
    if only:
        return _row_answer(page, posted, only)
    if posted.is_wrong:
        return show(page, Overlay(inputs=posted.inputs, status=posted.http_code))
    if not posted.inputs:
        return redirect(page.url(tab=page.tab, xem=page.view))
    messages.success(page.request, "Đã lưu.")
    return redirect(f"{page.url(tab=page.tab, xem=page.view)}#{_next_place(page, data)}")


def _read(page: FilePage, sheet: FileSheet, data: QueryDict, *, only: str) -> Posted:
    posted = Posted()
    for row in sheet.rows:
        shown = page.input_of(row)
        if not is_posted(shown, data) or (only and row.row.code != only):
            continue
        read, values = read_answer(shown, data)
        posted.inputs[row.row.code] = read
        posted.typed[row.row.code] = Typed(values, base_version=read.version)
        paper = RowPaperForm(
            data, page.request.FILES, prefix=shown.prefix, takes_file=row.row.takes_evidence
        )
        if only or not paper.is_given:
            continue
        if paper.is_valid():
            posted.papers.append((row, paper))
        else:
            posted.refuse(row.row.code, {name: found[0] for name, found in paper.errors.items()})
    posted.http_code = WRONG_INPUT
    return posted


def _write(page: FilePage, sheet: FileSheet, posted: Posted) -> None:
    """Write answers and papers together, or leave the reasons in `posted`."""
    current = None
    try:
        with transaction.atomic():
            save_answers(sheet.evaluation, posted.typed, by=page.user)
            for row, paper in posted.papers:
                current = row.row.code
                _attach(page, row, paper)
    except ValidationError as invalid:
        _place_errors(posted, invalid, current)
    except TransitionRefused as refused:
        posted.http_code = CONFLICT
        _place_refusal(sheet, posted, refused)


def _attach(page: FilePage, row: FileRow, paper: RowPaperForm) -> None:
    attach(
        [page.unit], year=page.year, purpose=Purpose.CRITERION, by=page.user,
        file=paper.cleaned_data.get("file"), reference=paper.reference(),
        criterion=Criterion.objects.get(pk=row.row.id),
    )  # fmt: skip


def _place_errors(posted: Posted, invalid: ValidationError, current: str | None) -> None:
    """Beside the field of each row that the service names; a paper's problem at its row's file."""
    if current is not None:
        posted.refuse(current, {"file": " ".join(invalid.messages)})
        return
    for key, found in invalid.message_dict.items():
        code = next((one for one in posted.inputs if key == one or key.startswith(f"{one}.")), None)
        name = name_of(key.removeprefix(f"{code}.")) if code and key != code else ""
        posted.refuse(code or next(iter(posted.inputs)), {name: found[0]})


def _place_refusal(sheet: FileSheet, posted: Posted, refused: TransitionRefused) -> None:
    """Say on each row saved meanwhile what stands there now; saving again keeps one's own."""
    overtaken = [
        row
        for row in sheet.rows
        if row.row.code in posted.typed
        and row.answer is not None
        and not row.answer.is_proposal
        and row.answer.version != posted.typed[row.row.code].base_version
    ]
    if refused.code != "stale" or not overtaken:
        posted.refuse(next(iter(posted.inputs)), {"": str(refused)})
        return
    for row in overtaken:
        answer = row.answer
        words = (
            f"{answer.answered_by} vừa lưu dòng này: “{row.line.answer_text or 'để trống'}”. "
            "Lưu lần nữa để giữ trả lời của bạn, hoặc mở lại trang để lấy bản kia."
        )
        posted.refuse(row.row.code, {"": words}, version=answer.version)


def _nothing_happened(page: FilePage, sheet: FileSheet, data: QueryDict, group: str) -> QueryDict:
    """The posted form with "Không xảy ra" in every open incident row of the section."""
    changed = data.copy()
    for row in sheet.rows:
        shown = page.input_of(row)
        if row.row.group_code != group or row.row.answer_type != "incidents":
            continue
        if not is_posted(shown, data) or _says_something(data, shown):
            continue
        changed[f"{shown.prefix}-happened"] = "no"
    return changed


def _says_something(data: QueryDict, shown: AnswerInput) -> bool:
    names = ["happened", "na", *(f"counts-{place}" for place in range(len(shown.row.counters)))]
    return any(data.get(f"{shown.prefix}-{name}", "").strip() for name in names)


def _row_answer(page: FilePage, posted: Posted, code: str) -> HttpResponse:
    """The part of the page that belongs to one row, and the running result beside it."""
    if code not in posted.inputs:
        raise Http404("Không có dòng này.")
    is_saved = not posted.is_wrong
    unit_id, year = page.file.version.unit_id, page.year
    fresh = page.again() if is_saved else file_page(page.request, unit_id, year)
    sheet = fresh.sheet
    if sheet is None:
        raise Http404("Phần này chưa được mở.")
    row = next(one for one in sheet.rows if one.row.code == code)
    shown = posted.inputs[code] if posted.is_wrong else fresh.input_of(row)
    context = {
        **running_context(fresh, sheet),
        **row_context(fresh, row, shown),
        "is_editable": True,
        "page": fresh,
        "is_part": True,
    }
    status = posted.http_code if posted.is_wrong else 200
    return render(page.request, "evaluations/_row_saved.html", context, status=status)


def _next_place(page: FilePage, data: QueryDict) -> str:
    """The first row still open after the saved section, else the section itself."""
    fresh = page.again().sheet
    group = data.get("nhom", "")
    rows = fresh.rows if fresh else []
    codes = [row.row.group_code for row in rows]
    after = rows[codes.index(group) :] if group in codes else rows
    opened = next((row for row in after if row.is_open), None)
    return f"c{opened.row.id}" if opened else "ket-qua"
