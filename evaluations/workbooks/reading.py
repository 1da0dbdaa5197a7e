"""Read an uploaded workbook back: which sheet, which unit, which criterion a cell is of, by hidden ids.

Nothing is compared here and no database is asked. Rows and columns may stand in another order,
sheets may bear other names; what cannot be told for certain is a problem and is not read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from antq_portal.lib import text
from antq_portal.lib.workbooks import WorkbookRefused, open_workbook

from .cells import RawCell, canonical
from .guide import TITLE as GUIDE
from .identity import SHEET as IDENTITY_SHEET
from .identity import Identity, NotOurs, read_identity
from .layout import LAST, NAME, SHEET_MARK, UNIT_MARK, SheetLayout

MOST_CELLS: Final = 250_000
MOST_PLACES: Final = 2 * MOST_CELLS
"""Places of all sheets up to the last cell of each, written or empty."""
MOST_ROWS: Final = 3000
HEAD_ROWS: Final = 12
"""Among how many first rows the hidden row of ids is looked for."""
LISTS_SHEET: Final = "_danhmuc"
ERRORS_SHEET: Final = "Lỗi"
LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that is not read, and where; `cell` is empty for a sheet as a whole."""

    sheet: str
    cell: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One unit's row: its number, and the cells of its criteria by code and field."""

    number: int
    unit_id: int
    cells: Mapping[str, Mapping[str, RawCell]]
    is_hidden: bool = False


@dataclass(slots=True)
class ReadPage:
    """One sheet of ours as it came back."""

    key: str
    title: str
    rows: dict[int, ReadRow] = field(default_factory=dict)
    unread_codes: frozenset[str] = frozenset()


@dataclass(slots=True)
class ReadBook:
    """Everything that came back: whose it is, the sheets by key, what could not be read, what was passed over."""

    identity: Identity
    pages: dict[str, ReadPage] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def open_ours(content: bytes) -> tuple[Workbook, Identity]:
    """The workbook and whose it is; raises WorkbookRefused for a file that is none of ours."""
    book = open_workbook(content, most_cells=MOST_CELLS)
    _refuse_far_cells(book)
    try:
        return book, read_identity(book)
    except NotOurs as foreign:
        raise WorkbookRefused(str(foreign)) from None


def _refuse_far_cells(book: Workbook) -> None:
    """Refuse cells written far off: going over a sheet makes every place up to its last cell."""
    left = MOST_PLACES
    for sheet in book.worksheets:
        left -= sheet.max_row * sheet.max_column
        if left < 0:
            far = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
            raise WorkbookRefused(
                f"Trang “{sheet.title}” có ô ghi ở rất xa (đến {far}); xóa các cột, dòng thừa rồi gửi lại."
            )


def read_book(
    book: Workbook, identity: Identity, content: bytes, layouts: Mapping[str, SheetLayout]
) -> ReadBook:
    """Read the sheets of these layouts; `content` are the bytes that `book` was opened from."""
    found = ReadBook(identity)
    results = _Results(content)
    for sheet in book.worksheets:
        if sheet.title in (IDENTITY_SHEET, LISTS_SHEET, GUIDE, ERRORS_SHEET):
            continue
        head = _head_of(sheet)
        layout = layouts.get(head.key) if head else None
        if head is None or layout is None:
            found.notes.append(f"Trang “{sheet.title}” không phải của cổng, không đọc.")
        elif head.key in found.pages:
            _refuse_twice(found, head.key, sheet.title)
        else:
            found.pages[head.key] = _Reader(found, sheet, head, layout, results).read()
    _note_missing(found, layouts)
    return found


def _refuse_twice(found: ReadBook, key: str, title: str) -> None:
    """Two copies of one sheet: nobody can say which one counts."""
    first = found.pages[key]
    first.rows = {}
    found.problems.append(
        Problem(title, "", f"Trang “{title}”", f"Trang này là bản sao của “{first.title}”; xóa bớt một trang. "
                "Chưa đọc trang nào trong hai trang.")
    )  # fmt: skip


def _note_missing(found: ReadBook, layouts: Mapping[str, SheetLayout]) -> None:
    for key, layout in layouts.items():
        if key in found.identity.units and key not in found.pages:
            found.notes.append(
                f"Không thấy trang “{layout.title}” trong tệp: giữ nguyên trên cổng."
            )


@dataclass(frozen=True)
class _Head:
    """Where the hidden ids of a sheet stand."""

    key: str
    row: int
    id_column: int
    columns: Mapping[int, str]


