"""Exact authority: for every kind, managing level, era and delegation, the one who may and nobody near.

The tables are written from the texts, not computed: Thông tư 124/2021/TT-BCA Điều 9, Điều 10;
Quyết định 510/QĐ-BCA-V05 Điều 11; Luật 72/2025/QH15; for the departments of a district the plan of
the Ban Chỉ đạo 138 of huyện Quan Sơn (2022, III.4).
"""

import datetime as dt
from dataclasses import dataclass

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.roles import Act, Role
from criteria.exceptions import AuthorityUnknown, TransitionRefused
from criteria.models import Delegation
from criteria.selectors import authority_units
from criteria.services import load_criteria
from criteria.sources import REGULATIONS
from evaluations.models import Evaluation, Season
from evaluations.selectors.authorities import registration_place
from evaluations.services.acts import act_of, refresh_authorities, require
from evaluations.services.evaluations import open_file
from evaluations.workflow import Action
from tests.cast import LONG_AGO, give_role, make_person, make_unit, version_of
from units.models import Kind, ManagingLevel, SubKind, Unit
from units.selectors import powers_of

pytestmark = pytest.mark.django_db

OLD, NEW = dt.date(2024, 11, 10), dt.date(2026, 11, 10)
ROLES = (Role.OFFICER, Role.APPRAISER, Role.APPROVER, Role.CLERK, Role.ANALYST, Role.ADMINISTRATOR)
GRASSROOTS, COMMUNE = "grassroots-1", "commune-1"
WORDS = {
    "residential_area": SubKind.BAN,
    "agency": SubKind.STATE_BODY,
    "enterprise": SubKind.ENTERPRISE,
    "educational_institution": SubKind.LOWER_SECONDARY,
}


@dataclass(frozen=True)
class Line:
    """Who enters, who appraises, which organ of which unit decides, and by which procedure."""

    enters: str
    appraises: str
    decides: str
    organ: str
    procedure: str


def at(place, organ="ubnd"):
    """Everything at one unit."""
    return Line(place, place, place, organ, GRASSROOTS)


def own(unit, above):
    """A commune's (district's) own file: it enters itself, the level above appraises and decides."""
    return Line(unit, above, above, "ubnd", COMMUNE)


# fmt: off
OLD_TABLE = {
    # kind, managing level: recognition, classification (None: nobody decides, there is no rule)
    ("residential_area", "commune"):         (at("commune"),  at("commune")),
    ("residential_area", "district"):        (None, None),
    ("residential_area", "province"):        (None, None),
    ("residential_area", "ministry"):        (None, None),
    ("agency", "commune"):                   (at("commune"),  at("commune")),
    ("agency", "district"):                  (at("district"), at("district", "ban_chi_dao")),
    ("agency", "province"):                  (at("province"), at("province")),
    ("enterprise", "commune"):               (at("commune"),  at("commune")),
    ("enterprise", "district"):              (at("district"), at("district")),
    ("enterprise", "province"):              (at("province"), at("province")),
    ("educational_institution", "commune"):  (at("commune"),  at("commune")),
    ("educational_institution", "district"): (at("district"), at("district")),
    ("educational_institution", "province"): (at("province"), at("province")),
    ("commune", "commune"):                  (None, None),
    ("commune", "district"):                 (own("commune", "district"), own("commune", "district")),
    ("commune", "province"):                 (None, None),
    ("commune", "ministry"):                 (None, None),
    ("district", "commune"):                 (None, None),
    ("district", "district"):                (None, None),
    ("district", "province"):                (None, own("district", "province")),
    ("district", "ministry"):                (None, None),
}
NEW_TABLE = {
    ("residential_area", "commune"):         (at("commune"),  at("commune")),
    ("residential_area", "district"):        (None, None),
    ("residential_area", "province"):        (None, None),
    ("residential_area", "ministry"):        (None, None),
    ("agency", "commune"):                   (at("commune"),  at("commune")),
    ("agency", "district"):                  (at("province"), at("province")),
    ("agency", "province"):                  (at("province"), at("province")),
    ("enterprise", "commune"):               (at("commune"),  at("commune")),
    ("enterprise", "district"):              (at("province"), at("province")),
    ("enterprise", "province"):              (at("province"), at("province")),
    ("educational_institution", "commune"):  (at("commune"),  at("commune")),
    ("educational_institution", "district"): (at("province"), at("province")),
    ("educational_institution", "province"): (at("province"), at("province")),
    ("commune", "commune"):                  (None, None),
    ("commune", "district"):                 (own("commune", "province"), own("commune", "province")),
    ("commune", "province"):                 (own("commune", "province"), own("commune", "province")),
    ("commune", "ministry"):                 (None, None),
}
# No district stands in the new era.
DELEGATED = [
    # day, managing level, who delegates, to whom (one level below), organ of the classification by kind
    (OLD, "district", "district", "commune", {"agency": "ban_chi_dao"}),
    (OLD, "province", "province", "district", {}),
    (NEW, "province", "province", "commune", {}),
    (NEW, "district", "province", "commune", {}),
]
# fmt: on
CASES = [
    (day, kind, level, lines)
    for day, table in ((OLD, OLD_TABLE), (NEW, NEW_TABLE))
    for (kind, level), lines in table.items()
]
SCHEMES = ("recognition", "classification")
DELEGABLE = ("agency", "enterprise", "educational_institution")


