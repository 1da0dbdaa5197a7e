"""One year of the cast, led as far as a test wants by the services people use."""

import datetime as dt
from pathlib import Path
from random import Random

from django.conf import settings
from django.utils.timezone import localdate

from antq_portal.demo.answers import good_answers
from criteria.selectors import criteria_set_in_force, definition_of
from criteria.services import load_criteria
from evaluations.models import Evaluation, Purpose, Season
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
    submit_file,
    take_up_file,
)
from evaluations.services.registrations import (
    RegistrationFigures,
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.rosters import prepare_roster
from evaluations.services.seasons import open_season
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from evaluations.workflow import Status
from units.coverage import Scheme
from units.models import GRASSROOTS_KINDS, Kind

HOUSEHOLDS = 80
REGULATIONS = Path(settings.BASE_DIR) / "criteria/regulations"
LAW_OF_AREAS = [
    *sorted(REGULATIONS.glob("*residential-area@*.yaml")),
    REGULATIONS / "authority.yaml",
]
EVERY_KIND = GRASSROOTS_KINDS
"""The kinds of units below the commune, for `open_seasons(kinds=…)`."""


def year():
    return localdate().year


def open_seasons(cast, kinds=(Kind.RESIDENTIAL_AREA,)):
    """Open both seasons of each kind for the year of today and make the rosters.

    Return those of the first kind by scheme; of others see `season`.
    """
    load_criteria(LAW_OF_AREAS if tuple(kinds) == (Kind.RESIDENTIAL_AREA,) else None)
    found = {kind: _open_kind(cast, kind) for kind in kinds}
    for authority in (cast.na_meo, cast.son_thuy, cast.province):
        prepare_roster(authority, year=year())
    return found[kinds[0]]


def _open_kind(cast, kind):
    today = localdate()
    seasons = {}
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        criteria_set = criteria_set_in_force(
            scheme=scheme, kind=kind, day=today, province_id=cast.province.pk
        )
        seasons[scheme] = open_season(
            province=cast.province, scheme=scheme, unit_kind=kind, year=today.year,
            criteria_set=criteria_set, by=cast.thu,
            dates={
                "window_from": today - dt.timedelta(days=370), "window_to": today - dt.timedelta(days=5),
                "register_by": today - dt.timedelta(days=60), "decide_before": today + dt.timedelta(days=9),
            },
        )  # fmt: skip
    return seasons


def season(scheme=Scheme.RECOGNITION, kind=Kind.RESIDENTIAL_AREA):
    return Season.objects.get(scheme=scheme, year=year(), unit_kind=kind)


def figures(kind=Kind.RESIDENTIAL_AREA, **changes):
    """Registration in time: of every household, of other kinds with its plan and its people."""
    day = localdate() - dt.timedelta(days=70)
    values = {"registered_on": day, "resolution_number": "03-NQ/CB", "resolution_on": day}
    if kind == Kind.RESIDENTIAL_AREA:
        values |= {
            "households_registered": HOUSEHOLDS, "households_total": HOUSEHOLDS, "counted_on": day,
        }  # fmt: skip
    else:
        values |= {"plan_number": "05/KH", "plan_on": day}
    if kind not in (Kind.RESIDENTIAL_AREA, Kind.COMMUNE, Kind.DISTRICT):
        values |= {"people_informed": HOUSEHOLDS, "people_total": HOUSEHOLDS}
    return RegistrationFigures(**{**values, **changes})


def registered(unit, *, officer, appraiser):
    """Register the unit, sent and accepted; return the registration."""
    row = save_registration(season(kind=unit.kind), unit, figures(kind=unit.kind), by=officer)
    send_registration(row, by=officer)
    return accept_registration(row, by=appraiser)


def files(unit):
    """The unit's evaluations of the year by scheme."""
    found = Evaluation.objects.filter(unit=unit, season__year=year()).select_related(
        "season__criteria_set"
    )
    return {one.season.scheme: one for one in found}


def answered(unit, *, officer, changes=None):
    """Open the file and answer every row well; `changes` overrides values by code. Return it by scheme."""
    open_file(unit, year=year(), by=officer)
    for _, evaluation in sorted(files(unit).items(), reverse=True):
        definition = definition_of(evaluation.season.criteria_set)
        taken = frozenset(evaluation.answers.values_list("criterion__code", flat=True))
        values = good_answers(definition, households=HOUSEHOLDS, random=Random(1), skip=taken)
        values |= {
            code: one
            for code, one in (changes or {}).items()
            if code in {r.code for r in definition.rows}
        }
        versions = dict(evaluation.answers.values_list("criterion__code", "version"))
        save_answers(
            evaluation,
            {code: Typed(one, versions.get(code, 0)) for code, one in values.items()},
            by=officer,
        )
    return files(unit)


def stated(unit, *, officer):
    """Say whose statement it is and where the signed minutes are kept."""
    title = "Trưởng bản" if unit.kind == Kind.RESIDENTIAL_AREA else "Thủ trưởng đơn vị"
    statement = Statement("Lò Văn Păn", title, localdate() - dt.timedelta(days=3))
    record_statement(unit, year=year(), statement=statement, by=officer)
    kept = PaperReference(number="01/BB", on=statement.meeting_on, kept_at="Công an xã")
    attach([unit], year=year(), purpose=Purpose.MINUTES, reference=kept, by=officer)


def submitted(unit, cast, changes=None):
    """Register, answer, state and send one unit's file; return it by scheme."""
    registered(unit, officer=cast.lan, appraiser=cast.minh)
    answered(unit, officer=cast.lan, changes=changes)
    stated(unit, officer=cast.lan)
    submit_file(unit, year=year(), by=cast.lan)
    return files(unit)


def in_review(unit, cast, changes=None):
    """The unit's file in review; one that a module's stage has led here is taken as it is."""
    found = files(unit)
    if changes is None and {one.status for one in found.values()} == {Status.IN_REVIEW}:
        return found
    submitted(unit, cast, changes)
    take_up_file(unit, year=year(), by=cast.minh)
    return files(unit)


def appraised(unit, cast, changes=None):
    """The unit's file appraised; one that a module's stage has led here is taken as it is."""
    found = files(unit)
    if changes is None and {one.status for one in found.values()} == {Status.APPRAISED}:
        return found
    in_review(unit, cast, changes)
    appraise_file(unit, year=year(), by=cast.minh)
    return files(unit)


def session_over(units, cast):
    """One session of Na Mèo's standing body over appraised files; return it."""
    details = SessionDetails(
        held_on=localdate() - dt.timedelta(days=1), chair="Phạm Văn Minh", minutes_number="01/BB-BCĐ",
        submission_number="01/TTr-BCĐ", submission_on=localdate() - dt.timedelta(days=1),
    )  # fmt: skip
    session = open_session(cast.na_meo, year=year(), details=details, by=cast.minh)
    put_on_session(
        session, Evaluation.objects.filter(unit__in=units, season__year=year()), by=cast.minh
    )
    return session


def drafted(units, cast, scheme=Scheme.RECOGNITION, session=None):
    """Appraise the units' files unless a session is given, and draft a decision over them; return it."""
    if session is None:
        for unit in units:
            appraised(unit, cast)
        session = session_over(units, cast)
    rows = Evaluation.objects.filter(unit__in=units, season__year=year(), season__scheme=scheme)
    return draft_decision(session, scheme=scheme, evaluations=rows, by=cast.minh)


def approved(units, cast, scheme=Scheme.RECOGNITION, session=None):
    decision = send_to_sign(drafted(units, cast, scheme, session), by=cast.minh)
    return approve_decision(decision, by=cast.hoa)


def numbering(**changes):
    values = {"number": "05", "issued_on": localdate(), "signer_name": "Vi Thị Hoa"}
    return Numbering(**{**values, **changes})


def issued(units, cast, scheme=Scheme.RECOGNITION, session=None, **changes):
    """Lead the units' files to an issued decision; return it."""
    decision = approved(units, cast, scheme, session)
    return issue_decision(decision, numbering=numbering(**changes), by=cast.van)
