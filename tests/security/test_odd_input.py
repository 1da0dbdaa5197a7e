"""What nobody types and somebody sends: every answer is calm, none is a fault of the server."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from antq_portal.lib.asked import whole, wholes
from antq_portal.lib.fields import CountField, PointsField
from evaluations.models import Registration
from tests.pages import address
from tests.story import answered, files, in_review, open_seasons, year

ENDLESS = "9" * 5000
BEYOND = "9" * 30
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "٣", "²", "1 ", ENDLESS, BEYOND, "9" * 19])
def test_only_plain_digits_of_an_id_are_a_number(typed):
    assert whole(typed) is None
    assert wholes(["7", typed, "8"]) == [7, 8]


@pytest.mark.parametrize("field", [CountField(), PointsField(max_value=100), PointsField()])
@pytest.mark.parametrize("typed", [BEYOND, ENDLESS, "1" + "0" * 400, "0," + "3" * 40])
def test_a_number_nobody_types_is_refused_in_words(field, typed):
    with pytest.raises(ValidationError):
        field.clean(typed)


def test_a_count_fits_the_database_wherever_it_is_typed():
    with pytest.raises(ValidationError):
        CountField().clean("99999999999")


@pytest.fixture
def opened(cast):
    open_seasons(cast)
    return cast


@pytest.mark.parametrize("name", ["sheet", "roster", "registration_grid", "criterion_grid"])
def test_an_endless_place_is_no_place(client, opened, name):
    client.force_login(opened.lan)
    assert client.get(address(name, year(), xa=ENDLESS)).status_code == 404


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("lan", "/don-vi/moi/?thuoc={}", 404),
        ("minh", "/tham-dinh/xac-nhan/?don_vi={}", 302),
        ("minh", "/quyet-dinh/moi/?phien={}&che_do=recognition", 404),
        ("lan", "/ho-so/{year}/hang-loat/?viec=gui-tham-dinh&don_vi={}", 200),
        ("thu", "/quan-tri/nguoi-dung/phan-cong/?don_vi={}", 200),
        ("lan", "/api/v1/units/?parent={}", 400),
    ],
)
def test_an_endless_id_in_an_address(client, opened, who, path, status):
    client.force_login(getattr(opened, who))
    assert client.get(path.format(ENDLESS, year=year())).status_code == status


@pytest.mark.parametrize("unit", [2**31, 2**63, int(BEYOND)])
def test_a_unit_beyond_the_database_is_no_unit(client, opened, unit):
    client.force_login(opened.lan)
    path = address("file", year(), 4711)
    assert client.get(path.replace("4711", str(unit))).status_code == 404
    row = address("save_row", year(), 4711, 1).replace("4711", str(unit))
    assert client.post(row, {"c1-verdict": "met"}).status_code == 404
    bundle = {"dong": f"{unit}/{unit}?c1-verdict=met"}
    assert client.post(address("save_rows", year()), bundle).status_code == 404


def test_an_endless_version_is_a_stale_one(client, opened):
    answered(opened.che_lau, officer=opened.lan)
    row = files(opened.che_lau)["recognition"].answers.first()
    client.force_login(opened.lan)
    posted = {"viec": "luu", f"c{row.criterion_id}-version": ENDLESS}
    page = address("file", year(), opened.che_lau.pk, tab="tt124")
    assert client.post(page, posted).status_code in (302, 409, 422)


def test_an_appraiser_types_endless_points(client, opened):
    in_review(opened.che_lau, opened)
    row = files(opened.che_lau)["classification"].answers.first()
    client.force_login(opened.minh)
    name = f"d{row.criterion_id}"
    posted = {f"{name}-points": BEYOND, f"{name}-version": str(row.version)}
    answer = client.post(address("appraisal", year(), opened.che_lau.pk), posted)
    assert answer.status_code == 422


def test_a_mended_count_beyond_the_database(client, opened):
    in_review(opened.che_lau, opened)
    row = files(opened.che_lau)["recognition"].answers.filter(criterion__answer_type="incidents")
    client.force_login(opened.minh)
    page = address("appraisal_mend", year(), opened.che_lau.pk, row.first().criterion_id)
    answer = client.post(page, {"counts_1": "99999999999", "reason": "gõ nhầm"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "name", ["representative_name", "representative_title", "kept_at", "number"]
)
def test_words_longer_than_the_minutes_keep(client, opened, name):
    client.force_login(opened.lan)
    prefix = f"u{opened.che_lau.pk}"
    posted = {
        f"{prefix}-meeting_on": "",
        f"{prefix}-kept_at": "Công an xã",
        f"{prefix}-{name}": "x" * 9000,
    }
    page = address("criterion_grid", year(), dong="bien-ban")
    assert client.post(page, posted).status_code == 422


def test_a_nul_is_refused_in_every_form_and_address(client, opened):
    client.force_login(opened.thu)
    assert client.get("/quan-tri/nguoi-dung/", {"q": "a\x00b"}).status_code == 400
    client.force_login(opened.lan)
    posted = {f"u{opened.che_lau.pk}-meeting_on": "", f"u{opened.che_lau.pk}-kept_at": "a\x00b"}
    answer = client.post(address("criterion_grid", year(), dong="bien-ban"), posted)
    assert answer.status_code == 400
    assert not Registration.objects.exists()


def test_a_search_of_a_thousand_words_is_one_of_twenty(client, cast):
    client.force_login(cast.lan)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get("/api/v1/units/", {"search": "na meo " * 500})
    assert answer.status_code == 200
    assert all(question["sql"].count(" LIKE ") <= 30 for question in caught)
