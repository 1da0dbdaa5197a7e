"""The demo's Na Mèo with something at every step, and the rows that the matrix asks for.

What the demo leaves out is done here by the services, as its people would: a draft decision, a
stored paper, a registration not yet sent, a school's open file, seasons to lock and to unlock.
"""

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.demo import loading, present
from antq_portal.demo.answers import good_answers
from antq_portal.demo.places import MARK, REPORTER_SCHOOL
from criteria.models import EvidenceFile, Upload
from criteria.scoring import CriterionDefinition
from criteria.selectors import criteria_set_in_force, definition_of
from criteria.services import begin_upload
from evaluations.models import (
    Answer,
    AppraisalSession,
    Attachment,
    BulkAct,
    Decision,
    DecisionItem,
    Evaluation,
    Purpose,
    Registration,
    Roster,
    RosterEntry,
    Season,
)
from evaluations.services.answers import Typed, save_answers
from evaluations.services.attachments import PaperReference, attach
from evaluations.services.bulk_acts import do_to_each
from evaluations.services.decisions import draft_decision
from evaluations.services.evaluations import (
    Statement,
    appraise_file,
    open_file,
    record_statement,
    take_up_file,
)
from evaluations.services.registrations import RegistrationFigures, save_registration
from evaluations.services.rosters import add_after_freezing, prepare_roster
from evaluations.services.seasons import lock_season, open_season
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from evaluations.workflow import Action
from jobs.models import Job
from units.coverage import Scheme
from units.models import Kind, SubKind, Unit, UnitVersion
from units.selectors import alive_versions
from units.services import UnitFacts, create_unit

from .people import NA_MEO, QUAN_SON, THANH_HOA

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
COUNTED = "incidents"


@dataclass
class Stage:
    """Every row by the name that pages and acts know it by."""

    year: int
    people: dict[str, User]
    province: Unit
    commune: Unit
    quan_son: Unit
    school: Unit
    managed_by_province: Unit
    files: dict[str, Unit] = field(default_factory=dict)
    """Residential areas of Na Mèo by how far they are."""
    decisions: dict[str, Decision] = field(default_factory=dict)
    seasons: dict[str, Season] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    drafted: DecisionItem | None = None
    session: AppraisalSession | None = None
    paper: Attachment | None = None
    evidence: EvidenceFile | None = None
    upload: Upload | None = None
    entry: RosterEntry | None = None
    left_out: RosterEntry | None = None
    bulk_act: BulkAct | None = None
    certified: Unit | None = None
    noticed: Unit | None = None

    def person(self, username: str) -> User:
        return self.people[username]

    def file(self, step: str, scheme: str = Scheme.RECOGNITION) -> Evaluation:
        """The evaluation of the area at that step."""
        return self.file_of(self.files[step], scheme)

    def file_of(self, unit: Unit, scheme: str = Scheme.RECOGNITION) -> Evaluation:
        found = Evaluation.objects.select_related("season__criteria_set")
        return found.get(unit=unit, season__year=self.year, season__scheme=scheme)

    def answered(self, step: str) -> Answer:
        """A row of the area at that step that says yes or no, answered with yes."""
        answers = self.file(step).answers.filter(verdict="met", criterion__answer_type="yes_no")
        return answers.select_related("criterion").order_by("pk")[0]

    def open_row(self, unit: Unit, answer_type: str = COUNTED) -> CriterionDefinition:
        """A criterion of that kind of answer that the unit has not answered yet."""
        evaluation = self.file_of(unit)
        answered = set(evaluation.answers.values_list("criterion__code", flat=True))
        rows = definition_of(evaluation.season.criteria_set).rows
        return next(
            row for row in rows if row.answer_type == answer_type and row.code not in answered
        )

    def version(self, unit: Unit) -> UnitVersion:
        return unit.versions.in_force().select_related("unit").get()


def load_country() -> Stage:
    """Load units, criteria and the demo of Na Mèo, Quan Sơn and the province; then what is missing."""
    call_command("load_admin_units", province=[THANH_HOA, "19"], verbosity=0)
    call_command("load_criteria", verbosity=0)
    with (
        patch.dict(present.STEPS_OF, {QUAN_SON: ("unregistered",)}),
        patch.dict(present.COMMUNES, {NA_MEO: "submitted", QUAN_SON: "in_review"}),
        patch.object(loading, "begin_as_reporter"),
    ):
        loading.load_demo(
            communes=(NA_MEO, QUAN_SON), with_years_before=False, say=lambda words: None
        )
    stage = _found()
    _find_files(stage)
    _lead_a_draft(stage)
    _begin_a_registration(stage)
    _remember_a_bulk_act(stage)
    _store_a_paper(stage)
    _open_the_school(stage)
    _open_more_seasons(stage)
    _ask_for_jobs(stage)
    prepare_roster(stage.commune, year=stage.year + 1)
    return stage


