"""Leading one unit's year as far as a story says, by the services and people that do it."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from criteria.selectors import definition_of
from evaluations.models import (
    AppraisalSession,
    Decision,
    Evaluation,
    Purpose,
    Roster,
    RosterEntry,
)
from evaluations.services.answers import Typed, save_answers
from evaluations.services.attachments import PaperReference, attach
from evaluations.services.decisions import (
    Numbering,
    approve_decision,
    draft_decision,
    issue_decision,
    send_to_sign,
)
from evaluations.services.evaluations import (
    Statement,
    appraise_file,
    open_file,
    record_statement,
    return_file,
    submit_file,
    take_up_file,
)
from evaluations.services.registration_facts import RegistrationFigures, facts_of_kind
from evaluations.services.registrations import (
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.rosters import freeze_roster, prepare_roster, set_not_considered
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from units.coverage import Scheme
from units.models import Kind, Unit, UnitVersion

from .answers import flawed_answer, good_answers
from .seasons import Seasons

STEPS: Final = (
    "unregistered", "registration_sent", "registered", "draft", "submitted", "in_review", "returned",
    "rows_returned", "appraised", "sent", "approved", "decided", "decided_not_met",
)  # fmt: skip
"""How far a unit's year can have come, in order."""

TOGETHER: Final = ("sent", "approved", "decided", "decided_not_met")
REPRESENTATIVES: Final = (
    "Lò Văn Păn", "Hà Văn Xuân", "Vi Văn Pén", "Phạm Văn Chung", "Lương Văn Hom", "Ngân Văn Tiếp",
)  # fmt: skip
TITLES: Final = {
    Kind.RESIDENTIAL_AREA: "Trưởng bản", Kind.AGENCY: "Thủ trưởng", Kind.ENTERPRISE: "Giám đốc",
    Kind.EDUCATIONAL_INSTITUTION: "Hiệu trưởng", Kind.COMMUNE: "Phó Trưởng ban Thường trực",
    Kind.DISTRICT: "Phó Trưởng ban Thường trực",
}  # fmt: skip
FLAWED_ROW: Final = "4.4.b"


@dataclass(slots=True)
class Crew:
    """One authority with the people who act there, and the next number of its decisions."""

    authority: Unit
    staff: dict[Role, User]
    spoken_name: str
    numbers: "count[int]" = field(default_factory=lambda: count(91))

    @classmethod
    def of(
        cls, authority: Unit, staff: dict[Role, User], *, day: dt.date, first: int = 91
    ) -> "Crew":
        version = UnitVersion.objects.in_force(day).get(unit=authority)
        return cls(authority, staff, version.spoken_name, count(first))


@dataclass(slots=True)
class Stage:
    """One authority's year as it is being told: who enters, who appraises, in which seasons."""

    year: int
    seasons: Seasons
    crew: Crew
    random: Random
    enters: User
    sends: User
    by_step: dict[str, list[Unit]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        year: int,
        seasons: Seasons,
        crew: Crew,
        random: Random,
        *,
        enters: User | None = None,
        sends: User | None = None,
    ) -> "Stage":
        """The officer of the authority enters and sends unless somebody else is named."""
        officer = enters or crew.staff[Role.OFFICER]
        return cls(year, seasons, crew, random, officer, sends or officer)

    @property
    def appraiser(self) -> User:
        return self.crew.staff[Role.APPRAISER]


def freeze(crew: Crew, year: int) -> Roster:
    """The year's list of an authority, frozen by its standing body if it is not yet."""
    roster = prepare_roster(crew.authority, year=year)
    return roster if roster.is_frozen else freeze_roster(roster, by=crew.staff[Role.APPRAISER])


def leave_out(stage: Stage, unit: Unit) -> None:
    """One unit that the committee leaves out this year."""
    entry = RosterEntry.objects.get(
        roster__authority=stage.crew.authority, roster__year=stage.year, unit=unit
    )
    note = "Khu mới lập tháng 9, chưa đủ thời gian đánh giá; Ban Chỉ đạo xã thống nhất."
    set_not_considered(entry, reason="founded_late", note=note, by=stage.appraiser)


