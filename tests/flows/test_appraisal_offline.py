"""An appraiser whose line goes: conclusions are kept, sent once, and put beside another's when stale."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from evaluations.models import AnswerChange
from tests import story
from tests.flows import entry

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]


def row_of(walker, area, code):
    criterion = entry.stored(area, code).criterion_id
    return walker.page.locator(f"#dong-d{criterion}")


def conclude(walker, area, code, words, why):
    row = row_of(walker, area, code)
    row.get_by_label("Kết luận").select_option(label=words)
    note = row.get_by_label("Ý kiến")
    note.fill(why)
    note.blur()
    return row


def is_saved(row):
    expect(row.locator("[data-row-saved]")).to_contain_text("đã lưu")


def test_conclusions_outlive_the_line_and_meet_another_version(walk_as, na_meo):
    area = na_meo.area
    story.in_review(area, na_meo)
    minh, elsewhere = walk_as("thamdinh.nameo"), walk_as("thamdinh.nameo")
    for walker in (minh, elsewhere):
        walker.goto(f"/tham-dinh/{story.year()}/{area.pk}/")

    minh.context.set_offline(True)
    conclude(minh, area, "4.2", "Chưa đạt", "Theo kết luận thanh tra")
    entry.unsent(minh, "Chưa gửi 1 mục, còn giữ trên máy này")
    minh.page.get_by_role("button", name="Xác nhận thẩm định").click()
    expect(minh.page.locator("[data-live]")).to_contain_text("Còn 1 kết luận chưa lưu được")
    assert entry.stored(area, "4.2").appraised_verdict == ""
    minh.context.set_offline(False)
    is_saved(row_of(minh, area, "4.2"))
    entry.nothing_unsent(minh)
    stored = entry.stored(area, "4.2")
    assert (stored.appraised_verdict, stored.appraisal_note) == (
        "not_met",
        "Theo kết luận thanh tra",
    )
    assert AnswerChange.objects.filter(answer=stored, kind="appraised").count() == 1
    expect(minh.page.locator("#tong-recognition")).to_contain_text("Khác đơn vị 1 dòng")

    row = conclude(elsewhere, area, "4.2", "Đạt", "Đã khắc phục")
    panel = row.get_by_role("group")
    expect(panel).to_contain_text("đã lưu một bản khác lúc")
    expect(panel).to_contain_text("Theo kết luận thanh tra")
    elsewhere.look("tham-dinh-hai-ban", "Bản đang lưu")
    assert entry.out_of_reach(elsewhere) == {}
    panel.get_by_role("button", name="Lấy bản kia").click()
    is_saved(row)
    expect(row.get_by_label("Ý kiến")).to_have_value("Theo kết luận thanh tra")
    entry.nothing_unsent(elsewhere)
    assert AnswerChange.objects.filter(answer=stored, kind="appraised").count() == 1

    Session.objects.all().delete()
    conclude(minh, area, "4.5.i", "Chưa đạt", "Chưa họp lại")
    entry.unsent(minh, "Phiên đã hết: đăng nhập lại, 1 mục còn giữ trên máy này")
    minh.page.get_by_role("link", name="Đăng nhập lại").click()
    entry.sign_in(minh, "thamdinh.nameo")
    is_saved(row_of(minh, area, "4.5.i"))
    assert entry.kept(minh) == []
    assert entry.stored(area, "4.5.i").appraisal_note == "Chưa họp lại"


@pytest.mark.slow
def test_without_script_conclusions_are_saved_by_the_button(walk_as, na_meo):
    area = na_meo.area
    story.in_review(area, na_meo)
    minh = walk_as("thamdinh.nameo", java_script_enabled=False)
    minh.goto(f"/tham-dinh/{story.year()}/{area.pk}/")

    conclude(minh, area, "4.2", "Chưa đạt", "Theo kết luận thanh tra")
    minh.press("Lưu")
    minh.told("Đã lưu kết luận.")

    assert entry.stored(area, "4.2").appraisal_note == "Theo kết luận thanh tra"
