"""Delegation: granted and ended by the province's administrator, followed by lists and files."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from criteria.models import CriteriaSet, Delegation
from criteria.selectors import authority_units
from criteria.services import end_delegation, grant_delegation, load_criteria
from criteria.sources import REGULATIONS
from evaluations.models import Evaluation, Roster, Season
from evaluations.services.authorities import (
    delegate_units,
    follow_the_calendar,
    move_open_files,
    take_units_back,
)
from evaluations.services.rosters import (
    add_after_freezing,
    freeze_roster,
    prepare_roster,
    remove_after_freezing,
)
from evaluations.services.seasons import open_season
from evaluations.tasks import follow_the_calendar_task
from tests.cast import make_unit, version_of
from tests.staging import peopled
from units.models import Kind, ManagingLevel, SubKind, Unit

pytestmark = pytest.mark.usefixtures("stage", "db")

PAPER = "Quyết định 12/QĐ-UBND ngày 05/01/2026 của UBND tỉnh"
KINDS = [Kind.EDUCATIONAL_INSTITUTION]
LIST, NEW = "/quan-tri/uy-quyen/", "/quan-tri/uy-quyen/them/"


@pytest.fixture(scope="module")
def stage(held):
    """A school in Na Mèo that the province manages."""
    stage = peopled()
    load_criteria([*REGULATIONS.glob("*educational*.yaml"), REGULATIONS / "authority.yaml"])
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "THPT Na Mèo", parent=stage.cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    return replace(stage, more={"school": school})


@pytest.fixture
def school(copied):
    return copied.more["school"]


def granted(cast, **changes):
    terms = {"kinds": KINDS, "starts_on": localdate(), "legal_act": PAPER, "by": cast.thu}
    return grant_delegation(cast.na_meo, **{**terms, **changes})


def decider(school, day=None):
    answer = authority_units(version_of(school), scheme="recognition", day=day or localdate())
    return Unit.objects.get(pk=answer.deciding_unit_id)


def refused(**wanted):
    """The messages of a refused act, by field."""
    with pytest.raises(ValidationError) as caught:
        grant_delegation(**wanted)
    return caught.value.message_dict


def test_a_delegation_hands_the_unit_down_from_its_first_day_to_its_last(cast, school):
    today = localdate()
    last = today + dt.timedelta(days=30)
    granted(cast, ends_on=last)

    assert decider(school, today - dt.timedelta(days=1)) == cast.province
    assert [decider(school, today), decider(school, last)] == [cast.na_meo] * 2
    assert decider(school, last + dt.timedelta(days=1)) == cast.province


def test_a_delegation_is_written_into_the_log(cast, school):
    delegation = granted(cast)
    end_delegation(delegation, ends_on=localdate(), by=cast.thu)

    acts = AuditEvent.objects.filter(subject=f"delegation:{delegation.pk}").order_by("pk")
    assert list(acts.values_list("act", "by__username")) == [
        ("delegation.grant", "thu"), ("delegation.end", "thu")
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["lan", "minh", "hoa", "tuan", "duc", "binh"])
def test_only_the_administrator_of_the_province_delegates(cast, school, who):
    with pytest.raises(PermissionDenied):
        granted(cast, by=getattr(cast, who))
    delegation = granted(cast)
    with pytest.raises(PermissionDenied):
        end_delegation(delegation, ends_on=localdate(), by=getattr(cast, who))

    assert Delegation.objects.get().ends_on is None


def test_the_administrator_of_another_province_does_not_see_the_commune(cast, school):
    other = make_unit(
        Kind.PROVINCE, "Thái Nguyên", parent=cast.nation, sub_kind=SubKind.TINH, level="ministry"
    )
    cast.thu.assignments.update(unit=other)

    with pytest.raises(Unit.DoesNotExist):
        granted(cast)


@pytest.mark.parametrize("kind", ["residential_area", "commune", "district"])
def test_only_agencies_enterprises_and_schools_are_in_the_clause(cast, school, kind):
    found = refused(
        delegate=cast.na_meo, kinds=[kind], starts_on=localdate(), legal_act=PAPER, by=cast.thu
    )

    assert list(found) == ["kinds"]
    with (
        pytest.raises(IntegrityError, match="delegation_kinds_in_the_clause"),
        transaction.atomic(),
    ):
        Delegation.objects.filter(pk=granted(cast).pk).update(kinds=[kind])


def test_only_the_level_right_below_is_delegated_to(cast, school):
    terms = {"kinds": KINDS, "starts_on": localdate(), "legal_act": PAPER, "by": cast.thu}
    district = make_unit(
        Kind.DISTRICT, "Quan Sơn", parent=cast.province, sub_kind=SubKind.HUYEN, level="province"
    )
    commune = make_unit(
        Kind.COMMUNE, "Trung Hạ", parent=district, sub_kind=SubKind.XA, level="district"
    )

    delegation = grant_delegation(commune, **terms)

    assert delegation.delegating_unit == district
    assert list(refused(delegate=cast.che_lau, **terms)) == ["delegate"]
    assert list(refused(delegate=cast.province, **terms)) == ["delegate"]


def test_a_delegation_rests_on_a_paper_and_on_days_in_order(cast, school):
    today = localdate()
    found = refused(
        delegate=cast.na_meo, kinds=KINDS, starts_on=today, ends_on=today - dt.timedelta(days=1),
        legal_act="  ", by=cast.thu,
    )  # fmt: skip

    assert sorted(found) == ["ends_on", "legal_act"]


def test_no_unit_is_delegated_twice_at_the_same_time(cast, school):
    today = localdate()
    first = granted(cast, ends_on=today + dt.timedelta(days=10))
    terms = {"delegate": cast.na_meo, "legal_act": PAPER, "by": cast.thu}

    later = {"starts_on": today + dt.timedelta(days=10), "kinds": [Kind.AGENCY, *KINDS]}
    assert list(refused(**terms, **later)) == ["starts_on"]
    assert list(refused(**terms, kinds=KINDS, starts_on=today, unit=school)) == ["starts_on"]
    after = granted(cast, starts_on=today + dt.timedelta(days=11))
    granted(cast, kinds=[Kind.AGENCY])
    with pytest.raises(ValidationError):
        end_delegation(first, ends_on=after.starts_on, by=cast.thu)


def test_one_unit_alone_must_lie_there_and_belong_to_who_delegates(cast, school):
    own = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "THCS Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.LOWER_SECONDARY,
    )  # fmt: skip
    far = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "THPT Sơn Thủy", parent=cast.son_thuy,
        sub_kind=SubKind.UPPER_SECONDARY, level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    terms = {"delegate": cast.na_meo, "kinds": KINDS, "starts_on": localdate(), "by": cast.thu}

    for unit in (own, far):
        assert list(refused(**terms, legal_act=PAPER, unit=unit)) == ["unit"]
    granted(cast, unit=school)

    assert (decider(school), decider(far)) == (cast.na_meo, cast.province)


@pytest.fixture
def open_year(cast, school):
    """Both rosters and a season of schools."""
    today = localdate()
    for scheme in ("recognition", "classification"):
        criteria_set = CriteriaSet.objects.get(
            scheme=scheme, unit_kinds__contains=[Kind.EDUCATIONAL_INSTITUTION]
        )
        open_season(
            province=cast.province, scheme=scheme, unit_kind=Kind.EDUCATIONAL_INSTITUTION,
            year=today.year, criteria_set=criteria_set, by=cast.thu,
            dates={
                "window_from": today - dt.timedelta(days=300), "window_to": today,
                "register_by": today - dt.timedelta(days=60), "decide_before": today + dt.timedelta(days=9),
            },
        )  # fmt: skip
    for authority in (cast.province, cast.na_meo):
        prepare_roster(authority, year=today.year)


def listed(authority):
    """Names on the authority's list that are not taken off."""
    roster = Roster.objects.get(authority=authority, year=localdate().year)
    return set(roster.entries.filter(removed_at=None).values_list("unit_version__name", flat=True))