@dataclass(frozen=True)
class World:
    """The units near the unit in question by name, and the powers of everybody there."""

    places: dict[str, Unit]
    people: dict[tuple[Role, str], object]


def make_world(day):
    load_criteria([REGULATIONS / "authority.yaml"])
    nation = make_unit(Kind.NATION, "Việt Nam", level=ManagingLevel.MINISTRY)
    province = make_unit(
        Kind.PROVINCE, "Thanh Hóa", parent=nation, sub_kind=SubKind.TINH, level=ManagingLevel.MINISTRY
    )  # fmt: skip
    places = {"nation": nation, "province": province}
    above, level = province, ManagingLevel.PROVINCE
    if day == OLD:
        places["district"] = above = make_unit(
            Kind.DISTRICT, "Quan Sơn", parent=province, sub_kind=SubKind.HUYEN, level=level
        )
        level = ManagingLevel.DISTRICT
    for name, typed in (("commune", "Na Mèo"), ("neighbour", "Sơn Thủy")):
        places[name] = make_unit(
            Kind.COMMUNE, typed, parent=above, sub_kind=SubKind.XA, level=level
        )
    people = {}
    for name, unit in places.items():
        for role in ROLES:
            person = make_person(f"{role}.{name}", f"{role} {name}")
            give_role(person, role, unit)
            people[role, name] = person
    people["all roles", "all but the right place"] = make_person("root", is_superuser=True)
    return World(places, people)


def unit_in(world, kind, level):
    """The unit in question: it lies in the commune, or is the commune (district) itself."""
    if kind in world.places:
        unit = world.places[kind]
        unit.versions.update(managing_level=level)
        return unit
    return make_unit(Kind(kind), "Hạnh Phúc", parent=world.places["commune"],
                     sub_kind=WORDS[kind], level=level)  # fmt: skip


def file_of(unit, scheme):
    """The unit's evaluation as opening it would make it, its authorities those of today."""
    evaluation = Evaluation(unit=unit, unit_version=version_of(unit), season=Season(scheme=scheme))
    refresh_authorities([evaluation])
    answer = authority_units(version_of(unit), scheme=scheme, day=timezone.localdate())
    evaluation.procedure = answer.rule.procedure
    return evaluation, answer


def expected_powers(line):
    """Who alone may do each act, by role and place."""
    is_own = line.procedure == COMMUNE
    entering = (Role.OFFICER, line.enters)
    appraising = (Role.APPRAISER, line.appraises)
    return {
        Act.REGISTER: entering,
        Act.ANSWER: entering,
        Act.SUBMIT_COMMUNE if is_own else Act.SUBMIT: (
            (Role.APPRAISER, line.enters) if is_own else entering
        ),
        Act.ACCEPT_REGISTRATION: appraising,
        Act.APPRAISE: appraising,
        Act.PREPARE_DECISION: appraising,
        Act.SET_DEADLINES: appraising,
        Act.APPROVE: (Role.APPROVER, line.decides),
        Act.ANNUL: (Role.APPROVER, line.decides),
        Act.ISSUE: (Role.CLERK, line.decides),
    }


