"""One commune of sixty residential areas whose year the services lead to a mix of states."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from django.db import connection, transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from antq_portal.demo.answers import flawed_answer, good_answers
from criteria.selectors import criteria_set_in_force, definition_of
from evaluations.models import AppraisalSession, Decision, Evaluation, Purpose, Season
from evaluations.services.answers import Typed, save_answers
from evaluations.services.attachments import PaperReference, attach
from evaluations.services.decisions import approve_decision, draft_decision, send_to_sign
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
from evaluations.services.rosters import freeze_roster, prepare_roster
from evaluations.services.seasons import open_season
from evaluations.services.sessions import SessionDetails, open_session, put_on_session
from units.coverage import Scheme
from units.models import Assignment, Kind, ManagingLevel, SubKind, Unit, UnitVersion
from units.models.naming import name_version
from units.selectors import alive_versions

PROVINCE: Final = "38"
COMMUNE: Final = "15013"
LONG_AGO: Final = dt.date(2020, 1, 1)
HOUSEHOLDS: Final = 86
STEPS: Final = (
    ("listed", 40), ("in_review", 5), ("submitted", 4), ("ready", 4), ("draft", 2), ("returned", 2),
    ("registered", 1), ("registration_sent", 1), ("unregistered", 1),
)  # fmt: skip
"""How far the areas have come, and how many of them; `ready` is answered and not yet sent."""
QUICK_STEPS: Final = tuple((step, min(count, 4)) for step, count in STEPS)

# fmt: off
PEOPLE: Final = (
    ("officer",       "Lò Thị Lan",      Role.OFFICER,       COMMUNE),
    ("appraiser",     "Phạm Văn Minh",   Role.APPRAISER,     COMMUNE),
    ("approver",      "Vi Thị Hoa",      Role.APPROVER,      COMMUNE),
    ("clerk",         "Hà Thị Vân",      Role.CLERK,         COMMUNE),
    ("analyst",       "Nguyễn Thị Mai",  Role.ANALYST,       PROVINCE),
    ("administrator", "Đỗ Thị Thu",      Role.ADMINISTRATOR, PROVINCE),
)
# fmt: on


@dataclass(slots=True)
class Country:
    """The real units with one made-up commune year in them: who, where, which unit stands how."""

    province: Unit
    commune: Unit
    people: dict[str, User]
    areas: dict[str, list[Unit]]
    today: dt.date = field(default_factory=localdate)
    decisions: dict[str, Decision] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.today.year

    @property
    def size(self) -> int:
        """How many residential areas the commune has."""
        return sum(map(len, self.areas.values()))

    def first(self, step: str) -> Unit:
        return self.areas[step][0]


@transaction.atomic
def build(*, quick: bool) -> Country:
    """Write people, areas and their year into a database that holds the real units and criteria.

    Units and people are plain rows; everything of the year is done by the services people use.
    """
    province, commune = _government_unit(PROVINCE), _government_unit(COMMUNE)
    people = _people({PROVINCE: province, COMMUNE: commune})
    steps = QUICK_STEPS if quick else STEPS
    made = iter(areas_in(commune, sum(count for _, count in steps)))
    areas = {step: [next(made) for _ in range(count)] for step, count in steps}
    country = Country(province, commune, people, areas)
    _open_year(country)
    for step, units in areas.items():
        for index, unit in enumerate(units):
            _lead(country, unit, step, is_flawed=step == "listed" and index < 2)
    _decide(country)
    return country


def analyze() -> None:
    """Let the planner know what was written, as autovacuum does within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _government_unit(code: str) -> Unit:
    kind = Kind.PROVINCE if len(code) == 2 else Kind.COMMUNE
    return alive_versions().select_related("unit").get(code=code, unit__kind=kind).unit


def _people(places: dict[str, Unit]) -> dict[str, User]:
    found = {}
    for username, full_name, role, code in PEOPLE:
        user = User(username=username, full_name=full_name)
        user.set_unusable_password()
        user.save()
        Assignment.objects.create(user=user, role=role, unit=places[code], starts_on=LONG_AGO)
        found[username] = user
    return found


def areas_in(commune: Unit, count: int) -> list[Unit]:
    """So many new residential areas of a commune, in order."""
    above = commune.versions.in_force().get()
    province = commune.province_id
    units = Unit.objects.bulk_create(
        Unit(kind=Kind.RESIDENTIAL_AREA, province_id=province) for _ in range(count)
    )
    versions = []
    for number, unit in enumerate(units, start=1):
        version = UnitVersion(
            unit=unit, parent=commune, path=f"{above.path}{unit.pk}/", sub_kind=SubKind.BAN,
            managing_level=ManagingLevel.COMMUNE, valid_from=above.valid_from,
        )  # fmt: skip
        name_version(version, f"Bản Đo Thử {number:02d}")
        versions.append(version)
    UnitVersion.objects.bulk_create(versions)
    return units