def _head_of(sheet: Worksheet) -> _Head | None:
    for cells in sheet.iter_rows(max_row=HEAD_ROWS):
        for cell in cells:
            if isinstance(cell.value, str) and cell.value.startswith(SHEET_MARK):
                ids = {one.column: one.value for one in cells if isinstance(one.value, str)}
                del ids[cell.column]
                return _Head(cell.value.removeprefix(SHEET_MARK), cell.row, cell.column, ids)
    return None


class _Results:
    """The values Excel kept of formulas; read only when a formula was met."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    @cached_property
    def book(self) -> Workbook:
        return open_workbook(self.content, most_cells=MOST_CELLS, with_results=True)

    def of(self, cell: Cell) -> str:
        value = self.book[cell.parent.title].cell(cell.row, cell.column).value
        return canonical(value)


class _Reader:
    """Reads one sheet; what is wrong goes to the book's problems."""

    def __init__(
        self, found: ReadBook, sheet: Worksheet, head: _Head, layout: SheetLayout, results: _Results
    ) -> None:
        self.found, self.sheet, self.head, self.layout = found, sheet, head, layout
        self.results = results
        self.page = ReadPage(head.key, sheet.title)
        self.bases = found.identity.units.get(head.key, {})
        self.merged = {
            coordinate
            for merged in sheet.merged_cells.ranges
            if merged.min_row > head.row + 1
            for coordinate in _coordinates(merged)
        }

    def read(self) -> ReadPage:
        if (self.sheet.max_row or 0) > MOST_ROWS:
            raise WorkbookRefused(
                f"Trang “{self.sheet.title}” dài quá {MOST_ROWS} dòng; xóa các dòng trống ở dưới."
            )
        places = self._places()
        name_column = next((c for c, one in self.head.columns.items() if one == NAME), None)
        if not self._unit_rows:
            self._problem(
                "",
                f"Trang “{self.sheet.title}”",
                "Trang không còn mã đơn vị nào (cột ẩn đã bị xóa); xuất tệp mới rồi điền lại.",
            )
            return self.page
        twice: dict[int, list[int]] = {}
        for cells in self.sheet.iter_rows(min_row=self.head.row + 1):
            number = cells[0].row
            unit_id = self._unit_id(cells)
            if unit_id is None:
                self._look_for_strays(number, cells, places)
            elif self._is_right(number, unit_id, name_column):
                twice.setdefault(unit_id, []).append(number)
                self.page.rows[unit_id] = self._row(number, unit_id, places)
        for unit_id, numbers in twice.items():
            if len(numbers) > 1:
                del self.page.rows[unit_id]
                rows = " và ".join(map(str, numbers))
                self._problem(
                    f"B{numbers[-1]}", self.bases[unit_id].name,
                    f"Đơn vị này có ở nhiều dòng ({rows}); chỉ giữ một dòng. Chưa đọc dòng nào.",
                )  # fmt: skip
        return self.page

    def _places(self) -> dict[str, dict[str, int]]:
        """The column of each field by criterion; a criterion that lacks one, or has one twice, is not read."""
        places: dict[str, dict[str, int]] = {}
        known = {column.id: column for column in self.layout.columns}
        unread: dict[str, str] = {}
        for place, mark in self.head.columns.items():
            column = known.get(mark)
            if column is None or not column.is_entry:
                continue
            fields = places.setdefault(column.code, {})
            if column.field in fields:
                unread[column.code] = f"Cột “{column.heading}” có hai lần"
            fields[column.field] = place
        for column in known.values():
            if column.is_entry and column.field not in places.get(column.code, {}):
                unread.setdefault(column.code, f"Thiếu cột “{column.heading}”")
        for code, why in unread.items():
            self._problem(
                "",
                f"Tiêu chí {code}",
                f"{why}: tiêu chí này không được đọc, các tiêu chí khác vẫn đọc.",
            )
            places.pop(code, None)
        self.page.unread_codes = frozenset(unread)
        self._note_extra(known)
        return places

    def _note_extra(self, known: Mapping[str, object]) -> None:
        own = {self.head.id_column, *(
            place for place, mark in self.head.columns.items()
            if mark in known or mark.startswith("@") or mark.endswith(f"|{LAST}")
        )}  # fmt: skip
        extra = sorted(
            {
                cell.column
                for cells in self.sheet.iter_rows(min_row=self.head.row + 2, max_row=self.head.row + HEAD_ROWS)
                for cell in cells
                if cell.column not in own and cell.value not in (None, "")
                and not isinstance(cell, MergedCell)
            }
        )  # fmt: skip
        if extra:
            letters = ", ".join(get_column_letter(place) for place in extra[:10])
            self.found.notes.append(
                f"Trang “{self.sheet.title}”: cột thêm {letters} không phải của cổng, không đọc."
            )

    def _unit_id(self, cells: tuple[Cell, ...]) -> int | None:
        value = next((one.value for one in cells if one.column == self.head.id_column), None)
        if not isinstance(value, str) or not value.startswith(UNIT_MARK):
            return None
        digits = value.removeprefix(UNIT_MARK)
        return int(digits) if digits.isdecimal() and len(digits) < 16 else None

    def _is_right(self, number: int, unit_id: int, name_column: int | None) -> bool:
        """Whether the row's hidden id and its visible name still belong together."""
        base = self.bases.get(unit_id)
        if base is None:
            self._problem(
                f"B{number}",
                f"Dòng {number}",
                "Mã đơn vị ở dòng này không có trong tệp khi xuất; không đọc.",
            )
            return False
        if name_column is None:
            return True
        shown = canonical(self.sheet.cell(number, name_column).value)
        if text.search_key(shown) == text.search_key(base.name):
            return True
        place = f"{get_column_letter(name_column)}{number}"
        self._problem(
            place, f"Dòng {number}",
            f"Tên “{shown[:60]}” không khớp mã ẩn của dòng ({base.name}): dòng đã bị xáo trộn nên không "
            "đọc. Xuất tệp mới, hoặc trả tên về như cũ.",
        )  # fmt: skip
        return False

    def _look_for_strays(
        self, number: int, cells: tuple[Cell, ...], places: Mapping[str, Mapping[str, int]]
    ) -> None:
        """A row below the heads with something in it but no id is nobody's."""
        if number < self._unit_rows[0]:
            return
        entry = {place for fields in places.values() for place in fields.values()}
        filled = [one for one in cells if one.column in entry and canonical(one.value)]
        if filled:
            self._problem(
                filled[0].coordinate, f"Dòng {number}",
                "Dòng này không có mã đơn vị của cổng nên không đọc. Đơn vị mới: thêm ở trang Đơn vị rồi xuất lại.",
            )  # fmt: skip

    @cached_property
    def _unit_rows(self) -> list[int]:
        column = self.sheet.iter_rows(
            min_row=self.head.row + 1, min_col=self.head.id_column, max_col=self.head.id_column
        )
        return [cell.row for (cell,) in column
                if isinstance(cell.value, str) and cell.value.startswith(UNIT_MARK)]  # fmt: skip

    def _row(self, number: int, unit_id: int, places: Mapping[str, Mapping[str, int]]) -> ReadRow:
        cells = {
            code: {name: self._raw(number, place) for name, place in fields.items()}
            for code, fields in places.items()
        }
        return ReadRow(number, unit_id, cells, bool(self.sheet.row_dimensions[number].hidden))

    def _raw(self, number: int, place: int) -> RawCell:
        cell = self.sheet.cell(number, place)
        coordinate = cell.coordinate
        if coordinate in self.merged or isinstance(cell, MergedCell):
            return RawCell(
                coordinate, problem="Ô đang bị gộp với ô khác; bỏ gộp (Merge) rồi ghi lại từng ô."
            )
        value = cell.value
        if cell.data_type == "f":
            return RawCell(coordinate, value=str(value), problem=self._of_formula(cell))
        if cell.data_type == "e":
            return RawCell(
                coordinate, value=value, problem=f"Ô đang báo lỗi {value} của Excel; sửa ô này."
            )
        if isinstance(value, str) and len(value) > LONGEST:
            value = value[:LONGEST]
        return RawCell(
            coordinate, value=value, font=(cell.font.name or "") if isinstance(value, str) else ""
        )

    def _of_formula(self, cell: Cell) -> str:
        kept = self.results.of(cell)
        result = f" (Excel đang hiện “{kept[:40]}”)" if kept else ""
        return f"Ô là công thức{result}, cổng không lấy kết quả tính sẵn; chép rồi dán dạng giá trị (Paste Values)."

    def _problem(self, cell: str, where: str, message: str) -> None:
        self.found.problems.append(Problem(self.sheet.title, cell, where, message))


def _coordinates(merged: object) -> Iterator[str]:
    for row, column in merged.cells:  # type: ignore[attr-defined]
        yield f"{get_column_letter(column)}{row}"
