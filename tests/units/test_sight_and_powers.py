"""Who sees which unit, and who may act where."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.roles import Act, Role
from tests.cast import give_role, make_person, make_unit, version_of
from units.models import Kind, SubKind, Unit, UnitSuccession, UnitVersion
from units.selectors import Place, managing_unit_id, powers_of, units_managed_by

pytestmark = pytest.mark.usefixtures("stage", "db")

TODAY = dt.date.today()  # noqa: DTZ011
YESTERDAY = TODAY - dt.timedelta(days=1)


def seen(user):
    return set(Unit.objects.visible_to(user))


@pytest.fixture
def school(cast):
    """A THPT in Na Mèo that the province manages."""
    return make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level="province",
    )  # fmt: skip


def test_sight_is_the_subtree_of_the_assigned_unit(cast):
    assert seen(cast.lan) == {cast.na_meo, cast.che_lau, cast.hiem}
    assert seen(cast.nga) == {cast.son_thuy, cast.thuy_thanh, cast.chung_son}
    assert seen(cast.tuan) == set(Unit.objects.exclude(pk=cast.nation.pk))
    assert seen(cast.root) == set(Unit.objects.all())


def test_sight_is_nothing_without_a_current_assignment(cast):
    ended, later, stranger = make_person("a"), make_person("b"), make_person("c")
    give_role(ended, Role.OFFICER, cast.na_meo, ends_on=YESTERDAY)
    give_role(later, Role.OFFICER, cast.na_meo, starts_on=TODAY + dt.timedelta(days=30))

    for user in (ended, later, stranger, AnonymousUser()):
        assert seen(user) == set()


def test_sight_of_a_locked_account_is_nothing(cast):
    cast.lan.is_active = False

    assert seen(cast.lan) == set()


def test_viewer_sees_the_assigned_kinds_only(cast, school):
    viewer = make_person("viewer")
    give_role(viewer, Role.VIEWER, cast.province, kinds=[Kind.EDUCATIONAL_INSTITUTION])

    assert seen(viewer) == {school}


def test_reporter_sees_the_own_unit_only(cast, school):
    reporter = make_person("reporter")
    give_role(reporter, Role.REPORTER, school)

    assert seen(reporter) == {school}


@pytest.fixture
def merged(cast):
    """A former commune with a residential area that ended with it; Na Mèo took its place."""
    day = dt.date(2025, 7, 1)
    old = make_unit(Kind.COMMUNE, "Mường Xia", parent=cast.province, sub_kind=SubKind.XA)
    inside = make_unit(Kind.RESIDENTIAL_AREA, "Xia Nọi", parent=old, sub_kind=SubKind.BAN)
    Unit.objects.filter(pk=old.pk).update(ended_on=day)
    UnitSuccession.objects.create(predecessor=old, successor=cast.na_meo, on=day, legal_act="NQ")
    return old, inside


def test_sight_reaches_what_the_assigned_unit_took_the_place_of(cast, merged):
    assert set(merged) <= seen(cast.lan)
    assert not set(merged) & seen(cast.nga)


def test_sight_of_a_predecessor_gives_no_act(cast, merged):
    _, inside = merged
    version = version_of(inside)

    place = Place.of(version, authority_id=managing_unit_id(version))

    assert not any(powers_of(cast.lan).may(act, place) for act in Act)
    assert not any(powers_of(cast.minh).may(act, place) for act in Act if act != Act.SEE_AUDIT)


def test_role_held_elsewhere_does_not_count(cast):
    version = version_of(cast.che_lau)
    place = Place.of(version, authority_id=cast.na_meo.pk)

    assert not any(powers_of(cast.nga).may(act, place) for act in Act)


def test_role_held_above_gives_sight_only(cast):
    version = version_of(cast.che_lau)
    place = Place.of(version, authority_id=cast.na_meo.pk)
    only_sight = {Act.SEE_REPORTS, Act.SEE_AUDIT}

    for person in (cast.tuan, cast.duc, cast.mai, cast.binh):
        assert {act for act in Act if powers_of(person).may(act, place)} <= only_sight


def test_role_below_does_not_reach_what_the_province_manages(cast, school):
    version = version_of(school)
    place = Place.of(version, authority_id=managing_unit_id(version))

    assert place.authority_id == cast.province.pk
    assert not powers_of(cast.minh).may(Act.APPRAISE, place)
    assert powers_of(cast.tuan).may(Act.APPRAISE, place)
    with pytest.raises(PermissionDenied, match="Thường trực Ban Chỉ đạo"):
        powers_of(cast.minh).require(Act.APPRAISE, place)


def test_superuser_does_no_act_of_the_procedure(cast):
    place = Place.of(version_of(cast.che_lau), authority_id=cast.na_meo.pk)
    powers = powers_of(cast.root)

    done = {act for act in Act if powers.may(act, place)}

    assert not done & {Act.REGISTER, Act.SUBMIT, Act.APPRAISE, Act.APPROVE, Act.ISSUE}


def test_names_of_government_are_open_and_the_rest_is_scoped(cast):
    named = set(Unit.objects.named_for(cast.nga))

    assert {cast.nation, cast.province, cast.na_meo} <= named
    assert cast.che_lau not in named


def test_managed_units_are_those_of_the_authority_not_of_the_place(
    cast, school, django_assert_num_queries
):
    with django_assert_num_queries(2):
        of_commune = [version.name for version in units_managed_by(cast.na_meo)]
    assert of_commune == ["Bản Ché Lầu", "Bản Hiềm"]
    of_province = [version.unit for version in units_managed_by(cast.province)]
    assert set(of_province) == {school, cast.na_meo, cast.son_thuy}
    assert units_managed_by(school) == []


def test_managed_units_do_not_hold_closed_ones(cast):
    Unit.objects.filter(pk=cast.hiem.pk).update(ended_on=TODAY)

    assert [v.name for v in units_managed_by(cast.na_meo)] == ["Bản Ché Lầu"]
    assert len(units_managed_by(cast.na_meo, YESTERDAY)) == 2


def test_search_takes_all_words_in_any_order(cast):
    found = UnitVersion.objects.search("lau CHE")

    assert [version.name for version in found] == ["Bản Ché Lầu"]