def _found() -> Stage:
    def unit(**known: object) -> Unit:
        return alive_versions().select_related("unit").get(**known).unit

    commune = unit(code=NA_MEO, unit__kind=Kind.COMMUNE)
    below = alive_versions().filter(parent=commune).select_related("unit")
    return Stage(
        year=localdate().year,
        people=User.objects.in_bulk(field_name="username"),
        province=unit(code=THANH_HOA, unit__kind=Kind.PROVINCE),
        commune=commune,
        quan_son=unit(code="15016", unit__kind=Kind.COMMUNE),
        school=unit(name=f"{REPORTER_SCHOOL} {MARK}"),
        managed_by_province=below.filter(managing_level="province").order_by("pk")[0].unit,
    )


def _find_files(stage: Stage) -> None:
    """The areas by the step they stand at, and the decisions by theirs."""
    areas = Unit.objects.filter(kind=Kind.RESIDENTIAL_AREA)
    of_commune = Evaluation.objects.filter(
        managing_unit=stage.commune, season__year=stage.year, unit__in=areas,
        season__scheme=Scheme.RECOGNITION,
    ).select_related("unit").order_by("pk")  # fmt: skip
    by_status: dict[str, list[Unit]] = {}
    for one in of_commune:
        by_status.setdefault(one.status, []).append(one.unit)
    for step in ("draft", "returned", "submitted", "in_review", "appraised"):
        stage.files[step] = by_status[step][0]
    stage.files["to_draft"] = by_status["submitted"][1]
    registrations = Registration.objects.filter(
        season__year=stage.year, unit__kind=Kind.RESIDENTIAL_AREA,
        unit__in=alive_versions().filter(parent=stage.commune).values("unit"),
    ).select_related("unit").order_by("pk")  # fmt: skip
    stage.files["sent"] = registrations.filter(status="sent")[0].unit
    opened = Evaluation.objects.filter(season__year=stage.year).values("unit")
    stage.files["registered"] = (
        registrations.filter(status="accepted").exclude(unit__in=opened)[0].unit
    )
    decisions = Decision.objects.filter(authority=stage.commune, year=stage.year).order_by("pk")
    for status in ("sent", "approved", "issued"):
        stage.decisions[status] = decisions.filter(status=status, scheme=Scheme.RECOGNITION)[0]
    items = stage.decisions["issued"].items.select_related("evaluation__unit")
    stage.certified = items.filter(outcome="met")[0].evaluation.unit
    stage.noticed = items.exclude(outcome="met")[0].evaluation.unit
    stage.left_out = RosterEntry.objects.filter(
        ~Q(not_considered_reason=""), roster__authority=stage.commune, roster__year=stage.year
    )[0]
    # The worker that would draw up the PDF has given up, so that it may be asked for again.
    Job.objects.filter(state="queued").update(
        state="failed", error="Máy in bận.", finished_at=timezone.now()
    )


def _lead_a_draft(stage: Stage) -> None:
    """One more session, with a draft over the recognition of one area; its classification waits."""
    appraiser, unit, year = stage.person("thamdinh.nameo"), stage.files["to_draft"], stage.year
    take_up_file(unit, year=year, by=appraiser)
    appraise_file(unit, year=year, by=appraiser, note="Nhất trí.")
    day = localdate() - dt.timedelta(days=1)
    details = SessionDetails(
        held_on=day, chair="Hà Thị Nguyệt", submission_number="09/TTr-BCĐ", submission_on=day
    )
    stage.session = open_session(stage.commune, year=year, details=details, by=appraiser)
    rows = Evaluation.objects.filter(unit=unit, season__year=year)
    stage.files["on_session"] = stage.files["in_review"]
    waiting = Evaluation.objects.filter(unit=stage.files["on_session"], season__year=year)
    put_on_session(stage.session, [*rows, *waiting], by=appraiser)
    chosen = rows.filter(season__scheme=Scheme.RECOGNITION)
    draft = draft_decision(
        stage.session, scheme=Scheme.RECOGNITION, evaluations=chosen, by=appraiser
    )
    stage.decisions["draft"] = draft
    stage.drafted = draft.items.get()


def _begin_a_registration(stage: Stage) -> None:
    """A new area on the list with its registration not yet sent, and one that is on no list."""
    officer = stage.person("canbo.nameo")
    roster = Roster.objects.get(authority=stage.commune, year=stage.year)
    for step, name in (("unsent", "Bản Mới Lập"), ("unlisted", "Bản Mới Tách")):
        facts = UnitFacts(name=name, sub_kind=SubKind.BAN)
        made = create_unit(
            parent=stage.commune,
            kind=Kind.RESIDENTIAL_AREA,
            facts=facts,
            by=stage.person("thamdinh.nameo"),
        )
        stage.files[step] = made.unit
    unit = stage.files["unsent"]
    reason = "Nghị quyết 12/NQ-HĐND lập bản mới."
    stage.entry = add_after_freezing(roster, unit, reason=reason, by=stage.person("thamdinh.nameo"))
    season = Season.objects.get(
        province=stage.province, year=stage.year, scheme=Scheme.RECOGNITION,
        unit_kind=Kind.RESIDENTIAL_AREA,
    )  # fmt: skip
    save_registration(season, unit, figures(), by=officer)


