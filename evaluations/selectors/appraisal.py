"""One unit's file as the appraiser reads it: the unit's answer and the conclusion side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from antq_portal.lib.text import number_text
from criteria.scoring import (
    AnswerValues,
    CriterionDefinition,
    GroupDefinition,
    LineResult,
    SetDefinition,
    SheetResult,
    score,
    verdict_label,
)
from criteria.scoring import Stage as ScoringStage
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import Answer, Attachment, Evaluation, Purpose, Registration, ScoreLine, Stage
from ..workflow import RegistrationStatus, Status
from .resubmitted import Resubmitted, resubmitted_rows
from .source_marks import SourceMark, source_marks

MET: Final = "met"


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """One criterion: the unit's answer, what it comes to, the conclusion, last year and papers."""

    row: CriterionDefinition
    answer: Answer | None
    own: LineResult
    concluded: LineResult
    previous: str
    papers: tuple[Attachment, ...]
    again: Resubmitted | None = None
    """What became of the row since the file was returned, where it was asked for or changed."""
    mark: SourceMark | None = None
    """Set where the source of the answer says something else since the unit answered."""

    @property
    def differs(self) -> bool:
        """Whether the conclusion is another one than the unit's answer; not while it is open."""
        return not self.concluded.is_missing and (self.own.verdict, self.own.points) != (
            self.concluded.verdict,
            self.concluded.points,
        )

    @property
    def own_word(self) -> str:
        return _word(self.row, self.own)

    @property
    def concluded_word(self) -> str:
        return _word(self.row, self.concluded)

    @property
    def own_reason(self) -> str:
        """Why the unit's answer comes to that, without the place in the law, which stands beside it."""
        return self.own.explanation.removesuffix(self.row.legal_ref).strip()

    @property
    def claim(self) -> str:
        """The ground of the exception the unit claims; empty when it claims none."""
        code = self.answer.exception_claimed if self.answer else ""
        return self.row.exception_label(code) if code else ""


@dataclass(frozen=True, slots=True)
class AppraisalSheet:
    """One scheme of the file: its rows by group and the two results."""

    evaluation: Evaluation
    definition: SetDefinition
    groups: tuple[tuple[GroupDefinition, tuple[AppraisalRow, ...]], ...]
    own: SheetResult
    concluded: SheetResult
    papers: tuple[Attachment, ...] = ()

    @property
    def resubmitted(self) -> list[AppraisalRow]:
        """The rows that were asked for or changed since the file was returned."""
        return [row for row in self.rows if row.again]

    @property
    def rows(self) -> list[AppraisalRow]:
        return [row for _, rows in self.groups for row in rows]

    @property
    def scheme(self) -> str:
        return self.evaluation.season.scheme

    @property
    def has_previous(self) -> bool:
        return any(row.previous for row in self.rows)

    @property
    def is_open(self) -> bool:
        """Whether conclusions may be entered now."""
        return self.evaluation.status == Status.IN_REVIEW

    @property
    def differences(self) -> list[AppraisalRow]:
        return [row for row in self.rows if row.differs]

    @property
    def why(self) -> list[dict[str, object]]:
        """The lines of the explanation: rules that had a say, what is missing, the next class."""
        lines: list[dict[str, object]] = [
            {"text": hit.explanation, "ok": None if hit.is_warning else False}
            for hit in self.concluded.rule_hits
        ]
        lines += [
            {"text": f"{line.code}: {line.explanation or 'Chưa đạt.'}", "ok": False}
            for line in self.concluded.lines
            if line.verdict == "not_met"
        ]
        lines += [{"text": f"{one.code}: {one.message}"} for one in self.concluded.missing]
        return lines + [{"text": text} for text in self._distance()]

    def _distance(self) -> list[str]:
        total = self.concluded.total_points
        if total is None:
            return []
        better = [
            band
            for band in self.definition.bands
            if band.min_points is not None and band.min_points > total
        ]
        if not better:
            return []
        band = better[-1]
        lacking = number_text((band.min_points or total) - total)
        return [f"Còn thiếu {lacking} điểm để đến mức {band.label}."]


