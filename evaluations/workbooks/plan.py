"""What a workbook would do, cell by cell: new, changed, as it was, in conflict, or why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.timezone import localtime

from antq_portal.lib.workbooks import WorkbookRefused
from criteria.scoring import AnswerValues, CriterionDefinition

from ..models import Answer
from ..selectors.areas import Area
from ..selectors.workbooks import EntrySheet, EntryUnit
from ..services.answer_rows import is_blank, own_columns, own_values
from .build import fingerprint_of
from .cells import RawCell, ReadCriterion, canonical, cells_of, marks_of, read_cells
from .identity import Base, Identity, UnitBase
from .layout import SHORT_SCHEMES, EntryColumn, SheetLayout, layout_of
from .reading import Problem, ReadBook, ReadPage, ReadRow, open_ours, read_book

EMPTY: Final = "(trống)"
Written = Mapping[tuple[int, str], int]
"""Versions that an earlier upload of the same file wrote, by evaluation and criterion code."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One column of a criterion: what stands on the portal and what the file says."""

    heading: str
    old: str
    new: str


@dataclass(frozen=True)
class Item:
    """One criterion of one unit that the file would write."""

    sheet: EntrySheet
    unit: EntryUnit
    row: CriterionDefinition
    values: AnswerValues
    changes: tuple[CellChange, ...]
    cell: str
    version: int
    """The version that stands now: what the write is compared with."""
    is_new: bool
    is_hidden: bool = False
    other: Answer | None = None
    """The answer somebody saved on the web since the file was made; None without a conflict."""

    @property
    def key(self) -> str:
        return f"{self.unit.unit_id}-{self.row.id}"

    @property
    def place(self) -> str:
        return f"{SHORT_SCHEMES[self.sheet.scheme]} {self.row.code}"  # type: ignore[index]

    @property
    def is_cleared(self) -> bool:
        return is_blank(self.values)

    @property
    def who(self) -> str:
        """Who saved the other answer and when; empty without a conflict."""
        if self.other is None:
            return ""
        return (
            f"{self.other.answered_by} lúc {localtime(self.other.answered_at):%H:%M ngày %d/%m/%Y}"
        )


@dataclass
class Plan:
    """Everything one upload would do; nothing was written to find it out."""

    identity: Identity
    items: list[Item] = field(default_factory=list)
    conflicts: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same_count: int = 0
    titles: dict[str, str] = field(default_factory=dict)
    """What the sheets are called in this file, by key."""

    @property
    def new_count(self) -> int:
        return sum(item.is_new for item in self.items)

    @property
    def changed_count(self) -> int:
        return len(self.items) - self.new_count

    @property
    def does_something(self) -> bool:
        return bool(self.items or self.conflicts)


def make_plan(
    content: bytes,
    sheets: Sequence[EntrySheet],
    area: Area,
    *,
    year: int,
    written_by: Callable[[str], Written] = lambda workbook: {},
) -> Plan:
    """Compare an uploaded workbook with what stands now; raises WorkbookRefused for a foreign file.

    `written_by` tells by the id of the exported file what earlier uploads of it wrote.
    """
    opened, identity = open_ours(content)
    _refuse_foreign(identity, sheets, area, year=year)
    layouts = {
        one.key: one
        for one in (layout_of(sheet.scheme, sheet.kind, sheet.definition) for sheet in sheets)
    }
    book = read_book(opened, identity, content, layouts)
    written = written_by(identity.id)
    plan = Plan(identity, problems=book.problems, notes=book.notes)
    for sheet in sheets:
        layout = layout_of(sheet.scheme, sheet.kind, sheet.definition)
        page = book.pages.get(layout.key)
        if page is not None:
            plan.titles[layout.key] = page.title
            _Comparison(plan, book, sheet, layout, page, written).run()
    return plan


def _refuse_foreign(
    identity: Identity, sheets: Sequence[EntrySheet], area: Area, *, year: int
) -> None:
    """Another province, place, year or other criteria: said in this order, the widest first."""
    mine = f"{area.name}, năm {year}"
    theirs = f"{identity.area_name}, năm {identity.year}"
    if identity.province_id != area.province_id:
        raise WorkbookRefused(f"Tệp này của tỉnh khác ({theirs}); trang này là {mine}.")
    if identity.area_id != area.pk:
        raise WorkbookRefused(f"Tệp này của nơi khác ({theirs}); trang này là {mine}.")
    if identity.year != year:
        raise WorkbookRefused(f"Tệp này của năm khác ({theirs}); trang này là {mine}.")
    for sheet in sheets:
        layout = SheetLayout(sheet.scheme, sheet.kind, sheet.definition)
        known = identity.sets.get(layout.key)
        if known is not None and known != (sheet.season.pk, fingerprint_of(sheet)):
            raise WorkbookRefused(
                f"Bộ tiêu chí của trang “{layout.title}” đã đổi từ khi xuất tệp ({identity.made_at}); "
                "không đọc được theo bộ cũ. Xuất tệp mới rồi điền lại."
            )


