"""Saving the answers and papers of one section by its button; without script this is how a sheet is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from antq_portal.lib.asked import whole
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion

from ..forms.answers import AnswerInput, is_posted, name_of, read_answer
from ..forms.papers import RowPaperForm
from ..models import Purpose
from ..selectors.conflicts import RowConflict, row_conflict
from ..selectors.file_sheets import FileRow, FileSheet
from ..services.answers import Typed, save_answers
from ..services.attachments import attach
from ..services.stale_rows import is_overtaken, is_untouched
from .file_page import FilePage, Overlay, file_page
from .file_tabs import row_context, show
from .refusals import WRONG_INPUT

CONFLICT: Final = 409
KEEP: Final = "luu-tai"
"""Names the row for whose paper only the usual place of keeping is written."""

PAPER_NAMES: Final = ("kept_at", "number", "on", "file", "paper")
MOST_TRIES: Final = 4
"""A section is tried again without the rows that others answered while it was being saved."""

BUSY: Final = "Nhiều người đang cùng lưu mục này. Chưa ghi gì; bấm Lưu lần nữa."


@dataclass
class Posted:
    """What a form held: the rows as typed, their values, their papers, and who else answered meanwhile."""

    inputs: dict[str, AnswerInput] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    papers: list[tuple[FileRow, RowPaperForm]] = field(default_factory=list)
    conflicts: dict[str, RowConflict] = field(default_factory=dict)
    is_written: bool = False
    """Whether something of the form was stored: an answer that is no refusal must not be taken back."""
    http_code: int = 200

    @property
    def is_wrong(self) -> bool:
        return any(shown.errors for shown in self.inputs.values())

    def refuse(self, code: str, errors: Mapping[str, str]) -> None:
        """Put what is wrong beside the inputs of a row; nothing where no row is left to be wrong."""
        known = self.inputs.get(code)
        if known is None:
            return
        self.inputs[code] = replace(known, errors={**known.errors, **errors})

    def keep(self, code: str, paper: RowPaperForm) -> None:
        """Let the row name the files that came with it, should the section be shown again."""
        known = self.inputs[code]
        self.inputs[code] = replace(known, typed={**known.typed, "paper": paper})

    @property
    def disputed(self) -> dict[str, AnswerInput]:
        """The rows that wait for a choice, as typed; their papers are kept already."""
        return {
            code: replace(
                self.inputs[code],
                typed={k: v for k, v in self.inputs[code].typed.items() if k not in PAPER_NAMES},
            )
            for code in self.conflicts
        }


def save_section(page: FilePage) -> HttpResponse:
    """Save the rows of the posted section.

    Wrong input: nothing is written and every error stands at its place. Rows that somebody else
    answered meanwhile: all others are written, those wait side by side for the person's choice.
    """
    sheet = page.sheet
    if sheet is None:
        raise Http404("Phần này chưa được mở.")
    data = page.request.POST
    if data.get("viec") == "khong-xay-ra":
        data = _nothing_happened(page, sheet, data, data.get("nhom", ""))
    posted = _read(page, sheet, _with_usual_place(page, data))
    if not posted.is_wrong:
        _write(page, sheet, posted)
    if posted.is_wrong:
        return show(page, Overlay(inputs=posted.inputs, status=posted.http_code))
    if posted.conflicts:
        status = 200 if posted.is_written else CONFLICT
        return show(
            page.again(),
            Overlay(inputs=posted.disputed, conflicts=posted.conflicts, status=status),
        )
    if not posted.inputs:
        return redirect(page.sheet_url())
    messages.success(page.request, "Đã lưu.")
    asked = whole(data.get("lay", ""))
    if asked is not None:
        return redirect(f"{page.sheet_url(lay=asked)}#c{asked}")
    return redirect(_next_place(page, data))


def _with_usual_place(page: FilePage, data: QueryDict) -> QueryDict:
    """The posted form with the usual place of keeping at the row whose "Lưu tại …" was pressed."""
    row_id = whole(data.get(KEEP, ""))
    name = f"c{row_id}-kept_at"
    if row_id is None or data.get(name, "").strip():
        return data
    changed = data.copy()
    changed[name] = page.usual_place
    return changed


def _read(page: FilePage, sheet: FileSheet, data: QueryDict) -> Posted:
    posted = Posted(http_code=WRONG_INPUT)
    for row in sheet.rows:
        shown = page.input_of(row)
        choice = data.get(f"{shown.prefix}-chon", "")
        if not is_posted(shown, data) or choice == "theirs":
            continue
        read, values = read_answer(shown, data)
        seen = whole(data.get(f"{shown.prefix}-seen", "")) if choice == "mine" else None
        posted.inputs[row.row.code] = read
        posted.typed[row.row.code] = Typed(values, read.version if seen is None else seen)
        paper = RowPaperForm(
            data, page.request.FILES, prefix=shown.prefix, takes_file=row.row.takes_evidence
        )
        if not paper.is_given:
            continue
        posted.keep(row.row.code, paper)
        if paper.is_valid():
            posted.papers.append((row, paper))
        else:
            posted.refuse(row.row.code, {name: found[0] for name, found in paper.errors.items()})
    return posted


def _write(page: FilePage, sheet: FileSheet, posted: Posted) -> None:
    """Write answers and papers together, or leave the reasons in `posted`."""
    for _ in range(MOST_TRIES):
        current = None
        try:
            with transaction.atomic():
                undisputed = {c: t for c, t in posted.typed.items() if c not in posted.conflicts}
                changed = save_answers(sheet.evaluation, undisputed, by=page.user)
                for row, paper in posted.papers:
                    current = row.row.code
                    attach_to_row(page, row, paper)
        except ValidationError as invalid:
            _place_errors(posted, invalid, current)
        except TransitionRefused as refused:
            if refused.code == "stale" and _set_aside(page, posted):
                continue
            posted.http_code = CONFLICT
            _refuse_section(page, posted, str(refused))
        else:
            posted.is_written = bool(changed or posted.papers)
        return
    posted.http_code = CONFLICT
    _refuse_section(page, posted, BUSY)


def _refuse_section(page: FilePage, posted: Posted, words: str) -> None:
    """Say why nothing was written: at the first row, or on top where the form held none."""
    first = next(iter(posted.inputs), None)
    if first is None:
        messages.error(page.request, words)
    else:
        posted.refuse(first, {"": words})


def _set_aside(page: FilePage, posted: Posted) -> bool:
    """Take the rows that others answered meanwhile out of what is written; whether there were any.

    What the person did not touch follows the newer answer without asking.
    """
    sheet = page.again().sheet
    rows = {row.row.code: row for row in sheet.rows} if sheet else {}
    found = False
    for code, typed in list(posted.typed.items()):
        answer = rows[code].answer
        if code in posted.conflicts or not is_overtaken(answer, typed):
            continue
        found = True
        if is_untouched(answer, typed):
            del posted.typed[code], posted.inputs[code]
        else:
            posted.conflicts[code] = row_conflict(rows[code].row, answer, typed.values)
    return found


def keep_paper(page: FilePage) -> HttpResponse:
    """Write where the paper of one row is kept, at once and without the answers; without script the whole section.

    Answers the row's list of papers to a script.
    """
    if not page.request.htmx:
        return save_section(page)
    data = _with_usual_place(page, page.request.POST)
    asked = whole(data.get(KEEP, ""))
    row = (
        next((one for one in page.sheet.rows if one.row.id == asked), None) if page.sheet else None
    )
    if row is None:
        raise Http404("Không có dòng này.")
    form = RowPaperForm(data, prefix=f"c{row.row.id}", takes_file=False)
    refused = "" if form.is_valid() else next(iter(form.errors.values()))[0]
    if not refused:
        refused = _refusal_to_keep(page, row, form)
    fresh = page if refused else file_page(page.request, page.file.version.unit_id, page.year)
    shown = next(one for one in fresh.sheet.rows if one.row.id == asked) if fresh.sheet else row
    context = {**row_context(fresh, shown), "page": fresh, "refused": refused}
    status = WRONG_INPUT if refused else 200
    return render(page.request, "evaluations/_row_papers.html", context, status=status)


def _refusal_to_keep(page: FilePage, row: FileRow, form: RowPaperForm) -> str:
    """Attach the paper; why it was refused, empty when it is kept."""
    try:
        attach_to_row(page, row, form)
    except ValidationError as invalid:
        return " ".join(invalid.messages)
    except TransitionRefused as refused:
        return str(refused)
    return ""


def attach_to_row(page: FilePage, row: FileRow, paper: RowPaperForm) -> None:
    """Attach the paper of a valid form to one row of the file."""
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


def _next_place(page: FilePage, data: QueryDict) -> str:
    """Where the work goes on: the first row still open from the saved section on, else the result.

    Who works section by section is led on to the section of that row.
    """
    fresh = page.again().sheet
    group = data.get("nhom", "")
    rows = fresh.rows if fresh else []
    codes = [row.row.group_code for row in rows]
    after = rows[codes.index(group) :] if group in codes else rows
    opened = next((row for row in after if row.is_open), None)
    if opened is None:
        return f"{page.sheet_url()}#ket-qua"
    section = opened.row.group_code if page.section else ""
    return f"{page.sheet_url(muc=section)}#c{opened.row.id}"