def appraisal_sheets(evaluations: Sequence[Evaluation]) -> list[AppraisalSheet]:
    """Both sheets of a file as they stand, recognition first; eight queries at most, cached definitions aside.

    The classification is scored with the recognition as it stands now, so that what is shown is
    what confirming both would give. Needs `season__criteria_set` loaded.
    """
    answers = _answers(evaluations)
    papers = _papers(evaluations)
    previous = _previous(evaluations)
    definitions = {one.pk: definition_of(one.season.criteria_set) for one in evaluations}
    again = resubmitted_rows(evaluations, definitions)
    marks = source_marks(evaluations, definitions, answers)
    sheets: list[AppraisalSheet] = []
    recognised: dict[str, bool | None] = {ScoringStage.SELF: None, ScoringStage.APPRAISED: False}
    for one in sorted(evaluations, key=lambda one: one.season.scheme, reverse=True):
        beside = Beside(papers, previous, again.get(one.pk, {}), marks)
        sheet = _sheet(one, answers.get(one.pk, {}), recognised, beside)
        sheets.append(sheet)
        if one.season.scheme == Scheme.RECOGNITION and one.status not in (
            Status.DRAFT,
            Status.RETURNED,
        ):
            recognised = {
                ScoringStage.SELF: sheet.own.outcome == MET,
                ScoringStage.APPRAISED: _recognised(one, sheet.concluded),
            }
    return sheets


def registration_of(evaluation: Evaluation) -> Registration | None:
    """The unit's registration of the same year; None while there is none or it is not sent."""
    return (
        Registration.objects.filter(unit=evaluation.unit_id, season__year=evaluation.season.year)
        .exclude(status=RegistrationStatus.DRAFT)
        .select_related("season")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the answers of a sheet: papers, last year, what came back, moved sources."""

    papers: Mapping[int, Sequence[Attachment]]
    previous: Mapping[tuple[str, str], str]
    again: Mapping[str, Resubmitted]
    marks: Mapping[int, SourceMark]


def _sheet(
    one: Evaluation,
    answers: Mapping[str, Answer],
    recognised: Mapping[str, bool | None],
    beside: Beside,
) -> AppraisalSheet:
    definition = definition_of(one.season.criteria_set)
    values = {code: AnswerValues.of(answer) for code, answer in answers.items()}
    own, concluded = (
        score(definition, values, stage=stage, recognised=recognised[stage])
        for stage in (ScoringStage.SELF, ScoringStage.APPRAISED)
    )
    own_lines = {line.code: line for line in own.lines}
    lines = {line.code: line for line in concluded.lines}
    groups = tuple(
        (
            group,
            tuple(
                AppraisalRow(
                    row=row,
                    answer=answers.get(row.code),
                    own=own_lines[row.code],
                    concluded=lines[row.code],
                    previous=beside.previous.get((one.season.scheme, row.code), ""),
                    papers=tuple(beside.papers.get(row.id, ())),
                    again=beside.again.get(row.code),
                    mark=beside.marks.get(row.id),
                )
                for row in group.rows
            ),
        )
        for group in definition.groups
        if group.rows
    )
    return AppraisalSheet(one, definition, groups, own, concluded, tuple(beside.papers.get(0, ())))


def _recognised(evaluation: Evaluation, result: SheetResult) -> bool | None:
    if evaluation.status == Status.ANNULLED:
        return False
    outcome = evaluation.outcome_so_far or result.outcome
    return outcome == MET if outcome else None


def _answers(evaluations: Sequence[Evaluation]) -> dict[int, dict[str, Answer]]:
    found: dict[int, dict[str, Answer]] = {}
    rows = Answer.objects.filter(evaluation__in=evaluations)
    for answer in rows.select_related("criterion", "answered_by"):
        found.setdefault(answer.evaluation_id, {})[answer.criterion.code] = answer
    return found


def _papers(evaluations: Sequence[Evaluation]) -> dict[int, list[Attachment]]:
    """The papers of the file's rows by criterion id, those of the whole file under 0."""
    found: dict[int, list[Attachment]] = {}
    if not evaluations:
        return found
    first = evaluations[0]
    rows = Attachment.objects.filter(unit=first.unit_id, year=first.season.year)
    for paper in rows.exclude(purpose=Purpose.REGISTRATION).select_related("evidence_file"):
        found.setdefault(paper.criterion_id or 0, []).append(paper)
    return found


def _previous(evaluations: Sequence[Evaluation]) -> dict[tuple[str, str], str]:
    """What each row came to a year ago, by scheme and code, as it was appraised."""
    if not evaluations:
        return {}
    first = evaluations[0]
    lines = ScoreLine.objects.filter(
        score__stage=Stage.APPRAISED,
        score__evaluation__unit=first.unit_id,
        score__evaluation__season__year=first.season.year - 1,
    ).values_list("score__evaluation__season__scheme", "code", "verdict", "points")
    return {
        (scheme, code): number_text(points) if points is not None else _WORDS.get(verdict, "")
        for scheme, code, verdict, points in lines
    }


_WORDS: Final = {"met": "Đạt", "not_met": "Chưa đạt", "na": "Không áp dụng"}


def _word(row: CriterionDefinition, line: LineResult) -> str:
    """A line in one word: its points, or its verdict; empty while it is open."""
    if line.points is not None and not line.verdict:
        return number_text(line.points)
    return verdict_label(row, line.verdict)
