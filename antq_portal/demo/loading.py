"""Write the demo: people, units, seasons, stories; what is already there stays as people left it."""

import datetime as dt
from random import Random
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from criteria.selectors import criteria_set_in_force
from evaluations.models import Registration, Season
from evaluations.services.seasons import open_season
from units.coverage import Scheme
from units.models import Kind, Unit, UnitVersion
from units.selectors import alive_versions
from units.services import UnitFacts, create_unit

from . import people, places
from .stories import NA_MEO, OTHERS, Stage, tell_commune

SEED: Final = 2026
DAYS_TO_DECIDE: Final = {Scheme.RECOGNITION: 7, Scheme.CLASSIFICATION: 12}


@transaction.atomic
def load_demo() -> dict[str, int]:
    """Load the demo for the year of today; return how many people, units and files it holds.

    Running it again adds only what is missing. Needs the administrative units and the criteria
    sets. Raises UnitVersion.DoesNotExist without them.
    """
    root = people.superuser()
    for account in people.accounts():
        people.seat(account, _government_unit(account.unit_code), by=root)
    today = localdate()
    administrator = User.objects.get(username="quantri.thanhhoa")
    seasons = _seasons(_government_unit(people.PROVINCE), today, by=administrator)
    for code in people.COMMUNES:
        commune = _government_unit(code)
        staff = _staff(code)
        areas = [_made_up(commune, area, by=staff[Role.OFFICER]) for area in places.areas_of(code)]
        for other in places.OTHERS.get(code, ()):
            _made_up(commune, other, by=_keeper(other, staff))
        if not Registration.objects.filter(unit__in=areas, season__year=today.year).exists():
            name = commune.versions.in_force().get().name
            stage = Stage(
                commune,
                staff,
                seasons,
                today,
                Random(SEED),
                spoken_name=name[:1].lower() + name[1:],
            )
            tell_commune(stage, areas, NA_MEO if code == "15013" else OTHERS)
    _school_head(by=root)
    return {
        "people": User.objects.filter(is_demo=True).count(),
        "units": Unit.objects.filter(is_demo=True).count(),
        "registrations": Registration.objects.count(),
    }


def _government_unit(code: str) -> Unit:
    """The province or commune of today, or the district of old, that bears the code."""
    kinds = {2: Kind.PROVINCE, 3: Kind.DISTRICT, 5: Kind.COMMUNE}
    versions = UnitVersion.objects.in_force() if len(code) == 3 else alive_versions()
    return versions.select_related("unit").get(code=code, unit__kind=kinds[len(code)]).unit


def _staff(code: str) -> dict[Role, User]:
    ending = people.COMMUNES[code]
    users = User.objects.in_bulk(
        [f"{prefix}.{ending}" for prefix, _, _ in people.STAFF], field_name="username"
    )
    return {role: users[f"{prefix}.{ending}"] for prefix, role, _ in people.STAFF}


def _keeper(other: places.MadeUp, staff: dict[Role, User]) -> User:
    if other.managing_level == "province":
        return User.objects.get(username="canbo.thanhhoa")
    return staff[Role.OFFICER]


def _made_up(commune: Unit, made_up: places.MadeUp, *, by: User) -> Unit:
    found = (
        alive_versions().filter(parent=commune, name=made_up.full_name, unit__is_demo=True).first()
    )
    if found:
        return found.unit
    facts = UnitFacts(
        name=made_up.full_name, sub_kind=made_up.sub_kind, managing_level=made_up.managing_level,
        enterprise_size=made_up.enterprise_size,
    )  # fmt: skip
    return create_unit(parent=commune, kind=made_up.kind, facts=facts, by=by, is_demo=True).unit


def _seasons(province: Unit, today: dt.date, *, by: User) -> dict[str, Season]:
    """The two seasons of residential areas, their dates shifted so that the decision is due soon."""
    found = {}
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        season = Season.objects.filter(
            province=province, scheme=scheme, year=today.year, unit_kind=Kind.RESIDENTIAL_AREA
        ).first()
        found[scheme] = season or _open(province, scheme, today, by=by)
    return found


def _open(province: Unit, scheme: Scheme, today: dt.date, *, by: User) -> Season:
    window_to = today - dt.timedelta(days=10)
    quarter_ends = dt.date(today.year, 3, 31)
    dates = {
        "window_from": window_to - dt.timedelta(days=364),
        "window_to": window_to,
        "register_by": min(quarter_ends, window_to - dt.timedelta(days=60))
        if scheme == Scheme.RECOGNITION
        else None,
        "decide_before": today + dt.timedelta(days=DAYS_TO_DECIDE[scheme]),
    }
    criteria_set = criteria_set_in_force(
        scheme=scheme, kind=Kind.RESIDENTIAL_AREA, day=today, province_id=province.pk
    )
    if criteria_set is None:
        raise LookupError("Chưa có bộ tiêu chí; chạy manage.py load_criteria trước.")
    return open_season(
        province=province, scheme=scheme, unit_kind=Kind.RESIDENTIAL_AREA, year=today.year,
        criteria_set=criteria_set, dates=dates, by=by,
    )  # fmt: skip


def _school_head(*, by: User) -> None:
    school = alive_versions().get(
        name=f"{places.REPORTER_SCHOOL} {places.MARK}", unit__is_demo=True
    )
    account = people.Account(
        "truong.quanson",
        "Nguyễn Thị Hòa",
        "Hiệu trưởng",
        Role.REPORTER,
        unit_code="",
        since=people.SINCE,
    )
    people.seat(account, school.unit, by=by)
