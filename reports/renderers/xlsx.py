"""Excel: a title block, headings in two rows, numbers as numbers, set up for A4 lying down."""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from textwrap import wrap
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from antq_portal.lib.palette import OUTCOMES

from ..base import Cell, ColumnKind, Line, Share, Table, Value

FORMULA_SIGNS: Final = ("=", "+", "-", "@")
FORMATS: Final = {
    ColumnKind.WHOLE: "#,##0",
    ColumnKind.POINTS: "#,##0.00",
    ColumnKind.PERCENT: "0.0%",
    ColumnKind.DATE: "dd/mm/yyyy",
}
FONT: Final = "Times New Roman"
_LINE: Final = Side(style="thin", color="FF9A9A9A")
BORDER: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
HEAD_FILL: Final = PatternFill("solid", fgColor="FFEFEEEB")
CENTER: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT: Final = Alignment(vertical="top", wrap_text=True)
RIGHT: Final = Alignment(horizontal="right", vertical="top", wrap_text=True)
TITLE_SIZE, TEXT_SIZE, LINE_HEIGHT = 14, 11, 15


def to_xlsx(table: Table) -> bytes:
    """Write the table as a workbook of one sheet, row by row.

    A percentage cell holds the share as it is shown, cut, beside its two whole numbers. Text that
    Excel would take for a formula is written with an apostrophe before it.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = table.title, "ANTQ Portal"
    sheet = book.create_sheet("Báo cáo")
    titles = _title_texts(table)
    first_head = len(titles) + 2
    last_head = first_head + (1 if table.groups else 0)
    _set_up(sheet, table, first_head=first_head, last_head=last_head)
    for place, words in enumerate(titles):
        size = TITLE_SIZE if place == 0 else TEXT_SIZE
        sheet.append([_text_cell(sheet, words, font=Font(FONT, size=size, bold=place == 0))])
    sheet.append([])
    for row in _heads(sheet, table, first_head):
        sheet.append(row)
    for place, line in enumerate(table.body, start=last_head + 1):
        sheet.row_dimensions[place].height = _height(line.cells)
        sheet.append([_cell(sheet, cell, line) for cell in line.cells])
    if table.body:
        sheet.row_dimensions[last_head + 1 + len(table.body)].height = _height(table.footer)
        sheet.append([_cell(sheet, cell, None) for cell in table.footer])
    sheet.append([])
    for note in table.notes:
        sheet.append([_text_cell(sheet, note, font=Font(FONT, size=TEXT_SIZE, italic=True))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def escaped(words: str) -> str:
    """Return text that Excel shows and never runs."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", words)
    return f"'{clean}" if clean.lstrip().startswith(FORMULA_SIGNS) else clean


def _title_texts(table: Table) -> list[str]:
    params = table.parameters
    return [table.title, params.scope_text, table.basis, f"{params.as_of_text}."]


def _set_up(sheet: WriteOnlyWorksheet, table: Table, *, first_head: int, last_head: int) -> None:
    """Set widths, frozen panes and the printed page; must come before the first row."""
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    named = table.columns.index(table.report.name_column) + 1
    sheet.row_dimensions[last_head].height = LINE_HEIGHT * max(
        _lines(column.label, column.width) for column in table.columns
    )
    sheet.freeze_panes = f"{get_column_letter(named + 1)}{last_head + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.print_title_rows = f"{first_head}:{last_head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.75
    sheet.oddFooter.right.text = "Trang &P/&N"
    sheet.oddFooter.left.text = table.parameters.as_of_text


def _heads(
    sheet: WriteOnlyWorksheet, table: Table, first_row: int
) -> Iterator[list[WriteOnlyCell]]:
    """Yield the heading rows, and merge the upper headings over their columns."""
    lower = [_head(sheet, column.label) for column in table.columns]
    if not table.groups:
        yield lower
        return
    upper, place = [], 1
    for group in table.groups:
        last = place + len(group.columns) - 1
        rows = (first_row, first_row) if group.label else (first_row, first_row + 1)
        start, end = get_column_letter(place), get_column_letter(last)
        if (start, rows[0]) != (end, rows[1]):
            sheet.merged_cells.add(f"{start}{rows[0]}:{end}{rows[1]}")
        words = group.label or group.columns[0].label
        upper += [_head(sheet, words), *(_head(sheet, None) for _ in group.columns[1:])]
        place = last + 1
    yield upper
    merged_down = [not column.group for column in table.columns]
    yield [
        _head(sheet, None) if is_merged else cell
        for is_merged, cell in zip(merged_down, lower, strict=True)
    ]


def _height(cells: Sequence[Cell]) -> int:
    """Points for the lines of the longest text; not every program fits rows by itself."""
    return LINE_HEIGHT * max(_lines(cell.text, cell.column.width) for cell in cells)


def _lines(words: str, width: int) -> int:
    return max(1, len(wrap(words, max(width - 1, 1))))


def _head(sheet: WriteOnlyWorksheet, words: str | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, words)
    cell.font, cell.fill = Font(FONT, size=TEXT_SIZE, bold=True), HEAD_FILL
    cell.alignment, cell.border = CENTER, BORDER
    return cell


def _cell(sheet: WriteOnlyWorksheet, source: Cell, line: Line | None) -> WriteOnlyCell:
    """One cell of the body, or of the totals when there is no line."""
    value = _native(source)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif source.column.kind in FORMATS:
        cell.number_format = FORMATS[source.column.kind]
    cell.alignment, cell.border = (RIGHT if source.column.is_number else LEFT), BORDER
    is_left_out = line is not None and not line.is_counted
    cell.font = Font(FONT, size=TEXT_SIZE, bold=line is None, italic=is_left_out)
    if source.value in OUTCOMES and source.column.kind is ColumnKind.OUTCOME:
        _colour(cell, str(source.value))
    elif line is None:
        cell.fill = HEAD_FILL
    return cell


def _native(source: Cell) -> Value:
    """The value as Excel keeps it: number, day or text; words where there is no share."""
    value = source.value
    if isinstance(value, Share):
        return source.text if value.fraction is None else value.fraction
    if isinstance(value, int | Decimal | date):
        return value
    return escaped(source.text) or None


def _colour(cell: WriteOnlyCell, outcome: str) -> None:
    colours = OUTCOMES[outcome]
    cell.fill = PatternFill("solid", fgColor=f"FF{colours.pale.lstrip('#').upper()}")
    cell.font = Font(
        FONT, size=TEXT_SIZE, bold=True, color=f"FF{colours.strong.lstrip('#').upper()}"
    )


def _text_cell(sheet: WriteOnlyWorksheet, words: str, *, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, escaped(words))
    cell.data_type, cell.font = "s", font
    return cell
