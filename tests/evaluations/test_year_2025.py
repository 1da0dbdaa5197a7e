"""The season of 2025 straddles 1/7/2025: registered by the old communes, decided by the new ones.

Trung Hạ, Trung Tiến and Trung Xuân became xã Trung Hạ; thị trấn Sơn Lư was divided between Quan
Sơn and Tam Lư; Na Mèo went on under the province. Told by the services on the days things happened.
"""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.roles import Role
from antq_portal.demo.answers import good_answers
from criteria.selectors import criteria_set_in_force, definition_of
from criteria.services import load_criteria
from evaluations.models import Evaluation, Registration, Roster, RosterEntry, Season
from evaluations.selectors.last_year import last_year_of
from evaluations.selectors.unit_years import unit_years
from evaluations.services.registrations import (
    RegistrationFigures,
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.rosters import freeze_roster, prepare_roster
from evaluations.services.seasons import open_season
from tests import story
from tests.cast import give_role, make_person
from units.coverage import Scheme
from units.loading.plan import COMMUNE_ACT, REFORM_DAY
from units.models import Kind, SubKind, Unit
from units.selectors import label_of
from units.services import UnitFacts, create_unit, revise_unit
from units.services.loading import load_admin_units

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

MARCH, JULY, NOVEMBER = dt.date(2025, 3, 10), dt.date(2025, 7, 15), dt.date(2025, 11, 10)


def on(day):
    return time_machine.travel(
        dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.UTC), tick=False
    )


class World:
    """Old and new communes of the story, with their people."""

    def __init__(self):
        load_admin_units(["38"])
        load_criteria(story.LAW_OF_AREAS)
        self.root = make_person("root", is_superuser=True)
        self.province = Unit.objects.get(
            kind=Kind.PROVINCE, versions__code="38", versions__parent__kind=Kind.NATION
        )
        self.administrator = make_person("thu")
        give_role(self.administrator, Role.ADMINISTRATOR, self.province)
        self.people = {}

    def old(self, name):
        return Unit.objects.get(
            kind=Kind.COMMUNE, versions__name=name, versions__parent__versions__code="387",
            versions__valid_from=None,
        )  # fmt: skip

    def new(self, code):
        return Unit.objects.get(
            kind=Kind.COMMUNE, versions__code=code, versions__valid_from=REFORM_DAY
        )

    def staff(self, commune, **days):
        """One person of each role there, known by the commune and the role."""
        for role in (Role.OFFICER, Role.APPRAISER, Role.APPROVER, Role.CLERK):
            person = make_person(f"{role}-{commune.pk}")
            give_role(person, role, commune, **days)
            self.people[commune.pk, role] = person

    def of(self, commune, role):
        return self.people[commune.pk, role]

    def area(self, commune, name):
        return create_unit(
            parent=commune, kind=Kind.RESIDENTIAL_AREA, facts=UnitFacts(name, SubKind.BAN),
            valid_from=dt.date(2022, 1, 1), by=self.root,
        ).unit  # fmt: skip


def open_2025(world):
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        open_season(
            province=world.province, scheme=scheme, unit_kind=Kind.RESIDENTIAL_AREA, year=2025,
            by=world.administrator,
            criteria_set=criteria_set_in_force(
                scheme=scheme, kind=Kind.RESIDENTIAL_AREA, day=MARCH, province_id=world.province.pk
            ),
            dates={
                "window_from": dt.date(2024, 11, 1), "window_to": dt.date(2025, 10, 31),
                "register_by": dt.date(2025, 3, 31), "decide_before": dt.date(2025, 11, 15),
            },
        )  # fmt: skip


def register(world, commune, area, households):
    season = Season.objects.get(scheme=Scheme.RECOGNITION, year=2025)
    figures = RegistrationFigures(
        registered_on=MARCH, resolution_number="03-NQ/CB", resolution_on=MARCH,
        households_registered=households, households_total=households, counted_on=MARCH,
    )  # fmt: skip
    row = save_registration(season, area, figures, by=world.of(commune, Role.OFFICER))
    send_registration(row, by=world.of(commune, Role.OFFICER))
    return accept_registration(row, by=world.of(commune, Role.APPRAISER))


