"""Years written in bulk: what the services would have left behind, without going through each act.

For the communes whose story nobody follows. Every row keeps the rules of the database; decisions
carry a sealed content like any other.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from criteria.models import Band
from evaluations.models import (
    AppraisalSession,
    Decision,
    DecisionItem,
    Evaluation,
    Registration,
)
from evaluations.selectors.papers.decisions import Decided
from evaluations.selectors.papers.offices import names_above, office_of
from evaluations.selectors.snapshots import snapshot_digest, snapshot_of
from evaluations.workflow import DecisionStatus, Procedure, RegistrationStatus, Status
from units.coverage import Scheme
from units.models import Kind, UnitVersion

from .seasons import Seasons
from .stories import TITLES, Crew, registration_figures

BATCH: Final = 1000
_R, _C = Scheme.RECOGNITION, Scheme.CLASSIFICATION
STATUS_OF: Final = {
    "draft": Status.DRAFT, "submitted": Status.SUBMITTED, "appraised": Status.APPRAISED,
    "decided": Status.DECIDED,
}  # fmt: skip
POINTS: Final = {"xuat_sac": 91, "kha": 74, "trung_binh": 55, "yeu": 34}
AFTER_SENDING: Final = ("submitted", "appraised", "decided")


@dataclass(frozen=True, slots=True)
class Came:
    """How one unit's year went: how far, what it came to, and whether it registered late."""

    step: str
    recognition: str
    classification: str
    late: bool = False


@dataclass(slots=True)
class Batch:
    """One authority's units of one year, how far each came, and the days of it."""

    crew: Crew
    seasons: Seasons
    year: int
    versions: Sequence[UnitVersion]
    came: dict[int, Came]
    day: dt.date
    """When the session met and the decision was issued; files in mid-course were sent then."""
    evaluations: list[Evaluation] = field(default_factory=list)
    session: AppraisalSession | None = None

    def at(self, days: int) -> dt.datetime:
        """Nine in the morning of some day before or after."""
        moment = dt.datetime.combine(self.day + dt.timedelta(days=days), dt.time(9))
        return min(timezone.make_aware(moment), timezone.now())


def fortunes(
    random: Random, versions: Sequence[UnitVersion], *, steps: Sequence[str] = ("decided",)
) -> dict[int, Came]:
    """A year like most for some units: the first of them does well, so that somebody is recognised."""
    came = {one.unit_id: fortune(random, steps=steps) for one in versions}
    if versions and "decided" in steps:
        came[versions[0].unit_id] = Came("decided", "met", "kha")
    return came


def fortune(random: Random, *, steps: Sequence[str] = ("decided",)) -> Came:
    """One unit's: nine in ten meet the standard, some come late, some did not register."""
    recognition = "not_met" if random.random() < 0.08 else "met"
    best = (
        ("xuat_sac", "kha", "trung_binh", "yeu")
        if recognition == "met"
        else ("kha", "trung_binh", "yeu")
    )
    weights = (34, 47, 15, 4) if recognition == "met" else (20, 50, 30)
    classification = random.choices(best, weights)[0]
    step = "unregistered" if random.random() < 0.015 else random.choice(steps)
    return Came(step, recognition, classification, late=random.random() < 0.05)


def write(batches: Iterable[Batch]) -> None:
    """Write the registrations, files, sessions and decisions of many authorities."""
    batches = [one for one in batches if one.versions]
    Registration.objects.bulk_create(
        [row for one in batches for row in _registrations(one)], batch_size=BATCH
    )
    for one in batches:
        if any(came.step == "decided" for came in one.came.values()):
            one.session = _session(one)
    AppraisalSession.objects.bulk_create([one.session for one in batches if one.session])
    for one in batches:
        one.evaluations = [row for version in one.versions for row in _files(one, version)]
    Evaluation.objects.bulk_create(
        [row for one in batches for row in one.evaluations], batch_size=BATCH
    )
    _decide(batches)


def _registrations(batch: Batch) -> Iterable[Registration]:
    officer, appraiser = batch.crew.staff[Role.OFFICER], batch.crew.staff[Role.APPRAISER]
    for place, version in enumerate(batch.versions):
        came = batch.came[version.unit_id]
        season = batch.seasons[_R, version.unit.kind]
        if came.step == "unregistered":
            continue
        day = season.register_by + dt.timedelta(days=9 if came.late else -8 - place % 12)
        figures = asdict(registration_figures(version.unit, day, number=place + 1))
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
        yield Registration(
            season=season, unit_id=version.unit_id, unit_version=version, province_id=season.province_id,
            status=RegistrationStatus.ACCEPTED, entered_at=moment, entered_by=officer,
            accepted_at=moment, accepted_by=appraiser, **figures,
        )  # fmt: skip


def _session(batch: Batch) -> AppraisalSession:
    staff = batch.crew.staff
    return AppraisalSession(
        authority=batch.crew.authority, province_id=_province(batch), year=batch.year,
        held_on=batch.day, chair=f"{staff[Role.APPRAISER]}", place=f"Trụ sở UBND {batch.crew.spoken_name}",
        minutes_number="01/BB-BCĐ", submission_number="01/TTr-BCĐ", submission_on=batch.day,
        conclusion="Thống nhất đề nghị theo danh sách.", opened_at=batch.at(0),
        opened_by=staff[Role.APPRAISER],
    )  # fmt: skip


