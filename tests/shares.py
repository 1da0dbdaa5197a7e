"""The shares of a commune: units written straight into the year's list of a commune, each as far as a test wants it."""

from django.utils import timezone
from django.utils.timezone import localdate

from criteria.models import Organ
from criteria.selectors import criteria_set_in_force
from criteria.services import load_criteria
from evaluations.models import (
    Decision,
    DecisionItem,
    Evaluation,
    RecordedResult,
    Registration,
    Roster,
    RosterEntry,
    Season,
)
from evaluations.services.decisions import (
    approve_decision,
    draft_decision,
    issue_decision,
    send_to_sign,
)
from evaluations.services.rosters import prepare_roster
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from evaluations.workflow import Procedure, RegistrationStatus, Status
from tests import story
from tests.cast import make_unit, version_of
from units.coverage import Coverage, Scheme
from units.models import Kind, SubKind

SUB_KINDS = {
    Kind.RESIDENTIAL_AREA: SubKind.BAN,
    Kind.AGENCY: SubKind.STATE_BODY,
    Kind.ENTERPRISE: SubKind.ENTERPRISE,
    Kind.EDUCATIONAL_INSTITUTION: SubKind.LOWER_SECONDARY,
}


def season_of(cast, kind, scheme=Scheme.RECOGNITION):
    """The season of that kind; made with the set of residential areas where there is none."""
    likeness = story.season(scheme)
    found = Season.objects.filter(scheme=scheme, unit_kind=kind, year=likeness.year).first()
    if found:
        return found
    likeness.pk, likeness.unit_kind, likeness._state.adding = None, kind, True
    likeness.save()
    return likeness


def list_units(cast, count, *, kind=Kind.RESIDENTIAL_AREA, commune=None, **entry):
    """Make units of one kind and put them on the commune's list of the year; return the entries."""
    commune = commune or cast.na_meo
    roster, _ = Roster.objects.get_or_create(
        authority=commune, year=story.year(), defaults={"province": cast.province}
    )
    values = {"coverage": Coverage.COVERED, "coverage_reason": "Thuộc diện.", **entry}
    entries = []
    for place in range(count):
        unit = make_unit(kind, f"Đơn vị {place + 1}", parent=commune, sub_kind=SUB_KINDS[kind])
        version = unit.versions.get()
        entries.append(RosterEntry(roster=roster, unit=unit, unit_version=version, **values))
    return RosterEntry.objects.bulk_create(entries)


def empty_list(cast, commune=None):
    """Take the cast's own units off the commune's list, so that a test counts its own."""
    RosterEntry.objects.filter(roster__authority=commune or cast.na_meo).delete()


def register(cast, entries):
    """Register each unit of these entries, sent."""
    return Registration.objects.bulk_create(
        Registration(
            season=season_of(cast, one.unit.kind), unit=one.unit, unit_version=one.unit_version,
            province=cast.province, status=RegistrationStatus.SENT, registered_on=localdate(),
        )
        for one in entries
    )  # fmt: skip


STEPS = (
    Status.SUBMITTED,
    Status.IN_REVIEW,
    Status.APPRAISED,
    Status.PROPOSED,
    Status.APPROVED,
    Status.DECIDED,
)


def lead(cast, entries, status, *, outcome="met", scheme=Scheme.RECOGNITION):
    """Give each unit an evaluation in that state, every outcome so far being `outcome`."""
    now, made = timezone.now(), []
    reached = STEPS.index(status) if status in STEPS else -1
    if status == Status.ANNULLED:
        reached = STEPS.index(Status.APPROVED)
    for one in entries:
        file = Evaluation(
            season=season_of(cast, one.unit.kind, scheme), unit=one.unit, unit_version=one.unit_version,
            province=cast.province, managing_unit=one.roster.authority,
            appraising_unit=one.roster.authority, deciding_unit=one.roster.authority, status=status,
        )  # fmt: skip
        if reached >= 0:
            file.submitted_at, file.submitted_by, file.self_outcome = now, cast.lan, outcome
        if reached >= 2:
            file.appraised_at, file.appraised_by, file.appraised_outcome = now, cast.minh, outcome
        if reached >= 4:
            file.decided_at, file.decided_by = now, cast.hoa
        if status == Status.DECIDED:
            file.decided_outcome = outcome
        made.append(file)
    return Evaluation.objects.bulk_create(made)