@pytest.fixture
def world(db):
    """March 2025 in the old communes: lists frozen, residential areas registered."""
    with on(MARCH):
        world = World()
        world.merged = [world.old(f"Xã {name}") for name in ("Trung Tiến", "Trung Xuân")]
        world.divided = world.old("Thị trấn Sơn Lư")
        world.areas = {}
        open_2025(world)
        last = dt.date(2025, 6, 30)
        for place, commune in enumerate([*world.merged, world.divided]):
            world.staff(commune, ends_on=last)
            names = ("Một", "Hai") if commune == world.divided else (f"Số {place}",)
            for name in names:
                area = world.area(commune, name)
                world.areas[name] = area
            roster = prepare_roster(commune, year=2025)
            freeze_roster(roster, by=world.of(commune, Role.APPRAISER))
            for name in names:
                register(world, commune, world.areas[name], 40 + place)
    return world


def reform(world):
    """1/7/2025: every residential area stays the same unit and goes with its commune."""
    trung_ha, quan_son = (world.new(code) for code in ("15001", "15016"))
    goes = {"Số 0": trung_ha, "Số 1": trung_ha, "Một": quan_son}
    goes["Hai"] = next(
        link.successor for link in world.divided.successions.all() if link.successor != quan_son
    )
    for name, commune in goes.items():
        revise_unit(
            world.areas[name], valid_from=REFORM_DAY, parent=commune, legal_act=COMMUNE_ACT,
            by=world.administrator,
        )  # fmt: skip
    for commune in set(goes.values()):
        world.staff(commune, starts_on=REFORM_DAY)
    return goes


def listed(commune):
    rows = RosterEntry.objects.considered().filter(roster__authority=commune, roster__year=2025)
    return {str(row) for row in rows}


def test_old_communes_register_in_march(world):
    assert [listed(commune) for commune in (*world.merged, world.divided)] == [
        {"Bản Số 0"}, {"Bản Số 1"}, {"Bản Một", "Bản Hai"},
    ]  # fmt: skip
    assert Registration.objects.filter(status="accepted").count() == 4


def test_list_moves_to_the_new_commune_and_every_unit_counts_once(world):
    with on(JULY):
        goes = reform(world)
        for commune in set(goes.values()):
            prepare_roster(commune, year=2025)

        assert listed(goes["Số 0"]) == {"Bản Số 0", "Bản Số 1"}
        assert listed(goes["Một"]) == {"Bản Một"}
        assert listed(goes["Hai"]) == {"Bản Hai"}
        assert [listed(commune) for commune in (*world.merged, world.divided)] == [set()] * 3
        left = RosterEntry.objects.filter(roster__authority__in=[*world.merged, world.divided])
        assert {row.change_reason for row in left} == {
            "Chuyển sang danh sách của xã Trung Hạ",
            f"Chuyển sang danh sách của {goes['Một'].versions.in_force().get().spoken_name}",
            f"Chuyển sang danh sách của {goes['Hai'].versions.in_force().get().spoken_name}",
        }
        considered = RosterEntry.objects.considered().filter(roster__year=2025)
        assert considered.count() == 4


def test_old_list_is_not_written_anew_when_somebody_looks_at_it(world):
    with on(JULY):
        reform(world)
        Roster.objects.filter(authority=world.divided).update(frozen_at=None, frozen_by=None)

        prepare_roster(world.divided, year=2025)

        assert listed(world.divided) == {"Bản Một", "Bản Hai"}


def test_registration_of_march_holds_for_the_new_commune(world):
    with on(JULY):
        goes = reform(world)
        area, commune = world.areas["Số 0"], goes["Số 0"]
        officer = world.of(commune, Role.OFFICER)

        row = Registration.objects.visible_to(officer).get(unit=area)

        assert (row.status, row.is_late, row.households_total) == ("accepted", False, 40)
        assert row.unit_version.name == "Bản Số 0"
        assert label_of(row.unit_version, MARCH) == "Bản Số 0, xã Trung Tiến"
        before = world.of(world.merged[0], Role.OFFICER)
        assert not Registration.objects.visible_to(before).exists()


