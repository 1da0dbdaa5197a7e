"""How far each residential area has come this year, so that something waits for everybody."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Final

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
    Season,
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
from evaluations.services.registrations import (
    RegistrationFigures,
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.rosters import freeze_roster, prepare_roster, set_not_considered
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from units.coverage import Scheme
from units.models import Unit

from .answers import flawed_answer, good_answers

NA_MEO: Final = (
    "decided", "decided", "decided_not_met", "approved", "approved", "sent", "appraised", "in_review", "submitted",
    "submitted", "returned", "draft", "registered", "registration_sent", "not_considered",
)  # fmt: skip
OTHERS: Final = (
    "decided",
    "sent",
    "appraised",
    "submitted",
    "draft",
    "registered",
    "registration_sent",
    "unregistered",
)
REPRESENTATIVES: Final = (
    "Lò Văn Păn",
    "Hà Văn Xuân",
    "Vi Văn Pén",
    "Phạm Văn Chung",
    "Lương Văn Hom",
    "Ngân Văn Tiếp",
)


@dataclass(slots=True)
class Stage:
    """One commune's year as it is being told: its people, seasons and the day it is."""

    commune: Unit
    staff: dict[Role, User]
    seasons: dict[str, Season]
    today: dt.date
    random: Random
    spoken_name: str
    by_step: dict[str, list[Unit]] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.seasons[Scheme.RECOGNITION].year

    @property
    def officer(self) -> User:
        return self.staff[Role.OFFICER]

    @property
    def appraiser(self) -> User:
        return self.staff[Role.APPRAISER]


def tell_commune(stage: Stage, areas: list[Unit], steps: tuple[str, ...]) -> None:
    """Lead each area as far as its step says; then the sessions and decisions of those far enough."""
    roster = prepare_roster(stage.commune, year=stage.year)
    if not roster.is_frozen:
        freeze_roster(roster, by=stage.appraiser)
    for index, area in enumerate(areas):
        step = steps[index % len(steps)]
        stage.by_step.setdefault(step, []).append(area)
        if step == "not_considered":
            leave_out(roster, area, by=stage.appraiser)
        elif step != "unregistered":
            lead(stage, area, step, index)
    decide(stage)


def leave_out(roster: Roster, area: Unit, *, by: User) -> None:
    """One unit that the committee leaves out this year."""
    entry = RosterEntry.objects.get(roster=roster, unit=area)
    note = "Khu mới lập tháng 9, chưa đủ thời gian đánh giá; Ban Chỉ đạo xã thống nhất."
    set_not_considered(entry, reason="founded_late", note=note, by=by)


def lead(stage: Stage, area: Unit, step: str, index: int) -> None:
    """Register, answer, submit and appraise one area, up to its step."""
    households = stage.random.randint(48, 162)
    register(stage, area, households, index, accept=step != "registration_sent")
    if step in ("registration_sent", "registered"):
        return
    assess(stage, area, households, index, step)
    if step == "draft":
        return
    submit_file(area, year=stage.year, by=stage.officer)
    if step == "submitted":
        return
    take_up_file(area, year=stage.year, by=stage.appraiser)
    if step == "returned":
        note = "Bổ sung số liệu hòa giải ở khu dân cư và ghi rõ nơi lưu danh sách hộ đăng ký."
        return_file(area, year=stage.year, note=note, by=stage.appraiser)
    elif step != "in_review":
        appraise_file(
            area, year=stage.year, by=stage.appraiser, note="Nhất trí với kết quả tự đánh giá."
        )


def register(stage: Stage, area: Unit, households: int, index: int, *, accept: bool) -> None:
    """The registration of one area, in Quý I, the last ones late."""
    season = stage.seasons[Scheme.RECOGNITION]
    late = index % 7 == 5
    day = (
        season.register_by + dt.timedelta(days=6)
        if late
        else season.register_by - dt.timedelta(days=20 - index % 9)
    )
    figures = RegistrationFigures(
        registered_on=day, resolution_number=f"{index + 3:02d}-NQ/CB", resolution_on=day - dt.timedelta(days=9),
        households_registered=households, households_total=households, counted_on=day,
    )  # fmt: skip
    row = save_registration(season, area, figures, by=stage.officer)
    send_registration(row, by=stage.officer)
    if accept:
        accept_registration(row, by=stage.appraiser)


