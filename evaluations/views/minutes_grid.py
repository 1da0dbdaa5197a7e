"""Whose statement it is, the day of the meeting and the minutes, for many units on one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.roles import Act
from antq_portal.lib.dates import date_text
from antq_portal.lib.fields import DayField
from criteria.exceptions import TransitionRefused

from ..forms.papers import usual_places
from ..models import Attachment, Purpose
from ..selectors.sheet import SheetRow
from ..services.attachments import PaperReference, attach
from ..services.evaluations import Statement, open_file, record_statement
from ..workflow import EDITABLE
from .areas import AreaPage
from .grid_page import MINUTES, choices
from .kinds import KindCount, chosen_kind, kind_chips, kind_counts
from .refusals import WRONG_INPUT
from .sheet import listed_rows

COLUMNS: Final = (
    ("representative_name", "Đại diện đơn vị"),
    ("representative_title", "Chức danh"),
    ("meeting_on", "Ngày họp"),
    ("number", "Số biên bản"),
    ("kept_at", "Biên bản lưu tại"),
)
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

    @property
    def prefix(self) -> str:
        return f"u{self.row.unit_id}"

    @property
    def row_error(self) -> str:
        return self.errors.get("", "")

    @property
    def cells(self) -> list[dict[str, object]]:
        """The inputs from left to right; minutes that are attached already are only shown."""
        return [
            {
                "name": f"{self.prefix}-{name}",
                "value": self.typed.get(name, ""),
                "label": f"{label}, {self.row.name}",
                "error": self.errors.get(name, ""),
                "is_fixed": self.minutes is not None and name in ("number", "kept_at"),
                "list": "noi-luu" if name == "kept_at" else "",
            }
            for name, label in COLUMNS
        ]


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
        if typed is None or typed.typed == row.typed:
            continue
        errors = _save(page, typed)
        if errors:
            refused[row.row.unit_id] = replace(typed, errors=errors)
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
    minutes = {
        paper.unit_id: paper
        for paper in Attachment.objects.filter(
            unit__in=[row.unit_id for row in units], year=page.year, purpose=Purpose.MINUTES
        ).select_related("evidence_file")
    }
    return [_row(page, row, minutes.get(row.unit_id)) for row in units]


def _row(page: AreaPage, row: SheetRow, minutes: Attachment | None) -> MinutesRow:
    first = row.classification or row.recognition
    named = first or row.version
    held = first.meeting_on if first else None
    typed = {
        "representative_name": named.representative_name,
        "representative_title": named.representative_title,
        "meeting_on": date_text(held) if held else "",
        "number": minutes.reference_number if minutes else "",
        "kept_at": _kept(minutes),
    }
    is_theirs = first is None or first.status in EDITABLE
    is_open = any(
        not one.is_locked for one in page.of_year if one.unit_kind == row.version.unit.kind
    )
    may = page.area.may_for(Act.ANSWER, row.version)
    return MinutesRow(row, typed, is_theirs and is_open and may, minutes)


def _kept(minutes: Attachment | None) -> str:
    if minutes is None:
        return ""
    return minutes.evidence_file.name if minutes.evidence_file else minutes.kept_at


def _typed(row: MinutesRow, data: Mapping[str, str]) -> MinutesRow | None:
    """The row as typed; None where the form did not hold it."""
    if not row.is_editable or f"{row.prefix}-meeting_on" not in data:
        return None
    given = {name: str(data.get(f"{row.prefix}-{name}", row.typed[name])).strip() for name in NAMES}
    return replace(row, typed=given)


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


@transaction.atomic
def _write(page: AreaPage, row: MinutesRow, held: object) -> None:
    unit, typed = row.row.version.unit, row.typed
    if row.row.recognition is None and row.row.classification is None:
        open_file(unit, year=page.year, by=page.user)
    statement = Statement(typed["representative_name"], typed["representative_title"], held)  # type: ignore[arg-type]
    record_statement(unit, year=page.year, statement=statement, by=page.user)
    if row.minutes is None and typed["kept_at"]:
        reference = PaperReference(typed["number"], held, typed["kept_at"])  # type: ignore[arg-type]
        attach([unit], year=page.year, purpose=Purpose.MINUTES, by=page.user, reference=reference)


def _show(
    page: AreaPage,
    rows: list[MinutesRow],
    kinds: list[KindCount],
    kind: str,
    *,
    status: int = 200,
) -> HttpResponse:
    asked = page.request.GET.get("loai", "")
    context = {
        **page.context("criterion_grid"),
        "rows": rows,
        "columns": COLUMNS,
        "choices": choices(page, MINUTES, kind),
        "kinds": kind_chips(page, "criterion_grid", kinds, kind, dong=MINUTES),
        "kind": asked,
        "form_url": page.url("criterion_grid", dong=MINUTES, loai=asked),
        "may_edit": any(row.is_editable for row in rows),
        "usual_places": usual_places(page.area.spoken_name),
    }
    return render(page.request, "evaluations/minutes_grid.html", context, status=status)
