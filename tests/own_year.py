"""A commune's (district's) own year: who works at the unit itself and who at the level above."""

import datetime as dt
from dataclasses import dataclass

from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from criteria.selectors import criteria_set_in_force
from criteria.services import load_criteria
from evaluations.models import Evaluation
from evaluations.services.decisions import (
    approve_decision,
    draft_decision,
    issue_decision,
    send_to_sign,
)
from evaluations.services.evaluations import appraise_file, submit_file, take_up_file
from evaluations.services.rosters import prepare_roster
from evaluations.services.seasons import open_season
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from tests import story
from tests.cast import give_role, make_person, make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind, Unit

OLD_DAY = dt.datetime(2024, 11, 10, 3, tzinfo=dt.UTC)
"""A morning in the last November of three tiers."""


@dataclass(frozen=True)
class Office:
    """A unit of government and the four people who work there."""

    unit: Unit
    officer: User
    appraiser: User
    approver: User
    clerk: User


def office_of(unit, mark):
    """Four new people at this unit."""
    people = {}
    for role in (Role.OFFICER, Role.APPRAISER, Role.APPROVER, Role.CLERK):
        people[role.value] = make_person(f"{role}.{mark}", f"{role.label} {mark}"[:60])
        give_role(people[role.value], role, unit)
    return Office(unit, **people)


def new_era(cast):
    """Na Mèo and the province above it."""
    return (
        Office(cast.na_meo, cast.lan, cast.minh, cast.hoa, cast.van),
        Office(cast.province, cast.binh, cast.tuan, cast.duc, cast.mai),
    )


def old_era(cast):
    """A commune and a district of 2024, which ended with 30/6/2025; the commune's office, then the district's."""
    district = make_unit(
        Kind.DISTRICT, "Quan Sơn", parent=cast.province, sub_kind=SubKind.HUYEN, level="province"
    )
    commune = make_unit(
        Kind.COMMUNE, "Trung Hạ", parent=district, sub_kind=SubKind.XA, level="district",
        document_place="Trung Hạ",
    )  # fmt: skip
    Unit.objects.filter(pk__in=[district.pk, commune.pk]).update(ended_on=dt.date(2025, 7, 1))
    commune.refresh_from_db()
    district.refresh_from_db()
    return office_of(commune, "trungha"), office_of(district, "quanson")


def open_year(cast, authority, kind, schemes=tuple(Scheme)):
    """Open the kind's seasons of today's year and make the authority's list."""
    load_criteria()
    today = localdate()
    for scheme in schemes:
        criteria_set = criteria_set_in_force(
            scheme=scheme, kind=kind, day=today, province_id=cast.province.pk
        )
        open_season(
            province=cast.province, scheme=scheme, unit_kind=kind, year=today.year,
            criteria_set=criteria_set, by=cast.thu,
            dates={
                "window_from": today - dt.timedelta(days=370), "window_to": today - dt.timedelta(days=5),
                "register_by": today - dt.timedelta(days=60), "decide_before": today + dt.timedelta(days=9),
            },
        )  # fmt: skip
    prepare_roster(authority, year=today.year)


def answered(own, above):
    """Register if the kind does, answer and state; nothing is sent."""
    if own.unit.kind != Kind.DISTRICT:
        story.registered(own.unit, officer=own.officer, appraiser=above.appraiser)
    story.answered(own.unit, officer=own.officer)
    story.stated(own.unit, officer=own.officer)


def submitted(own, above):
    answered(own, above)
    submit_file(own.unit, year=story.year(), by=own.appraiser)


def appraised(own, above):
    submitted(own, above)
    take_up_file(own.unit, year=story.year(), by=above.appraiser)
    appraise_file(own.unit, year=story.year(), by=above.appraiser)


def session_of(above, units):
    """The session of the level above over appraised files."""
    day = localdate() - dt.timedelta(days=1)
    details = SessionDetails(
        held_on=day, chair="Lê Anh Tuấn", minutes_number="01/BB-BCĐ", submission_number="01/TTr-BCĐ",
        submission_on=day,
    )  # fmt: skip
    session = open_session(above.unit, year=story.year(), details=details, by=above.appraiser)
    rows = Evaluation.objects.filter(unit__in=units, season__year=story.year())
    put_on_session(session, rows, by=above.appraiser)
    return session


def drafted(above, session, units, scheme):
    rows = Evaluation.objects.filter(
        unit__in=units, season__year=story.year(), season__scheme=scheme
    )
    return draft_decision(session, scheme=scheme, evaluations=rows, by=above.appraiser)


def issued(above, session, units, scheme, **numbering):
    """Send to sign, approve, number and issue; return the decision."""
    decision = drafted(above, session, units, scheme)
    send_to_sign(decision, by=above.appraiser)
    approve_decision(decision, by=above.approver)
    return issue_decision(decision, numbering=story.numbering(**numbering), by=above.clerk)