def delegated(cast, **changes):
    terms = {"kinds": KINDS, "starts_on": localdate(), "legal_act": PAPER, "by": cast.thu}
    return delegate_units(cast.na_meo, **{**terms, **changes})


NAME = "THPT Na Mèo"


def test_an_open_list_lets_the_delegated_unit_go_and_takes_it_back(cast, school, open_year):
    delegation = delegated(cast, starts_on=localdate() - dt.timedelta(days=20))

    assert NAME not in listed(cast.province)
    assert NAME in listed(cast.na_meo)
    take_units_back(delegation, ends_on=localdate() - dt.timedelta(days=1), by=cast.thu)
    assert NAME in listed(cast.province)
    assert NAME not in listed(cast.na_meo)


def test_a_frozen_list_keeps_the_unit_until_it_is_moved_with_a_reason(cast, school, open_year):
    year = localdate().year
    theirs = Roster.objects.get(authority=cast.province, year=year)
    freeze_roster(theirs, by=cast.tuan)
    delegated(cast)
    ours = prepare_roster(cast.na_meo, year=year)

    assert NAME in listed(cast.province)
    assert NAME not in listed(cast.na_meo)
    assert decider(school) == cast.na_meo
    freeze_roster(ours, by=cast.minh)
    with pytest.raises(TransitionRefused, match="danh sách đã chốt của cấp khác"):
        add_after_freezing(ours, school, reason=PAPER, by=cast.minh)
    with pytest.raises(TransitionRefused, match="ghi lý do"):
        remove_after_freezing(theirs.entries.get(unit=school), reason=" ", by=cast.tuan)
    remove_after_freezing(theirs.entries.get(unit=school), reason=PAPER, by=cast.tuan)
    add_after_freezing(ours, school, reason=PAPER, by=cast.minh)

    assert (NAME in listed(cast.province), NAME in listed(cast.na_meo)) == (False, True)


