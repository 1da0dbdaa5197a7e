"""The year of a school, of what the province manages, of a commune, and of a commune in 2024.

Each from the answered file to the issued decision, in the browsers of those whose acts they are;
every page passed stays within a phone's width and axe finds nothing on it.
"""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import localdate
from playwright.sync_api import expect

from antq_portal.demo import people
from antq_portal.demo.places import REPORTER_SCHOOL
from antq_portal.demo.seasons import past_seasons
from tests.flows import steps
from tests.flows.country import open_now, prepare, year_of
from tests.flows.walking import DESK, PHONE, Walker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]
IN_2024 = dt.datetime(2024, 11, 18, 2, tzinfo=dt.UTC)


@pytest.fixture
def walk(chromium, live_server):
    """Call it with an account to get that person signed in, in a browser of their own."""

    def walker(username, *, size=DESK):
        context = chromium.new_context(base_url=live_server.url, locale="vi-VN", viewport=size)
        context.set_default_timeout(10_000)
        return Walker(context, username)

    return walker


def reachable(walker, name, words):
    """The page holds the words, fits a phone, and axe finds nothing."""
    walker.look(name, words)
    assert walker.violations() == [], name


def walk_year(walk, year, *, kind):
    """From the answered file to the issued recognition."""
    unit, season = year.name, year.stage.year
    file = f"/ho-so/{season}/{year.unit.pk}/"
    sender = walk(year.sends)
    sender.goto(file)
    reachable(sender, f"{kind}-ho-so", unit)
    sender.goto(f"{file}?tab=tt124")
    reachable(sender, f"{kind}-tt124", unit)
    sender.goto(f"{file}?tab=tai-lieu")
    steps.submit(sender)
    appraiser = walk(year.appraises)
    appraiser.menu("Thẩm định")
    reachable(appraiser, f"{kind}-hang-cho", unit)
    appraiser.follow(unit)
    appraiser.press("Nhận thẩm định")
    appraiser.told("Đã nhận thẩm định")
    reachable(appraiser, f"{kind}-tham-dinh", unit)
    appraiser.press("Xác nhận thẩm định")
    appraiser.confirm("Xác nhận thẩm định")
    appraiser.told("Đã xác nhận thẩm định")
    steps.hold_session(appraiser, unit)
    steps.draft_decision(appraiser)
    assert appraiser.violations() == []
    steps.approve(walk(year.approves, size=PHONE), unit)
    clerk = walk(year.numbers)
    steps.issue(clerk, signer=year.signer)
    reachable(clerk, f"{kind}-quyet-dinh", unit)
    return clerk


def outcome_of(year):
    return year.unit.evaluations.get(
        season__year=year.stage.year, season__scheme="recognition"
    )  # fmt: skip


def test_school_whose_head_has_an_account(walk):
    world = prepare(("15016",))
    [school] = world.units_named(REPORTER_SCHOOL)
    head = people.Account(
        "truong.quanson", "Nguyễn Thị Hòa", "Hiệu trưởng", people.Role.REPORTER, "", people.SINCE
    )  # fmt: skip
    people.seat(head, school, by=people.superuser())
    year = year_of(
        school, localdate().year, open_now(world), world.now["15016"], level="quanson",
        enters="truong.quanson", sends="truong.quanson",
    )  # fmt: skip
    year.begin()

    walk_year(walk, year, kind="truong")

    decided = outcome_of(year)
    assert (decided.decided_outcome, decided.submitted_by.username) == ("met", "truong.quanson")


def test_school_of_the_province_that_lies_in_na_meo(walk):
    world = prepare()
    [school] = world.units_named("Trường THPT Quan Sơn 2")
    year = year_of(
        school, localdate().year, open_now(world), world.province, level="thanhhoa",
        enters="canbo.thanhhoa", sends="canbo.thanhhoa",
    )  # fmt: skip
    year.begin()
    neighbour = walk("canbo.nameo")
    neighbour.goto(f"/ho-so/{year.stage.year}/{school.pk}/")
    reachable(neighbour, "thpt-xa-xem", year.name)
    expect(neighbour.page.get_by_role("link", name="Kiểm tra, gửi thẩm định")).to_have_count(0)

    walk_year(walk, year, kind="thpt")

    assert outcome_of(year).deciding_unit == world.province.authority


def test_commune_decided_by_the_province(walk):
    world = prepare()
    commune = world.now["15013"]
    year = year_of(
        commune.authority, localdate().year, open_now(world), world.province, level="thanhhoa",
        enters="canbo.nameo", sends="thamdinh.nameo",
    )  # fmt: skip
    year.begin()

    walk_year(walk, year, kind="xa")

    assert outcome_of(year).deciding_unit == world.province.authority


def test_commune_of_2024_decided_by_the_district(walk):
    world = prepare()
    with time_machine.travel(IN_2024):
        seasons = past_seasons(world.province.authority, 2024, by=world.administrator)
        year = year_of(
            world.before["15013"].authority, 2024, seasons, world.district, level="huyenquanson",
            enters="canbo.nameo", sends="thamdinh.nameo",
        )  # fmt: skip
        year.begin()

        walk_year(walk, year, kind="xa-2024")

        assert outcome_of(year).deciding_unit == world.district.authority
