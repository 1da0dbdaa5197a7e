"""One definition, many faces: what a report is, and the table that every renderer writes.

Pure: no queries, no Django. Totals and percentages are computed here and nowhere else; renderers
only lay the cells out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final

from antq_portal.lib import dates, text
from antq_portal.lib.palette import OUTCOMES

if TYPE_CHECKING:
    from accounts.models import User

NO_VALUE: Final = "–"
NO_UNITS: Final = "không có đơn vị"
SHARE_DECIMALS: Final = 1
POINT_DECIMALS: Final = 2
LONG_WORDS: Final = 20
"""A column of text wider than this breaks its words."""
SCALE: Final = 1000
"""One decimal of a percentage, as a share of one."""

BY_PLACE: Final = "dia-ban"
"""Units count where they lie (trên địa bàn)."""
BY_LIST: Final = "tham-quyen"
"""Units count on whose list they stand (thuộc thẩm quyền)."""
BY_COMMUNE: Final = "xa"
BY_KIND: Final = "loai-hinh"


class ColumnKind(StrEnum):
    """How a column's values are written and lined up."""

    TEXT = "text"
    WHOLE = "whole"
    POINTS = "points"
    PERCENT = "percent"
    DATE = "date"
    OUTCOME = "outcome"
    """A code of antq_portal.lib.palette: one of the four classes, met or not met."""


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, kept as the two whole numbers; shown cut, never rounded up.

    24,999 of 25,000 is 99.9 %, never 100 %; of nothing it is neither 0 % nor 100 %.
    """

    part: int
    whole: int

    @property
    def fraction(self) -> Decimal | None:
        """The share as shown, 0.999 for 99.9 %; None when there is no whole."""
        if not self.whole:
            return None
        return Decimal(self.part * SCALE // self.whole) / SCALE


Value = str | int | Decimal | date | Share | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how it is written, and whether and how it is totalled.

    A percentage names the two columns it is made of; `when_empty` is what stands there when the
    whole is nothing. Columns of one `group` stand under one heading. One column names the rows.
    `short_words` stand for the codes of outcomes where the heading says the rest.
    """

    key: str
    label: str
    kind: ColumnKind = ColumnKind.TEXT
    group: str = ""
    is_summed: bool = False
    part: str = ""
    whole: str = ""
    when_empty: str = NO_UNITS
    short_words: Mapping[str, str] = field(default_factory=dict)
    width: int = 11
    is_row_name: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in (ColumnKind.WHOLE, ColumnKind.POINTS, ColumnKind.PERCENT)

    def text(self, value: Value) -> str:
        """Write a value as people read it, the same on the page and in the PDF."""
        if value is None:
            return NO_VALUE if self.is_number or self.kind is ColumnKind.OUTCOME else ""
        if isinstance(value, Share):
            shown = text.share_text(value.part, value.whole, SHARE_DECIMALS)
            return shown if value.whole else self.when_empty
        if isinstance(value, date):
            return dates.date_text(value)
        if isinstance(value, str):
            is_code = self.kind is ColumnKind.OUTCOME and value in OUTCOMES
            return self.short_words.get(value, OUTCOMES[value].label) if is_code else value
        return text.number_text(value, POINT_DECIMALS if self.kind is ColumnKind.POINTS else 0)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a report was asked for: the year and whose units, and when it was drawn up."""

    year: int
    unit_id: int
    province_id: int
    unit_name: str
    """As it stands in a sentence: "xã Na Mèo"."""
    is_authority: bool
    """Whether it is a unit of government, so that the report is of the units it manages."""
    kinds: tuple[str, ...]
    """The kinds of units that the person follows."""
    computed_at: datetime
    """In local time."""
    unit_kind: str = ""
    evaluated_kinds: tuple[str, ...] = ()
    """The kinds with a yearly file that the person follows: communes and districts of old among them."""
    grouping: str = ""
    """BY_COMMUNE or BY_KIND, in a report that is grouped."""
    counting: str = ""
    """BY_PLACE or BY_LIST, in a report that is grouped."""

    @property
    def scope_text(self) -> str:
        if self.counting == BY_PLACE:
            return f"Trên địa bàn {self.unit_name}"
        if self.counting == BY_LIST and self.unit_kind in ("province", "district"):
            return f"Thuộc thẩm quyền của các cấp ở {self.unit_name}"
        return f"{'Thuộc thẩm quyền của ' if self.is_authority else ''}{self.unit_name}"

    @property
    def as_of_text(self) -> str:
        return f"Số liệu đến {dates.time_text(self.computed_at)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a definition finds it; one that is not counted stays out of the totals."""

    values: Mapping[str, Value]
    links: Mapping[str, str] = field(default_factory=dict)
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a definition finds: rows in their order, what they rest on, what must be said."""

    rows: Sequence[Row]
    basis: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its name, its columns, and the function that finds its rows."""

    slug: str
    title: str
    summary: str
    columns: tuple[Column, ...]
    rows: "Callable[[User, Parameters], Found]"
    total_label: str = "Tổng cộng"
    """May hold {count}, the number of counted rows."""
    name_labels: Mapping[str, str] = field(default_factory=dict)
    """The heading of the rows' names where a grouping asks for another one."""
    is_grouped: bool = False
    """Whether it is asked for by commune or kind, by place or list."""

    def __post_init__(self) -> None:
        keys = {column.key for column in self.columns}
        named = {key for column in self.columns for key in (column.part, column.whole) if key}
        if missing := named - keys:
            raise ValueError(f"{self.slug}: no such column {sorted(missing)}")
        if sum(column.is_row_name for column in self.columns) != 1:
            raise ValueError(f"{self.slug}: one column must name the rows")

    @property
    def name_column(self) -> Column:
        return next(column for column in self.columns if column.is_row_name)

    def headed(self, grouping: str) -> "Report":
        """The same report with its rows' names headed as the grouping asks."""
        if grouping not in self.name_labels:
            return self
        named = self.name_column
        head = replace(named, label=self.name_labels[grouping])
        return replace(self, columns=tuple(head if one is named else one for one in self.columns))


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, how people read it, and where it leads."""

    column: Column
    value: Value
    text: str
    url: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the text says it all: no link, no badge."""
        is_badge = self.column.kind is ColumnKind.OUTCOME and self.value
        return not (is_badge or (self.url and self.value))

    @property
    def form(self) -> str:
        """How the cell is set: as a number, as words that may break, or in one line; and if it holds nothing."""
        column = self.column
        is_words = column.kind is ColumnKind.TEXT and column.width > LONG_WORDS
        form = "num" if column.is_number else "words" if is_words else "nowrap"
        return f"{form} none" if self.value is None or self.value == "" else form


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one row."""

    cells: tuple[Cell, ...]
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """One heading over neighbouring columns; without a label the column stands for itself."""

    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One report drawn up: everything a renderer needs, nothing left to compute."""

    report: Report
    parameters: Parameters
    basis: str
    notes: tuple[str, ...]
    body: tuple[Line, ...]
    footer: tuple[Cell, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.report.columns

    @property
    def title(self) -> str:
        return f"{self.report.title} năm {self.parameters.year}"

    @property
    def groups(self) -> tuple[Group, ...]:
        """The upper headings in order; empty when no column has one."""
        if not any(column.group for column in self.columns):
            return ()
        runs = groupby(self.columns, key=lambda column: column.group or column.key)
        found = [tuple(columns) for _, columns in runs]
        return tuple(Group(columns[0].group, columns) for columns in found)

    @property
    def file_stem(self) -> str:
        """Slug, year, scope and day: "ket-qua-nam-2026-xa-na-meo-20261114"."""
        scope = text.slug(self.parameters.unit_name)
        day = f"{self.parameters.computed_at:%Y%m%d}"
        ways = (self.parameters.grouping, self.parameters.counting)
        parts = (self.report.slug, str(self.parameters.year), scope, *ways, day)
        return "-".join(filter(None, parts))

    def total(self, key: str) -> Cell:
        """The total of one column."""
        return next(cell for cell in self.footer if cell.column.key == key)


def build(report: Report, *, user: "User", params: Parameters) -> Table:
    """Draw up a report for one person: rows, percentages and totals as plain values.

    Rows that are not counted are shown and stay out of the totals.
    """
    report = report.headed(params.grouping)
    found = report.rows(user, params)
    body = tuple(
        Line(_cells(report, row.values, links=row.links), row.is_counted) for row in found.rows
    )
    counted = [row.values for row in found.rows if row.is_counted]
    footer = _cells(report, _totals(report, counted))
    return Table(report, params, found.basis, found.notes, body, footer)


def _cells(
    report: Report, values: Mapping[str, Value], *, links: Mapping[str, str] | None = None
) -> tuple[Cell, ...]:
    cells = []
    for column in report.columns:
        value = _share(column, values) if column.part else values.get(column.key)
        url = (links or {}).get(column.key, "")
        cells.append(Cell(column, value, column.text(value), url))
    return tuple(cells)


def _share(column: Column, values: Mapping[str, Value]) -> Share | None:
    """The share of a percentage column; nothing where one of its numbers is not known."""
    part, whole = values.get(column.part), values.get(column.whole)
    if isinstance(part, int) and isinstance(whole, int):
        return Share(part, whole)
    return None


def _totals(report: Report, rows: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """Sums of the summed columns over what is known; percentages follow from them; no more."""
    totals: dict[str, Value] = {}
    for column in report.columns:
        totals[column.key] = ""
        if column.is_summed:
            known = [value for row in rows if isinstance(value := row.get(column.key), int)]
            totals[column.key] = sum(known) if known else None
    totals[report.name_column.key] = report.total_label.format(count=text.number_text(len(rows)))
    return totals
