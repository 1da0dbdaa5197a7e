"""Both scoring sheets of a unit's yearly file: rows in legal order, what each comes to, the running result."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from antq_portal.lib.prepared import Prepared
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

from ..models import Answer, Attachment, Evaluation
from .files import UnitFile
from .source_marks import SourceMark, source_marks

SHORT_NAMES: Final = {Scheme.RECOGNITION: "TT 124", Scheme.CLASSIFICATION: "QĐ 510"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """The result of one row as it is shown: a badge, what was answered, why; nothing said twice."""

    css: str
    word: str
    text: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One criterion with the unit's answer, what it comes to, and its papers."""

    row: CriterionDefinition
    answer: Answer | None
    line: LineResult
    appraised: LineResult | None = None
    papers: tuple[Attachment, ...] = ()
    is_hidden: bool = False
    """Whether the person may not read what this sensitive row says."""
    mark: SourceMark | None = None
    """Set where the source of the answer says something else since a person answered."""

    @property
    def is_open(self) -> bool:
        """Whether the row still waits for the unit's answer."""
        return self.line.is_missing

    @property
    def is_proposal(self) -> bool:
        return bool(self.answer and self.answer.is_proposal)

    @property
    def differs(self) -> bool:
        """Whether the appraiser concluded something else than the unit."""
        other = self.appraised
        mine = (self.line.verdict, self.line.points)
        return other is not None and mine != (other.verdict, other.points)

    @property
    def shown(self) -> ShownLine:
        return shown_line(self.row, self.line)

    @property
    def shown_appraised(self) -> ShownLine | None:
        return shown_line(self.row, self.appraised) if self.appraised else None


@dataclass(frozen=True, slots=True)
class FileSheet:
    """One scheme of the file: rows in legal order and the running result."""

    evaluation: Evaluation
    definition: SetDefinition
    groups: tuple[tuple[GroupDefinition, tuple[FileRow, ...]], ...]
    result: SheetResult
    recognised: bool | None = None

    @property
    def rows(self) -> list[FileRow]:
        return [row for _, rows in self.groups for row in rows]

    @property
    def scheme(self) -> str:
        return self.evaluation.season.scheme

    @property
    def short_name(self) -> str:
        """The law by its short name, as tabs and badges say it."""
        return SHORT_NAMES[Scheme(self.scheme)]

    @property
    def open_rows(self) -> list[FileRow]:
        return [row for row in self.rows if row.is_open]

    @property
    def proposals(self) -> list[FileRow]:
        return [row for row in self.rows if row.is_proposal]

    @property
    def marked(self) -> list[FileRow]:
        """The rows whose source has moved on since they were answered."""
        return [row for row in self.rows if row.mark]

    @property
    def answered_count(self) -> int:
        return len([row for row in self.rows if not row.is_open])

    @property
    def outcome_label(self) -> str:
        return self.definition.band(self.result.outcome).label if self.result.outcome else ""

    @property
    def distance(self) -> str:
        """How far the next class is: "cách Xuất sắc 3 điểm"; empty at the best or without points."""
        total = self.result.total_points
        better = [
            band
            for band in self.definition.bands
            if total is not None and band.min_points is not None and band.min_points > total
        ]
        if not better or total is None:
            return ""
        band = better[-1]
        return f"cách {band.label} {number_text((band.min_points or total) - total)} điểm"

    @property
    def failed(self) -> list[FileRow]:
        return [row for row in self.rows if row.line.verdict == "not_met"]


ANSWERS: Final = Prepared(
    lambda evaluations: Answer.objects.filter(evaluation__in=evaluations).select_related(
        "criterion", "answered_by"
    )
)


def file_sheets(file: UnitFile) -> dict[str, FileSheet]:
    """The sheets by scheme with the running result, recognition first.

    One query for the answers, one for what their sources say.
    """
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    for answer in ANSWERS(evaluations=[one.pk for one in file.evaluations]):
        answers[answer.evaluation_id][answer.criterion.code] = answer
    return sheets_of(file, answers)


def sheets_of(file: UnitFile, answers: Mapping[int, Mapping[str, Answer]]) -> dict[str, FileSheet]:
    """The sheets by scheme from answers that were read, by evaluation id and code: one query, for the sources."""
    sheets: dict[str, FileSheet] = {}
    recognised: bool | None = None
    definitions = {one.pk: definition_of(one.season.criteria_set) for one in file.evaluations}
    marks = source_marks(file.evaluations, definitions, answers) if answers else {}
    for one in file.evaluations:
        sheet = _sheet(file, one, answers.get(one.pk, {}), recognised, marks)
        sheets[sheet.scheme] = sheet
        if sheet.scheme == Scheme.RECOGNITION and file.is_registered and sheet.result.outcome:
            recognised = sheet.result.outcome == "met"
    return sheets


def _sheet(
    file: UnitFile,
    one: Evaluation,
    answers: Mapping[str, Answer],
    recognised: bool | None,
    marks: Mapping[int, SourceMark],
) -> FileSheet:
    definition = definition_of(one.season.criteria_set)
    values = {code: AnswerValues.of(answer) for code, answer in answers.items()}
    result = score(definition, values, stage=ScoringStage.SELF, recognised=recognised)
    lines = {line.code: line for line in result.lines}
    appraised = _appraised_lines(definition, values, one)
    reads = file.reads_sensitive
    groups = tuple(
        (
            group,
            tuple(
                FileRow(
                    row=row,
                    answer=answers.get(row.code),
                    line=lines[row.code],
                    appraised=appraised.get(row.code),
                    papers=tuple(file.papers.get(row.id, ())),
                    is_hidden=row.is_sensitive and not reads,
                    mark=marks.get(row.id),
                )
                for row in group.rows
            ),
        )
        for group in definition.groups
        if group.rows
    )
    return FileSheet(one, definition, groups, result, recognised)


def _appraised_lines(
    definition: SetDefinition, values: Mapping[str, AnswerValues], one: Evaluation
) -> dict[str, LineResult]:
    """What the appraiser made of each row, once the appraisal is confirmed."""
    if one.appraised_at is None:
        return {}
    result = score(definition, values, stage=ScoringStage.APPRAISED)
    return {line.code: line for line in result.lines}


def shown_line(row: CriterionDefinition, line: LineResult) -> ShownLine:
    """How the result of one row is shown: its word or points, then what the word does not say."""
    explanation = line.explanation.removesuffix(row.legal_ref).strip()
    if line.is_missing:
        return ShownLine("tone-grey shape-ring", "Chưa trả lời", line.answer_text)
    if line.verdict == "na":
        return ShownLine("tone-grey shape-minus", "Không áp dụng", "", explanation)
    if row.is_scored:
        if line.points is None:
            return ShownLine("tone-grey shape-ring", "Không có")
        tone = "ok" if line.points == line.max_points else "warn" if line.points else "bad"
        shape = {"ok": "check", "warn": "half", "bad": "cross"}[tone]
        word = f"{number_text(line.points)}/{number_text(line.max_points or 0)} điểm"
        return ShownLine(f"tone-{tone} shape-{shape}", word, "", explanation)
    word = verdict_label(row, line.verdict)
    is_met = line.verdict == "met"
    css = "tone-ok shape-check" if is_met else "tone-bad shape-cross"
    text = "" if line.answer_text == word else line.answer_text
    more = " (đề nghị xét ngoại lệ)" if line.has_claim else ""
    return ShownLine(css, word, f"{text}{more}".strip(), explanation)
