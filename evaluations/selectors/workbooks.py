"""What the workbook of one area's year holds: by sheet the units a person enters, with their answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from criteria.scoring import AnswerValues, SetDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.selectors import former_places

from ..models import Answer, Evaluation, Season
from ..workflow import EDITABLE, Status
from .areas import Area
from .last_year import ancestors_of
from .reopened import reopened_by_evaluation
from .sheet import SheetRow, sheet_rows

SCHEMES: Final = (Scheme.RECOGNITION, Scheme.CLASSIFICATION)
FROZEN: Final = "Dòng này giữ như đã gửi, chỉ bổ sung các dòng được yêu cầu"


@dataclass(frozen=True)
class EntryUnit:
    """One unit on one sheet: its file as it stands and why it may not be filled, if so."""

    row: SheetRow
    name: str
    evaluation: Evaluation | None
    locked: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    last: Mapping[str, AnswerValues] = field(default_factory=dict)
    reopened: frozenset[str] | None = None
    """The only criteria the unit may change now, where single rows were asked for."""

    @property
    def unit_id(self) -> int:
        return self.row.unit_id

    @property
    def state(self) -> str:
        if self.evaluation is None:
            return "Chưa lập hồ sơ"
        return str(Status(self.evaluation.status).label)

    def locked_row(self, code: str) -> str:
        """Why one criterion may not be filled; empty when it may."""
        if not self.locked and self.reopened is not None and code not in self.reopened:
            return FROZEN
        return self.locked

    def values(self, code: str) -> AnswerValues | None:
        """The stored answer as scoring takes it."""
        answer = self.answers.get(code)
        return AnswerValues.of(answer) if answer else None


@dataclass(frozen=True)
class EntrySheet:
    """One scheme of one kind of unit with everybody who is on it."""

    season: Season
    definition: SetDefinition
    units: tuple[EntryUnit, ...]

    @property
    def scheme(self) -> str:
        return self.season.scheme

    @property
    def kind(self) -> str:
        return self.season.unit_kind


def entry_sheets(
    user: User, area: Area, *, year: int, seasons: Sequence[Season], with_last: bool = False
) -> list[EntrySheet]:
    """The sheets of the area's year for the units this person answers for, in the order of kinds.

    The considered units of the list; those already sent are there too, locked with the reason.
    A fixed number of queries, whatever the number of units.
    """
    rows = [
        row
        for row in sheet_rows(user, area, year=year, seasons=seasons)
        if row.is_considered and area.may_for(Act.ANSWER, row.version)
    ]
    names = _names(rows)
    answers = _answers(rows)
    last = _last_answers(rows, year) if with_last else {}
    reopened = reopened_by_evaluation(_evaluation_ids(rows))
    sheets = []
    for kind in dict.fromkeys(row.version.unit.kind for row in rows):
        for scheme in SCHEMES:
            season = next((one for one in seasons if one.year == year and one.unit_kind == kind
                           and one.scheme == scheme), None)  # fmt: skip
            if season is None:
                continue
            definition = definition_of(season.criteria_set)
            units = tuple(
                _with_reopened(_entry_unit(row, season, definition, names, answers, last), reopened)
                for row in rows
                if row.version.unit.kind == kind
            )
            sheets.append(EntrySheet(season, definition, units))
    return sheets


def _entry_unit(
    row: SheetRow,
    season: Season,
    definition: SetDefinition,
    names: Mapping[int, str],
    answers: Mapping[int, Mapping[int, Answer]],
    last: Mapping[tuple[int, str], Mapping[str, AnswerValues]],
) -> EntryUnit:
    evaluation = row.recognition if season.scheme == Scheme.RECOGNITION else row.classification
    found = answers.get(evaluation.pk, {}) if evaluation else {}
    return EntryUnit(
        row=row,
        name=names[row.unit_id],
        evaluation=evaluation,
        locked=locked_because(season, evaluation, row),
        answers={one.code: found[one.id] for one in definition.rows if one.id in found},
        last=last.get((row.unit_id, season.scheme), {}),
    )


def _with_reopened(unit: EntryUnit, reopened: Mapping[int, frozenset[str]]) -> EntryUnit:
    return replace(unit, reopened=reopened.get(unit.evaluation.pk)) if unit.evaluation else unit


def locked_because(season: Season, evaluation: Evaluation | None, row: SheetRow) -> str:
    """Why nothing may be entered into this unit's part of the file; empty when it may."""
    if season.is_locked:
        return "Kỳ đánh giá đã khóa sổ"
    if evaluation is not None and evaluation.status not in EDITABLE:
        return f"Hồ sơ “{Status(evaluation.status).label}”"
    ended_on = row.version.unit.ended_on
    if ended_on is not None and ended_on <= localdate():
        return "Đơn vị không còn"
    return ""


def _names(rows: Sequence[SheetRow]) -> dict[int, str]:
    """The units' names; those that share one say where they lay before."""
    before = former_places([row.version for row in rows])
    return {
        row.unit_id: f"{row.name} ({before[row.unit_id]} cũ)" if row.unit_id in before else row.name
        for row in rows
    }


def _evaluation_ids(rows: Iterable[SheetRow]) -> list[int]:
    return [one.pk for row in rows for one in (row.recognition, row.classification) if one]


def _answers(rows: Iterable[SheetRow]) -> dict[int, dict[int, Answer]]:
    """Every answer of these files by evaluation and criterion id; one query."""
    ids = _evaluation_ids(rows)
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(evaluation__in=ids).select_related("answered_by"):
        found[answer.evaluation_id][answer.criterion_id] = answer
    return found


def _last_answers(
    rows: Sequence[SheetRow], year: int
) -> dict[tuple[int, str], dict[str, AnswerValues]]:
    """What each unit answered the year before, by unit and scheme, then by criterion code.

    Of a unit that took the place of one other that one's answers; where several came together
    nothing, for no answer of the whole can be made of theirs. Three queries.
    """
    ids = [row.unit_id for row in rows]
    came_from = {
        pk: [one for one, steps in line.items() if steps == 1]
        for pk, line in ancestors_of(ids).items()
    }
    everyone = {*ids, *(before[0] for before in came_from.values() if len(before) == 1)}
    answered: dict[tuple[int, str], dict[str, AnswerValues]] = defaultdict(dict)
    stored = Answer.objects.filter(
        evaluation__unit__in=everyone, evaluation__season__year=year - 1, is_proposal=False
    ).select_related("criterion", "evaluation__season")
    for answer in stored:
        key = (answer.evaluation.unit_id, answer.evaluation.season.scheme)
        answered[key][answer.criterion.code] = AnswerValues.of(answer)
    found: dict[tuple[int, str], dict[str, AnswerValues]] = {}
    for pk in ids:
        for scheme in SCHEMES:
            before = came_from.get(pk, [])
            own = answered.get((pk, scheme))
            if own is None and len(before) == 1:
                own = answered.get((before[0], scheme))
            found[pk, scheme] = own or {}
    return found
