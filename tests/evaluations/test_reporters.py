"""A school head with an account: sees and fills the own file, is led to it, and nothing else."""

from dataclasses import replace

import pytest
from django.utils.timezone import localdate

from accounts.roles import Role
from evaluations.models import Registration
from evaluations.services.evaluations import open_file
from tests import story
from tests.cast import give_role, make_person, make_unit
from tests.pages import address, words
from tests.staging import peopled
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")

KINDS = (Kind.RESIDENTIAL_AREA, Kind.EDUCATIONAL_INSTITUTION, Kind.AGENCY)


@pytest.fixture(scope="module")
def stage(held):
    """Two schools and the head of one of them, in a year that is open for three kinds."""
    stage = peopled()
    cast = stage.cast
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THCS Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.LOWER_SECONDARY,
    )  # fmt: skip
    neighbour = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY,
    )  # fmt: skip
    story.open_seasons(cast, kinds=KINDS)
    head = make_person("hieu_truong", "Lê Thị Hiền")
    give_role(head, Role.REPORTER, school)
    return replace(stage, more={"school": school, "neighbour": neighbour, "head": head})


@pytest.fixture
def school(copied):
    return copied.more["school"]


@pytest.fixture
def neighbour(copied):
    return copied.more["neighbour"]


@pytest.fixture
def head(copied):
    """The head of the school."""
    return copied.more["head"]


def file_url(unit, **query):
    return address("file", story.year(), unit.pk, **query)


def test_home_is_about_the_own_unit(cast, head, school, as_):
    text = words(as_(head).get("/"))

    assert "Trường THCS Na Mèo" in text
    assert f"{file_url(school)}?tab=dang-ky" in text
    assert "Bắt đầu tự đánh giá" in text
    assert "Bản Ché Lầu" not in text
    assert "Trường THPT" not in text
    assert "Danh sách thuộc diện" not in text


def test_deadlines_are_those_of_the_own_kind(cast, head, as_):
    text = words(as_(head).get("/"))

    assert "cơ sở giáo dục:" in text
    assert "cơ quan" not in text.split("season-line")[1].split("columns")[0]


def test_navigation_leads_to_the_own_file(cast, head, school, as_):
    client = as_(head)

    text = words(client.get("/"))
    led = client.get("/ho-so/")

    assert "Hồ sơ của đơn vị" in text
    assert "Bảng hồ sơ năm</a>" not in text
    assert led["Location"] == file_url(school)


def test_head_registers_and_fills_the_own_file(cast, head, school, as_):
    client = as_(head)
    row = f"u{school.pk}"
    data = {
        "viec": "dang-ky", f"{row}-version": 0, f"{row}-plan_number": "05/KH",
        f"{row}-resolution_number": "02-NQ/CB", f"{row}-registered_on": f"{localdate():%d/%m/%Y}",
        f"{row}-people_informed": "300", f"{row}-people_total": "300",
    }  # fmt: skip

    saved = client.post(file_url(school), data)
    opened = client.post(file_url(school), {"viec": "mo"}, follow=True)

    assert saved.status_code == 302
    assert Registration.objects.get().plan_number == "05/KH"
    assert opened.status_code == 200
    assert "Chưa bắt đầu" not in words(opened)
    assert set(story.files(school)) == {"recognition", "classification"}


@pytest.mark.parametrize("name", ["sheet", "registration_grid", "criterion_grid", "roster"])
def test_pages_of_the_area_show_the_own_unit_only(cast, head, as_, name):
    response = as_(head).get(address(name, story.year()))

    assert response.status_code == 200
    text = words(response)
    assert "Trường THCS Na Mèo" in text
    assert "Bản Ché Lầu" not in text
    assert "Trường THPT" not in text


def test_neighbours_are_not_found_and_acts_of_others_are_refused(
    cast, head, school, neighbour, as_
):
    client = as_(head)
    open_file(neighbour, year=story.year(), by=cast.lan)

    assert client.get(file_url(neighbour)).status_code == 404
    assert client.get(file_url(cast.che_lau)).status_code == 404
    assert client.post(file_url(neighbour), {"viec": "mo"}).status_code == 404
    assert client.get(address("roster_freeze", story.year())).status_code == 403
    assert client.get(address("queue")).status_code == 403
    assert client.get("/quan-tri/ky-danh-gia/").status_code == 403
    assert (
        client.get(f"{address('bulk', story.year())}?viec=tiep-nhan&don_vi={school.pk}").status_code
        == 403
    )