def assess(stage: Stage, area: Unit, households: int, index: int, step: str) -> None:
    """The self-assessment of one area: answers of both schemes, statement, minutes."""
    evaluations = {
        one.season.scheme: one for one in open_file(area, year=stage.year, by=stage.officer)
    }
    half = step == "draft"
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        fill(stage, evaluations[scheme], households, flawed=step == "decided_not_met", half=half)
    if half:
        return
    statement = Statement(
        representative_name=REPRESENTATIVES[index % len(REPRESENTATIVES)],
        representative_title="Trưởng bản",
        meeting_on=stage.today - dt.timedelta(days=6 + index % 4),
    )
    record_statement(area, year=stage.year, statement=statement, by=stage.officer)
    kept = PaperReference(
        number=f"{index + 1:02d}/BB",
        on=statement.meeting_on,
        kept_at=f"Công an {stage.spoken_name}",
    )
    attach([area], year=stage.year, purpose=Purpose.MINUTES, reference=kept, by=stage.officer)


def fill(
    stage: Stage, evaluation: Evaluation, households: int, *, flawed: bool, half: bool
) -> None:
    """Answer the rows of one evaluation; rows that are proposed stay proposals until sent."""
    definition = definition_of(evaluation.season.criteria_set)
    proposed = frozenset(
        evaluation.answers.filter(is_proposal=True).values_list("criterion__code", flat=True)
    )
    skip = proposed | frozenset(row.code for row in definition.rows[8:]) if half else proposed
    values = good_answers(definition, households=households, random=stage.random, skip=skip)
    if flawed and "4.4.b" in values:
        values["4.4.b"] = flawed_answer(definition.row("4.4.b"))
    save_answers(evaluation, {code: Typed(one) for code, one in values.items()}, by=stage.officer)


def decide(stage: Stage) -> None:
    """Sessions and decisions: one issued, one waiting for its number, one waiting for approval."""
    done = stage.by_step.get("decided", []) + stage.by_step.get("decided_not_met", [])
    for areas, number, reach in (
        (done, 1, "issued"),
        (stage.by_step.get("approved", []), 2, "approved"),
        (stage.by_step.get("sent", []), 3, "sent"),
    ):
        if areas:
            hold_session(stage, areas, number, reach)


def hold_session(stage: Stage, areas: list[Unit], number: int, reach: str) -> None:
    """One session over some areas, and a decision for each scheme as far as `reach`."""
    details = SessionDetails(
        held_on=stage.today, chair=f"{stage.appraiser}, Phó Trưởng ban Thường trực",
        place=f"Trụ sở UBND {stage.spoken_name}", secretary=str(stage.officer),
        members="Đại diện Ủy ban Mặt trận Tổ quốc\nĐại diện Công an xã\nĐại diện Ban Chỉ huy Quân sự xã",
        minutes_number=f"0{number}/BB-BCĐ", submission_number=f"0{number}/TTr-BCĐ",
        submission_on=stage.today, conclusion="Thống nhất đề nghị theo danh sách.",
    )  # fmt: skip
    session = open_session(stage.commune, year=stage.year, details=details, by=stage.appraiser)
    evaluations = list(
        Evaluation.objects.filter(unit__in=areas, season__year=stage.year).select_related("season")
    )
    put_on_session(session, evaluations, by=stage.appraiser)
    for offset, scheme in enumerate((Scheme.RECOGNITION, Scheme.CLASSIFICATION)):
        rows = [one for one in evaluations if one.season.scheme == scheme]
        move_decision(stage, session, scheme, rows, reach, number=f"{90 + number * 2 + offset}")


def move_decision(
    stage: Stage,
    session: AppraisalSession,
    scheme: str,
    rows: list[Evaluation],
    reach: str,
    *,
    number: str,
) -> Decision:
    """Draft a decision and lead it to "sent", "approved" or "issued"."""
    decision = draft_decision(session, scheme=scheme, evaluations=rows, by=stage.appraiser)
    send_to_sign(decision, by=stage.appraiser)
    if reach == "sent":
        return decision
    approve_decision(decision, by=stage.staff[Role.APPROVER])
    if reach == "approved":
        return decision
    numbering = Numbering(
        number=number,
        issued_on=stage.today,
        signer_name=str(stage.staff[Role.APPROVER]),
    )
    return issue_decision(decision, numbering=numbering, by=stage.staff[Role.CLERK])
