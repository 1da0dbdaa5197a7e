"""Reading an uploaded sheet: what kind of file it is first, then plain text by row and column.

The file comes from outside, so its size is measured before it is unpacked, and nothing in it is
run. Where there are formulas openpyxl reads it twice: for what is written in a cell, and for the value that
Excel kept of it; a formula without one would come out as an empty cell and lose a figure.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from antq_portal.lib import dates, text
from antq_portal.lib.workbooks import WorkbookRefused, open_workbook

from .columns import COLUMNS, SHEET, heading_problem

MOST_ROWS: Final = 1000
MOST_BYTES: Final = 3 * 1024 * 1024
MOST_UNPACKED: Final = 30 * 1024 * 1024
MOST_CELLS: Final = 40_000
MOST_SHEET_ROWS: Final = MOST_CELLS // len(COLUMNS)
"""The last row that is looked at: cells far below cost as much as if all above were filled."""
LONGEST_CELL: Final = 1000

TOO_MANY_CELLS: Final = (
    f"Bảng có quá nhiều ô (hơn {MOST_ROWS} dòng, hoặc định dạng kéo dài tới cuối trang). "
    "Mời chép các dòng cần ghi sang mẫu mới của cổng."
)

_FAULTS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")


class UnreadableFile(ValueError):
    """A file that is not read at all; the message says why and what to do, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet: its number there, one clean text for each column."""

    number: int
    cells: tuple[str, ...]


def read_rows(data: bytes, *, name: str = "") -> list[Row]:
    """Return the rows under the heading that hold anything, in their order.

    Raises UnreadableFile for anything but a plain workbook in the portal's own shape.
    """
    _check_file(data, name)
    sheet = _sheet(_opened(data))
    values = _opened(data, with_results=True)[sheet.title] if _has_formulas(sheet) else sheet
    wrong = heading_problem([_text(cell.value) for cell in sheet[1]])
    if wrong:
        raise UnreadableFile(wrong)
    _check_hidden(sheet)
    rows = list(_rows(sheet, values))
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(f"Tệp có hơn {MOST_ROWS} dòng. Mời chia thành nhiều tệp.")
    if not rows:
        raise UnreadableFile("Tệp chưa có đơn vị nào dưới dòng đầu.")
    return rows


def _check_file(data: bytes, name: str) -> None:
    if not data:
        raise UnreadableFile("Tệp rỗng.")
    if len(data) > MOST_BYTES:
        raise UnreadableFile("Tệp lớn quá 3 MB. Chỉ gửi bảng đơn vị, không kèm hình ảnh.")
    if name.lower().endswith((".xlsm", ".xltm", ".xlam")):
        raise UnreadableFile("Không nhận tệp có macro (.xlsm). Mời lưu lại thành .xlsx.")


def _opened(data: bytes, *, with_results: bool = False) -> Workbook:
    """The workbook once it is known to be safe: what is written in it, or what Excel kept of formulas."""
    try:
        return open_workbook(
            data, most_cells=MOST_CELLS, most_unpacked=MOST_UNPACKED, with_results=with_results
        )
    except WorkbookRefused as refused:
        raise UnreadableFile(str(refused)) from refused


def _sheet(book: Workbook) -> Worksheet:
    if SHEET in book.sheetnames:
        found = book[SHEET]
    elif len(book.worksheets) == 1:
        found = book.worksheets[0]
    else:
        raise UnreadableFile(f"Không thấy trang tính “{SHEET}”. Mời dùng mẫu tải từ cổng.")
    if not isinstance(found, Worksheet) or not found.max_row:
        raise UnreadableFile(f"Trang tính “{SHEET}” không có bảng nào.")
    if found.max_row > MOST_SHEET_ROWS:
        raise UnreadableFile(TOO_MANY_CELLS)
    return found


def _has_formulas(sheet: Worksheet) -> bool:
    cells = sheet.iter_rows(min_row=2, max_col=len(COLUMNS))
    return any(cell.data_type == "f" for row in cells for cell in row)


def _check_hidden(sheet: Worksheet) -> None:
    hidden = [
        number
        for number, shape in sheet.row_dimensions.items()
        if shape.hidden and number <= sheet.max_row and any(_typed(sheet, number))
    ]
    if hidden:
        numbers = ", ".join(map(str, sorted(hidden)[:10]))
        raise UnreadableFile(
            f"Có dòng đang ẩn (dòng {numbers}). Mời bỏ ẩn hoặc bỏ lọc để thấy hết những gì sẽ ghi."
        )


def _typed(sheet: Worksheet, number: int) -> Iterator[str]:
    """What stands in the sheet's own columns of one row."""
    return (_text(sheet.cell(number, place + 1).value) for place in range(len(COLUMNS)))


def _rows(sheet: Worksheet, values: Worksheet) -> Iterator[Row]:
    width = len(COLUMNS)
    for written in sheet.iter_rows(min_row=2, max_col=width):
        number = written[0].row
        kept = [values.cell(number, place + 1).value for place in range(width)]
        shown = [_shown(cell, value) for cell, value in zip(written, kept, strict=True)]
        if any(shown[1:]):
            yield Row(number, tuple(shown))


def _shown(cell: Any, kept: object) -> str:
    if cell.data_type == "f" and kept is None:
        raise UnreadableFile(
            f"Ô {cell.coordinate} là công thức chưa có kết quả. Mời mở bằng Excel, lưu lại, hoặc "
            "chép rồi dán dạng giá trị."
        )
    shown = _text(kept)
    if _FAULTS.fullmatch(shown):
        raise UnreadableFile(f"Ô {cell.coordinate} đang báo lỗi {shown} của Excel. Mời sửa ô này.")
    return shown


def _text(value: object) -> str:
    """A cell as an officer would type it: whole numbers without ".0", days as 14/11/2026."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return dates.date_text(value.date())
    if isinstance(value, dt.date):
        return dates.date_text(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return text.clean(str(value)[:LONGEST_CELL]).replace("\x00", "")


def as_texts(rows: Sequence[Row]) -> list[list[Any]]:
    """Plain lists, to be carried between two pages."""
    return [[row.number, *row.cells] for row in rows]


def from_texts(carried: Sequence[Sequence[Any]]) -> list[Row]:
    """What `as_texts` made, again."""
    return [Row(int(number), tuple(map(str, cells))) for number, *cells in carried]
