"""The grid by criterion as a page: which rows of the law, which units, what stands in each cell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import shorten
from types import MappingProxyType
from typing import Final

from accounts.roles import SENSITIVE_READERS, Act, Role
from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS

from ..forms.answers import AnswerInput, typed_of
from ..models import Answer, Evaluation, Season
from ..selectors.grids import answers_of
from ..selectors.sheet import SheetRow
from ..workflow import EDITABLE
from .areas import AreaPage
from .kinds import KindCount, chosen_kind, kind_counts
from .sheet import listed_rows

SCHEMES: Final = MappingProxyType({"tt124": Scheme.RECOGNITION, "qd510": Scheme.CLASSIFICATION})
ALL_INCIDENTS: Final = "vu-viec"
MINUTES: Final = "bien-ban"
OWN_READERS: Final = (Role.OFFICER, Role.APPRAISER)
NOT_IN_GRID: Final = ("checklist",)


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's answer to one criterion in the grid."""

    input: AnswerInput
    answer: Answer | None = None

    @property
    def version(self) -> int:
        return self.input.version


@dataclass(frozen=True, slots=True)
class GridRow:
    """One unit with its cells, one for each criterion shown."""

    row: SheetRow
    cells: tuple[Cell, ...]
    is_editable: bool
    error: str = ""

    @property
    def errors(self) -> list[str]:
        found = [text for cell in self.cells for text in cell.input.all_errors]
        return [self.error, *found] if self.error else found


@dataclass(frozen=True)
class GridPage:
    """One request for a grid: an area's year, one scheme, one criterion or all incident rows."""

    page: AreaPage
    scheme: str
    wanted: str
    asked_kind: str = ""

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
        return self.page.url(name, **{**query, "loai": self.asked_kind})

    @cached_property
    def season(self) -> Season | None:
        return self.page.season(SCHEMES[self.scheme], self.kind)

    @cached_property
    def definition(self) -> SetDefinition | None:
        return definition_of(self.season.criteria_set) if self.season else None

    @cached_property
    def criteria(self) -> list[CriterionDefinition]:
        """The criteria shown: the one asked for, all incident rows, or the first of the set."""
        rows = list(self.definition.rows) if self.definition else []
        if self.wanted == ALL_INCIDENTS:
            return [row for row in rows if row.answer_type == "incidents"]
        offered = [row for row in rows if row.answer_type not in NOT_IN_GRID]
        return [row for row in offered if row.code == self.wanted] or offered[:1]

    @property
    def code(self) -> str:
        """What the address says of the criteria shown."""
        is_many = self.wanted == ALL_INCIDENTS
        shown = ALL_INCIDENTS if is_many else (self.criteria[0].code if self.criteria else "")
        return f"{self.scheme}:{shown}"

    @property
    def is_incidents(self) -> bool:
        return bool(self.criteria) and all(row.answer_type == "incidents" for row in self.criteria)

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
    def rows(self) -> list[GridRow]:
        """Every considered unit of the kind with its cells as they are stored."""
        units = [row for row in self.units if row.version.unit.kind == self.kind]
        evaluations = {row.unit_id: self.evaluation_of(row) for row in units}
        known = [one.pk for one in evaluations.values() if one]
        answers = answers_of(known, [row.id for row in self.criteria]) if known else {}
        return [
            GridRow(
                row=row,
                cells=tuple(
                    self._cell(row, criterion, answers.get((one.pk, criterion.id)) if one else None)
                    for criterion in self.criteria
                ),
                is_editable=self._is_editable(row, one),
            )
            for row in units
            for one in (evaluations[row.unit_id],)
        ]

    def evaluation_of(self, row: SheetRow) -> Evaluation | None:
        is_recognition = SCHEMES[self.scheme] == Scheme.RECOGNITION
        return row.recognition if is_recognition else row.classification

    def _is_editable(self, row: SheetRow, evaluation: Evaluation | None) -> bool:
        is_open = self.season is not None and not self.season.is_locked
        is_theirs = evaluation is None or evaluation.status in EDITABLE
        return is_open and is_theirs and self.page.area.may_for(Act.ANSWER, row.version)

    def _cell(self, row: SheetRow, criterion: CriterionDefinition, answer: Answer | None) -> Cell:
        prefix = f"u{row.unit_id}c{criterion.id}"
        if answer is not None:
            typed = typed_of(criterion, AnswerValues.of(answer))
            return Cell(AnswerInput(criterion, prefix, typed, answer.version), answer)
        registration = row.registration
        shown = AnswerInput(criterion, prefix, {})
        if registration is None or criterion.prefill != "registration.households":
            return Cell(shown)
        typed = {
            "numerator": _number(registration.households_registered),
            "denominator": _number(registration.households_total),
        }
        return Cell(replace(shown, typed=typed, source="từ bản đăng ký, chưa lưu"))


def choices(page: AreaPage, current: str, kind: str) -> list[dict[str, object]]:
    """What may be chosen: for each scheme all incident rows together, then row by row."""
    groups: list[dict[str, object]] = []
    for scheme, code in SCHEMES.items():
        season = page.season(code, kind)
        if season is None:
            continue
        definition = definition_of(season.criteria_set)
        groups.append(
            {"label": season.get_scheme_display(), "options": _options(scheme, definition, current)}
        )
    papers = {"value": MINUTES, "label": "Người đại diện, ngày họp, nơi lưu biên bản"}
    return [
        *groups,
        {"label": "Biên bản họp", "options": [papers | {"current": current == MINUTES}]},
    ]


def _options(scheme: str, definition: SetDefinition, current: str) -> list[dict[str, object]]:
    incidents = [row for row in definition.rows if row.answer_type == "incidents"]
    together: Sequence[tuple[str, str]] = ()
    if len(incidents) > 1:
        together = ((ALL_INCIDENTS, f"Bảng các dòng vụ việc ({len(incidents)} dòng)"),)
    single = (
        (row.code, f"{row.code} {shorten(row.text, width=110, placeholder='…')}")
        for row in definition.rows
        if row.answer_type not in NOT_IN_GRID
    )
    return [
        {"value": f"{scheme}:{code}", "label": label, "current": f"{scheme}:{code}" == current}
        for code, label in (*together, *single)
    ]


def _number(number: int | None) -> str:
    return "" if number is None else f"{number}"
