"""The portal's own sheet: headings, lists to choose from, and the units there are."""

import io
from collections.abc import Iterable
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .checking import Said
from .columns import COLUMNS, LISTS_SHEET, SHEET
from .plan import shown
from .reading import MOST_ROWS

NUMBERS: Final = ("households", "members")
DAYS: Final = ("counted_on", "valid_from")
HEAD: Final = PatternFill("solid", fgColor="86181E")


def write_workbook(said: Iterable[Said] = ()) -> bytes:
    """Return an .xlsx of these units, empty where there are none; uploading it again changes nothing."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new book has one
    sheet.title = SHEET
    for place, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, place, column.heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = "C2"
    for number, one in enumerate(said, start=1):
        _write_row(sheet, number, one)
    _write_lists(book, sheet)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _write_row(sheet: Worksheet, number: int, said: Said) -> None:
    """One unit; text that begins like a formula stays text, because the cell says so."""
    sheet.cell(number + 1, 1, number)
    for place, column in enumerate(COLUMNS[1:], start=2):
        value = getattr(said, column.name)
        is_plain = column.name in (*NUMBERS, *DAYS)
        cell = sheet.cell(number + 1, place)
        if is_plain:
            cell.value = value
            cell.number_format = "dd/mm/yyyy" if column.name in DAYS else "General"
        elif words := shown(said, column.name):
            cell.value = words
            cell.data_type = "s"
            cell.quotePrefix = words[0] in "=+-@"


def _write_lists(book: Workbook, sheet: Worksheet) -> None:
    lists = book.create_sheet(LISTS_SHEET)
    for place, column in enumerate(COLUMNS, start=1):
        if not column.words:
            continue
        at = lists.max_column + (lists.cell(1, 1).value is not None)
        lists.cell(1, at, column.heading).font = Font(bold=True)
        for number, word in enumerate(column.words, start=2):
            lists.cell(number, at, word)
        letter, last = get_column_letter(at), len(column.words) + 1
        chosen = DataValidation(
            type="list",
            formula1=f"'{LISTS_SHEET}'!${letter}$2:${letter}${last}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=column.heading,
            error="Chọn một dòng trong danh sách.",
        )
        target = get_column_letter(place)
        chosen.add(f"{target}2:{target}{MOST_ROWS + 1}")
        sheet.add_data_validation(chosen)
