"""One unit's yearly file as its page shows it: both sheets, registration, papers, who may what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import F

from accounts.models import User
from accounts.roles import SENSITIVE_READERS, Act, Role
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
from units.models import Assignment, Unit, UnitVersion
from units.selectors import Place, Powers, label_of, managing_unit_id, powers_of

from ..models import Answer, Attachment, Evaluation, Purpose, Registration, RosterEntry, Season
from ..workflow import EDITABLE, RegistrationStatus, Status

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


@dataclass(frozen=True, slots=True)
class UnitFile:
    """One unit's year: everything its page asks for."""

    version: UnitVersion
    label: str
    year: int
    powers: Powers
    managing_id: int | None
    entry: RosterEntry | None
    seasons: Sequence[Season]
    registration: Registration | None
    evaluations: Sequence[Evaluation]
    papers: Mapping[int, Sequence[Attachment]] = field(default_factory=dict)
    """Papers by criterion id; those of the whole file under 0."""
    has_reporter_entry: bool = False
    """Whether who keyed the file in speaks for the unit."""

    @property
    def unit(self) -> Unit:
        return self.version.unit

    @property
    def place(self) -> Place:
        return Place.of(self.version, authority_id=self.managing_id)

    @property
    def year_text(self) -> str:
        return str(self.year)

    @property
    def is_entered_for(self) -> bool:
        """Whether somebody keyed the file in who is not the unit's own reporter (nhập hộ)."""
        first = self.evaluations[0] if self.evaluations else None
        return bool(first and first.entered_by_id and not self.has_reporter_entry)

    def may(self, act: Act) -> bool:
        """Whether the person does this act for this unit at the authority that manages it."""
        return self.powers.may(act, self.place)

    def season(self, scheme: str) -> Season | None:
        return next((one for one in self.seasons if one.scheme == scheme), None)

    def evaluation(self, scheme: str) -> Evaluation | None:
        return next((one for one in self.evaluations if one.season.scheme == scheme), None)

    @property
    def is_considered(self) -> bool:
        entry = self.entry
        return bool(entry and entry.removed_at is None and not entry.not_considered_reason)

    @property
    def is_registered(self) -> bool:
        return bool(self.registration and self.registration.is_registered)

    @property
    def is_locked(self) -> bool:
        return bool(self.seasons) and all(season.is_locked for season in self.seasons)

    @property
    def own_papers(self) -> list[Attachment]:
        """Papers of the whole file: minutes, registration, others."""
        return list(self.papers.get(0, ()))

    @property
    def minutes(self) -> list[Attachment]:
        return [paper for paper in self.own_papers if paper.purpose == Purpose.MINUTES]

    @property
    def editable(self) -> list[Evaluation]:
        """The evaluations whose answers this person may change now."""
        if not self.may(Act.ANSWER):
            return []
        return [
            one for one in self.evaluations if one.status in EDITABLE and not one.season.is_locked
        ]

    @property
    def may_edit_registration(self) -> bool:
        season = self.season(Scheme.RECOGNITION)
        is_draft = self.registration is None or self.registration.status == RegistrationStatus.DRAFT
        is_open = season is not None and not season.is_locked
        return is_open and is_draft and self.is_considered and self.may(Act.REGISTER)

    @property
    def sendable(self) -> list[Evaluation]:
        """The evaluations that would go with the next "Gửi thẩm định"."""
        return [
            one
            for one in self.evaluations
            if one.status in EDITABLE
            and (one.season.scheme == Scheme.CLASSIFICATION or self.is_registered)
        ]

    @property
    def withdrawable(self) -> list[Evaluation]:
        return [one for one in self.evaluations if one.status == Status.SUBMITTED]

    @property
    def reads_sensitive(self) -> bool:
        """Whether the person may read the text of sensitive rows: only at this file's authorities."""
        places = {self.managing_id}
        for one in self.evaluations:
            places |= {one.managing_unit_id, one.appraising_unit_id, one.deciding_unit_id}
        return any(
            self.powers.holds(role, place)
            for role in SENSITIVE_READERS
            for place in ({self.version.unit_id} if role == Role.REPORTER else places)
            if place is not None
        )


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


def unit_file(user: User, unit_id: int, *, year: int) -> UnitFile:
    """The yearly file of one unit the person sees; raises Unit.DoesNotExist otherwise.

    A fixed number of queries; the answers are read by `file_sheets`.
    """
    powers = powers_of(user)
    Unit.objects.visible_to(user).get(pk=unit_id)
    version = UnitVersion.objects.in_force().select_related("unit").get(unit=unit_id)
    evaluations = list(
        Evaluation.objects.of_file(unit_id, year).select_related(
            "season__criteria_set", "unit_version", "entered_by", "taken_up_by", "submitted_by"
        )
    )
    pinned = evaluations[0].unit_version if evaluations else version
    seasons = Season.objects.filter(
        province=version.unit.province_id, unit_kind=version.unit.kind, year=year
    )
    registration = Registration.objects.filter(unit=unit_id, season__year=year)
    entry = RosterEntry.objects.filter(unit=unit_id, roster__year=year).select_related("roster")
    return UnitFile(
        version=version,
        label=label_of(pinned),
        year=year,
        powers=powers,
        managing_id=managing_unit_id(version),
        entry=entry.order_by(F("removed_at").asc(nulls_first=True)).first(),
        seasons=list(seasons.select_related("criteria_set").order_by("-scheme")),
        registration=registration.select_related("season", "entered_by", "accepted_by").first(),
        evaluations=evaluations,
        papers=_papers(unit_id, year),
        has_reporter_entry=_is_reporter(evaluations, unit_id),
    )


def _is_reporter(evaluations: Sequence[Evaluation], unit_id: int) -> bool:
    enterers = {one.entered_by_id for one in evaluations if one.entered_by_id}
    reporters = Assignment.objects.filter(user__in=enterers, unit=unit_id, role=Role.REPORTER)
    return bool(enterers) and reporters.exists()


def file_sheets(file: UnitFile) -> dict[str, FileSheet]:
    """The sheets by scheme with the running result, recognition first; one query for the answers."""
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    rows = Answer.objects.filter(evaluation__in=[one.pk for one in file.evaluations])
    for answer in rows.select_related("criterion", "answered_by"):
        answers[answer.evaluation_id][answer.criterion.code] = answer
    sheets: dict[str, FileSheet] = {}
    recognised: bool | None = None
    for one in file.evaluations:
        sheet = _sheet(file, one, answers[one.pk], recognised)
        sheets[sheet.scheme] = sheet
        if sheet.scheme == Scheme.RECOGNITION and file.is_registered and sheet.result.outcome:
            recognised = sheet.result.outcome == "met"
    return sheets


def _sheet(
    file: UnitFile, one: Evaluation, answers: Mapping[str, Answer], recognised: bool | None
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


def _papers(unit_id: int, year: int) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    rows = Attachment.objects.filter(unit=unit_id, year=year)
    for paper in rows.select_related("evidence_file", "criterion", "attached_by"):
        found[paper.criterion_id or 0].append(paper)
    return found