def _remember_a_bulk_act(stage: Stage) -> None:
    """The registration that waits to be accepted was sent together with others."""
    unit = stage.files["sent"]
    registration = unit.registrations.get(season__year=stage.year)
    stage.bulk_act = do_to_each(
        Action.SEND, [(unit, lambda: registration)],
        year=stage.year, by=stage.person("canbo.nameo"),
    )  # fmt: skip


def figures() -> RegistrationFigures:
    """The registration of every one of eighty households, some days ago."""
    day = localdate() - dt.timedelta(days=5)
    return RegistrationFigures(
        registered_on=day, resolution_number="03-NQ/CB", resolution_on=day,
        plan_number="03/KH", plan_on=day, households_registered=80, households_total=80, counted_on=day,
    )  # fmt: skip


def _store_a_paper(stage: Stage) -> None:
    """A scanned paper in the file that is being written."""
    scan = SimpleUploadedFile("bien-ban.pdf", PDF, content_type="application/pdf")
    [stage.paper] = attach(
        [stage.files["draft"]], year=stage.year, purpose=Purpose.OTHER, file=scan,
        by=stage.person("canbo.nameo"),
    )  # fmt: skip
    stage.evidence = stage.paper.evidence_file
    stage.upload = begin_upload(name="a.pdf", size=99, by=stage.person("canbo.nameo"))


def _open_the_school(stage: Stage) -> None:
    """The school's year: on the list, registered but not sent, answered and not yet sent."""
    officer, school, year = stage.person("canbo.quanson"), stage.school, stage.year
    season = Season.objects.get(
        province=stage.province, year=year, scheme=Scheme.RECOGNITION, unit_kind=school.kind
    )
    save_registration(season, school, figures(), by=officer)
    for one in open_file(school, year=year, by=officer):
        evaluation = stage.file_of(school, one.season.scheme)
        definition = definition_of(evaluation.season.criteria_set)
        versions = dict(evaluation.answers.values_list("criterion__code", "version"))
        values = good_answers(definition, households=80, random=Random(1))
        typed = {code: Typed(value, versions.get(code, 0)) for code, value in values.items()}
        save_answers(evaluation, typed, by=officer)
    statement = Statement("Nguyễn Thị Hòa", "Hiệu trưởng", localdate() - dt.timedelta(days=3))
    record_statement(school, year=year, statement=statement, by=officer)
    kept = PaperReference(number="01/BB", on=statement.meeting_on, kept_at="Văn phòng trường")
    attach([school], year=year, purpose=Purpose.MINUTES, reference=kept, by=officer)


def _open_more_seasons(stage: Stage) -> None:
    """A season to lock or to date anew, and one that is locked."""
    later = stage.year + 1
    stage.seasons["open"] = _opened(stage, Scheme.RECOGNITION, Kind.ENTERPRISE, later)
    locked = _opened(stage, Scheme.CLASSIFICATION, Kind.ENTERPRISE, later)
    stage.seasons["locked"] = lock_season(locked, by=stage.person("quantri.thanhhoa"))


def _opened(stage: Stage, scheme: str, kind: str, year: int) -> Season:
    today = localdate()
    criteria_set = criteria_set_in_force(
        scheme=scheme, kind=kind, day=today, province_id=stage.province.pk
    )
    dates = season_dates(scheme)
    return open_season(
        province=stage.province, scheme=scheme, unit_kind=kind, year=year,
        criteria_set=criteria_set, dates=dates, by=stage.person("quantri.thanhhoa"),
    )  # fmt: skip


def season_dates(scheme: str) -> dict[str, dt.date | None]:
    """The dates of a season that is nearly over."""
    today = localdate()
    is_recognition = scheme == Scheme.RECOGNITION
    return {
        "window_from": today - dt.timedelta(days=370),
        "window_to": today - dt.timedelta(days=5),
        "register_by": today - dt.timedelta(days=60) if is_recognition else None,
        "decide_before": today + dt.timedelta(days=20),
    }


def _ask_for_jobs(stage: Stage) -> None:
    """A waiting, a failed and a finished job of the officer."""
    officer, now = stage.person("canbo.nameo"), timezone.now()
    made = {"task": "reports.pdf", "title": "In báo cáo", "requested_by": officer}
    stage.jobs["queued"] = Job.objects.create(**made)
    stage.jobs["failed"] = Job.objects.create(
        **made, state="failed", error="Máy in bận.", finished_at=now
    )
    done = Job.objects.create(**made, state="done", finished_at=now, result_name="bao-cao.pdf")
    done.result_file.save("bao-cao.pdf", SimpleUploadedFile("bao-cao.pdf", PDF))
    stage.jobs["done"] = done
