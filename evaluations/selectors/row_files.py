"""As much of a unit's yearly file as one row asks for that saves itself: few queries, no lock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib.prepared import Prepared
from criteria.scoring import CriterionDefinition
from criteria.selectors import authority_units, definition_of
from units.models import UnitVersion
from units.selectors import powers_of, seen_version

from ..models import Answer, Evaluation, Registration
from .authorities import Authorities, entering_unit_id
from .file_sheets import FileSheet, sheets_of
from .files import UnitFile

EVALUATIONS: Final = Prepared(
    lambda unit, year: Evaluation.objects.of_file(unit, year).select_related(
        "season__criteria_set", "unit_version"
    )
)
REGISTRATION: Final = Prepared(
    lambda unit, year: Registration.objects.filter(unit=unit, season__year=year).order_by("pk")
)
ANSWERS: Final = Prepared(lambda evaluations: Answer.objects.filter(evaluation__in=evaluations))


@dataclass(frozen=True, slots=True)
class RowFile:
    """One criterion of one unit's year: its file, its evaluation, and every answer of the file."""

    file: UnitFile
    evaluation: Evaluation
    row: CriterionDefinition
    answers: Mapping[int, Mapping[str, Answer]]
    """By evaluation id, then by criterion code."""

    @property
    def answer(self) -> Answer | None:
        """What is stored for the row, if anything is."""
        return self.answers[self.evaluation.pk].get(self.row.code)

    def with_answer(self, answer: Answer) -> "RowFile":
        """The same with that answer in the place of the row's own."""
        own = {**self.answers[self.evaluation.pk], self.row.code: answer}
        return replace(self, answers={**self.answers, self.evaluation.pk: own})

    def sheet(self) -> FileSheet:
        """The scored sheet the row stands in; no query."""
        return sheets_of(self.file, self.answers)[self.evaluation.season.scheme]


def row_file(user: User, unit_id: int, criterion_id: int, *, year: int) -> RowFile | None:
    """The file around one criterion; None if the year of that unit has no such row.

    Without papers, list and decisions, which no answer depends on. The authorities are those of
    today's rules for the row's own evaluation. Raises Unit.DoesNotExist for a unit the person
    does not see, AuthorityUnknown.
    """
    powers = powers_of(user)
    version = seen_version(powers, unit_id)
    evaluations = _evaluations(version, year)
    found = _place_of(evaluations, criterion_id)
    if found is None:
        return None
    evaluation, row = found
    file = UnitFile(
        version=version,
        label=str(evaluation.unit_version),
        year=year,
        powers=powers,
        authorities=_follow_authority(evaluation, version),
        entry=None,
        seasons=[one.season for one in evaluations],
        registration=REGISTRATION.first(unit=unit_id, year=year),
        evaluations=evaluations,
    )
    return RowFile(file, evaluation, row, _answers(evaluations))


def _evaluations(version: UnitVersion, year: int) -> list[Evaluation]:
    """The evaluations of the unit's year with all that is asked of them here; one query."""
    found = EVALUATIONS(unit=version.unit_id, year=year)
    for one in found:
        one.unit = one.unit_version.unit = version.unit
    return found


def _follow_authority(evaluation: Evaluation, version: UnitVersion) -> Authorities:
    """The authorities that today's rules name, set on the evaluation too, unsaved."""
    answer = authority_units(version, scheme=evaluation.season.scheme, day=localdate())
    evaluation.managing_unit_id = answer.managing_unit_id
    evaluation.appraising_unit_id = answer.appraising_unit_id
    evaluation.deciding_unit_id = answer.deciding_unit_id
    return Authorities(
        lists=answer.managing_unit_id,
        enters=entering_unit_id(version, answer.managing_unit_id),
        appraises=answer.appraising_unit_id,
        decides=answer.deciding_unit_id,
    )


def _place_of(
    evaluations: list[Evaluation], criterion_id: int
) -> tuple[Evaluation, CriterionDefinition] | None:
    for one in evaluations:
        row = definition_of(one.season.criteria_set).by_id.get(criterion_id)
        if row is not None:
            return one, row
    return None


def _answers(evaluations: list[Evaluation]) -> dict[int, dict[str, Answer]]:
    """Every answer of the file; one query."""
    codes = {
        row.id: row.code
        for one in evaluations
        for row in definition_of(one.season.criteria_set).rows
    }
    found: dict[int, dict[str, Answer]] = {one.pk: {} for one in evaluations}
    for answer in ANSWERS(evaluations=list(found)):
        if answer.criterion_id in codes:
            found[answer.evaluation_id][codes[answer.criterion_id]] = answer
    return found
