"""Write the workbook: one sheet for each scheme and kind, a page of guidance, the hidden identity."""

import uuid
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

from django.utils import timezone
from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from antq_portal.lib import text
from antq_portal.lib.fields import LARGEST_COUNT
from criteria.scoring import CriterionDefinition

from ..selectors.areas import Area
from ..selectors.workbooks import EntrySheet, EntryUnit
from .cells import cells_of, marks_of
from .guide import write_guide
from .identity import Base, Identity, UnitBase, write_identity
from .layout import (
    FIRST_ROW,
    ID_COLUMNS,
    ID_ROW,
    LABEL_ROW,
    LEGEND_ROW,
    NAME,
    NOTE,
    SHEET_MARK,
    STATE,
    TEXT_ROW,
    TITLE_ROW,
    UNIT_MARK,
    EntryColumn,
    SheetLayout,
    layout_of,
)
from .looks import Looks

LISTS_SHEET: Final = "_danhmuc"
LONGEST_PROMPT: Final = 250
LONGEST_PROMPT_TITLE: Final = 32
FIELD_WIDTH: Final = 36
STATE_WIDTH: Final = 20


def build_workbook(sheets: Sequence[EntrySheet], area: Area, *, year: int, by: User) -> bytes:
    """The workbook of one area's year, filled with the answers as they stand."""
    book = Workbook()
    guide = book.active
    layouts = [
        layout_of(one.scheme, one.kind, one.definition, with_last=_with_last(one)) for one in sheets
    ]
    writer = _Writer(book)
    for layout, data in zip(layouts, sheets, strict=True):
        writer.write_sheet(layout, data, area=area, year=year)
    identity = make_identity(layouts, sheets, area, year=year, by=by)
    write_guide(guide, layouts, sheets, identity, writer.looks)
    writer.write_lists()
    write_identity(book, identity)
    book.calculation.fullCalcOnLoad = False
    book.properties.title = f"Tự đánh giá năm {year}, {area.name}"
    book.properties.creator = "ANTQ Portal"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _with_last(sheet: EntrySheet) -> frozenset[str]:
    return frozenset(code for unit in sheet.units for code in unit.last)


def make_identity(
    layouts: Sequence[SheetLayout], sheets: Sequence[EntrySheet], area: Area, *, year: int, by: User
) -> Identity:
    """What the file is of, and every answer as it stands now."""
    return Identity(
        id=uuid.uuid4().hex[:12],
        province_id=area.province_id,
        area_id=area.pk,
        area_name=area.name,
        year=year,
        made_at=f"{localtime(timezone.now()):%H:%M ngày %d/%m/%Y}",
        made_by_id=by.pk,
        made_by=str(by),
        sets={
            layout.key: (data.season.pk, fingerprint_of(data))
            for layout, data in zip(layouts, sheets, strict=True)
        },
        units={
            layout.key: {unit.unit_id: _unit_base(layout, unit) for unit in data.units}
            for layout, data in zip(layouts, sheets, strict=True)
        },
    )


def fingerprint_of(sheet: EntrySheet) -> str:
    """A short mark of the criteria a sheet was made from: another set, or another text of it, differs."""
    criteria = sheet.season.criteria_set
    return f"{criteria.pk}-{criteria.source_sha256[:12]}"


def _unit_base(layout: SheetLayout, unit: EntryUnit) -> UnitBase:
    return UnitBase(
        unit.name,
        unit.locked,
        {
            row.code: Base(
                unit.answers[row.code].version if row.code in unit.answers else 0,
                marks_of(cells_of(row, unit.values(row.code))),
            )
            for row in layout.definition.rows
        },
    )


