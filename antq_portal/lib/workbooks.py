"""Excel workbooks that people fill in: the portal's own template out, checked rows back in.

Nothing in a file is trusted: size, macros, formulas, hidden rows and broken cells are refused in
words that name the row and the column.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from . import dates, text
from .sheet_parts import PartsDeclareTypes, PartsTooLarge, measure_parts

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_UNPACKED: Final = 40 * 1024 * 1024
MOST_PARTS: Final = 200
MOST_ROWS: Final = 3000
MOST_COLUMNS: Final = 60
MOST_CELLS: Final = 60_000
LONGEST_CELL: Final = 2000
"""What is longer is cut: no column takes as much, and its own limit refuses it."""
HEADING_ROWS: Final = 15
"""Among how many first rows the headings are looked for."""

MACROS: Final = ("vbaproject", "macrosheets", "activex", "externallinks", "embeddings")
BAD_STARTS: Final = "=+-@\t\r"
OLE_START: Final = b"\xd0\xcf\x11\xe0"
"""First bytes of an Excel 97 file, and of any workbook locked by a password."""
NO_WORKBOOK: Final = "Tệp không phải là bảng tính .xlsx. Tải tệp mẫu, điền rồi gửi lại."


class WorkbookRefused(ValueError):
    """The whole file cannot be read; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template: its heading, and what is written under it."""

    name: str
    heading: str
    help_text: str = ""
    is_required: bool = True
    width: int = 18
    choices: tuple[str, ...] = ()
    """The values offered in a list; empty for free text."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, or one row when no column is named."""

    row: int
    heading: str
    message: str

    def __str__(self) -> str:
        place = f"Dòng {self.row}, cột “{self.heading}”" if self.heading else f"Dòng {self.row}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One filled row: its number in the file and its values by column name; text in NFC, one line."""

    number: int
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The cell as text: a whole number without decimals, a day as dd/mm/yyyy; empty for none."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, dt.date):
            return dates.date_text(value)
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return text.clean(str(value))

    def day(self, name: str, *, year: int) -> dt.date | None:
        """The cell as a day; raises ValueError in Vietnamese for what is no day."""
        value = self.values.get(name)
        if value is None or isinstance(value, dt.date):
            return value
        return dates.parse_date(self.text(name), year=year)

    def whole(self, name: str) -> int | None:
        """The cell as a whole number; raises ValueError in Vietnamese for what is none."""
        typed = self.text(name)
        return text.parse_whole(typed) if typed else None


@dataclass(slots=True)
class ReadSheet:
    """The filled rows of a file and everything that is wrong with its cells."""

    columns: Sequence[Column]
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, row: SheetRow, name: str, message: str) -> None:
        """Note what is wrong with one cell; `name` is a column's, or empty for the whole row."""
        heading = next((one.heading for one in self.columns if one.name == name), "")
        self.problems.append(Problem(row.number, heading, message))


def read_workbook(
    file: IO[bytes] | bytes, columns: Sequence[Column], *, most_rows: int = MOST_ROWS
) -> ReadSheet:
    """Read the first sheet under the headings of `columns`, in whatever order they stand.

    Rows without any value are passed over. Raises WorkbookRefused for a file that is no plain
    .xlsx, too large, or without one of the headings; what is wrong with single cells (formula,
    error, hidden row, required cell left empty) is in `problems`.
    """
    content = file if isinstance(file, bytes) else file.read(MOST_BYTES + 1)
    book = open_workbook(content)
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise WorkbookRefused("Tệp không có trang tính nào.")
    if (sheet.max_row or 0) > most_rows + HEADING_ROWS:
        raise WorkbookRefused(f"Tệp dài quá {most_rows} dòng; chia thành nhiều tệp.")
    return _read_sheet(sheet, columns)


def open_workbook(
    content: bytes,
    *,
    most_cells: int = MOST_CELLS,
    most_unpacked: int = MOST_UNPACKED,
    with_results: bool = False,
) -> Workbook:
    """Open a workbook from outside once it is known to be a plain .xlsx that asks for no more cells than that.

    Formulas stay formulas; `with_results` gives the value Excel kept of them instead. Raises
    WorkbookRefused with the reason.
    """
    try:
        _refuse_unsafe(content, most_cells, most_unpacked)
        return load_workbook(BytesIO(content), data_only=with_results, keep_links=False)
    except WorkbookRefused:
        raise
    except (
        Exception
    ) as broken:  # zipfile and openpyxl raise whatever a broken part makes them stumble over
        raise WorkbookRefused(
            "Không đọc được tệp; mở bằng Excel, lưu lại dạng .xlsx rồi gửi."
        ) from broken


