"""Whose statement it is, the day of the meeting and the minutes, for many units on one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import conditional_escape as esc
from django.utils.safestring import SafeString, mark_safe

from accounts.roles import Act
from antq_portal.lib.fields import DayField
from criteria.exceptions import TransitionRefused

from ..forms.papers import usual_places
from ..models import Attachment
from ..selectors.sheet import SheetRow
from ..services.attachments import PaperReference
from ..services.evaluations import Statement
from ..services.minutes import minutes_of, minutes_typed, record_minutes, seen_of
from ..workflow import EDITABLE
from .areas import AreaPage
from .grid_columns import choices
from .grid_page import MINUTES, SCHEMES
from .kinds import (
    KindCount,
    asked_page,
    chosen_kind,
    kind_chips,
    kind_counts,
    page_chips,
)
from .refusals import WRONG_INPUT
from .sheet import listed_rows
from .sheet_cells import NONE, status_html

COLUMNS: Final = (
    ("representative_name", "Đại diện đơn vị"),
    ("representative_title", "Chức danh"),
    ("meeting_on", "Ngày họp"),
    ("number", "Số biên bản"),
    ("kept_at", "Biên bản lưu tại"),
)
ROWS_A_PAGE: Final = 200
"""About what a page of 20 kB compressed holds."""
NAMES: Final = tuple(name for name, _ in COLUMNS)
WORDS: Final = {
    name: forms.CharField(max_length=longest, required=False)
    for name, longest in (
        ("representative_name", 120), ("representative_title", 120), ("number", 60), ("kept_at", 200),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """One unit: its representative, meeting day, and where the signed minutes are."""

    row: SheetRow
    typed: Mapping[str, str]
    is_editable: bool
    minutes: Attachment | None
    errors: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    """What the form was filled with; comes back with it."""

    @property
    def prefix(self) -> str:
        return f"u{self.row.unit_id}"

    @property
    def row_error(self) -> str:
        return self.errors.get("", "")


def minutes_grid(page: AreaPage) -> HttpResponse:
    """Show the grid, or save what was posted: each unit by itself."""
    units = _listed(page)
    kinds = kind_counts(units)
    kind = chosen_kind(page.request.GET.get("loai", ""), kinds, page.of_year)
    rows = _rows(page, units, kind)
    if page.request.method != "POST":
        return _show(page, rows, kinds, kind)
    page.require(Act.ANSWER)
    refused, count = {}, 0
    for row in rows:
        typed = _typed(row, page.request.POST)
        if typed is None or typed.typed == row.typed or seen_of(typed.typed) == typed.seen:
            continue
        errors = _save(page, typed)
        if errors:
            refused[row.row.unit_id] = replace(typed, errors=errors, seen=row.seen)
        else:
            count += 1
    if count:
        messages.success(page.request, f"Đã lưu {count} đơn vị.")
    if refused:
        messages.error(page.request, f"Còn {len(refused)} đơn vị chưa lưu, xem chỗ đánh dấu.")
        rows = [refused.get(row.row.unit_id, row) for row in _rows(page, _listed(page), kind)]
        return _show(page, rows, kinds, kind, status=WRONG_INPUT)
    return redirect(page.url("criterion_grid", dong=MINUTES, loai=page.request.GET.get("loai", "")))


def _listed(page: AreaPage) -> list[SheetRow]:
    return [row for row in listed_rows(page) if row.is_considered and row.has_season]


def _rows(page: AreaPage, listed: list[SheetRow], kind: str) -> list[MinutesRow]:
    """The units of one kind: titles and meetings of kinds differ."""
    units = [row for row in listed if row.version.unit.kind == kind]
    minutes = minutes_of([row.unit_id for row in units], year=page.year)
    return [_row(page, row, minutes.get(row.unit_id)) for row in units]


def _row(page: AreaPage, row: SheetRow, minutes: Attachment | None) -> MinutesRow:
    first = row.classification or row.recognition
    typed = minutes_typed(row.version, first, minutes)
    is_theirs = first is None or first.status in EDITABLE
    is_open = any(
        not one.is_locked for one in page.of_year if one.unit_kind == row.version.unit.kind
    )
    may = page.area.may_for(Act.ANSWER, row.version)
    return MinutesRow(row, typed, is_theirs and is_open and may, minutes, seen=seen_of(typed))


def _typed(row: MinutesRow, data: Mapping[str, str]) -> MinutesRow | None:
    """The row as typed; None where the form did not hold it."""
    if not row.is_editable or f"{row.prefix}-meeting_on" not in data:
        return None
    given = {name: str(data.get(f"{row.prefix}-{name}", row.typed[name])).strip() for name in NAMES}
    seen = str(data.get(f"{row.prefix}-nhin", row.seen))
    return replace(row, typed=given, seen=seen)


def _save(page: AreaPage, row: MinutesRow) -> dict[str, str]:
    """Write one unit's statement and minutes; what is wrong by field, empty when written."""
    held, unreadable = _read(page, row)
    if unreadable:
        return unreadable
    try:
        _write(page, row, held)
    except ValidationError as invalid:
        return {name: found[0] for name, found in invalid.message_dict.items()}
    except (TransitionRefused, PermissionDenied, ObjectDoesNotExist) as refused:
        return {"": str(refused)}
    return {}


