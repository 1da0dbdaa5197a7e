"""Pages of an area with several kinds of units: one kind at a time, no litter, what each kind is asked."""

import pytest

from evaluations.models import Registration
from tests import story
from tests.cast import make_unit
from tests.pages import address, words
from tests.staging import Stage, peopled
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")


@pytest.fixture(scope="module")
def stage(held):
    """A clinic and a school, and seasons of residential areas and agencies; none of schools."""
    cast = peopled().cast
    clinic = make_unit(
        Kind.AGENCY, "Trạm Y tế xã", parent=cast.na_meo, sub_kind=SubKind.PUBLIC_SERVICE
    )
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THCS Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.LOWER_SECONDARY,
    )  # fmt: skip
    seasons = story.open_seasons(cast, kinds=(Kind.RESIDENTIAL_AREA, Kind.AGENCY))
    return Stage(cast, seasons, {"clinic": clinic, "school": school})


@pytest.fixture
def clinic(copied):
    return copied.more["clinic"]


@pytest.fixture
def school(copied):
    return copied.more["school"]


def grid(name, **query):
    return address(name, story.year(), **query)


def test_registration_grid_asks_one_kind_at_a_time(cast, seasons, clinic, as_):
    client = as_(cast.lan)

    first, agencies = (
        words(client.get(grid("registration_grid"))),
        words(client.get(grid("registration_grid", loai="agency"))),
    )

    assert f"u{cast.che_lau.pk}-households_total" in first
    assert f"u{clinic.pk}-" not in first
    assert f"u{clinic.pk}-plan_number" in agencies
    assert f"u{clinic.pk}-no_party" in agencies
    assert "households" not in agencies
    assert "Ngày chốt số hộ" not in agencies


def test_registration_of_an_agency_is_saved_and_kept_in_its_grid(cast, seasons, clinic, as_):
    prefix = f"u{clinic.pk}"
    data = {
        f"{prefix}-version": 0, f"{prefix}-no_party": "co", f"{prefix}-plan_number": "05/KH",
        f"{prefix}-plan_on": "5/1", f"{prefix}-registered_on": "12/1",
        f"{prefix}-people_informed": "20", f"{prefix}-people_total": "20",
    }  # fmt: skip

    response = as_(cast.lan).post(grid("registration_grid", loai="agency"), data)

    saved = Registration.objects.get()
    assert response.status_code == 302
    assert "loai=agency" in response["Location"]
    assert (saved.unit, saved.has_party, saved.plan_number) == (clinic, False, "05/KH")
    assert (saved.people_informed, saved.people_total) == (20, 20)


def test_file_of_an_agency_asks_what_agencies_register(cast, seasons, clinic, as_):
    text = words(as_(cast.lan).get(address("file", story.year(), clinic.pk, tab="dang-ky")))

    assert "Số kế hoạch" in text
    assert "Không có tổ chức đảng" in text
    assert "Điều 6 khoản 1" in text
    assert "Tổng số hộ" not in text


def test_sheet_names_unopened_kinds_once_and_shows_no_row_for_them(cast, seasons, school, as_):
    text = words(as_(cast.lan).get(grid("sheet")))

    assert "Trường THCS Na Mèo" not in text
    assert "Chưa mở kỳ cho cơ sở giáo dục (1 đơn vị)" in text
    assert "Trạm Y tế xã" in text


def test_sheet_filters_by_kind_and_shows_its_deadlines(cast, seasons, clinic, as_):
    text = words(as_(cast.lan).get(grid("sheet", loai="agency")))

    assert "Trạm Y tế xã" in text
    assert "Bản Ché Lầu" not in text
    assert text.count('class="season-line') == 1
    assert "Quyết định QĐ 510, cơ quan" in text.replace("  ", " ")


@pytest.mark.parametrize("row", ["", "bien-ban"])
def test_criterion_grid_shows_one_kind(cast, seasons, clinic, as_, row):
    client = as_(cast.lan)
    query = {"dong": row} if row else {}

    areas = words(client.get(grid("criterion_grid", **query)))
    agencies = words(client.get(grid("criterion_grid", loai="agency", **query)))

    assert "Bản Ché Lầu" in areas
    assert "Trạm Y tế xã" not in areas
    assert "Trạm Y tế xã" in agencies
    assert "Bản Ché Lầu" not in agencies


def test_criterion_grid_of_agencies_offers_their_criteria(cast, seasons, clinic, as_):
    text = words(as_(cast.lan).get(grid("criterion_grid", loai="agency")))

    assert "tt124:6.1" in text
    assert "tt124:4.1" not in text


def test_sheet_lists_kind_by_kind(cast, seasons, clinic, as_):
    second = make_unit(
        Kind.AGENCY, "Ban Quản lý chợ", parent=cast.na_meo, sub_kind=SubKind.PUBLIC_SERVICE
    )
    client = as_(cast.lan)

    client.get(grid("roster"))
    rows = client.get(grid("sheet")).context["rows"]

    assert [row.unit_id for row in rows] == [
        cast.che_lau.pk, cast.hiem.pk, second.pk, clinic.pk,
    ]  # fmt: skip
