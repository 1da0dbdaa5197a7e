"""The line goes, the session ends, the browser is closed: what was typed is kept and sent once."""

import re
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from evaluations.models import AnswerChange
from evaluations.services.evaluations import open_file, return_file
from tests import story
from tests.conftest import CHROMIUM_FLAGS
from tests.flows import entry
from tests.flows.walking import Walker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]


@pytest.fixture
def area(na_meo):
    open_file(na_meo.area, year=story.year(), by=na_meo.lan)
    return na_meo.area


def test_line_goes_in_mid_entry_and_comes_back(walk_as, area):
    lan = walk_as("canbo.nameo")
    lan.goto(entry.sheet_url(area))
    entry.choose(lan, "4.1.i", "Đạt")
    entry.saved(lan, "4.1.i")

    lan.context.set_offline(True)
    entry.choose(lan, "4.1.ii", "Đạt")
    entry.explain(lan, "4.1.ii", "Đã ký cam kết")
    entry.choose(lan, "4.2", "Chưa đạt")
    entry.choose(lan, "4.2", "Đạt")
    entry.unsent(lan, "Chưa gửi 2 mục, còn giữ trên máy này")
    entry.says(lan, "4.2", "chưa gửi, còn giữ trên máy này")
    lan.look("phieu-mat-mang", "Theo trả lời hiện nay")
    assert entry.stored(area, "4.2") is None
    lan.context.set_offline(False)

    entry.saved(lan, "4.2")
    entry.saved(lan, "4.1.ii")
    entry.nothing_unsent(lan)
    assert entry.stored(area, "4.1.ii").note == "Đã ký cam kết"
    assert entry.stored(area, "4.2").verdict == "met"
    assert AnswerChange.objects.filter(answer=entry.stored(area, "4.2")).count() == 1
    assert entry.kept(lan) == []


@pytest.mark.slow
def test_session_ends_on_a_shared_machine(walk_as, area):
    lan = walk_as("canbo.nameo")
    lan.goto(entry.sheet_url(area))
    Session.objects.all().delete()
    entry.choose(lan, "4.1.i", "Đạt")
    entry.unsent(lan, "Phiên đã hết: đăng nhập lại, 1 mục còn giữ trên máy này")
    entry.choose(lan, "4.2", "Đạt")
    entry.unsent(lan, "Phiên đã hết: đăng nhập lại, 2 mục còn giữ trên máy này")

    lan.page.get_by_role("link", name="Đăng nhập lại").click()
    entry.sign_in(lan, "thamdinh.nameo")
    entry.nothing_unsent(lan)
    lan.goto("/")
    entry.nothing_unsent(lan)
    entry.sign_out(lan)
    lan.page.wait_for_url("**/dang-nhap/**")
    assert len(entry.kept(lan)) == 2
    assert entry.stored(area, "4.2") is None

    lan.goto(f"/dang-nhap/?next={quote(entry.sheet_url(area))}")
    entry.sign_in(lan, "canbo.nameo")
    expect(lan.page.get_by_text(re.compile(r"^2/\d+ dòng đã có trả lời"))).to_be_visible()
    entry.nothing_unsent(lan)
    assert entry.kept(lan) == []
    assert [entry.stored(area, code).verdict for code in ("4.1.i", "4.2")] == ["met", "met"]

    lan.page.route("**/dong/**", lambda route: route.abort())
    entry.choose(lan, "4.1.ii", "Đạt")
    entry.choose(lan, "4.5.i", "Đạt")
    entry.unsent(lan, "Chưa gửi 2 mục")
    lan.goto("/")
    entry.unsent(lan, "Chưa gửi 2 mục")
    entry.sign_out(lan)
    dialog = lan.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Đăng xuất sẽ xóa 2 mục này khỏi máy")
    dialog.get_by_role("button", name="Ở lại").click()
    assert len(entry.kept(lan)) == 2
    entry.sign_out(lan)
    dialog.get_by_role("button", name="Đăng xuất, xóa 2 mục").click()
    lan.page.wait_for_url("**/dang-nhap/**")
    assert entry.kept(lan) == []
    assert entry.stored(area, "4.1.ii") is None


@pytest.mark.slow
def test_closed_browser_keeps_what_was_not_sent(
    chromium_path, live_server, area, tmp_path, monkeypatch
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:

        def open_browser():
            return playwright.chromium.launch_persistent_context(
                tmp_path, executable_path=chromium_path, args=CHROMIUM_FLAGS,
                base_url=live_server.url, locale="vi-VN",
            )  # fmt: skip

        first = open_browser()
        lan = Walker(first, "canbo.nameo")
        lan.goto(entry.sheet_url(area))
        first.set_offline(True)
        entry.explain(lan, "4.2", "Gõ dở thì máy tắt")
        entry.choose(lan, "4.1.i", "Đạt")
        entry.unsent(lan, "Chưa gửi")
        first.close()
        assert entry.stored(area, "4.1.i") is None

        second = open_browser()
        lan = Walker(second)
        lan.page.goto(entry.sheet_url(area))
        if "/dang-nhap/" in lan.page.url:
            entry.sign_in(lan, "canbo.nameo")
        entry.saved(lan, "4.1.i")
        entry.nothing_unsent(lan)
        expect(entry.row(lan, "4.2").get_by_label("Giải trình", exact=False)).to_have_value(
            "Gõ dở thì máy tắt"
        )
        second.close()
        connections.close_all()
    assert entry.stored(area, "4.1.i").verdict == "met"
    assert entry.stored(area, "4.2").note == "Gõ dở thì máy tắt"


@pytest.mark.slow
def test_sheet_is_within_reach_whatever_its_state(walk_as, na_meo):
    area = na_meo.area
    open_file(area, year=story.year(), by=na_meo.lan)
    lan = walk_as("canbo.nameo")
    lan.goto(entry.sheet_url(area))
    lan.look("phieu-moi", "Theo trả lời hiện nay")
    found = {"fresh": entry.out_of_reach(lan)}
    lan.context.set_offline(True)
    entry.choose(lan, "4.1.i", "Đạt")
    entry.unsent(lan, "Chưa gửi 1 mục")
    lan.page.get_by_role("button", name="Xem").click()
    found["unsent"] = entry.out_of_reach(lan)
    lan.context.set_offline(False)
    lan.goto(entry.sheet_url(area, "qd510"))
    found["classification"] = entry.out_of_reach(lan)
    story.in_review(area, na_meo)
    [asked] = area.evaluations.get(season__scheme="recognition").answers.filter(
        criterion__code="4.4.b"
    )
    return_file(
        area, year=story.year(), by=na_meo.minh, rows={asked.criterion_id: "Ghi rõ số báo cáo."}
    )
    lan.goto(entry.sheet_url(area))
    lan.look("phieu-tra-lai-mot-dong", "Giữ nguyên, đã khóa")
    found["returned"] = entry.out_of_reach(lan)

    assert not any(found.values()), found