def _province(batch: Batch) -> int:
    return batch.crew.authority.province_id or batch.crew.authority.pk


def _files(batch: Batch, version: UnitVersion) -> Iterable[Evaluation]:
    """Both evaluations of one unit; the classification alone of one that did not register."""
    came = batch.came[version.unit_id]
    if came.step == "registered":
        return
    step = "decided" if came.step == "unregistered" and batch.session else came.step
    if step == "unregistered":
        return
    for scheme, outcome in ((_R, came.recognition), (_C, came.classification)):
        if scheme == _R and came.step == "unregistered":
            continue
        row = Evaluation(
            season=batch.seasons[scheme, version.unit.kind], unit_id=version.unit_id,
            unit_version=version, province_id=_province(batch), managing_unit=batch.crew.authority,
            appraising_unit=batch.crew.authority, deciding_unit=batch.crew.authority,
            procedure=Procedure.COMMUNE_1 if version.unit.kind == Kind.COMMUNE else Procedure.GRASSROOTS_1,
            status=STATUS_OF[step], representative_name="Nguyễn Văn Mẫu",
            representative_title=TITLES[Kind(version.unit.kind)],
        )  # fmt: skip
        _bring(row, batch, step, outcome)
        yield row


def _bring(row: Evaluation, batch: Batch, step: str, outcome: str) -> None:
    """Set on a file what the acts up to its step leave on it."""
    staff = batch.crew.staff
    row.entered_at, row.entered_by = batch.at(-6), staff[Role.OFFICER]
    if step not in AFTER_SENDING:
        return
    points = Decimal(POINTS[outcome] + row.unit_id % 8) if outcome in POINTS else None
    row.meeting_on = batch.day - dt.timedelta(days=7)
    row.submitted_at, row.submitted_by = batch.at(-4), staff[Role.OFFICER]
    row.self_points, row.self_outcome = points, outcome
    if step == "submitted":
        return
    row.taken_up_at, row.taken_up_by = batch.at(-3), staff[Role.APPRAISER]
    row.appraised_at, row.appraised_by = batch.at(-2), staff[Role.APPRAISER]
    row.appraised_points, row.appraised_outcome = points, outcome
    if step == "decided":
        row.session = batch.session
        row.decided_at, row.decided_by = batch.at(0), staff[Role.APPROVER]
        row.decided_outcome = outcome


def _decide(batches: Sequence[Batch]) -> None:
    """The issued decisions over what is decided, one a scheme, each with its sealed content."""
    wanted = []
    for batch in batches:
        for scheme in (_R, _C):
            decided = [one for one in batch.evaluations if one.status == Status.DECIDED]
            rows = [one for one in decided if one.season.scheme == scheme]
            if rows:
                wanted.append((batch, scheme, rows))
    bands = _labels()
    found = [
        _gathered(pk, *one, bands=bands) for pk, one in zip(_ids(len(wanted)), wanted, strict=True)
    ]
    for one in found:
        one.decision.snapshot = snapshot_of(one)
        one.decision.snapshot_sha256 = snapshot_digest(one.decision.snapshot)
    Decision.objects.bulk_create([one.decision for one in found], batch_size=BATCH)
    DecisionItem.objects.bulk_create(
        [item for one in found for item in one.items], batch_size=BATCH
    )


def _labels() -> dict[int, dict[str, str]]:
    """The outcomes' labels by criteria set and code, best first."""
    bands: dict[int, dict[str, str]] = {}
    for band in Band.objects.order_by("criteria_set", "position"):
        bands.setdefault(band.criteria_set_id, {})[band.code] = band.label
    return bands


def _gathered(
    pk: int, batch: Batch, scheme: str, rows: list[Evaluation], *, bands: dict[int, dict[str, str]]
) -> Decided:
    staff, day = batch.crew.staff, batch.day
    decision = Decision(
        pk=pk, authority=batch.crew.authority, province_id=_province(batch), organ="ubnd", scheme=scheme,
        year=batch.year, session=batch.session, status=DecisionStatus.ISSUED,
        number=str(next(batch.crew.numbers)), issued_on=day, signer_name=str(staff[Role.APPROVER]),
        drafted_at=batch.at(0), drafted_by=staff[Role.APPRAISER], sent_at=batch.at(0),
        sent_by=staff[Role.APPRAISER], approved_at=batch.at(0), approved_by=staff[Role.APPROVER],
        issued_at=batch.at(0), issued_by=staff[Role.CLERK], verification_code=secrets.token_hex(10),
    )  # fmt: skip
    rows = sorted(rows, key=lambda one: one.unit_version.sort_key)
    items = tuple(
        DecisionItem(
            decision=decision, evaluation=one, computed_outcome=one.appraised_outcome,
            outcome=one.decided_outcome,
        )
        for one in rows
    )  # fmt: skip
    versions = [one.unit_version for one in rows]
    office = office_of(batch.crew.authority.pk, day=day)
    sets = {one.season.criteria_set_id for one in rows}
    above = names_above(versions, day=day)
    return Decided(decision, office, items, above, {pk: bands[pk] for pk in sets})


def _ids(number: int) -> list[int]:
    """Numbers for decisions that are not there yet: a sealed content names its decision."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('evaluations_decision', 'id')) "
            "FROM generate_series(1, %s)",
            [number],
        )
        rows: list[Any] = cursor.fetchall()
    return [int(pk) for (pk,) in rows]
