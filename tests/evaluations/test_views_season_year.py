"""Opening every season of a year on one page."""

import datetime as dt

import pytest

from criteria.services import load_criteria
from evaluations.models import Season
from evaluations.selectors.administration import season_offers
from tests import story
from tests.pages import address, words
from tests.staging import peopled
from units.coverage import Scheme
from units.models import Kind

pytestmark = pytest.mark.usefixtures("stage", "db")

GRASSROOTS = ("agency", "enterprise", "educational_institution")


@pytest.fixture(scope="module")
def stage(held):
    """Every set of criteria is loaded, and nothing is open."""
    stage = peopled()
    load_criteria()
    return stage


@pytest.fixture
def url():
    return address("season_open_all", nam=story.year())


def posted(province, year, **changes):
    """The page as it is offered, everything ticked, then changed."""
    data = {"mo": [], "biet": "on"}
    for offer in season_offers(province.pk, year=year):
        key = f"{offer.kind.value}-{offer.scheme.value}"
        data["mo"].append(key)
        for name in ("window_from", "window_to", "register_by", "submit_by", "decide_before"):
            day = getattr(offer.dates, name, None)
            data[f"{key}-{name}"] = f"{day:%d/%m/%Y}" if day else ""
    return data | changes


def test_one_submit_opens_every_kind_and_both_schemes(cast, url, as_):
    response = as_(cast.thu).post(url, posted(cast.province, story.year()))

    opened = Season.objects.filter(province=cast.province, year=story.year())
    assert response.status_code == 302
    assert opened.count() == 10
    assert {one.unit_kind for one in opened} == {"residential_area", *GRASSROOTS, "commune"}


@pytest.mark.parametrize("year", ["0001", "9999", "99999999999"])
def test_a_year_that_no_season_can_be_of_is_this_year(cast, as_, year):
    response = as_(cast.thu).get(address("season_open_all", nam=year))

    assert (response.status_code, response.context["year"]) == (200, story.year())


def test_dates_offered_are_those_of_the_law(cast):
    year = 2027
    offered = {
        (one.kind.value, one.scheme): one.dates
        for one in season_offers(cast.province.pk, year=year)
    }

    area = offered["residential_area", Scheme.RECOGNITION]
    assert (area.window_from, area.window_to) == (dt.date(2026, 11, 1), dt.date(2027, 10, 31))
    assert area.decide_before == dt.date(2027, 11, 15)
    assert offered["residential_area", Scheme.CLASSIFICATION].decide_before == dt.date(2027, 11, 20)
    for kind in (*GRASSROOTS, "commune"):
        recognition = offered[kind, Scheme.RECOGNITION]
        assert recognition.window_from == dt.date(2026, 11, 16)
        assert recognition.window_to == dt.date(2027, 11, 15)
        assert recognition.register_by == dt.date(2027, 3, 31)
        assert recognition.decide_before == dt.date(2027, 11, 20)
        assert offered[kind, Scheme.CLASSIFICATION].decide_before == dt.date(2027, 11, 30)


@pytest.mark.parametrize(("year", "has_district"), [(2024, True), (2025, False)])
def test_districts_are_offered_until_the_2024_season_only(cast, year, has_district):
    offers = [
        one for one in season_offers(cast.province.pk, year=year) if one.kind == Kind.DISTRICT
    ]

    assert bool(offers) == has_district
    assert {one.scheme for one in offers} <= {Scheme.CLASSIFICATION}
    assert {one.dates.decide_before for one in offers} <= {dt.date(2024, 12, 15)}


def test_dates_may_be_changed_and_rows_left_out(cast, url, as_):
    data = posted(cast.province, story.year())
    data["mo"] = ["agency-recognition"]
    data["agency-recognition-submit_by"] = f"17/11/{story.year()}"
    data["commune-recognition-window_to"] = "99/99"

    as_(cast.thu).post(url, data)

    assert Season.objects.get().submit_by == dt.date(story.year(), 11, 17)


def test_open_season_stays_as_it_is(cast, url, as_):
    before = posted(cast.province, story.year())
    as_(cast.thu).post(url, before | {"mo": ["agency-recognition"]})
    first = Season.objects.get()

    response = as_(cast.thu).post(
        url, before | {"agency-recognition-decide_before": "25/12"}, follow=True
    )

    first.refresh_from_db()
    assert Season.objects.count() == 10
    assert first.decide_before == dt.date(story.year(), 11, 20)
    assert "Đã mở 9 kỳ" in words(response)


def test_wrong_date_opens_nothing_and_stands_in_its_cell(cast, url, as_):
    data = posted(cast.province, story.year(), **{"agency-recognition-window_to": "01/01/1999"})

    response = as_(cast.thu).post(url, data)

    assert response.status_code == 422
    assert "agency-recognition-window_to-error" in words(response)
    assert not Season.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"mo": []}, "Đánh dấu ít nhất một kỳ"), ({"biet": ""}, "Đánh dấu để xác nhận")],
)
def test_nothing_ticked_or_unknowing_is_refused_politely(cast, url, as_, changes, message):
    response = as_(cast.thu).post(url, posted(cast.province, story.year(), **changes))

    assert response.status_code == 422
    assert message in words(response)
    assert not Season.objects.exists()


@pytest.mark.parametrize("who", ["lan", "minh", "tuan", "binh", "nga"])
def test_only_administrators_open_a_year(cast, url, as_, who):
    client = as_(getattr(cast, who))

    assert client.get(url).status_code == 403
    assert client.post(url, {}).status_code == 403


def test_list_leads_to_the_page_while_something_is_left(cast, url, as_):
    client = as_(cast.thu)
    before = words(client.get("/quan-tri/ky-danh-gia/"))
    client.post(url, posted(cast.province, story.year()))

    assert "mo-ca-nam" in before
    assert "mo-ca-nam" not in words(client.get("/quan-tri/ky-danh-gia/"))
    assert "Không còn kỳ nào để mở" in words(client.get(url))
