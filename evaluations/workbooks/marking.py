"""The uploaded workbook given back with what is wrong written beside the cells, ready to be mended."""

from collections.abc import Iterable
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from antq_portal.lib.workbooks import open_workbook

from .guide import TITLE as GUIDE
from .plan import Item, Plan
from .reading import ERRORS_SHEET, MOST_CELLS

AUTHOR: Final = "Cổng ANTQ"
WRONG: Final = PatternFill("solid", fgColor="F8CBAD")
ASKED: Final = PatternFill("solid", fgColor="BDD7EE")
PLAIN: Final = PatternFill(fill_type=None)
HEADS: Final = ("Trang", "Ô", "Ở đâu", "Cần sửa")
WIDTHS: Final = (24, 8, 46, 100)


def marked_workbook(content: bytes, plan: Plan) -> bytes:
    """The same file with a note and a colour at every problem and conflict, and a sheet that lists them.

    Marks of an earlier time are taken away first. Raises WorkbookRefused.
    """
    book = open_workbook(content, most_cells=MOST_CELLS)
    _take_marks_away(book)
    lines: list[tuple[str, str, str, str]] = []
    for problem in plan.problems:
        lines.append((problem.sheet, problem.cell, problem.where, problem.message))
        _mark(book, problem.sheet, problem.cell, problem.message, WRONG)
    titles = _titles(plan)
    for item in plan.conflicts:
        title, message = titles.get(item.sheet.season.pk, ""), _conflict_text(item)
        lines.append((title, item.cell, f"{item.unit.name}, {item.row.code}", message))
        _mark(book, title, item.cell, message, ASKED)
    _list(book, lines)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _titles(plan: Plan) -> dict[int, str]:
    """What the sheets are called in this file, by season."""
    return {plan.identity.sets[key][0]: title for key, title in plan.titles.items()}


def _conflict_text(item: Item) -> str:
    words = "; ".join(
        f"{one.heading}: trên cổng “{one.old}”, trong tệp “{one.new}”" for one in item.changes
    )
    return f"{item.who} đã sửa dòng này trên cổng sau khi xuất tệp. {words}. Chọn giữ bên nào ở trang kiểm tra."


def _take_marks_away(book: Workbook) -> None:
    if ERRORS_SHEET in book.sheetnames:
        del book[ERRORS_SHEET]
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None
                    cell.fill = PLAIN


def _mark(book: Workbook, title: str, coordinate: str, message: str, fill: PatternFill) -> None:
    if title not in book.sheetnames or not coordinate:
        return
    cell = book[title][coordinate]
    before = (
        f"{cell.comment.text}\n"
        if cell.comment is not None and cell.comment.author == AUTHOR
        else ""
    )
    comment = Comment(f"{before}{message}", AUTHOR)
    comment.width, comment.height = 320, 60 + len(comment.text) // 2
    cell.comment = comment
    cell.fill = fill


def _list(book: Workbook, lines: Iterable[tuple[str, str, str, str]]) -> None:
    first = book.sheetnames.index(GUIDE) + 1 if GUIDE in book.sheetnames else 0
    sheet: Worksheet = book.create_sheet(ERRORS_SHEET, first)
    sheet.append(HEADS)
    for cell, width in zip(sheet[1], WIDTHS, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for title, coordinate, where, message in lines:
        sheet.append((title, coordinate, where, message))
        number = sheet.max_row
        for cell in sheet[number]:
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if coordinate and title in book.sheetnames:
            place = title.replace("'", "''")
            sheet.cell(number, 2).hyperlink = Hyperlink(
                ref="A1", location=f"'{place}'!{coordinate}"
            )
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.active = book.index(sheet)
    for one in book.worksheets:
        one.sheet_view.tabSelected = one is sheet
