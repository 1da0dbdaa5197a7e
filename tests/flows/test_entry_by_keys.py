"""Entry by keyboard only, and last year's words as a proposal."""

import datetime as dt

import pytest
import time_machine
from playwright.sync_api import expect

from criteria.scoring import AnswerValues
from evaluations.services.evaluations import open_file
from tests import story
from tests.flows import entry

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]
COMPOSING = """(field) => field.dispatchEvent(new KeyboardEvent(
    "keydown", { key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true }))"""


def press(walker, *keys):
    for key in keys:
        walker.page.keyboard.press(key)


def active(walker):
    return walker.page.evaluate("document.activeElement.name.replace(/^c\\d+-/, '')")


@pytest.mark.slow
def test_sheet_is_filled_by_keys_alone(walk_as, na_meo):
    area = na_meo.area
    open_file(area, year=story.year(), by=na_meo.lan)
    lan = walk_as("canbo.nameo")
    lan.goto(entry.sheet_url(area))
    entry.row(lan, "4.1.i").get_by_role("radio").first.focus()

    press(lan, "Space", "Enter", "Space", "Enter")
    assert active(lan) == "numerator"
    lan.page.keyboard.type("130")
    press(lan, "Enter")
    lan.page.keyboard.type("120")
    expect(entry.row(lan, "4.1.iii").get_by_role("alert")).to_have_count(0)
    press(lan, "Enter")
    expect(entry.row(lan, "4.1.iii").get_by_role("alert")).to_contain_text("không được lớn hơn")
    press(lan, "Shift+Enter", "Shift+Enter")
    lan.page.keyboard.type("120")
    press(lan, "Enter", "Enter")
    entry.saved(lan, "4.1.iii")
    press(lan, "Space", "ArrowRight", "ArrowLeft", "Enter", "Space", "Enter")
    for code in ("4.1.i", "4.1.ii", "4.2", "4.3.a"):
        entry.saved(lan, code)

    share, first = entry.stored(area, "4.1.iii"), entry.stored(area, "4.3.a")
    assert (share.numerator, share.denominator, first.counts) == (120, 120, [0])
    assert entry.stored(area, "4.2").verdict == "met"
    assert active(lan) == "happened"
    note = entry.row(lan, "4.2").get_by_label("Giải trình", exact=False)
    entry.explain(lan, "4.2", "chu")
    note.evaluate(COMPOSING)
    assert active(lan) == "note"
    press(lan, "/")
    assert active(lan) == "note"


@pytest.mark.slow
def test_last_years_words_wait_for_a_person(walk_as, na_meo):
    area = na_meo.area
    day = dt.datetime(story.year() - 1, 11, 10, 3, tzinfo=dt.UTC)
    with time_machine.travel(day, tick=False):
        story.open_seasons(na_meo)
        story.appraised(
            area, na_meo, {"4.2": AnswerValues(verdict="met", note="Có ba buổi phát động.")}
        )
    open_file(area, year=story.year(), by=na_meo.lan)
    lan = walk_as("canbo.nameo")
    lan.goto(entry.sheet_url(area))

    row = entry.row(lan, "4.2")
    row.get_by_role("button", name="Lấy theo năm trước (đề xuất)").click()
    expect(row.get_by_text("Lấy theo năm trước (đề xuất), chưa lưu")).to_be_visible()
    lan.look("phieu-theo-nam-truoc", "Giữ nguyên văn")
    entry.choose(lan, "4.2", "Đạt")
    entry.saved(lan, "4.2")
    assert entry.stored(area, "4.2").note == ""
    row.get_by_role("button", name="Giữ nguyên văn").click()
    expect(row.get_by_text("Lấy theo năm trước (đề xuất), chưa lưu")).to_have_count(0)
    expect(lan.page.locator("[data-save-state]").first).to_contain_text("đã lưu")
    row.get_by_role("button", name="Lưu tại Công an xã Na Mèo").click()
    expect(row.get_by_text("Minh chứng: 1")).to_be_visible()
    entry.nothing_unsent(lan)

    lan.goto(entry.sheet_url(area))
    assert entry.stored(area, "4.2").note == "Có ba buổi phát động."
    expect(entry.row(lan, "4.2").get_by_text("Lưu tại Công an xã Na Mèo")).to_be_visible()
