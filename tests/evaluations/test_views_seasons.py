"""The administrator's pages: opening, dating, locking and unlocking the seasons of a province."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from criteria.services import load_criteria
from evaluations.models import Season
from tests import story
from tests.staging import peopled
from units.coverage import Scheme
from units.models import Kind

pytestmark = pytest.mark.usefixtures("stage", "db")

LIST = "/quan-tri/ky-danh-gia/"
OPEN = "/quan-tri/ky-danh-gia/mo/"


@pytest.fixture(scope="module")
def stage(held):
    """Every set of criteria is loaded, and nothing is open."""
    stage = peopled()
    load_criteria()
    return stage


@pytest.fixture
def seasons(cast):
    return story.open_seasons(cast)


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def address(scheme=Scheme.RECOGNITION, kind=Kind.RESIDENTIAL_AREA, **more):
    query = {"nam": story.year(), "loai": kind.value, "che_do": scheme.value} | more
    return OPEN + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def dates(**changes):
    year = story.year()
    data = {
        "window_from": f"01/11/{year - 1}", "window_to": f"31/10/{year}", "register_by": f"31/03/{year}",
        "submit_by": "", "decide_before": f"15/11/{year}",
    }  # fmt: skip
    return data | changes


@pytest.mark.parametrize("path", ["/quan-tri/", LIST, OPEN])
@pytest.mark.parametrize("who", ["lan", "minh", "hoa", "van", "tuan", "nga"])
def test_administration_is_for_administrators(cast, signed_in, path, who):
    assert signed_in(getattr(cast, who)).get(path).status_code == 403


def test_list_shows_every_kind_of_the_year(cast, seasons, signed_in):
    response = signed_in(cast.thu).get(LIST)

    assert response.status_code == 200
    assert response.text.count("Đổi ngày") == 2
    assert response.text.count("Mở kỳ") == 8


def test_superuser_chooses_a_province(cast, seasons, signed_in):
    client = signed_in(cast.root)

    assert "Tỉnh Thanh Hóa" in client.get(LIST, {"tinh": cast.province.pk}).text
    assert client.get(LIST, {"tinh": cast.na_meo.pk}).status_code == 404


def test_opening_offers_the_dates_of_the_set(cast, signed_in):
    text = signed_in(cast.thu).get(address()).text

    assert f'value="01/11/{story.year() - 1}"' in text
    assert f'value="15/11/{story.year()}"' in text
    assert "Tiêu chí do cổng tóm lược, cần đối chiếu văn bản gốc" in text


def test_season_is_opened_with_the_typed_dates(cast, signed_in):
    response = signed_in(cast.thu).post(
        address(), dates(submit_by=f"05/11/{story.year()}"), follow=True
    )

    season = Season.objects.get()
    assert "Đã mở kỳ" in response.text
    assert (season.province, season.unit_kind) == (cast.province, "residential_area")
    assert (season.submit_by.day, season.decide_before.month) == (5, 11)


def test_provisional_set_asks_for_a_tick(cast, signed_in):
    client = signed_in(cast.thu)
    url = address(Scheme.CLASSIFICATION)

    refused = client.post(url, dates())
    opened = client.post(url, dates(knows="on"))

    assert refused.status_code == 422
    assert "Đánh dấu để xác nhận" in refused.text
    assert opened.status_code == 302
    assert Season.objects.get().criteria_set.is_provisional


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window_from": ""}, "Ghi ngày đầu của kỳ."),
        ({"window_to": "31/10/1999"}, "Ngày cuối của kỳ phải sau ngày đầu."),
        ({"decide_before": "01/10"}, "Hạn quyết định phải sau ngày cuối của kỳ."),
        ({"register_by": ""}, "Ghi hạn đăng ký"),
        ({"decide_before": "31/02"}, "Không có ngày 31/02 trong lịch."),
    ],
)
def test_wrong_dates_are_refused_at_their_field(cast, signed_in, changes, message):
    response = signed_in(cast.thu).post(address(), dates(**changes))

    assert response.status_code == 422
    assert message in response.text
    assert not Season.objects.exists()


def test_same_season_twice_is_refused(cast, signed_in):
    client = signed_in(cast.thu)
    client.post(address(), dates())

    again = client.post(address(), dates())

    assert again.status_code == 422
    assert Season.objects.count() == 1


@pytest.mark.parametrize(
    "query", [{"loai": "nation"}, {"loai": "x"}, {"che_do": "x"}, {"bo": "999999"}]
)
def test_nothing_to_open_is_not_found(cast, signed_in, query):
    base = {"nam": story.year(), "loai": "residential_area", "che_do": "recognition"} | query

    assert signed_in(cast.thu).get(OPEN, base).status_code == 404


def test_dates_are_changed(cast, seasons, signed_in):
    season = seasons[Scheme.RECOGNITION]
    url = reverse("evaluations:season_dates", args=[season.pk])

    signed_in(cast.thu).post(url, dates(decide_before=f"20/12/{story.year()}"))

    season.refresh_from_db()
    assert (season.decide_before.day, season.decide_before.month) == (20, 12)


def test_lock_asks_then_locks_and_unlock_needs_a_reason(cast, seasons, signed_in):
    season = seasons[Scheme.RECOGNITION]
    client = signed_in(cast.thu)
    lock = reverse("evaluations:season_lock", args=[season.pk])
    unlock = reverse("evaluations:season_unlock", args=[season.pk])

    asked = client.get(lock)
    client.post(lock)
    again = client.post(lock, follow=True)
    refused = client.post(unlock, {"note": " "})
    season.refresh_from_db()
    locked = season.is_locked
    client.post(unlock, {"note": "Bổ sung một hồ sơ"})

    season.refresh_from_db()
    assert "toàn tỉnh bị từ chối" in asked.text
    assert "Kỳ này đã khóa sổ rồi." in again.text
    assert (refused.status_code, locked, season.is_locked) == (422, True, False)


def test_locked_season_keeps_its_dates(cast, seasons, signed_in):
    season = seasons[Scheme.RECOGNITION]
    client = signed_in(cast.thu)
    client.post(reverse("evaluations:season_lock", args=[season.pk]))

    response = client.post(reverse("evaluations:season_dates", args=[season.pk]), dates())

    assert "Kỳ đã khóa sổ, không đổi ngày được." in response.text


@pytest.mark.parametrize("name", ["season_dates", "season_lock", "season_unlock"])
def test_season_acts_are_refused_to_others(cast, seasons, signed_in, name):
    url = reverse(f"evaluations:{name}", args=[seasons[Scheme.RECOGNITION].pk])

    assert signed_in(cast.minh).post(url, {"note": "x"}).status_code == 403
    assert (
        signed_in(cast.thu).get(url.replace("/ky-danh-gia/", "/ky-danh-gia/9")).status_code == 404
    )


def test_year_in_the_address_is_read(cast, seasons, signed_in):
    next_year = localdate().year + 1

    text = signed_in(cast.thu).get(LIST, {"nam": next_year}).text

    assert f"Kỳ đánh giá {next_year}" in text
    assert text.count("Mở kỳ") == 10