class _Writer:
    """Fills the sheets of one workbook; collects the lists that drop-downs offer."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.looks = Looks(book)
        self.lists: dict[tuple[str | float, ...], int] = {}

    def write_sheet(self, layout: SheetLayout, data: EntrySheet, *, area: Area, year: int) -> None:
        sheet = self.book.create_sheet(layout.title)
        self._write_head(sheet, layout, data, title=f"Tự đánh giá năm {year} · {area.name}")
        rows = {row.code: row for row in layout.definition.rows}
        for place, unit in enumerate(data.units):
            self._write_unit(sheet, layout, rows, unit, FIRST_ROW + place)
        last_row = FIRST_ROW + len(data.units) - 1
        self._offer(sheet, layout, rows, last_row)
        self._set_up(sheet, layout, last_row)

    def _write_head(
        self, sheet: Worksheet, layout: SheetLayout, data: EntrySheet, *, title: str
    ) -> None:
        for place, mark in enumerate((SHEET_MARK + layout.key, NAME, STATE), start=1):
            sheet.cell(ID_ROW, place, mark)
        scheme = data.season.get_scheme_display()
        kind = str(data.season.get_unit_kind_display()).lower()
        notice = f" · {layout.definition.notice}" if layout.definition.is_provisional else ""
        self._put(sheet, TITLE_ROW, 2, f"{title} · {scheme} · {kind}{notice}", "title")
        self._put(sheet, LEGEND_ROW, 2, LEGEND, "legend")
        self._put(sheet, LABEL_ROW, 2, "Đơn vị", "label")
        self._put(sheet, LABEL_ROW, 3, "Hồ sơ", "label")
        for place in (2, 3):
            self._put(sheet, TEXT_ROW, place, None, "criterion")
        rows = layout.definition.by_code
        seen: set[str] = set()
        for place, column in enumerate(layout.columns, start=ID_COLUMNS + 1):
            sheet.cell(ID_ROW, place, column.id)
            self._put(
                sheet, LABEL_ROW, place, column.heading, "label" if column.is_entry else "old"
            )
            cell = self._put(sheet, TEXT_ROW, place, None, "criterion")
            if column.code not in seen:
                seen.add(column.code)
                row = rows[column.code]
                width = sum(one.code == column.code for one in layout.columns)
                cell.value = f"{row.code}  {row.text}"
                cell.comment = _comment(row)
                if width > 1:
                    sheet.merge_cells(start_row=TEXT_ROW, end_row=TEXT_ROW, start_column=place,
                                      end_column=place + width - 1)  # fmt: skip

    def _write_unit(
        self, sheet: Worksheet, layout: SheetLayout, rows: Mapping[str, CriterionDefinition],
        unit: EntryUnit, number: int,
    ) -> None:  # fmt: skip
        sheet.cell(number, 1, f"{UNIT_MARK}{unit.unit_id}")
        self._put(sheet, number, 2, unit.name, "name")
        self._put(sheet, number, 3, unit.locked or unit.state, "state")
        shown = {code: cells_of(row, unit.values(code)) for code, row in rows.items()}
        before = {code: _last_text(rows[code], unit) for code in unit.last if code in rows}
        for place, column in enumerate(layout.columns, start=ID_COLUMNS + 1):
            if not column.is_entry:
                self._put(sheet, number, place, before.get(column.code), "last")
                continue
            answer = unit.answers.get(column.code)
            look = self.looks.entry(
                column.sort,
                is_locked=bool(unit.locked_row(column.code)),
                is_proposal=bool(answer and answer.is_proposal),
            )
            self._put(sheet, number, place, shown[column.code].get(column.field), look)

    def _put(
        self, sheet: Worksheet, row: int, column: int, value: str | float | None, look: str
    ) -> Cell:
        """Write a cell; text never becomes a formula, whatever it begins with."""
        cell: Cell = sheet.cell(row, column)
        if value is not None:
            cell.value = value
        self.looks.dress(cell, look)
        if isinstance(value, str):
            cell.data_type = "s"
            if value.startswith(("=", "+", "-", "@")):
                cell.quotePrefix = True
        return cell

    def _offer(
        self, sheet: Worksheet, layout: SheetLayout, rows: Mapping[str, CriterionDefinition], last_row: int
    ) -> None:  # fmt: skip
        """Drop-downs and limits, one for each column; each says the criterion when its cell is chosen."""
        for place, column in enumerate(layout.columns, start=ID_COLUMNS + 1):
            if not column.is_entry:
                continue
            rule = self._rule(column, rows[column.code])
            letter = get_column_letter(place)
            rule.add(f"{letter}{FIRST_ROW}:{letter}{last_row}")
            sheet.add_data_validation(rule)

    def _rule(self, column: EntryColumn, row: CriterionDefinition) -> DataValidation:
        if column.words:
            values = tuple(
                float(text.parse_number(word)) if column.sort == "points" else word
                for word in column.words
            )
            rule = DataValidation(type="list", formula1=self._list_of(values), allow_blank=True)
            if column.sort == "points":
                rule.errorStyle = "warning"  # half steps between two levels are allowed
        elif column.sort == "count":
            rule = DataValidation(
                type="whole", operator="between", formula1="0", formula2=str(LARGEST_COUNT), allow_blank=True
            )  # fmt: skip
        else:
            rule = DataValidation(
                type="textLength", operator="lessThanOrEqual", formula1="2000", allow_blank=True
            )
        rule.error, rule.errorTitle = _error_text(column), "Chưa đúng"
        rule.showErrorMessage = rule.showInputMessage = True
        rule.promptTitle = f"{row.code} {column.heading}"[:LONGEST_PROMPT_TITLE]
        prompt = f"{column.help_text} {row.text}".strip()
        rule.prompt = (
            prompt if len(prompt) <= LONGEST_PROMPT else f"{prompt[: LONGEST_PROMPT - 1]}…"
        )
        return rule

    def _list_of(self, values: tuple[str | float, ...]) -> str:
        place = self.lists.setdefault(values, len(self.lists) + 1)
        letter = get_column_letter(place)
        return f"{LISTS_SHEET}!${letter}$1:${letter}${len(values)}"

    def write_lists(self) -> None:
        sheet = self.book.create_sheet(LISTS_SHEET)
        sheet.sheet_state = "hidden"
        for values, place in self.lists.items():
            for number, value in enumerate(values, start=1):
                sheet.cell(number, place, value)

    def _set_up(self, sheet: Worksheet, layout: SheetLayout, last_row: int) -> None:
        """Frozen heads, filter, widths, locked headings without password, A4 lying."""
        last = get_column_letter(ID_COLUMNS + len(layout.columns))
        sheet.freeze_panes = sheet.cell(FIRST_ROW, ID_COLUMNS)
        sheet.auto_filter.ref = f"B{LABEL_ROW}:{last}{max(last_row, LABEL_ROW)}"
        sheet.column_dimensions["A"].hidden = True
        sheet.row_dimensions[ID_ROW].hidden = True
        sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = (
            FIELD_WIDTH,
            STATE_WIDTH,
        )
        for place, column in enumerate(layout.columns, start=ID_COLUMNS + 1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        for row, height in ((TITLE_ROW, 22), (LEGEND_ROW, 32), (TEXT_ROW, 96), (LABEL_ROW, 64)):
            sheet.row_dimensions[row].height = height
        protection = sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.formatCells = False
        protection.autoFilter = False
        page = sheet.page_setup
        page.orientation, page.paperSize, page.scale = "landscape", "9", 60
        sheet.print_title_rows = f"{TEXT_ROW}:{LABEL_ROW}"
        sheet.print_title_cols = "B:B"
        sheet.print_area = f"B{TITLE_ROW}:{last}{max(last_row, LABEL_ROW)}"
        sheet.oddFooter.center.text = f"{layout.title} · trang &P/&N"
        sheet.sheet_view.zoomScale = 90


LEGEND: Final = (
    "Trắng: điền được · Vàng, chữ nghiêng: cổng đề xuất, để nguyên là chưa xác nhận · Xám: khóa, cổng không đọc lại. "
    "KHÔNG nhập thông tin bí mật nhà nước."
)


def _error_text(column: EntryColumn) -> str:
    if column.sort == "points":
        return f"Nấc điểm: {'; '.join(column.words)}. Lẻ 0,5 giữa hai nấc thì chọn “Yes” và ghi giải trình."[
            :220
        ]
    if column.words:
        return f"Chọn một trong: {'; '.join(column.words)}."[:220]
    if column.sort == "count":
        return f"Ghi số nguyên từ 0 đến {text.number_text(LARGEST_COUNT)}."
    return "Không dài quá 2.000 ký tự."


def _comment(row: CriterionDefinition) -> Comment:
    """The whole text with its place in the law, what is asked, and what proves it."""
    parts = [f"{row.code} ({row.legal_ref})", row.text]
    if row.threshold_percent:
        parts.append(f"Yêu cầu từ {row.threshold_percent} %.")
    if row.minimum:
        parts.append(f"Ít nhất {text.number_text(row.minimum)}.")
    parts += [f"{text.number_text(level.points)} điểm: {level.when}" for level in row.levels]
    parts += [row.na_condition and f"Không áp dụng khi: {row.na_condition}."]
    parts += [f"Minh chứng: {'; '.join(row.evidence)}." if row.evidence else ""]
    if row.is_sensitive:
        parts.append("Dòng nhạy cảm: chỉ ghi số; giải trình và tài liệu để tại nơi lưu.")
    comment = Comment("\n".join(part for part in parts if part), "ANTQ")
    comment.width, comment.height = 420, 60 + 18 * len(parts) + len(comment.text) // 3
    return comment


def _last_text(row: CriterionDefinition, unit: EntryUnit) -> str | None:
    """What stood in the criterion the year before, in one cell."""
    cells = cells_of(row, unit.last[row.code])
    shown = [_spoken(one) for name, one in cells.items() if name != NOTE]
    note = cells.get(NOTE)
    return "; ".join([*shown, *([f"“{note}”"] if note else [])]) or None


def _spoken(value: str | float | None) -> str:
    return value if isinstance(value, str) else text.number_text(value or 0)