def lead(stage: Stage, unit: Unit, step: str, index: int) -> None:
    """Register, answer, send and appraise one unit, up to its step; decisions come for all together."""
    stage.by_step.setdefault(step, []).append(unit)
    if step == "not_considered":
        leave_out(stage, unit)
        return
    if step == "unregistered":
        return
    register(stage, unit, index, accept=step != "registration_sent")
    if STEPS.index(step) > STEPS.index("registered"):
        evaluate(stage, unit, step, index)


def evaluate(stage: Stage, unit: Unit, step: str, index: int) -> None:
    """The file of one unit: answered, sent, taken up, returned or appraised."""
    assess(stage, unit, index, step)
    if step == "draft":
        return
    submit_file(unit, year=stage.year, by=stage.sends)
    if step == "submitted":
        return
    take_up_file(unit, year=stage.year, by=stage.appraiser)
    if step == "returned":
        note = "Bổ sung số liệu hòa giải ở khu dân cư và ghi rõ nơi lưu danh sách hộ đăng ký."
        return_file(unit, year=stage.year, note=note, by=stage.appraiser)
    elif step == "rows_returned":
        return_rows(stage, unit)
    elif step != "in_review":
        note = "Nhất trí với kết quả tự đánh giá."
        appraise_file(unit, year=stage.year, by=stage.appraiser, note=note)


def return_rows(stage: Stage, unit: Unit) -> None:
    """Two rows go back for more; all others stay as they were sent."""
    recognition = Evaluation.objects.get(
        unit=unit, season__year=stage.year, season__scheme=Scheme.RECOGNITION
    )
    rows = definition_of(recognition.season.criteria_set).rows
    asked = [row for row in rows if not row.is_sensitive][:2]
    reasons = ("Ghi rõ số, ngày của văn bản.", "Số liệu chưa khớp với biên bản họp đánh giá.")
    return_file(
        unit, year=stage.year, by=stage.appraiser, due_on=localdate() + dt.timedelta(days=5),
        rows={row.id: reason for row, reason in zip(asked, reasons, strict=True)},
    )  # fmt: skip


def register(stage: Stage, unit: Unit, index: int, *, accept: bool = True) -> None:
    """The registration of one unit: in Quý I, every seventh one late, none in the future."""
    season = stage.seasons[Scheme.RECOGNITION, unit.kind]
    by = season.register_by
    day = by + dt.timedelta(days=6) if index % 7 == 5 else by - dt.timedelta(days=20 - index % 9)
    figures = registration_figures(unit, min(day, localdate()), number=index + 3)
    row = save_registration(season, unit, figures, by=stage.enters)
    send_registration(row, by=stage.enters)
    if accept:
        accept_registration(row, by=stage.appraiser)


def registration_figures(unit: Unit, day: dt.date, *, number: int) -> RegistrationFigures:
    """What a unit's registration of that day says."""
    many, before = heads_of(unit.pk), day - dt.timedelta(days=9)
    figures = RegistrationFigures(
        registered_on=day, resolution_number=f"{number:02d}-NQ/CB", resolution_on=before,
        plan_number=f"{number:02d}/KH", plan_on=before, people_informed=many, people_total=many,
        households_registered=many, households_total=many, counted_on=day,
    )  # fmt: skip
    return facts_of_kind(figures, unit.kind)


def heads_of(unit_id: int) -> int:
    """How many households, or people, a made-up unit has."""
    return 48 + unit_id * 37 % 115


