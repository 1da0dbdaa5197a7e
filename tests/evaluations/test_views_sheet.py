"""The officer's first pages: what waits, the season's sheet, acts on many units."""

import pytest

from evaluations.models import Roster
from evaluations.services.evaluations import return_file
from tests import story
from tests.cast import make_person, make_unit
from tests.pages import address, queries_of
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")


def test_home_names_what_waits_for_the_officer(cast, open_year, as_):
    story.registered(cast.hiem, officer=cast.lan, appraiser=cast.minh)
    story.in_review(cast.che_lau, cast)
    return_file(cast.che_lau, year=story.year(), note="Bổ sung biên bản.", by=cast.minh)

    page = as_(cast.lan).get("/").content.decode()

    assert "Bổ sung hồ sơ bị trả lại" in page
    assert "Bắt đầu tự đánh giá" in page
    assert "Chậm nhất" in page
    assert "Trả lại bổ sung" in page


def test_home_names_what_waits_for_the_appraiser(cast, open_year, as_):
    story.submitted(cast.che_lau, cast)

    page = as_(cast.minh).get("/").content.decode()

    assert "Nhận thẩm định" in page
    assert "Hồ sơ đã gửi, chưa ai nhận." in page


def test_home_names_what_waits_for_approver_and_clerk(cast, open_year, as_):
    story.approved([cast.che_lau], cast)

    assert "Vào số, ban hành" in as_(cast.van).get("/").content.decode()
    assert "Không có việc nào đang chờ" in as_(cast.hoa).get("/").content.decode()


@pytest.mark.parametrize(
    "name", ["lan", "minh", "hoa", "van", "tuan", "binh", "thu", "nga", "root"]
)
def test_home_opens_for_everyone(cast, open_year, as_, name):
    assert as_(getattr(cast, name)).get("/").status_code == 200


def test_home_tells_a_person_without_assignment_whom_to_ask(cast, as_):
    page = as_(make_person("moi")).get("/").content.decode()

    assert "Chưa được phân công" in page


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("lan", 200),
        ("minh", 200),
        ("hoa", 200),
        ("van", 200),
        ("tuan", 200),
        ("thu", 200),
        ("root", 200),
    ],
)
def test_sheet_is_seen_in_scope(cast, open_year, as_, name, status):
    url = address("sheet", story.year(), xa=cast.na_meo.pk)

    assert as_(getattr(cast, name)).get(url).status_code == status


def test_sheet_of_another_commune_is_not_found(cast, open_year, as_):
    url = address("sheet", story.year(), xa=cast.na_meo.pk)

    assert as_(cast.nga).get(url).status_code == 404


def test_sheet_shows_the_own_commune_only(cast, open_year, as_):
    page = as_(cast.nga).get(address("sheet", story.year())).content.decode()

    assert "Bản Thủy Thành" in page
    assert "Bản Ché Lầu" not in page


def test_sheet_shows_where_each_unit_stands(cast, open_year, as_):
    story.submitted(cast.che_lau, cast)

    page = as_(cast.lan).get(address("sheet", story.year())).content.decode()

    assert "19/19" in page
    assert "Đã gửi thẩm định" in page
    assert "Chưa đăng ký" in page


def test_sheet_search_ignores_diacritics_and_chips_filter(cast, open_year, as_):
    client = as_(cast.lan)
    found = client.get(address("sheet", story.year(), tim="che lau")).content.decode()
    none = client.get(address("sheet", story.year(), buoc="da-gui")).content.decode()

    assert "Bản Ché Lầu" in found
    assert "Bản Hiềm" not in found
    assert "Không có đơn vị nào khớp" in none


def test_sheet_offers_only_acts_the_person_may_do(cast, open_year, as_):
    officer = as_(cast.lan).get(address("sheet", story.year())).content.decode()
    clerk = as_(cast.van).get(address("sheet", story.year())).content.decode()

    assert 'value="gui-tham-dinh"' in officer
    assert 'value="tiep-nhan"' not in officer
    assert 'name="viec"' not in clerk


def test_person_without_place_is_refused_with_the_reason(cast, as_):
    answer = as_(make_person("moi")).get(address("sheet", story.year()))

    assert answer.status_code == 403
    assert "chưa được phân công" in answer.content.decode()


def test_superuser_chooses_a_place_by_name(cast, open_year, as_):
    client = as_(cast.root)
    empty = client.get(address("sheet", story.year()))
    found = client.get(address("sheet", story.year(), tim="na meo")).content.decode()

    assert "Chọn nơi xem" in empty.content.decode()
    assert f"?xa={cast.na_meo.pk}" in found


def test_sheet_now_leads_to_the_open_year(cast, open_year, as_):
    answer = as_(cast.lan).get(address("sheet_now"))

    assert answer.headers["Location"] == address("sheet", story.year())


def more_units(cast, number):
    for place in range(number):
        make_unit(Kind.RESIDENTIAL_AREA, f"Số {place}", parent=cast.na_meo, sub_kind=SubKind.BAN)


@pytest.mark.parametrize("name", ["home", "sheet", "roster", "registration_grid", "criterion_grid"])
def test_pages_ask_the_database_as_often_for_one_unit_as_for_thirty(cast, open_year, as_, name):
    client = as_(cast.lan)
    url = "/" if name == "home" else address(name, story.year())
    story.submitted(cast.che_lau, cast)
    client.get(url)
    few = queries_of(client, url)
    more_units(cast, 30)
    client.get(address("roster", story.year()))

    many = queries_of(client, url)

    assert many == few
    assert few <= {"home": 21, "roster": 30}.get(name, 21)


@pytest.mark.parametrize("name", ["home", "sheet", "registration_grid"])
def test_unit_added_to_the_register_waits_for_the_officer_at_once(cast, open_year, as_, name):
    client = as_(cast.lan)
    url = "/" if name == "home" else address(name, story.year())
    before = client.get(url).content.decode()
    more_units(cast, 1)

    page = client.get(url).content.decode()

    assert "Số 0" not in before
    if name == "home":
        assert "3 đơn vị" in page
    else:
        assert "Bản Số 0" in page


def test_first_comer_of_a_season_finds_the_list(cast, open_year, as_):
    Roster.objects.all().delete()

    assert "2 đơn vị" in as_(cast.lan).get("/").content.decode()