def who_may(world, act, evaluation):
    """Everybody whom the services let pass, by role and place."""
    allowed = set()
    for who, person in world.people.items():
        try:
            require(act, evaluation, by=person)
        except PermissionDenied:
            continue
        allowed.add(who)
    return allowed


def who_registers(world, act, unit):
    """Everybody who may do this act on the unit's registration, by role and place."""
    place = registration_place(version_of(unit), act)
    return {who for who, person in world.people.items() if powers_of(person).may(act, place)}


def check(world, unit, scheme, line):
    evaluation, answer = file_of(unit, scheme)
    names = {place.pk: name for name, place in world.places.items()}

    found = (names[answer.appraising_unit_id], names[answer.deciding_unit_id])
    assert (*found, answer.rule.organ, answer.rule.procedure) == (
        line.appraises, line.decides, line.organ, line.procedure
    )  # fmt: skip
    sending = act_of(line.procedure, Action.SUBMIT)
    expected = expected_powers(line)
    assert sending in expected
    assert {act: who_may(world, act, evaluation) for act in expected} == {
        act: {who} for act, who in expected.items()
    }
    if scheme == "recognition":
        for act in (Act.REGISTER, Act.ACCEPT_REGISTRATION):
            assert who_registers(world, act, unit) == {expected[act]}


def on(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9)), tick=False)


@pytest.mark.parametrize(("day", "kind", "level", "lines"), CASES)
def test_one_authority_may_and_nobody_near_it(day, kind, level, lines):
    with on(day):
        world = make_world(day)
        unit = unit_in(world, kind, level)
        for scheme, line in zip(SCHEMES, lines, strict=True):
            if line is None:
                with pytest.raises(AuthorityUnknown):
                    authority_units(version_of(unit), scheme=scheme, day=day)
            else:
                check(world, unit, scheme, line)


@pytest.mark.parametrize(("day", "level", "giver", "taker", "organs"), DELEGATED)
def test_a_delegate_stands_in_for_everything(day, level, giver, taker, organs):
    with on(day):
        world = make_world(day)
        delegate(world, giver, taker, kinds=list(DELEGABLE))
        for kind in DELEGABLE:
            unit = unit_in(world, kind, level)

            check(world, unit, "recognition", at(taker))
            check(world, unit, "classification", at(taker, organs.get(kind, "ubnd")))


@pytest.mark.parametrize("day", [OLD, NEW])
def test_a_delegation_leaves_residential_areas_and_communes_where_they_were(day):
    with on(day):
        world = make_world(day)
        above = "district" if day == OLD else "province"
        area = unit_in(world, "residential_area", "commune")
        delegate(world, above, "commune", kinds=list(DELEGABLE))

        check(world, area, "recognition", at("commune"))
        check(world, world.places["commune"], "recognition", own("commune", above))


@pytest.mark.parametrize("day", [OLD, NEW])
@pytest.mark.parametrize("kind", DELEGABLE)
def test_what_the_minister_decides_has_no_file_for_anybody(day, kind):
    with on(day):
        world = make_world(day)
        unit = unit_in(world, kind, "ministry")
        for scheme in SCHEMES:
            answer = authority_units(version_of(unit), scheme=scheme, day=day)
            found = (answer.deciding_unit_id, answer.rule.organ, answer.rule.procedure)
            assert found == (world.places["nation"].pk, "bo_truong", "external-1")
        for (_, place), person in world.people.items():
            if place == "neighbour":
                continue
            with pytest.raises(TransitionRefused, match="do Bộ Công an quyết định"):
                open_file(unit, year=day.year, by=person)


def delegate(world, giver, taker, *, kinds):
    Delegation.objects.create(
        delegating_unit=world.places[giver], delegate=world.places[taker], kinds=kinds,
        starts_on=LONG_AGO, legal_act="Quyết định 01/QĐ-UBND ngày 02/01/2020",
        entered_at=timezone.now(), entered_by=world.people[Role.ADMINISTRATOR, "province"],
    )  # fmt: skip
