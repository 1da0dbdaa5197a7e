"""A source moves on under an answer; both sides see it, choose, read what happened and compare units."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from criteria.scoring import AnswerValues
from evaluations.models import FileVisit
from evaluations.services.answers import Typed, mend_answer, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.reviews import take_over_file
from evaluations.services.rosters import prepare_roster
from tests import story
from tests.cast import give_role, make_person
from tests.flows import entry
from tests.flows.na_meo import new_area
from units.coverage import Scheme

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


@pytest.fixture
def moved(na_meo):
    """The area's file in draft, A1 answered before its source."""
    area = na_meo.area
    story.registered(area, officer=na_meo.lan, appraiser=na_meo.minh)
    open_file(area, year=story.year(), by=na_meo.lan)
    early = {"A1": Typed(AnswerValues(points=Decimal(3), note="Ban hành sau Quý I."))}
    save_answers(story.files(area)[Scheme.CLASSIFICATION], early, by=na_meo.lan)
    story.answered(area, officer=na_meo.lan)
    story.stated(area, officer=na_meo.lan)
    return area


@pytest.fixture
def reviewed(na_meo):
    """Six areas sent, one in review, then mended by another person in a row that another row follows."""
    names = ("Cha", "Hín", "Đe", "Xộp", "Mùa", "Khạn")
    areas = [new_area(na_meo.na_meo, f"Bản {name} (mẫu)", by=na_meo.lan) for name in names]
    prepare_roster(na_meo.na_meo, year=story.year())
    for unit in areas[:-1]:
        story.submitted(unit, na_meo)
    with time_machine.travel(timezone.now() - dt.timedelta(hours=3)):
        recognition = story.in_review(areas[-1], na_meo)[Scheme.RECOGNITION]
    seen_at = timezone.now() - dt.timedelta(hours=2)
    FileVisit.objects.create(user=na_meo.minh, unit=areas[-1], year=story.year(), seen_at=seen_at)
    other = make_person("tham-dinh-hai", "Lê Thị Hai")
    give_role(other, Role.APPRAISER, na_meo.na_meo)
    take_over_file(areas[-1], year=story.year(), note="Nghỉ phép.", by=other)
    version = recognition.answers.get(criterion__code="4.1.i").version
    mend_answer(
        recognition, "4.1.i", AnswerValues(verdict="not_met"), base_version=version,
        reason="Nghị quyết ban hành tháng 4.", by=other,
    )  # fmt: skip
    return areas[-1]


def fits(walker, name, words):
    """The page shows the words, fits a phone, and axe finds nothing at three widths."""
    walker.look(name, words)
    assert entry.out_of_reach(walker) == {}


def test_a_moved_source_is_seen_chosen_and_told(walk_as, moved):
    file, lan = f"/ho-so/{story.year()}/{moved.pk}/", walk_as("canbo.nameo")

    lan.goto(f"{file}?tab=qd510&xem=tat-ca")
    fits(lan, "nguon-da-doi", "Nguồn đã đổi")
    lan.goto(f"{file}?buoc=kiem-tra")
    fits(lan, "kiem-tra", "dòng có nguồn đã đổi sau khi trả lời")
    with lan.page.expect_navigation():
        lan.page.get_by_role("button", name="Lấy theo nguồn dòng A1").click()
    lan.told("A1: Đã lấy theo nguồn")
    expect(lan.page.get_by_role("button", name="Gửi thẩm định")).to_be_visible()
    lan.page.emulate_media(media="print")
    expect(lan.page.get_by_role("link", name="Sửa dòng A1")).to_be_hidden()
    lan.page.emulate_media(media="screen")
    lan.goto(f"{file}?tab=lich-su")
    fits(lan, "lich-su", "Lấy theo nguồn")


def test_the_appraiser_sees_what_moved_and_compares_units(walk_as, reviewed):
    year, minh = story.year(), walk_as("thamdinh.nameo")

    minh.goto(f"/tham-dinh/{year}/so-sanh/")
    fits(minh, "so-sanh", "So sánh theo tiêu chí giữa các đơn vị")
    minh.follow("4.1.i", exact=True)
    fits(minh, "so-sanh-mot-dong", "khác số đông")
    minh.follow("Dòng sau")
    minh.sees("So sánh dòng 4.1.ii")
    minh.goto(f"/tham-dinh/{year}/{reviewed.pk}/")
    fits(minh, "tham-dinh-nguon-da-doi", "Nguồn đã đổi")
    expect(minh.page.get_by_text("đổi từ lần xem trước").first).to_be_visible()
    minh.goto(f"/ho-so/{year}/{reviewed.pk}/?tab=lich-su&loc=tra-loi")
    minh.look("lich-su-tham-dinh", "Nghị quyết ban hành tháng 4.")