def _refuse_unsafe(content: bytes, most_cells: int, most_unpacked: int) -> None:
    if len(content) > MOST_BYTES:
        raise WorkbookRefused(f"Tệp lớn quá {MOST_BYTES // 1024 // 1024} MB.")
    if content.startswith(OLE_START):
        raise WorkbookRefused(
            "Tệp có mật khẩu hoặc là Excel cũ (.xls). Bỏ mật khẩu, lưu lại dạng .xlsx rồi gửi."
        )
    if not zipfile.is_zipfile(BytesIO(content)):
        raise WorkbookRefused(NO_WORKBOOK)
    with zipfile.ZipFile(BytesIO(content)) as packed:
        _refuse_unsafe_parts(packed, most_cells, most_unpacked)


def _refuse_unsafe_parts(packed: zipfile.ZipFile, most_cells: int, most_unpacked: int) -> None:
    parts = packed.infolist()
    names = [part.filename.lower() for part in parts]
    if "xl/workbook.xml" not in names:
        raise WorkbookRefused(NO_WORKBOOK)
    if any(word in name for name in names for word in MACROS):
        raise WorkbookRefused(
            "Tệp có macro, liên kết ngoài hoặc đối tượng nhúng nên không được nhận."
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_unpacked:
        raise WorkbookRefused("Tệp giải nén ra quá lớn.")
    try:
        measure_parts(packed, most_cells=most_cells)
    except PartsDeclareTypes:
        raise WorkbookRefused("Tệp có khai báo XML không được nhận.") from None
    except PartsTooLarge:
        raise WorkbookRefused(
            "Bảng có quá nhiều ô; chép các dòng cần ghi sang tệp mẫu mới."
        ) from None


def _read_sheet(sheet: Worksheet, columns: Sequence[Column]) -> ReadSheet:
    rows = sheet.iter_rows(max_col=MOST_COLUMNS)
    places = _heading_places(rows, columns)
    found = ReadSheet(columns)
    for cells in rows:
        row = {
            column.name: cells[places[column.name]] for column in columns if column.name in places
        }
        if all(_value(cell) in (None, "") for cell in row.values()):
            continue
        number = cells[0].row
        if sheet.row_dimensions[number].hidden:
            found.problems.append(Problem(number, "", "dòng đang bị ẩn; bỏ ẩn hoặc xóa dòng này."))
            continue
        found.rows.append(_read_row(found, number, row))
    return found


def _read_row(found: ReadSheet, number: int, cells: Mapping[str, Cell]) -> SheetRow:
    values = {}
    for column in found.columns:
        cell = cells.get(column.name)
        value = _value(cell) if cell is not None else None
        if cell is not None and cell.data_type in ("f", "e"):
            what = (
                "công thức; dán giá trị thay cho công thức" if cell.data_type == "f" else "ô bị lỗi"
            )
            found.problems.append(Problem(number, column.heading, f"{what}."))
            value = None
        elif column.is_required and value in (None, ""):
            found.problems.append(Problem(number, column.heading, "để trống."))
        values[column.name] = value
    return SheetRow(number, values)


def _value(cell: Cell) -> Any:
    """The cell's value: text in NFC on one line, a moment as its day; None for nothing."""
    value = cell.value
    if isinstance(value, str):
        return text.clean(value[:LONGEST_CELL]) or None
    if isinstance(value, dt.datetime):
        return value.date()
    return value


def _heading_places(rows: Iterator[tuple[Cell, ...]], columns: Sequence[Column]) -> dict[str, int]:
    """Which column stands where; moves past the row of headings."""
    wanted = {text.search_key(column.heading): column.name for column in columns}
    required = {column.name for column in columns if column.is_required}
    best: dict[str, int] = {}
    for number, cells in enumerate(rows, 1):
        found = {
            wanted[key]: place
            for place, cell in enumerate(cells)
            if isinstance(cell.value, str)
            and (key := text.search_key(cell.value[:LONGEST_CELL])) in wanted
        }
        if required <= set(found):
            return found
        best = max(best, found, key=len)
        if number >= HEADING_ROWS:
            break
    missing = ", ".join(
        f"“{column.heading}”" for column in columns if column.name in required - set(best)
    )
    raise WorkbookRefused(f"Không thấy cột {missing}. Giữ nguyên dòng tiêu đề của tệp mẫu.")


def template_workbook(
    title: str,
    columns: Sequence[Column],
    *,
    notes: Sequence[str] = (),
    rows: Sequence[Sequence[object]] = (),
) -> bytes:
    """Make the template to fill in: headings in the first row, `rows` below, notes on a second sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, column.heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="8A1C1C")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    for row in rows:
        sheet.append([safe(value) for value in row])
    sheet.freeze_panes = "A2"
    guide = book.create_sheet("Hướng dẫn")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 28, 90
    for note in notes:
        guide.append([safe(note)])
    guide.append([])
    for column in columns:
        must = "" if column.is_required else " (không bắt buộc)"
        words = f" Chọn một trong: {', '.join(column.choices)}." if column.choices else ""
        guide.append([column.heading, f"{column.help_text}{must}{words}".strip()])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def safe(value: object) -> object:
    """The value as it may stand in a cell: text never starts a formula."""
    if isinstance(value, str) and value.startswith(tuple(BAD_STARTS)):
        return f"'{value}"
    return value