def record(cast, entry, *, source, outcome="met"):
    """A result of the year that no file of the portal produced."""
    return RecordedResult.objects.create(
        unit=entry.unit, unit_version=entry.unit_version, province=cast.province,
        deciding_unit=cast.province, year=story.year(), scheme=Scheme.RECOGNITION, source=source,
        outcome=outcome, decision_number="7/QĐ", decided_on=localdate(), organ="Bộ Công an",
        entered_at=timezone.now(), entered_by=cast.lan,
    )  # fmt: skip


LAW_OF_COMMUNES = [
    *sorted(story.REGULATIONS.glob("*commune@*.yaml")),
    story.REGULATIONS / "authority.yaml",
]


def open_commune_seasons(cast):
    """Open both seasons of communes with their own sets; return them by scheme."""
    load_criteria(LAW_OF_COMMUNES)
    seasons = {}
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        season = season_of(cast, Kind.COMMUNE, scheme)
        season.criteria_set = criteria_set_in_force(
            scheme=scheme, kind=Kind.COMMUNE, day=localdate(), province_id=cast.province.pk
        )
        season.save()
        seasons[scheme] = season
    prepare_roster(cast.province, year=story.year())
    return seasons


def commune_appraised(cast, commune=None, *, outcome="met"):
    """The commune's recognition, sent by its own body and appraised by the province's; return it."""
    commune, now = commune or cast.na_meo, timezone.now()
    return Evaluation.objects.create(
        season=season_of(cast, Kind.COMMUNE), unit=commune, unit_version=version_of(commune),
        province=cast.province, managing_unit=cast.province, appraising_unit=cast.province,
        deciding_unit=cast.province, procedure=Procedure.COMMUNE_1, status=Status.APPRAISED,
        submitted_at=now, submitted_by=cast.minh, self_outcome=outcome,
        appraised_at=now, appraised_by=cast.tuan, appraised_outcome=outcome,
    )  # fmt: skip


def commune_issued(cast, commune=None, *, outcome="met"):
    """Lead the commune's appraised recognition to a decision of the province; return the decision."""
    file = commune_appraised(cast, commune, outcome=outcome)
    details = SessionDetails(
        held_on=localdate(),
        chair="Lê Anh Tuấn",
        submission_number="01/TTr",
        submission_on=localdate(),
    )
    session = open_session(cast.province, year=story.year(), details=details, by=cast.tuan)
    put_on_session(session, [file], by=cast.tuan)
    decision = draft_decision(session, scheme=Scheme.RECOGNITION, evaluations=[file], by=cast.tuan)
    decision = approve_decision(send_to_sign(decision, by=cast.tuan), by=cast.duc)
    numbering = story.numbering(
        number=f"{70 + Decision.objects.count()}", signer_name="Trịnh Minh Đức"
    )
    return issue_decision(decision, numbering=numbering, by=cast.mai)


def decided_units(cast, entries):
    """Decide these units' recognition in one issued decision of Na Mèo; return its items."""
    files = lead(cast, entries, Status.DECIDED)
    session = open_session(
        cast.na_meo, year=story.year(), by=cast.minh,
        details=SessionDetails(held_on=localdate(), chair="Phạm Văn Minh"),
    )  # fmt: skip
    decision = Decision.objects.create(
        authority=cast.na_meo, province=cast.province, organ=Organ.CHAIRMAN, scheme=Scheme.RECOGNITION,
        year=story.year(), session=session, status="issued", number="12", issued_on=localdate(),
        signer_name="Vi Thị Hoa", drafted_at=timezone.now(), drafted_by=cast.minh,
        sent_at=timezone.now(), sent_by=cast.minh, approved_at=timezone.now(), approved_by=cast.hoa,
        issued_at=timezone.now(), issued_by=cast.van, verification_code="0" * 20,
        snapshot={}, snapshot_sha256="0" * 64,
    )  # fmt: skip
    return DecisionItem.objects.bulk_create(
        DecisionItem(decision=decision, evaluation=file, computed_outcome="met", outcome="met")
        for file in files
    )