def test_a_delegation_that_ends_leaves_the_delegates_frozen_list_alone(cast, school, open_year):
    year = localdate().year
    delegation = delegated(cast, starts_on=localdate() - dt.timedelta(days=20))
    freeze_roster(Roster.objects.get(authority=cast.na_meo, year=year), by=cast.minh)
    take_units_back(delegation, ends_on=localdate() - dt.timedelta(days=1), by=cast.thu)
    prepare_roster(cast.province, year=year)

    assert NAME in listed(cast.na_meo)
    assert NAME not in listed(cast.province)
    assert decider(school) == cast.province


def opened(cast, school, scheme="recognition"):
    """A file under way that the province answers for, as opening it stores it."""
    return Evaluation.objects.create(
        season=Season.objects.get(scheme=scheme), unit=school, unit_version=version_of(school),
        province=cast.province, managing_unit=cast.province, appraising_unit=cast.province,
        deciding_unit=cast.province, procedure="grassroots-1",
    )  # fmt: skip


def authorities(evaluation):
    evaluation.refresh_from_db()
    return {evaluation.managing_unit, evaluation.appraising_unit, evaluation.deciding_unit}


def test_a_file_under_way_moves_with_the_delegation_and_back(cast, school, open_year):
    evaluation = opened(cast, school)
    delegation = delegated(cast, starts_on=localdate() - dt.timedelta(days=20))

    assert authorities(evaluation) == {cast.na_meo}
    take_units_back(delegation, ends_on=localdate() - dt.timedelta(days=1), by=cast.thu)
    assert authorities(evaluation) == {cast.province}
    assert AuditEvent.objects.filter(act="evaluation.move").count() == 2
    assert move_open_files(cast.province.pk) == 0


def test_a_delegation_that_begins_later_is_followed_on_its_day(
    cast, school, open_year, time_machine
):
    evaluation = opened(cast, school)
    tomorrow = localdate() + dt.timedelta(days=1)
    delegated(cast, starts_on=tomorrow)
    assert authorities(evaluation) == {cast.province}

    time_machine.move_to(dt.datetime.combine(tomorrow, dt.time(1), tzinfo=dt.UTC))

    assert follow_the_calendar() == 1
    assert authorities(evaluation) == {cast.na_meo}
    if tomorrow.month > 1:
        assert NAME in listed(cast.na_meo)


def test_lists_follow_a_delegation_even_if_nothing_ran_that_night(
    cast, school, open_year, time_machine
):
    year, tomorrow = localdate().year, localdate() + dt.timedelta(days=1)
    delegated(cast, starts_on=tomorrow)
    later = dt.datetime.combine(tomorrow + dt.timedelta(days=3), dt.time(1), tzinfo=dt.UTC)
    time_machine.move_to(later)

    follow_the_calendar()

    if later.year == year:
        assert NAME in listed(cast.na_meo)
        assert NAME not in listed(cast.province)


def test_the_clock_follows_the_calendar_every_night(settings):
    planned = settings.CELERY_BEAT_SCHEDULE["follow-the-calendar"]

    assert planned["task"] == follow_the_calendar_task.name
    assert (planned["schedule"].hour, planned["schedule"].minute) == ({0}, {10})
    follow_the_calendar_task()


def test_the_page_lists_adds_and_ends(cast, school, open_year, as_):
    client = as_(cast.thu)
    assert client.get(NEW).status_code == 200
    address = f"{NEW}?tinh={cast.province.pk}&cap={cast.na_meo.pk}"
    page = client.get(address).content.decode()
    assert NAME in page
    typed = {"kinds": KINDS, "starts_on": f"{localdate():%d/%m/%Y}", "legal_act": PAPER}

    assert client.post(address, typed | {"legal_act": ""}).status_code == 422
    assert client.post(address, typed).status_code == 302
    delegation = Delegation.objects.get()
    shown = client.get(LIST).content.decode()
    assert "Mọi cơ sở giáo dục nằm trên địa bàn" in shown
    assert "Đang có hiệu lực" in shown
    assert client.post(address, typed).status_code == 422
    end = f"{LIST}{delegation.pk}/ket-thuc/"
    assert client.get(end).status_code == 200
    early = f"{localdate() - dt.timedelta(days=1):%d/%m/%Y}"
    assert client.post(end, {"ends_on": early}).status_code == 422
    assert client.post(end, {"ends_on": f"{localdate():%d/%m/%Y}"}).status_code == 302

    delegation.refresh_from_db()
    assert delegation.ends_on == localdate()


@pytest.mark.parametrize("who", ["minh", "tuan", "binh"])
def test_the_pages_are_the_administrators(cast, school, as_, who):
    delegation = granted(cast)
    client = as_(getattr(cast, who))

    for address in (LIST, NEW, f"{LIST}{delegation.pk}/ket-thuc/"):
        assert client.get(address).status_code == 403