def lead_to_decision(world, area, commune):
    """Answer, send, appraise and decide in November, by the people of the new commune."""
    people = {
        role: world.of(commune, role) for role in Role.values if (commune.pk, role) in world.people
    }
    story.open_file(area, year=2025, by=people[Role.OFFICER])
    for evaluation in story.files(area).values():
        definition = definition_of(evaluation.season.criteria_set)
        taken = frozenset(evaluation.answers.values_list("criterion__code", flat=True))
        values = good_answers(definition, households=40, random=story.Random(1), skip=taken)
        story.save_answers(
            evaluation,
            {code: story.Typed(one, 0) for code, one in values.items()},
            by=people[Role.OFFICER],
        )
    story.stated(area, officer=people[Role.OFFICER])
    story.submit_file(area, year=2025, by=people[Role.OFFICER])
    story.take_up_file(area, year=2025, by=people[Role.APPRAISER])
    story.appraise_file(area, year=2025, by=people[Role.APPRAISER])
    details = story.SessionDetails(
        held_on=NOVEMBER, chair="Chủ tịch", minutes_number="01/BB-BCĐ",
        submission_number="01/TTr-BCĐ", submission_on=NOVEMBER,
    )  # fmt: skip
    session = story.open_session(commune, year=2025, details=details, by=people[Role.APPRAISER])
    rows = Evaluation.objects.filter(unit=area, season__year=2025)
    story.put_on_session(session, rows, by=people[Role.APPRAISER])
    decision = story.draft_decision(
        session, scheme=Scheme.RECOGNITION, by=people[Role.APPRAISER],
        evaluations=rows.filter(season__scheme=Scheme.RECOGNITION),
    )  # fmt: skip
    decision = story.send_to_sign(decision, by=people[Role.APPRAISER])
    decision = story.approve_decision(decision, by=people[Role.APPROVER])
    return story.issue_decision(decision, numbering=story.numbering(), by=people[Role.CLERK])


def test_new_commune_decides_in_november_what_the_old_one_registered(world):
    with on(JULY):
        goes = reform(world)
        for commune in set(goes.values()):
            prepare_roster(commune, year=2025)
    with on(NOVEMBER):
        area, commune = world.areas["Số 0"], goes["Số 0"]
        freeze_roster(
            Roster.objects.get(authority=commune, year=2025), by=world.of(commune, Role.APPRAISER)
        )
        with pytest.raises(PermissionDenied):
            story.open_file(area, year=2025, by=world.administrator)

        decision = lead_to_decision(world, area, commune)

        one = Evaluation.objects.get(unit=area, season__scheme=Scheme.RECOGNITION)
        assert (one.status, one.decided_outcome) == ("decided", "met")
        assert (one.managing_unit, one.deciding_unit) == (commune, commune)
        assert decision.authority == commune
        assert one.unit.registrations.get().registered_on == MARCH
    with on(dt.date(2026, 3, 1)):
        assert last_year_of([area.pk], year=2026)[area.pk].text == (
            "Đạt, QĐ số 05/QĐ-UBND ngày 10/11/2025 của UBND xã Trung Hạ"
        )
        shown = unit_years(world.of(commune, Role.OFFICER), area)
        assert [(row.year, row.name, row.place) for row in shown] == [
            (2025, "Bản Số 0", "xã Trung Hạ")
        ]


def test_part_of_a_divided_commune_is_decided_where_it_went(world):
    with on(JULY):
        goes = reform(world)
        for commune in set(goes.values()):
            prepare_roster(commune, year=2025)
    with on(NOVEMBER):
        other = world.of(goes["Một"], Role.OFFICER)
        with pytest.raises(Unit.DoesNotExist):
            story.open_file(world.areas["Hai"], year=2025, by=other)

        decision = lead_to_decision(world, world.areas["Hai"], goes["Hai"])

        assert decision.authority == goes["Hai"]
