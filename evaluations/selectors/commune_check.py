"""A commune's 5.2 held against its residential areas and its book of incidents."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from antq_portal.lib.text import number_text
from criteria.scoring import (
    AnswerKind,
    AnswerValues,
    CriterionDefinition,
    SetDefinition,
    Stage,
    score_line,
)
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import Kind

from ..models import Answer, Evaluation
from ..workflow import EDITABLE
from .incident_proposals import BookReading, read_book

PREFIX: Final = "5.2/"
COUNTED: Final = (AnswerKind.INCIDENTS, AnswerKind.COMPARISON)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row of 5.2: what the areas' files come to together, what the book says, what the commune says."""

    row: CriterionDefinition
    areas: str
    book: str
    said: str
    differs: bool


@dataclass(frozen=True, slots=True)
class CommuneCheck:
    """The table, and how many of the areas' files it rests on."""

    rows: Sequence[CheckedRow]
    sent: int
    opened: int

    @property
    def differing(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.differs]

    @property
    def has_differences(self) -> bool:
        return bool(self.differing)


def commune_check(
    evaluation: Evaluation,
    definition: SetDefinition,
    answers: Mapping[str, Answer],
    *,
    reads_sensitive: bool,
) -> CommuneCheck | None:
    """The rows of 5.2 beside the sum of the areas' answers (sent or appraised) and the book; None for other units.

    A row differs when the commune says less than its areas together, other than its book, or
    "đạt" where an area is not. Rows the person may not read are left out. The areas' window
    ends before the commune's. Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 2.
    """
    is_commune = evaluation.unit_version.unit.kind == Kind.COMMUNE
    if not is_commune or evaluation.season.scheme != Scheme.RECOGNITION:
        return None
    files = _files_of_areas(evaluation)
    sent = [one for one in files if one.status not in EDITABLE]
    said = _answers_of(sent)
    book = read_book(evaluation)
    rows = [
        _checked(row, said.get(row.code.removeprefix(PREFIX), []), book, answers.get(row.code))
        for row in definition.rows
        if row.code.startswith(PREFIX) and (reads_sensitive or not row.is_sensitive)
    ]
    return CommuneCheck(rows, len(sent), len(files))


def _files_of_areas(evaluation: Evaluation) -> list[Evaluation]:
    rows = Evaluation.objects.filter(
        managing_unit=evaluation.unit_id, season__year=evaluation.season.year,
        season__scheme=Scheme.RECOGNITION, season__unit_kind=Kind.RESIDENTIAL_AREA,
    )  # fmt: skip
    return list(rows.select_related("season__criteria_set"))


def _answers_of(
    files: Sequence[Evaluation],
) -> dict[str, list[tuple[CriterionDefinition, AnswerValues]]]:
    """What the areas answered, by criterion code; one query."""
    definitions = {one.pk: definition_of(one.season.criteria_set) for one in files}
    found: dict[str, list[tuple[CriterionDefinition, AnswerValues]]] = defaultdict(list)
    for answer in Answer.objects.filter(evaluation__in=definitions).select_related("criterion"):
        row = definitions[answer.evaluation_id].by_code.get(answer.criterion.code)
        if row:
            found[row.code].append((row, AnswerValues.of(answer)))
    return found


def _checked(
    row: CriterionDefinition,
    of_areas: Sequence[tuple[CriterionDefinition, AnswerValues]],
    book: BookReading | None,
    answer: Answer | None,
) -> CheckedRow:
    if row.answer_type not in COUNTED:
        return _judged(row, of_areas, answer)
    places = range(len(row.counters))
    together = tuple(
        sum(one.counts[place] for _, one in of_areas if one.counts and len(one.counts) > place)
        for place in places
    )
    in_book = book.counts(row) if book else None
    said = tuple(answer.counts) if answer and answer.counts is not None else None
    is_less = said is not None and any(a < b for a, b in zip(said, together, strict=False))
    is_other = said is not None and in_book is not None and said != in_book
    return CheckedRow(row, _text(together), _text(in_book), _text(said), is_less or is_other)


def _judged(
    row: CriterionDefinition,
    of_areas: Sequence[tuple[CriterionDefinition, AnswerValues]],
    answer: Answer | None,
) -> CheckedRow:
    """A row of yes or no: how many areas do not meet it."""
    failed = sum(_final(area_row, values) == "not_met" for area_row, values in of_areas)
    own = answer.verdict if answer else ""
    words = {"met": "Đạt", "not_met": "Chưa đạt"}
    areas = f"{failed} khu chưa đạt" if failed else "không khu nào chưa đạt"
    return CheckedRow(row, areas, "–", words.get(own, "–"), bool(failed) and own == "met")


def _final(row: CriterionDefinition, values: AnswerValues) -> str:
    return values.appraised_verdict or score_line(row, values, stage=Stage.SELF).verdict


def _text(counts: Sequence[int] | None) -> str:
    return "–" if counts is None else "; ".join(number_text(one) for one in counts)
