"""Two criteria go back to the unit and come again mended; the appraiser sees what changed and goes on by keys."""

import pytest
from playwright.sync_api import expect

from evaluations.services.rosters import prepare_roster
from tests import story
from tests.flows import steps
from tests.flows.na_meo import new_area

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]
WIDTHS = (360, 1366, 1920)


def is_clean(walker, name, words):
    """The page holds at every width, by eye of axe too."""
    for width in WIDTHS:
        walker.page.set_viewport_size({"width": width, "height": 800})
        assert walker.wider_than_the_window() == [], (name, width)
        assert walker.violations() == [], (name, width)
    walker.look(name, words)
    walker.page.set_viewport_size({"width": 1366, "height": 768})


def test_two_criteria_go_back_and_come_again(walk_as, na_meo):
    other = new_area(na_meo.na_meo, "Bản Hiềm (mẫu)", by=na_meo.lan)
    prepare_roster(na_meo.na_meo, year=story.year())
    story.in_review(na_meo.area, na_meo)
    story.in_review(other, na_meo)
    minh, year = walk_as("thamdinh.nameo"), story.year()

    minh.goto(f"/tham-dinh/{year}/{na_meo.area.pk}/")
    for code in ("4.4.a", "4.4.b"):
        minh.page.get_by_label(f"Cần đơn vị bổ sung {code}").check()
    is_clean(minh, "doi-chieu-hai-cach", "Cần đơn vị bổ sung")
    minh.press("Trả lại bổ sung")
    for code in ("4.4.a", "4.4.b"):
        expect(minh.page.get_by_label(f"Trả lại {code}", exact=True)).to_be_checked()
        minh.page.get_by_label(f"Lý do trả lại {code}").fill("Đối chiếu lại sổ của Công an.")
    is_clean(minh, "chon-tieu-chi-tra-lai", "Tiêu chí cần bổ sung")
    minh.press("Trả lại bổ sung")
    minh.told("Đã trả lại")
    slip = minh.page.get_by_label("Sao chép để gửi đơn vị")
    assert "2. Tiêu chí 4.4.b" in slip.input_value()
    minh.page.get_by_role("button", name="Sao chép").click()
    expect(minh.page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    is_clean(minh, "phieu-yeu-cau", "Phiếu yêu cầu bổ sung")

    mend(walk_as("canbo.nameo"), na_meo.area_name)

    minh.menu("Thẩm định")
    is_clean(minh, "hang-cho", "Gửi lại sau bổ sung")
    minh.follow(na_meo.area_name)
    minh.press("Nhận thẩm định")
    changed = minh.page.locator("tr", has=minh.page.get_by_label("Cần đơn vị bổ sung 4.4.a"))
    expect(changed).to_contain_text("Đã sửa")
    left = minh.page.locator("tr", has=minh.page.get_by_label("Cần đơn vị bổ sung 4.4.b"))
    expect(left).to_contain_text("Không sửa")
    is_clean(minh, "sau-khi-gui-lai", "Từ lần trả lại")
    goes_on_by_keys(minh, na_meo.area_name)


def mend(lan, area):
    lan.menu("Việc của tôi")
    lan.follow("Bổ sung hồ sơ bị trả lại")
    lan.follow(area)
    lan.sees("Chỉ sửa được: 4.4.a, 4.4.b")
    crime = steps.criterion(lan, "4.4.a")
    crime.get_by_label("Vụ phạm tội về trật tự xã hội, năm trước").fill("9")
    lan.press("Lưu mục 4.4")
    lan.told("Đã lưu")
    steps.submit(lan)


def goes_on_by_keys(minh, area):
    """The keys lead to the other file and back, never out of a field; confirming leads to the next."""
    page, heading = minh.page, minh.page.get_by_role("heading", level=1)
    note = page.get_by_label("Ý kiến, dòng 4.4.a")
    note.press_sequentially("jk")
    expect(heading).to_contain_text(area)
    note.fill("")
    page.get_by_role("heading", level=1).click()
    with page.expect_navigation():
        page.keyboard.press("k")
    expect(heading).not_to_contain_text(area)
    with page.expect_navigation():
        page.keyboard.press("j")
    expect(heading).to_contain_text(area)
    page.get_by_role("button", name="Xác nhận thẩm định").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Xác nhận thẩm định").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    minh.told("Đã xác nhận thẩm định")
    expect(heading).to_contain_text("Bản Hiềm (mẫu)")