class _Comparison:
    """Compares one sheet of the file with one sheet of the portal."""

    def __init__(
        self, plan: Plan, book: ReadBook, sheet: EntrySheet, layout: SheetLayout, page: ReadPage,
        written: Written,
    ) -> None:  # fmt: skip
        self.plan, self.sheet, self.layout, self.page = plan, sheet, layout, page
        self.bases = book.identity.units.get(layout.key, {})
        self.written = written

    def run(self) -> None:
        units = {unit.unit_id: unit for unit in self.sheet.units}
        for unit_id, read in self.page.rows.items():
            base = self.bases[unit_id]
            touched = self._touched(read, base)
            unit = units.get(unit_id)
            if unit is None:
                self._refuse(
                    read, base, touched, "Đơn vị không còn trong danh sách năm nay mà bạn nhập"
                )
                continue
            self.plan.same_count += sum(
                1 for code, one in base.answers.items() if one.marks and code not in touched and code in read.cells
            )  # fmt: skip
            why = unit.locked or (
                base.locked and f"Khi xuất tệp: {base.locked}; nay đã mở, xuất tệp mới để điền"
            )
            if why:
                self._refuse(read, base, touched, why)
                continue
            for code, fields in touched.items():
                row = self.layout.definition.row(code)
                self._compare(read, unit, row, base.answers[code], fields)
        missing = [
            base.name for pk, base in self.bases.items() if pk in units and pk not in self.page.rows
        ]
        if missing:
            shown = ", ".join(missing[:5]) + ("…" if len(missing) > 5 else "")
            self.plan.notes.append(
                f"Trang “{self.page.title}”: không đọc {len(missing)} đơn vị ({shown}), giữ nguyên trên cổng."
            )

    def _touched(self, read: ReadRow, base: UnitBase) -> dict[str, frozenset[str]]:
        """The fields that are not as they were when the file was made, by criterion in the set's order."""
        found = {}
        for row in self.layout.definition.rows:
            if row.code not in read.cells or row.code not in base.answers:
                continue
            cells, before = read.cells[row.code], base.answers[row.code].marks
            now = marks_of({name: cell.value for name, cell in cells.items()})
            fields = frozenset(
                name for name, cell in cells.items()
                if cell.problem or now.get(name, "") != before.get(name, "")
            )  # fmt: skip
            if fields:
                found[row.code] = fields
        return found

    def _refuse(
        self, read: ReadRow, base: UnitBase, touched: Mapping[str, frozenset[str]], why: str
    ) -> None:
        """Say once for a unit that what was changed in its row is not read."""
        for code, fields in list(touched.items())[:1]:
            cell = next(c.coordinate for name, c in read.cells[code].items() if name in fields)
            message = f"{why}: {len(touched)} tiêu chí đã sửa ở dòng này không được ghi."
            self.plan.problems.append(Problem(self.page.title, cell, base.name, message))

    def _compare(
        self, read: ReadRow, unit: EntryUnit, row: CriterionDefinition, base: Base, touched: frozenset[str]
    ) -> None:  # fmt: skip
        cells, columns = read.cells[row.code], self.layout.of(row.code)
        answer, stored = unit.answers.get(row.code), unit.values(row.code)
        is_overtaken = self._is_overtaken(unit, row, base)
        understood = _understood(row, cells, stored, touched, is_overtaken=is_overtaken)
        if understood.errors:
            self._add_problems(unit, row, cells, understood.errors)
            return
        values = understood.values
        if (answer is None and is_blank(values)) or (answer and _says(answer, values)):
            self.plan.same_count += 1
            return
        if why := unit.locked_row(row.code):
            self._add_problems(unit, row, cells, {min(touched): f"{why}; không được ghi."})
            return
        item = Item(
            self.sheet, unit, row, values,
            changes=_changes(columns, cells_of(row, stored), cells_of(row, values)),
            cell=next(cells[one.field].coordinate for one in columns if one.field in touched),
            version=answer.version if answer else 0,
            is_new=answer is None or is_blank(answer) or answer.is_proposal,
            is_hidden=read.is_hidden,
            other=answer if is_overtaken else None,
        )  # fmt: skip
        (self.plan.conflicts if item.other else self.plan.items).append(item)

    def _is_overtaken(self, unit: EntryUnit, row: CriterionDefinition, base: Base) -> bool:
        """Whether somebody else's words stand there now than when the file was made."""
        answer = unit.answers.get(row.code)
        if answer is None or answer.is_proposal or answer.version == base.version:
            return False
        own = self.written.get((answer.evaluation_id, row.code))
        if own == answer.version:
            return False
        return marks_of(cells_of(row, unit.values(row.code))) != base.marks

    def _add_problems(
        self, unit: EntryUnit, row: CriterionDefinition, cells: Mapping[str, RawCell], errors: Mapping[str, str]
    ) -> None:  # fmt: skip
        headings = {column.field: column.heading for column in self.layout.of(row.code)}
        self.plan.problems += [
            Problem(self.page.title, cells[name].coordinate, f"{unit.name}, {row.code} “{headings[name]}”", message)
            for name, message in errors.items()
        ]  # fmt: skip


def _understood(
    row: CriterionDefinition, cells: Mapping[str, RawCell], stored: AnswerValues | None,
    touched: frozenset[str], *, is_overtaken: bool,
) -> ReadCriterion:  # fmt: skip
    """What the criterion comes to: the cells a person changed, over what stands on the portal now.

    Where the two do not go together because somebody saved meanwhile, the file as a whole.
    """
    now = cells_of(row, stored)
    merged = {
        name: cell if name in touched else RawCell(cell.coordinate, now.get(name))
        for name, cell in cells.items()
    }
    found = read_cells(row, merged, stored)
    return read_cells(row, cells, stored) if found.errors and is_overtaken else found


def _says(answer: Answer, values: AnswerValues) -> bool:
    """Whether the stored answer says the same already; one that is only proposed says nothing yet."""
    stored, new = own_values(answer), own_columns(values)
    return all(stored[name] == new[name] for name in stored)


def _changes(
    columns: Sequence[EntryColumn], old: Mapping[str, object], new: Mapping[str, object]
) -> tuple[CellChange, ...]:
    found = [
        CellChange(column.heading, before or EMPTY, after or EMPTY)
        for column in columns
        for before, after in [(canonical(old.get(column.field)), canonical(new.get(column.field)))]
        if before != after
    ]
    return tuple(found)
