"""The whole demo, loaded once: what the documents promise, borders that hold, nothing twice."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count
from django.utils.timezone import localdate

from accounts.models import User
from accounts.services import broken_links
from antq_portal.demo import people
from antq_portal.demo.clock import on_day
from antq_portal.demo.loading import load_demo
from antq_portal.demo.past import ANSWERED_LAST_YEAR
from antq_portal.demo.places import MARK, MINISTRY_MANAGED
from evaluations.models import (
    Decision,
    Evaluation,
    RecordedResult,
    Registration,
    Roster,
    RosterEntry,
    Season,
    SupplementRequest,
)
from evaluations.selectors.snapshots import snapshot_digest
from evaluations.workflow import DecisionStatus, RegistrationStatus, Status
from units.coverage import Coverage, Scheme
from units.models import Kind, Unit, UnitVersion
from units.selectors import alive_versions

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.timeout(600),
]

TOLD_MODELS = (User, Unit, UnitVersion, Season, Roster, RosterEntry, Registration, Evaluation, Decision,
               RecordedResult)  # fmt: skip


def rows():
    return {model.__name__: model.objects.count() for model in TOLD_MODELS}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo of the whole country, gone after this file; how many rows it made."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_admin_units", province=["38", "19"], verbosity=0)
        call_command("load_criteria", verbosity=0)
        load_demo(say=lambda words: None)
        yield rows()
        transaction.set_rollback(True)


def government(code, kind):
    return alive_versions().select_related("unit").get(code=code, unit__kind=kind).unit


def of_year(year):
    return Evaluation.objects.filter(season__year=year)


# What the documents promise -----------------------------------------------------------------


def test_everybody_of_the_documents_may_sign_in(demo):
    expected = {one.username for one in people.accounts()} | {"quantri", "truong.quanson"}

    active = User.objects.filter(is_demo=True, is_active=True)

    assert set(active.values_list("username", flat=True)) == expected
    assert all(user.has_usable_password() for user in active)


def test_district_s_people_see_nothing_today_and_saw_their_district_then(demo):
    officer = User.objects.get(username="canbo.huyenquanson")

    assert not Unit.objects.visible_to(officer).exists()
    with on_day(dt.date(2024, 11, 18)):
        assert Unit.objects.visible_to(officer).filter(kind=Kind.COMMUNE).count() == 12


def test_district_decided_the_communes_of_2024_and_the_province_the_district(demo):
    communes = of_year(2024).filter(unit__kind=Kind.COMMUNE)
    [district] = of_year(2024).filter(unit__kind=Kind.DISTRICT)

    assert communes.count() == 24
    assert set(communes.values_list("deciding_unit__kind", "status", "procedure")) == {
        (Kind.DISTRICT, Status.DECIDED, "commune-1")
    }
    assert (district.season.scheme, district.deciding_unit.kind) == (
        Scheme.CLASSIFICATION,
        Kind.PROVINCE,
    )
    assert district.status == Status.DECIDED


def test_agency_of_the_district_was_classified_by_the_steering_committee(demo):
    [decision] = Decision.objects.filter(
        year=2024, scheme=Scheme.CLASSIFICATION, organ="ban_chi_dao"
    )

    [item] = decision.items.all()
    assert item.evaluation.unit.kind == Kind.AGENCY


def test_areas_of_2025_were_registered_by_the_old_communes_and_decided_by_the_new(demo):
    trung_ha = government("15001", Kind.COMMUNE)
    led = of_year(2025).filter(
        deciding_unit=trung_ha, season__scheme=Scheme.RECOGNITION, answers__isnull=False
    ).distinct()  # fmt: skip

    assert led.count() == 3
    for evaluation in led:
        registration = evaluation.unit.registrations.get(season__year=2025)
        assert registration.unit_version.parent_id != trung_ha.pk
        assert registration.accepted_at.date() < dt.date(2025, 7, 1)
        assert evaluation.unit_version.parent_id == trung_ha.pk
        assert evaluation.decided_at.date() > dt.date(2025, 11, 1)


def test_two_areas_of_one_name_came_to_one_commune(demo):
    shared = alive_versions().filter(parent=government("15001", Kind.COMMUNE))
    names = shared.values("name").annotate(many=Count("unit")).filter(many=2)

    assert [one["name"] for one in names] == ["Bản Phú Nam (mẫu)"]


def test_something_waits_at_every_step_of_the_current_season(demo):
    year = localdate().year

    assert set(of_year(year).values_list("status", flat=True)) >= set(Status) - {Status.ANNULLED}
    registrations = Registration.objects.filter(season__year=year)
    assert set(registrations.values_list("status", flat=True)) >= {
        RegistrationStatus.SENT, RegistrationStatus.ACCEPTED
    }  # fmt: skip
    decisions = Decision.objects.filter(year=year)
    assert set(decisions.values_list("status", flat=True)) >= {
        DecisionStatus.SENT, DecisionStatus.APPROVED, DecisionStatus.ISSUED
    }  # fmt: skip
    kinds = {"residential_area", "agency", "enterprise", "educational_institution", "commune"}
    assert set(registrations.values_list("unit__kind", flat=True)) == kinds


def test_province_has_something_at_every_step_of_its_own(demo):
    province, year = government("38", Kind.PROVINCE), localdate().year
    statuses = of_year(year).filter(deciding_unit=province).values_list("status", flat=True)

    assert set(statuses) == set(Status) - {Status.ANNULLED}


def test_school_whose_head_has_an_account_is_in_the_middle_of_its_file(demo):
    head = User.objects.get(username="truong.quanson")
    [school] = Unit.objects.visible_to(head)
    recognition, classification = (
        of_year(localdate().year).filter(unit=school).order_by("-season__scheme")
    )

    assert {recognition.status, classification.status} == {Status.DRAFT}
    assert recognition.entered_by == head
    assert 0 < recognition.answers.filter(is_proposal=False).count() < 15


def test_one_commune_was_asked_for_two_rows_alone(demo):
    [request] = SupplementRequest.objects.filter(
        is_partial=True, evaluation__season__scheme=Scheme.RECOGNITION
    )

    assert request.rows.filter(is_following=False).count() == 2
    assert request.evaluation.status == Status.RETURNED
    assert request.evaluation.unit == government("15019", Kind.COMMUNE)


def test_areas_that_fill_in_this_year_were_answered_last_year(demo):
    names = [f"{name} {MARK}" for name in ANSWERED_LAST_YEAR]
    answered = of_year(2025).filter(answers__isnull=False, unit_version__name__in=names)

    assert set(answered.values_list("unit_version__name", flat=True)) == set(names)
    drafts = of_year(localdate().year).filter(status=Status.DRAFT, unit_version__name__in=names)
    assert drafts.exists()


def test_special_units_are_there(demo):
    year = localdate().year
    entries = RosterEntry.objects.filter(roster__year=year, unit__is_demo=True)

    assert entries.exclude(not_considered_reason="").exists()
    assert entries.filter(coverage=Coverage.VOLUNTARY).count() == 1
    assert alive_versions().filter(enterprise_size="unknown").exists()
    external = RecordedResult.objects.filter(source="external")
    assert {one.unit_version.name for one in external} == {f"{MINISTRY_MANAGED} (mẫu)"}
    assert {one.year for one in external} == {2024, 2025}


# Written in bulk ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["38", "19"])
def test_every_commune_carries_results_of_both_years(demo, code):
    province = government(code, Kind.PROVINCE)
    communes = alive_versions().filter(unit__kind=Kind.COMMUNE, unit__province=province)

    for year in (2025, localdate().year):
        rostered = Roster.objects.filter(
            year=year, province=province, authority__in=communes.values("unit")
        )
        assert rostered.count() == communes.count()
    own = of_year(2025).filter(
        unit__in=communes.values("unit"), season__scheme=Scheme.CLASSIFICATION
    )
    assert own.filter(status=Status.DECIDED).count() == communes.count()


def test_some_did_badly_came_late_or_did_not_register(demo):
    of_last = of_year(2025)

    assert set(of_last.values_list("decided_outcome", flat=True)) >= {
        "met", "not_met", "xuat_sac", "kha", "trung_binh", "yeu"
    }  # fmt: skip
    registrations = Registration.objects.filter(season__year=2025).select_related("season")
    assert any(one.is_late for one in registrations)
    assert RosterEntry.objects.filter(roster__year=2025).exclude(
        unit__in=registrations.values("unit")
    ).exists()  # fmt: skip


def test_every_decided_file_stands_in_an_issued_decision_of_its_authority(demo):
    decided = Evaluation.objects.filter(status=Status.DECIDED)

    assert decided.count() > 2000
    assert not decided.exclude(decision_items__decision__status="issued").exists()
    for decision in Decision.objects.filter(status="issued").prefetch_related("items__evaluation"):
        assert {one.evaluation.deciding_unit_id for one in decision.items.all()} == {
            decision.authority_id
        }


def test_what_was_sealed_in_bulk_is_whole_and_says_its_list(demo):
    for decision in Decision.objects.filter(status="issued").annotate(many=Count("items")):
        assert snapshot_digest(decision.snapshot) == decision.snapshot_sha256
        assert len(decision.snapshot["facts"]["items"]) == decision.many
        assert decision.snapshot["facts"]["decision"]["id"] == decision.pk


# Borders, chain, nothing twice ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "other"), [("tonghop.thainguyen", "38"), ("tonghop.thanhhoa", "19")]
)
def test_nothing_of_one_province_is_visible_from_the_other(demo, username, other):
    user, province = User.objects.get(username=username), government(other, Kind.PROVINCE)

    for model in (Evaluation, Registration, Roster, Decision, RecordedResult, Season):
        there = model.objects.filter(province=province)
        assert there.exists() or model is RecordedResult
        assert not model.objects.visible_to(user).filter(province=province).exists(), model
    assert not Unit.objects.visible_to(user).filter(province=province).exists()


def test_constraints_hold_and_the_chain_is_whole(demo):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    connection.check_constraints()

    assert list(broken_links()) == []


def test_loading_again_adds_nothing(demo):
    load_demo(say=lambda words: None)

    assert rows() == demo


def test_summaries_are_those_of_the_live_count(demo):
    call_command("rebuild_summaries", check=True, verbosity=0)
