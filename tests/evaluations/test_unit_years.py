"""A unit's page tells all its years; a past year's map is the one of that year."""

import datetime as dt
import json
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from evaluations.models import RecordedResult
from evaluations.selectors.areas import area_of, areas_below
from evaluations.selectors.unit_years import unit_years
from evaluations.services.rosters import prepare_roster
from tests import story
from tests.cast import make_person, version_of
from units.coverage import Scheme
from units.models import Kind, SubKind, Unit
from units.selectors import powers_of
from units.services import UnitFacts, merge_units, rename_unit, revise_unit
from units.services.loading import load_admin_units

pytestmark = pytest.mark.django_db

ACT = "Nghị quyết 12/NQ-HĐND"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        yield


def record(cast, unit, year, outcome="kha", scheme=Scheme.CLASSIFICATION):
    day = dt.date(year, 11, 20)
    return RecordedResult.objects.create(
        unit=unit, unit_version=unit.versions.in_force(day).get(), province=cast.province,
        deciding_unit=cast.na_meo, year=year, scheme=scheme, source="paper", outcome=outcome,
        decision_number=f"{year}/QĐ-UBND", decided_on=day, organ="UBND huyện Quan Sơn",
        entered_at=timezone.now(), entered_by=cast.lan,
    )  # fmt: skip


def told(user, unit):
    return [(row.year, row.name, row.place) for row in unit_years(user, unit)]


def test_every_year_says_what_the_unit_was_called_then_and_where_it_lay(cast):
    rename_unit(
        cast.che_lau, name="Ché Lầu Mới", on=dt.date(2024, 1, 1), legal_act=ACT, by=cast.lan
    )
    revise_unit(cast.che_lau, valid_from=dt.date(2025, 7, 1), parent=cast.son_thuy, by=cast.thu)
    for year in (2023, 2024, 2025):
        record(cast, cast.che_lau, year)

    assert told(cast.nga, cast.che_lau) == [
        (2025, "Bản Ché Lầu Mới", "xã Sơn Thủy"),
        (2024, "Bản Ché Lầu Mới", "xã Na Mèo"),
        (2023, "Bản Ché Lầu", "xã Na Mèo"),
    ]


def test_years_before_and_after_a_merger_are_told_on_every_page_of_the_line(cast):
    for unit in (cast.che_lau, cast.hiem):
        record(cast, unit, 2025)
    new = merge_units(
        [cast.che_lau, cast.hiem], into=UnitFacts("Sa Ná", SubKind.BAN),
        on=dt.date(2026, 6, 1), legal_act=ACT, by=cast.lan,
    )  # fmt: skip

    assert [row.name for row in unit_years(cast.lan, new.unit)] == ["Bản Ché Lầu", "Bản Hiềm"]
    own = unit_years(cast.lan, cast.hiem)
    assert [(row.name, row.is_own) for row in own] == [("Bản Hiềm", True)]


def test_unit_out_of_sight_stays_out_of_the_years(cast):
    record(cast, cast.che_lau, 2025)

    assert unit_years(cast.nga, cast.che_lau) == []


def test_page_shows_the_years_with_decisions_and_marks_paper(cast, as_):
    record(cast, cast.che_lau, 2024)
    record(cast, cast.che_lau, 2024, "met", Scheme.RECOGNITION)
    with time_machine.travel(dt.datetime(2025, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        story.open_seasons(cast)
        decision = story.issued([cast.che_lau], cast)

    page = as_(cast.lan).get(f"/don-vi/{cast.che_lau.pk}/").content.decode()

    assert "Kết quả các năm" in page
    assert "2024/QĐ-UBND" in page
    assert "nhập từ hồ sơ giấy" in page
    assert f'href="{decision.get_absolute_url()}"' in page
    assert "UBND xã Na Mèo" in page


def test_page_of_a_unit_known_by_name_only_tells_no_years(cast, as_):
    record(cast, cast.na_meo, 2024)

    page = as_(cast.nga).get(f"/don-vi/{cast.na_meo.pk}/").content.decode()

    assert "Xã Na Mèo" in page
    assert "Kết quả các năm" not in page


def test_years_take_as_many_queries_for_many_as_for_one(cast, django_assert_num_queries):
    record(cast, cast.che_lau, 2025)
    with django_assert_num_queries(7):
        assert len(unit_years(cast.lan, cast.che_lau)) == 1
    for year in (2022, 2023, 2024):
        record(cast, cast.che_lau, year)

    with django_assert_num_queries(7):
        assert len(unit_years(cast.lan, cast.che_lau)) == 4


# The map of a year -----------------------------------------------------------------------------


@pytest.fixture
def thanh_hoa(db):
    load_admin_units(["38"])
    return make_person("root", is_superuser=True)


def communes(user, unit, year):
    area = area_of(powers_of(user), asked=unit.pk)
    return [one.name for one in areas_below(area, year) if one.unit.kind == Kind.COMMUNE]


def test_district_of_quan_son_has_twelve_communes_in_2024_and_none_now(thanh_hoa):
    district = Unit.objects.get(kind=Kind.DISTRICT, versions__code="387")

    assert len(communes(thanh_hoa, district, 2024)) == 12
    assert "Thị trấn Sơn Lư" in communes(thanh_hoa, district, 2024)
    assert communes(thanh_hoa, district, 2025) == communes(thanh_hoa, district, 2026) == []


def test_province_has_the_communes_and_districts_of_the_year(thanh_hoa):
    province = Unit.objects.get(kind=Kind.PROVINCE, versions__code="38")
    area = area_of(powers_of(thanh_hoa), asked=province.pk)

    kinds = {
        year: [one.unit.kind for one in areas_below(area, year)] for year in (2024, 2025, 2026)
    }

    counted = {
        year: (found.count(Kind.COMMUNE), found.count(Kind.DISTRICT))
        for year, found in kinds.items()
    }
    assert counted == {2024: (547, 26), 2025: (166, 0), 2026: (166, 0)}


@pytest.mark.parametrize(("day", "expected"), [("2024-12-31", 12), ("2025-12-31", 8)])
def test_counts_of_a_day_agree_with_the_map(thanh_hoa, day, expected):
    out = StringIO()
    call_command("unit_counts", day, stdout=out)
    counts = json.loads(out.getvalue().splitlines()[-1])
    codes_now = ["15001", "15007", "15010", "15013", "15016", "15019", "15022", "15025"]
    alive = Unit.objects.alive_on(dt.date.fromisoformat(day)).filter(kind=Kind.COMMUNE)
    district = Unit.objects.get(kind=Kind.DISTRICT, versions__code="387")
    of_quan_son = (
        alive.filter(versions__parent=district)
        if expected == 12
        else alive.filter(versions__code__in=codes_now, versions__valid_from=dt.date(2025, 7, 1))
    )

    assert of_quan_son.distinct().count() == expected
    assert counts["commune"] == (547 if expected == 12 else 166)


def test_list_of_2024_holds_the_districts_and_that_of_2025_the_communes(thanh_hoa):
    province = Unit.objects.get(kind=Kind.PROVINCE, versions__code="38")
    district = Unit.objects.get(kind=Kind.DISTRICT, versions__code="387")

    old = prepare_roster(province, year=2024)
    of_district = prepare_roster(district, year=2024)
    new = prepare_roster(province, year=2025)

    assert old.entries.filter(unit__kind=Kind.DISTRICT).count() == 26
    assert of_district.entries.count() == 12
    assert new.entries.filter(unit__kind=Kind.COMMUNE).count() == 166
    assert version_of(district).name == "Huyện Quan Sơn"