def assess(stage: Stage, unit: Unit, index: int, step: str) -> None:
    """The self-assessment of one unit: answers of both schemes, statement, minutes."""
    half = step == "draft"
    for evaluation in open_file(unit, year=stage.year, by=stage.enters):
        fill(stage, evaluation, flawed=step == "decided_not_met", half=half)
    if half:
        return
    statement = Statement(
        representative_name=REPRESENTATIVES[index % len(REPRESENTATIVES)],
        representative_title=TITLES[Kind(unit.kind)],
        meeting_on=localdate() - dt.timedelta(days=3 + index % 4),
    )
    record_statement(unit, year=stage.year, statement=statement, by=stage.enters)
    kept = PaperReference(
        number=f"{index + 1:02d}/BB",
        on=statement.meeting_on,
        kept_at=f"Công an {stage.crew.spoken_name}",
    )
    attach([unit], year=stage.year, purpose=Purpose.MINUTES, reference=kept, by=stage.enters)


def fill(stage: Stage, evaluation: Evaluation, *, flawed: bool, half: bool) -> None:
    """Answer the rows of one evaluation; rows that are proposed stay proposals until sent."""
    definition = definition_of(evaluation.season.criteria_set)
    proposed = frozenset(
        evaluation.answers.filter(is_proposal=True).values_list("criterion__code", flat=True)
    )
    skip = proposed | frozenset(row.code for row in definition.rows[8:]) if half else proposed
    values = good_answers(
        definition, households=heads_of(evaluation.unit_id), random=stage.random, skip=skip
    )
    if flawed and FLAWED_ROW in values:
        values[FLAWED_ROW] = flawed_answer(definition.row(FLAWED_ROW))
    save_answers(evaluation, {code: Typed(one) for code, one in values.items()}, by=stage.enters)


def decide(stage: Stage) -> None:
    """Sessions and decisions over what was led far enough: issued, to be numbered, to be approved."""
    reached = stage.by_step
    done = reached.get("decided", []) + reached.get("decided_not_met", [])
    for units, reach in (
        (done, "issued"), (reached.get("approved", []), "approved"), (reached.get("sent", []), "sent"),
    ):  # fmt: skip
        if units:
            hold_session(stage, units, reach)


def hold_session(stage: Stage, units: list[Unit], reach: str) -> None:
    """One session over some units, and a decision for each scheme as far as `reach`."""
    today, authority = localdate(), stage.crew.authority
    number = AppraisalSession.objects.filter(authority=authority, year=stage.year).count() + 1
    details = SessionDetails(
        held_on=today, chair=f"{stage.appraiser}, Phó Trưởng ban Thường trực",
        place=f"Trụ sở UBND {stage.crew.spoken_name}", secretary=str(stage.crew.staff[Role.OFFICER]),
        members="Đại diện Ủy ban Mặt trận Tổ quốc\nĐại diện Công an\nĐại diện cơ quan Quân sự",
        minutes_number=f"{number:02d}/BB-BCĐ", submission_number=f"{number:02d}/TTr-BCĐ",
        submission_on=today, conclusion="Thống nhất đề nghị theo danh sách.",
    )  # fmt: skip
    session = open_session(authority, year=stage.year, details=details, by=stage.appraiser)
    rows = Evaluation.objects.filter(unit__in=units, season__year=stage.year)
    evaluations = list(rows.select_related("season", "unit"))
    put_on_session(session, evaluations, by=stage.appraiser)
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        listed = [one for one in evaluations if one.season.scheme == scheme]
        if listed:
            move_decision(stage, session, scheme, listed, reach)


def move_decision(
    stage: Stage, session: AppraisalSession, scheme: str, rows: list[Evaluation], reach: str
) -> Decision:
    """Draft a decision and lead it to "sent", "approved" or "issued"."""
    decision = draft_decision(session, scheme=scheme, evaluations=rows, by=stage.appraiser)
    send_to_sign(decision, by=stage.appraiser)
    if reach == "sent":
        return decision
    approver = stage.crew.staff[Role.APPROVER]
    approve_decision(decision, by=approver)
    if reach == "approved":
        return decision
    numbering = Numbering(
        number=str(next(stage.crew.numbers)), issued_on=localdate(), signer_name=str(approver)
    )
    return issue_decision(decision, numbering=numbering, by=stage.crew.staff[Role.CLERK])
