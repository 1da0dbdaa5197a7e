"""Which columns a criterion has in the workbook; from the criteria definition alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from antq_portal.lib.text import number_text
from criteria.scoring import AnswerKind, CriterionDefinition, SetDefinition
from units.coverage import Scheme
from units.models import Kind

SHEET_MARK: Final = "antq:"
"""Begins the hidden cell that names a sheet, whatever the sheet is called."""
UNIT_MARK: Final = "dv"
"""Begins the hidden id of a unit."""
ID_ROW, TITLE_ROW, LEGEND_ROW, TEXT_ROW, LABEL_ROW = 1, 2, 3, 4, 5
FIRST_ROW: Final = 6
NAME, STATE = "@ten", "@trang-thai"
LAST: Final = "nam-truoc"
NOTE: Final = "note"
ID_COLUMNS: Final = 3
"""Hidden id, name of the unit, state of its file."""

SHORT_SCHEMES: Final = MappingProxyType(
    {Scheme.RECOGNITION: "TT124", Scheme.CLASSIFICATION: "QĐ510"}
)
CODES: Final = MappingProxyType({Scheme.RECOGNITION: "tt124", Scheme.CLASSIFICATION: "qd510"})
NOT_APPLICABLE_WORDS: Final = ("x",)
PART_WORDS: Final = ("Có", "Không")


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """One column of one criterion: the form's input it stands for, and what may be entered."""

    code: str
    field: str
    heading: str
    sort: str
    """choice, count, points, text, or `last` for what stood there the year before."""
    words: tuple[str, ...] = ()
    width: int = 11
    help_text: str = ""

    @property
    def id(self) -> str:
        return f"{self.code}|{self.field}"

    @property
    def is_entry(self) -> bool:
        return self.sort != "last"


@dataclass(frozen=True)
class SheetLayout:
    """One sheet: a scheme of a kind of unit, its criteria and their columns in order."""

    scheme: str
    kind: str
    definition: SetDefinition
    columns: tuple[EntryColumn, ...] = field(default=())

    @property
    def key(self) -> str:
        return sheet_key(self.scheme, self.kind)

    @property
    def title(self) -> str:
        kind = str(Kind(self.kind).label).replace(", ", "-")
        return f"{SHORT_SCHEMES[Scheme(self.scheme)]} {kind}"[:31]

    def of(self, code: str) -> tuple[EntryColumn, ...]:
        """The entry columns of one criterion."""
        return tuple(one for one in self.columns if one.code == code and one.is_entry)


def sheet_key(scheme: str, kind: str) -> str:
    """The name of a sheet in the hidden cell and in the metadata: "tt124:residential_area"."""
    return f"{CODES[Scheme(scheme)]}:{kind}"


def layout_of(
    scheme: str, kind: str, definition: SetDefinition, *, with_last: frozenset[str] = frozenset()
) -> SheetLayout:
    """The sheet of one criteria set; `with_last` names the criteria with answers of the year before."""
    columns: list[EntryColumn] = []
    for row in definition.rows:
        columns += entry_columns(row)
        if row.code in with_last:
            columns.append(EntryColumn(row.code, LAST, "Năm trước", "last", width=14))
    return SheetLayout(scheme, kind, definition, tuple(columns))


def entry_columns(row: CriterionDefinition) -> list[EntryColumn]:
    """What may be entered for one criterion; sensitive rows take figures and no words."""
    columns = list(COLUMNS_OF[AnswerKind(row.answer_type)](row))
    if row.takes_na and not any(one.field == "verdict" for one in columns):
        columns.append(
            EntryColumn(row.code, "na", "Không áp dụng (x)", "choice", NOT_APPLICABLE_WORDS, 9,
                        f"Ghi x khi: {row.na_condition}.")
        )  # fmt: skip
    if row.exceptions and not row.is_sensitive:
        labels = tuple(ground.label for ground in row.exceptions)
        columns.append(
            EntryColumn(row.code, "exception", "Đề nghị xét ngoại lệ", "choice", labels, 20,
                        "Chỉ khi có vụ việc; phải ghi giải trình.")
        )  # fmt: skip
    if not row.is_sensitive:
        columns.append(EntryColumn(row.code, NOTE, "Giải trình, căn cứ", "text", width=22))
    return columns


def verdict_words(row: CriterionDefinition) -> tuple[str, ...]:
    """The words offered for a conclusion, in the order of the form."""
    words = ("Không vướng", "Vướng") if row.kind == "veto" else ("Đạt", "Chưa đạt")
    return (*words, "Không áp dụng") if row.takes_na else words


def _verdict(row: CriterionDefinition, heading: str = "Trả lời") -> EntryColumn:
    return EntryColumn(row.code, "verdict", heading, "choice", verdict_words(row), 14)


def _yes_no(row: CriterionDefinition) -> Iterator[EntryColumn]:
    yield _verdict(row)


def _percentage(row: CriterionDefinition) -> Iterator[EntryColumn]:
    yield EntryColumn(row.code, "numerator", row.numerator_label or "Tử số", "count")
    yield EntryColumn(row.code, "denominator", row.denominator_label or "Mẫu số", "count")


def _count(row: CriterionDefinition) -> Iterator[EntryColumn]:
    yield EntryColumn(row.code, "count", "Số lượng", "count")


def _checklist(row: CriterionDefinition) -> Iterator[EntryColumn]:
    for place, label in enumerate(row.parts, start=1):
        yield EntryColumn(row.code, f"parts-{place}", label, "choice", PART_WORDS, 14)


def _incidents(row: CriterionDefinition) -> Iterator[EntryColumn]:
    for place, label in enumerate(row.counters):
        yield EntryColumn(row.code, f"counts-{place}", label, "count",
                          help_text="Không xảy ra thì ghi 0; để trống là chưa trả lời.")  # fmt: skip


def _comparison(row: CriterionDefinition) -> Iterator[EntryColumn]:
    for place, label in enumerate(row.counters):
        yield EntryColumn(row.code, f"counts-{place}", f"{label}: năm nay", "count")
        yield EntryColumn(row.code, f"previous-{place}", f"{label}: năm trước", "count")
    yield _verdict(row, "Tự đánh giá")


def _levels(row: CriterionDefinition) -> Iterator[EntryColumn]:
    steps = tuple(number_text(level.points) for level in row.levels)
    highest = number_text(row.max_points or 0)
    yield EntryColumn(
        row.code, "points", f"Điểm (tối đa {highest})", "points", steps, 10,
        "Theo nấc điểm; lẻ 0,5 giữa hai nấc thì ghi giải trình.",
    )  # fmt: skip


COLUMNS_OF: Final = MappingProxyType(
    {
        AnswerKind.YES_NO: _yes_no,
        AnswerKind.PERCENTAGE: _percentage,
        AnswerKind.COUNT: _count,
        AnswerKind.CHECKLIST: _checklist,
        AnswerKind.INCIDENTS: _incidents,
        AnswerKind.COMPARISON: _comparison,
        AnswerKind.LEVELS: _levels,
    }
)
