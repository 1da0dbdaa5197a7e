"""The grid by criterion as a page: which rows of the law, which units, what stands in each cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Final

from accounts.roles import SENSITIVE_READERS, Act, Role
from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS

from ..forms.answers import AnswerInput, typed_of
from ..models import Answer, Evaluation, Season
from ..selectors.grids import answers_of, filled_cells
from ..selectors.reopened import reopened_by_evaluation
from ..selectors.sheet import SheetRow
from ..workflow import EDITABLE
from .areas import AreaPage
from .grid_columns import (
    ALL_INCIDENTS,
    Column,
    chosen_rows,
    columns_of,
    offered_rows,
    verdict_words,
)
from .kinds import KindCount, chosen_kind, kind_counts
from .sheet import listed_rows

SCHEMES: Final = MappingProxyType({"tt124": Scheme.RECOGNITION, "qd510": Scheme.CLASSIFICATION})
MINUTES: Final = "bien-ban"
OWN_READERS: Final = (Role.OFFICER, Role.APPRAISER)
CELLS_A_PAGE: Final = 1400
"""About what a page of 20 kB compressed holds; more columns, fewer units on a page."""
FEWEST_ROWS: Final = 40
"""A commune's usual list stays on one page, however many columns."""
FILTERS: Final = MappingProxyType(
    {"": "Tất cả", "con-trong": "Còn ô trống", "de-xuat": "Có đề xuất"}
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's answer to one criterion in the grid."""

    input: AnswerInput
    answer: Answer | None = None
    is_editable: bool = True

    @property
    def version(self) -> int:
        return self.input.version

    @property
    def is_proposal(self) -> bool:
        return bool(self.answer and self.answer.is_proposal)

    @property
    def said(self) -> str:
        """The stored answer in words, as lists of proposals show it."""
        words = verdict_words(self.input.row)
        found = (
            (column.label, str(self.input.typed.get(column.name) or ""))
            for column in columns_of([self.input.row])
        )
        return ", ".join(
            f"{label}: {words.get(value, value)}" if label else words.get(value, value)
            for label, value in found
            if value
        )

    @property
    def is_empty(self) -> bool:
        """Whether an incident row still waits for its figures."""
        return self.answer is None or (self.answer.counts is None and not self.answer.verdict)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One unit with its cells, one for each criterion shown."""

    row: SheetRow
    cells: tuple[Cell, ...]
    is_editable: bool
    error: str = ""

    @property
    def errors(self) -> list[str]:
        found = [
            f"{cell.input.row.code}: {text}" if len(self.cells) > 1 else text
            for cell in self.cells
            for text in cell.input.all_errors
        ]
        return [self.error, *found] if self.error else found

    @property
    def versions(self) -> str:
        """The version of each cell from left to right, as the form carries them."""
        return ".".join(str(cell.version) for cell in self.cells)

    @property
    def proposals(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_proposal and cell.is_editable]


@dataclass(frozen=True)
class GridPage:
    """One request for a grid: an area's year, one scheme, the criteria asked for, some of the units."""

    page: AreaPage
    scheme: str
    wanted: str
    asked_kind: str = ""
    filter: str = ""
    number: int = 1
    units_only: frozenset[int] = field(default_factory=frozenset)

    @cached_property
    def units(self) -> list[SheetRow]:
        """Every considered unit of the area in sight."""
        return [row for row in listed_rows(self.page) if row.is_considered]

    @cached_property
    def kinds(self) -> list[KindCount]:
        return kind_counts(self.units)

    @cached_property
    def kind(self) -> str:
        """The one kind shown: its criteria are not those of another kind."""
        return chosen_kind(self.asked_kind, self.kinds, self.page.of_year)

    def url(self, name: str, **query: object) -> str:
        """The address of a page of this grid, for the same kind."""
        return self.page.url(name, **{"dong": self.code, **query, "loai": self.asked_kind})

    @property
    def here(self) -> str:
        """The address of this very page of the grid."""
        number = self.number if self.number > 1 else ""
        return self.url("criterion_grid", loc=self.filter, trang=number)

    @cached_property
    def season(self) -> Season | None:
        return self.page.season(SCHEMES[self.scheme], self.kind)

    @cached_property
    def definition(self) -> SetDefinition | None:
        return definition_of(self.season.criteria_set) if self.season else None

    @cached_property
    def criteria(self) -> list[CriterionDefinition]:
        return chosen_rows(self.definition, self.wanted) if self.definition else []

    @cached_property
    def offered(self) -> list[CriterionDefinition]:
        """What may stand side by side."""
        return offered_rows(self.definition) if self.definition else []

    @cached_property
    def columns(self) -> list[Column]:
        return columns_of(self.criteria)

    @property
    def code(self) -> str:
        """What the address says of the criteria shown."""
        first = self.criteria[0].code if self.criteria else ""
        return f"{self.scheme}:{self.wanted if self.is_named else first}"

    @property
    def is_named(self) -> bool:
        """Whether the address asks for something that the set has."""
        codes = {row.code for row in self.criteria}
        return self.wanted == ALL_INCIDENTS or len(codes) > 1 or self.wanted in codes

    @property
    def may_compare(self) -> bool:
        """Whether the person appraises here, and so may hold the units' conclusions side by side."""
        return self.page.area.may(Act.APPRAISE)

    @property
    def is_incidents(self) -> bool:
        return bool(self.criteria) and all(row.answer_type == "incidents" for row in self.criteria)

    @property
    def has_share(self) -> bool:
        """Whether the percentage stands beside its figures: where there is only that criterion."""
        rows = self.criteria
        return len(rows) == 1 and rows[0].answer_type == "percentage" and not rows[0].is_sensitive

    @property
    def hides_sensitive(self) -> bool:
        """Whether the person may not read sensitive rows here; a reporter sees the own unit only."""
        powers, place = self.page.area.powers, self.page.area.pk
        grants = [grant for grant in powers.sight.grants if grant.is_held_directly]
        is_reporter = bool(grants) and all(grant.role == Role.REPORTER for grant in grants)
        if is_reporter:
            return False
        readers = SENSITIVE_READERS
        if self.kind in TERRITORIAL_KINDS:
            # The officer here enters nothing of the communes; who works there sees the own one only.
            if any(
                powers.holds(role, pk) for role in OWN_READERS for pk in self.page.area.governed
            ):
                return False
            readers = readers - {Role.OFFICER}
        return not any(powers.holds(role, place) for role in readers)

    @cached_property
    def of_kind(self) -> list[SheetRow]:
        """The units of the kind, before any filter."""
        found = [row for row in self.units if row.version.unit.kind == self.kind]
        return [row for row in found if not self.units_only or row.unit_id in self.units_only]

    @cached_property
    def counts(self) -> dict[str, set[int]]:
        """Which units each filter keeps, by its word in the address."""
        files = {one.pk: row.unit_id for row in self.of_kind if (one := self.evaluation_of(row))}
        filled, proposed = filled_cells(files, [row.id for row in self.criteria])
        every = {row.unit_id for row in self.of_kind}
        full = {files[pk] for pk, count in filled.items() if count >= len(self.criteria)}
        return {"": every, "con-trong": every - full, "de-xuat": {files[pk] for pk in proposed}}

    @cached_property
    def kept(self) -> list[SheetRow]:
        """The units that the filter keeps."""
        if self.filter not in FILTERS or not self.filter:
            return self.of_kind
        return [row for row in self.of_kind if row.unit_id in self.counts[self.filter]]

    @cached_property
    def rows_a_page(self) -> int:
        return max(CELLS_A_PAGE // max(len(self.columns), 1), FEWEST_ROWS)

    @cached_property
    def rows(self) -> list[GridRow]:
        """The units of this page of the grid with their cells as they are stored."""
        start = (self.number - 1) * self.rows_a_page
        return self.rows_of(self.kept[start : start + self.rows_a_page])

    @cached_property
    def all_rows(self) -> list[GridRow]:
        return self.rows_of(self.of_kind)

    def rows_of(self, units: Sequence[SheetRow]) -> list[GridRow]:
        """These units with their cells; two queries."""
        evaluations = {row.unit_id: self.evaluation_of(row) for row in units}
        known = [one.pk for one in evaluations.values() if one]
        answers = answers_of(known, [row.id for row in self.criteria]) if known else {}
        reopened = reopened_by_evaluation(known) if known else {}
        return [self._row(row, evaluations[row.unit_id], answers, reopened) for row in units]

    def _row(
        self,
        row: SheetRow,
        evaluation: Evaluation | None,
        answers: dict[tuple[int, int], Answer],
        reopened: dict[int, frozenset[str]],
    ) -> GridRow:
        pk = evaluation.pk if evaluation else 0
        is_editable = self._is_editable(row, evaluation)
        only = reopened.get(pk)
        cells = (
            self._cell(row, criterion, answers.get((pk, criterion.id)), is_editable, only)
            for criterion in self.criteria
        )
        return GridRow(row, tuple(cells), is_editable)

    def evaluation_of(self, row: SheetRow) -> Evaluation | None:
        is_recognition = SCHEMES[self.scheme] == Scheme.RECOGNITION
        return row.recognition if is_recognition else row.classification

    def _is_editable(self, row: SheetRow, evaluation: Evaluation | None) -> bool:
        is_open = self.season is not None and not self.season.is_locked
        is_theirs = evaluation is None or evaluation.status in EDITABLE
        return is_open and is_theirs and self.page.area.may_for(Act.ANSWER, row.version)

    def _cell(
        self,
        row: SheetRow,
        criterion: CriterionDefinition,
        answer: Answer | None,
        is_editable: bool,
        only: Iterable[str] | None,
    ) -> Cell:
        prefix = f"u{row.unit_id}c{criterion.id}"
        may = is_editable and (only is None or criterion.code in only)
        if answer is not None:
            typed = typed_of(criterion, AnswerValues.of(answer))
            return Cell(AnswerInput(criterion, prefix, typed, answer.version), answer, may)
        registration = row.registration
        shown = AnswerInput(criterion, prefix, {})
        if registration is None or criterion.prefill != "registration.households":
            return Cell(shown, None, may)
        typed = {
            "numerator": _number(registration.households_registered),
            "denominator": _number(registration.households_total),
        }
        return Cell(replace(shown, typed=typed, source="từ bản đăng ký, chưa lưu"), None, may)


def _number(number: int | None) -> str:
    return "" if number is None else f"{number}"