def _open_year(country: Country) -> None:
    today = country.today
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        criteria_set = criteria_set_in_force(
            scheme=scheme, kind=Kind.RESIDENTIAL_AREA, day=today, province_id=country.province.pk
        )
        open_season(
            province=country.province, scheme=scheme, unit_kind=Kind.RESIDENTIAL_AREA,
            year=country.year, criteria_set=criteria_set, by=country.people["administrator"],
            dates={
                "window_from": today - dt.timedelta(days=370), "window_to": today - dt.timedelta(days=5),
                "register_by": today - dt.timedelta(days=60), "decide_before": today + dt.timedelta(days=9),
            },
        )  # fmt: skip
    roster = prepare_roster(country.commune, year=country.year)
    freeze_roster(roster, by=country.people["appraiser"])


def _lead(country: Country, unit: Unit, step: str, *, is_flawed: bool) -> None:
    """Lead one unit's year as far as its step says."""
    officer, appraiser = country.people["officer"], country.people["appraiser"]
    if step == "unregistered":
        return
    _register(country, unit, accept=step != "registration_sent")
    if step in ("registered", "registration_sent"):
        return
    _answer(country, unit, is_flawed=is_flawed, is_half=step == "draft")
    if step in ("draft", "ready"):
        return
    submit_file(unit, year=country.year, by=officer)
    if step == "submitted":
        return
    take_up_file(unit, year=country.year, by=appraiser)
    if step == "listed":
        appraise_file(unit, year=country.year, by=appraiser)
    elif step == "returned":
        note = "Bổ sung số liệu hòa giải ở khu dân cư."
        return_file(unit, year=country.year, note=note, by=appraiser)


def _register(country: Country, unit: Unit, *, accept: bool) -> None:
    day = country.today - dt.timedelta(days=70)
    figures = RegistrationFigures(
        registered_on=day, resolution_number="03-NQ/CB", resolution_on=day,
        households_registered=HOUSEHOLDS, households_total=HOUSEHOLDS, counted_on=day,
    )  # fmt: skip
    season = Season.objects.get(
        scheme=Scheme.RECOGNITION, year=country.year, unit_kind=Kind.RESIDENTIAL_AREA
    )
    row = save_registration(season, unit, figures, by=country.people["officer"])
    send_registration(row, by=country.people["officer"])
    if accept:
        accept_registration(row, by=country.people["appraiser"])


def _answer(country: Country, unit: Unit, *, is_flawed: bool, is_half: bool) -> None:
    """Answer every row (the first eight of each set if half), and state whose answers they are."""
    officer = country.people["officer"]
    for evaluation in open_file(unit, year=country.year, by=officer):
        definition = definition_of(evaluation.season.criteria_set)
        versions = dict(evaluation.answers.values_list("criterion__code", "version"))
        skip = frozenset(versions) | frozenset(r.code for r in definition.rows[8:] if is_half)
        values = good_answers(definition, households=HOUSEHOLDS, random=Random(1), skip=skip)  # noqa: S311
        if is_flawed and "4.4.b" in values:
            values["4.4.b"] = flawed_answer(definition.row("4.4.b"))
        save_answers(evaluation, {code: Typed(one) for code, one in values.items()}, by=officer)
    if is_half:
        return
    day = country.today - dt.timedelta(days=3)
    statement = Statement("Lò Văn Păn", "Trưởng bản", day)
    record_statement(unit, year=country.year, statement=statement, by=officer)
    kept = PaperReference(number="01/BB", on=day, kept_at="Công an xã")
    attach([unit], year=country.year, purpose=Purpose.MINUTES, reference=kept, by=officer)


def _decide(country: Country) -> None:
    """Put the listed files before one session; recognition is approved, classification sent."""
    appraiser = country.people["appraiser"]
    session = _session(country)
    rows = Evaluation.objects.filter(unit__in=country.areas["listed"], season__year=country.year)
    put_on_session(session, rows, by=appraiser)
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        of_scheme: Iterable[Evaluation] = rows.filter(season__scheme=scheme)
        decision = draft_decision(session, scheme=scheme, evaluations=of_scheme, by=appraiser)
        country.decisions[scheme] = send_to_sign(decision, by=appraiser)
    approve_decision(country.decisions[Scheme.RECOGNITION], by=country.people["approver"])


def _session(country: Country) -> AppraisalSession:
    day = country.today - dt.timedelta(days=1)
    details = SessionDetails(
        held_on=day, chair="Phạm Văn Minh", minutes_number="01/BB-BCĐ",
        submission_number="01/TTr-BCĐ", submission_on=day,
    )  # fmt: skip
    return open_session(
        country.commune, year=country.year, details=details, by=country.people["appraiser"]
    )
