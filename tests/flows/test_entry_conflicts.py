"""Two people on one sheet: both versions side by side, one key each; nothing typed is lost, with script and without."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import DEMO_PASSWORD
from evaluations.services.evaluations import open_file
from tests import story
from tests.cast import give_role
from tests.flows import entry

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]


@pytest.fixture
def area(na_meo):
    """The area's open sheet; a second officer of the commune has an account."""
    open_file(na_meo.area, year=story.year(), by=na_meo.lan)
    hai = User.objects.create_user("canbo.hai", password=DEMO_PASSWORD, full_name="Lê Thị Hai")
    give_role(hai, Role.OFFICER, na_meo.na_meo)
    return na_meo.area


def panel(walker, code):
    return entry.row(walker, code).get_by_role("group", name=re.compile("đã lưu một bản khác"))


def dispute(mine, other, code):
    """Both answer the same row from the same page; the second one sees both versions."""
    entry.choose(other, code, "Chưa đạt")
    entry.saved(other, code)
    entry.choose(mine, code, "Đạt")
    found = panel(mine, code)
    expect(found).to_contain_text("Lê Thị Hai đã lưu một bản khác lúc")
    expect(found).to_be_focused()
    return found


def verdict(area, code):
    return entry.stored(area, code).verdict


def test_two_browsers_choose_among_two_versions(walk_as, area):
    lan, hai = walk_as("canbo.nameo"), walk_as("canbo.hai")
    for walker in (lan, hai):
        walker.goto(entry.sheet_url(area))

    found = dispute(lan, hai, "4.1.i")
    expect(found.get_by_text("Bản của bạn", exact=True)).to_be_visible()
    lan.look("phieu-hai-ban", "Bản đang lưu")
    assert entry.out_of_reach(lan) == {}
    lan.page.keyboard.press("Alt+1")
    entry.saved(lan, "4.1.i")
    assert verdict(area, "4.1.i") == "met"

    dispute(lan, hai, "4.1.ii")
    lan.page.keyboard.press("Alt+2")
    expect(entry.row(lan, "4.1.ii").get_by_role("radio", name="Chưa đạt")).to_be_checked()
    entry.nothing_unsent(lan)
    assert verdict(area, "4.1.ii") == "not_met"

    dispute(lan, hai, "4.2")
    lan.page.keyboard.press("Alt+3")
    expect(panel(lan, "4.2")).to_contain_text("Bản đang lưu")
    entry.explain(lan, "4.2", "Đã thống nhất với chị Hai")
    entry.saved(lan, "4.2")
    expect(panel(lan, "4.2")).to_have_count(0)
    assert (verdict(area, "4.2"), entry.stored(area, "4.2").note) == (
        "met",
        "Đã thống nhất với chị Hai",
    )

    dispute(lan, hai, "4.5.i")
    lan.page.keyboard.press("Alt+4")
    entry.says(lan, "4.5.i", "hai bản, hỏi sau")
    entry.unsent(lan, "Chưa gửi 1 mục")
    assert verdict(area, "4.5.i") == "not_met"
    lan.goto(entry.sheet_url(area))
    expect(entry.row(lan, "4.5.i").get_by_role("radio", name="Đạt", exact=True)).to_be_checked()
    entry.row(lan, "4.5.i").get_by_role("button", name="Xem hai bản").click()
    panel(lan, "4.5.i").get_by_role("button", name="Giữ của tôi").click()
    entry.saved(lan, "4.5.i")
    entry.nothing_unsent(lan)
    assert verdict(area, "4.5.i") == "met"


@pytest.mark.slow
def test_without_script_both_versions_stand_in_the_section(walk_as, area):
    lan, hai = walk_as("canbo.nameo", java_script_enabled=False), walk_as("canbo.hai")
    for walker in (lan, hai):
        walker.goto(entry.sheet_url(area))
    entry.choose(hai, "4.1.i", "Chưa đạt")
    entry.saved(hai, "4.1.i")

    entry.choose(lan, "4.1.i", "Đạt")
    entry.choose(lan, "4.1.ii", "Đạt")
    entry.explain(lan, "4.1.i", "Nghị quyết số 03")
    lan.press("Lưu mục 4.1")
    lan.sees("Các dòng khác đã lưu. Còn 1 dòng có hai bản, cần chọn:")
    lan.look("phieu-hai-ban-khong-script", "Bản đang lưu")
    assert (verdict(area, "4.1.i"), verdict(area, "4.1.ii")) == ("not_met", "met")
    entry.choose(lan, "4.1.ii", "Chưa đạt")
    lan.press("Giữ của tôi")
    lan.told("Đã lưu")

    assert (verdict(area, "4.1.i"), verdict(area, "4.1.ii")) == ("met", "not_met")
    assert entry.stored(area, "4.1.i").note == "Nghị quyết số 03"