def _read(page: AreaPage, row: MinutesRow) -> tuple[object, dict[str, str]]:
    """The day of the meeting, and what is wrong by field: no such day, or longer than is kept."""
    day = DayField(year=page.year, required=False)
    read: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, reader in {**WORDS, "meeting_on": day}.items():
        try:
            read[name] = reader.clean(row.typed[name])
        except ValidationError as unreadable:
            wrong[name] = unreadable.messages[0]
    return read.get("meeting_on"), wrong


def _write(page: AreaPage, row: MinutesRow, held: object) -> None:
    typed = row.typed
    statement = Statement(typed["representative_name"], typed["representative_title"], held)  # type: ignore[arg-type]
    kept = PaperReference(typed["number"], held, typed["kept_at"])  # type: ignore[arg-type]
    record_minutes(
        row.row.version.unit, year=page.year, statement=statement, kept=kept,
        seen=row.seen, by=page.user,
    )  # fmt: skip


def rows_html(rows: list[MinutesRow], year: int) -> SafeString:
    """Every unit as a table row; heads are `h1`, `h2`, …, the unit's name is `n<id>`."""
    start = reverse("evaluations:sheet", args=[year])
    return mark_safe("\n".join(_row_html(row, start) for row in rows))  # noqa: S308


def _row_html(row: MinutesRow, start: str) -> str:
    pk, name = row.row.unit_id, esc(row.row.name)
    said = ""
    if row.row_error:
        words = f"<strong>{name}:</strong> {esc(row.row_error)}"
        said = f'<tr class="wrong"><td colspan="7"><p class="cell-error" role="alert">{words}</p></td></tr>'
    seen = f'<input type="hidden" name="{row.prefix}-nhin" value="{esc(row.seen)}">'
    link = f'<a href="{start}{pk}/?tab=tai-lieu">{name}</a>'
    head = f'<th scope="row" class="pin" id="n{pk}">{link}{seen if row.is_editable else ""}</th>'
    cells = "".join(_cell_html(row, name, place) for place, name in enumerate(NAMES, start=1))
    return f"{said}<tr>{head}{cells}<td>{status_html(row.row.file_status)}</td></tr>"


def _cell_html(row: MinutesRow, name: str, place: int) -> str:
    """One input; minutes that are attached already are only shown."""
    value, field, error = row.typed.get(name, ""), f"{row.prefix}-{name}", row.errors.get(name, "")
    is_fixed = row.minutes is not None and name in ("number", "kept_at")
    if not row.is_editable or is_fixed:
        return f"<td>{esc(value or NONE)}</td>"
    places = ' list="noi-luu"' if name == "kept_at" else ""
    wrong = f' aria-invalid="true" aria-describedby="{field}-error"' if error else ""
    said = f'<p class="cell-error" id="{field}-error">{esc(error)}</p>' if error else ""
    labels = f'aria-labelledby="h{place} n{row.row.unit_id}" autocomplete="off"'
    return f'<td><input name="{field}" value="{esc(value)}" {labels}{places}{wrong}>{said}</td>'


def _show(
    page: AreaPage,
    rows: list[MinutesRow],
    kinds: list[KindCount],
    kind: str,
    *,
    status: int = 200,
) -> HttpResponse:
    asked = page.request.GET.get("loai", "")
    total, number = len(rows), asked_page(page)
    rows = rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    context = {
        **page.context("criterion_grid"),
        "rows": rows,
        "rows_html": rows_html(rows, page.year),
        "pages": page_chips(
            page, "criterion_grid", total, ROWS_A_PAGE, number, dong=MINUTES, loai=asked
        ),
        "columns": COLUMNS,
        "choices": choices(page, list(SCHEMES.items()), MINUTES, kind, MINUTES),
        "kinds": kind_chips(page, "criterion_grid", kinds, kind, dong=MINUTES),
        "kind": asked,
        "form_url": page.url(
            "criterion_grid", dong=MINUTES, loai=asked, trang=number if number > 1 else ""
        ),
        "may_edit": any(row.is_editable for row in rows),
        "usual_places": usual_places(page.area.spoken_name),
    }
    return render(page.request, "evaluations/minutes_grid.html", context, status=status)
