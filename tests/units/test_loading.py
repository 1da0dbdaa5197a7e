"""The real units of both eras: how many there are, which stayed the same, what became of the rest."""

import datetime as dt
import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from tests.cast import give_role, make_person
from units.loading import UnitKey, national_plan
from units.loading.plan import COMMUNE_ACT, DISTRICT_ACT, PROVINCE_ACT, REFORM_DAY
from units.models import Kind, SubKind, Unit, UnitSuccession, UnitVersion
from units.selectors import label_of
from units.services import UnitFacts, create_unit, revise_unit
from units.services.loading import load_admin_units

BEFORE, AFTER = dt.date(2025, 6, 30), REFORM_DAY
THANH_HOA, BAC_NINH = "38", "24"
QUAN_SON = {"15001", "15007", "15010", "15013", "15016", "15019", "15022", "15025"}


@pytest.fixture(scope="module")
def plan():
    return national_plan()


@pytest.fixture
def thanh_hoa(db):
    load_admin_units([THANH_HOA])


def counts(day):
    out = StringIO()
    call_command("unit_counts", day, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def the_unit(code, kind=Kind.COMMUNE, valid_from=REFORM_DAY):
    return Unit.objects.get(kind=kind, versions__code=code, versions__valid_from=valid_from)


# The plan, without a database ------------------------------------------------------------------


def test_plan_links_every_unit_of_the_old_era(plan):
    kinds = Counter((link.predecessor.kind, link.successor.kind) for link in plan.successions)

    assert kinds == {
        (Kind.COMMUNE, Kind.COMMUNE): 10_465,
        (Kind.PROVINCE, Kind.PROVINCE): 52,
        (Kind.DISTRICT, Kind.COMMUNE): 5,
    }


def test_plan_keeps_what_one_unit_became_of_one_as_the_same_unit(plan):
    starts = {}
    for version in plan.versions:
        starts.setdefault(version.unit, []).append(version.valid_from)
    same = Counter(unit.kind for unit, days in starts.items() if days[:2] == [None, REFORM_DAY])
    new = Counter(unit.kind for unit in starts if not unit.is_old)
    going_on = Counter(u.key.kind for u in plan.units if u.key.is_old and u.ended_on is None)

    assert same == {Kind.COMMUNE: 132}
    assert new == {Kind.PROVINCE: 23, Kind.COMMUNE: 3_321 - 132}
    assert going_on == {Kind.NATION: 1, Kind.PROVINCE: 11, Kind.COMMUNE: 132}


def test_plan_has_one_main_successor_for_every_divided_unit(plan):
    mains = Counter(link.predecessor for link in plan.successions if link.is_default)

    assert set(mains.values()) == {1}
    assert set(mains) == {link.predecessor for link in plan.successions}


def test_plan_of_one_province_holds_all_provinces_and_what_links_to_it():
    plan = national_plan([THANH_HOA])

    kinds = Counter(unit.key.kind for unit in plan.units)
    both_eras = sum(1 for version in plan.versions if version.unit.kind == Kind.COMMUNE)
    assert (kinds[Kind.PROVINCE], kinds[Kind.DISTRICT]) == (63 + 23, 26)
    assert both_eras == 547 + 166


def test_plan_never_takes_a_re_used_province_code_for_the_same_province(plan):
    names = {(v.unit, v.valid_from): v.name for v in plan.versions if v.code == BAC_NINH}

    assert names == {
        (UnitKey(Kind.PROVINCE, True, "24"), None): "Tỉnh Bắc Giang",
        (UnitKey(Kind.PROVINCE, False, "24"), REFORM_DAY): "Tỉnh Bắc Ninh",
        (UnitKey(Kind.PROVINCE, False, "24"), dt.date(2026, 9, 20)): "Thành phố Bắc Ninh",
    }


def test_plan_mixes_no_two_communes_by_a_re_used_code(plan):
    by_code = {}
    for version in plan.versions:
        if version.unit.kind == Kind.COMMUNE:
            by_code.setdefault(version.code, set()).add(version.unit)

    reused = [code for code, units in by_code.items() if len(units) > 1]
    same = [code for code, units in by_code.items() if any(u.is_old for u in units)]
    assert all(len(units) <= 2 for units in by_code.values())
    assert len(reused) > 2_000
    assert set(reused) <= set(same)


def test_plan_refuses_a_code_that_is_no_present_province():
    with pytest.raises(ValueError, match="mã 27"):
        national_plan(["27"])


# One province in the database ------------------------------------------------------------------


def test_one_province_is_counted_in_both_eras(thanh_hoa):
    before, after = counts("2025-06-30"), counts("2025-07-01")

    assert (before["province"], before["district"], before["commune"]) == (63, 26, 547)
    assert (after["province"], after["district"], after["commune"]) == (34, 0, 166)


def test_loading_again_adds_nothing(thanh_hoa):
    again = load_admin_units([THANH_HOA])

    assert (again.units, again.versions, again.successions) == (0, 0, 0)


def test_quan_son_went_from_twelve_communes_to_eight(thanh_hoa):
    district = the_unit("387", Kind.DISTRICT, None)
    old = Unit.objects.filter(versions__parent=district)
    codes = UnitVersion.objects.in_force(AFTER).filter(code__in=QUAN_SON).values("unit")
    new = Unit.objects.alive_on(AFTER).filter(pk__in=codes, kind=Kind.COMMUNE)

    assert old.count() == 12
    assert new.count() == 8
    assert {link.successor for link in UnitSuccession.objects.filter(predecessor__in=old)} <= set(
        new
    )
    assert (district.ended_on, district.ended_by_act) == (REFORM_DAY, DISTRICT_ACT)


def test_merged_commune_is_a_new_unit_with_predecessors(thanh_hoa):
    trung_ha = the_unit("15001")

    names = [
        link.predecessor.versions.get().name
        for link in trung_ha.precessions.order_by("predecessor__versions__sort_key")
    ]
    assert names == ["Xã Trung Hạ", "Xã Trung Tiến", "Xã Trung Xuân"]
    assert {link.legal_act for link in trung_ha.precessions.all()} == {COMMUNE_ACT}


def test_divided_commune_has_one_main_successor(thanh_hoa):
    son_lu = Unit.objects.get(versions__name="Thị trấn Sơn Lư", versions__valid_from=None)

    links = {
        link.successor.versions.in_force().get().name: link.is_default
        for link in son_lu.successions.all()
    }
    assert sorted(links) == ["Xã Quan Sơn", "Xã Tam Lư"]
    assert sum(links.values()) == 1


def test_unchanged_commune_is_the_same_unit_under_another_parent(thanh_hoa):
    na_meo = the_unit("15013")
    before, after = na_meo.versions.in_force(BEFORE).get(), na_meo.versions.in_force(AFTER).get()
    province = the_unit(THANH_HOA, Kind.PROVINCE, None)

    assert (before.name, after.name) == ("Xã Na Mèo", "Xã Na Mèo")
    assert (before.managing_level, after.managing_level) == ("district", "province")
    assert before.parent.kind == Kind.DISTRICT
    assert after.path == f"{province.versions.get().path}{na_meo.pk}/"
    assert na_meo.province == province
    assert not na_meo.precessions.exists()


def test_residential_area_goes_with_its_commune_into_the_merged_one(thanh_hoa):
    root = make_person("root", is_superuser=True)
    trung_xuan = Unit.objects.get(versions__name="Xã Trung Xuân", ended_on=REFORM_DAY)
    trung_ha, officer = the_unit("15001"), make_person("lan")
    give_role(officer, Role.OFFICER, trung_ha)
    area = create_unit(
        parent=trung_xuan, kind=Kind.RESIDENTIAL_AREA, facts=UnitFacts("La", SubKind.BAN),
        valid_from=dt.date(2022, 1, 1), by=root,
    ).unit  # fmt: skip

    revise_unit(area, valid_from=REFORM_DAY, parent=trung_ha, legal_act=COMMUNE_ACT, by=root)

    assert label_of(area.versions.in_force(BEFORE).get(), BEFORE) == "Bản La, xã Trung Xuân"
    assert label_of(area.versions.in_force().get()) == "Bản La, xã Trung Hạ"
    assert area in Unit.objects.visible_to(officer)
    assert trung_xuan in Unit.objects.visible_to(officer)


def test_residential_area_follows_a_commune_that_stayed_the_same_unit(thanh_hoa):
    root = make_person("root", is_superuser=True)
    na_meo = the_unit("15013")

    last = create_unit(
        parent=na_meo, kind=Kind.RESIDENTIAL_AREA, facts=UnitFacts("Hiềm", SubKind.BAN),
        valid_from=dt.date(2022, 1, 1), by=root,
    )  # fmt: skip

    assert last.valid_from == REFORM_DAY
    assert last.path == f"{na_meo.versions.in_force().get().path}{last.unit_id}/"
    before = last.unit.versions.in_force(BEFORE).get()
    assert before.path == f"{na_meo.versions.in_force(BEFORE).get().path}{last.unit_id}/"


def test_commune_is_found_without_diacritics(thanh_hoa):
    found = UnitVersion.objects.in_force().search("na meo")

    assert [version.name for version in found] == ["Xã Na Mèo"]


def test_two_provinces_can_be_loaded_one_after_the_other(thanh_hoa):
    load_admin_units([BAC_NINH])

    day = dt.date(2026, 11, 1)
    assert counts("2026-11-01")["commune"] == 166 + 99
    present = the_unit(BAC_NINH, Kind.PROVINCE)
    assert present.versions.in_force(day).get().name == "Thành phố Bắc Ninh"
    links = present.precessions.order_by("predecessor__versions__sort_key")
    assert [link.predecessor.versions.get().name for link in links] == [
        "Tỉnh Bắc Giang",
        "Tỉnh Bắc Ninh",
    ]
    assert {link.legal_act for link in links} == {PROVINCE_ACT}
    assert the_unit("07294").versions.in_force(day).get().name == "Phường Bố Hạ"
    assert UnitVersion.objects.filter(unit__kind=Kind.NATION).count() == 1


def test_there_is_one_nation(thanh_hoa):
    nation = Unit.objects.get(kind=Kind.NATION)

    assert nation.versions.get().path == f"/{nation.pk}/"
    assert Unit.objects.filter(kind=Kind.PROVINCE, versions__parent=nation).distinct().count() == 86


@pytest.mark.parametrize("typed", ["31/02/2025", "2025-13-01", "hôm nay"])
def test_unit_counts_refuses_what_is_no_date(typed):
    with pytest.raises(CommandError, match="không phải là ngày"):
        call_command("unit_counts", typed)


@pytest.mark.django_db
def test_load_command_refuses_an_unknown_province():
    with pytest.raises(CommandError, match="mã 99"):
        call_command("load_admin_units", "--province", "38", "99")


# The whole country -----------------------------------------------------------------------------


@pytest.mark.slow
def test_whole_country_completes_what_one_province_began(thanh_hoa):
    load_admin_units()

    assert [counts("2025-06-01")[kind] for kind in ("province", "district", "commune")] == [
        63, 696, 10_035,
    ]  # fmt: skip
    assert [counts("2025-07-02")[kind] for kind in ("province", "district", "commune")] == [
        34, 0, 3_321,
    ]  # fmt: skip
    now = counts("2026-11-01")
    assert (now["tinh"], now["thanh_pho_tw"]) == (25, 9)
    assert (now["xa"], now["phuong"], now["dac_khu"]) == (2_599, 709, 13)
    assert UnitSuccession.objects.count() == 10_465 + 52 + 5


@pytest.mark.slow
@pytest.mark.django_db
def test_island_districts_became_special_zones():
    load_admin_units()

    links = UnitSuccession.objects.filter(predecessor__kind=Kind.DISTRICT)
    names = {
        link.predecessor.versions.get().name: link.successor.versions.get().name for link in links
    }
    assert names == {
        "Huyện Bạch Long Vĩ": "Đặc khu Bạch Long Vĩ",
        "Huyện Cồn Cỏ": "Đặc khu Cồn Cỏ",
        "Huyện Hoàng Sa": "Đặc khu Hoàng Sa",
        "Huyện Lý Sơn": "Đặc khu Lý Sơn",
        "Huyện Côn Đảo": "Đặc khu Côn Đảo",
    }
    dau_giay = the_unit("26326")
    assert [v.name for v in dau_giay.versions.order_by("valid_from")] == [
        "Xã Dầu Giây",
        "Phường Dầu Giây",
    ]
    assert dau_giay.versions.latest("valid_from").legal_act == "Nghị quyết 237/NQ-UBTVQH16"
