"""The outbox of the entry pages, tried in Chromium on a small page without a server."""

import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM_FLAGS

pytestmark = pytest.mark.browser

SCRIPT = Path(settings.BASE_DIR) / "static/js/outbox.js"
PAGE = """<!doctype html><body data-user="7" hx-headers='{"X-CSRFToken": "t"}'>
<div data-unsent hidden><strong data-unsent-text></strong><a data-unsent-login href="/" hidden>Đăng nhập lại</a>
<button data-unsent-send>Gửi ngay</button><button data-unsent-list>Xem</button></div>
<dialog data-dialog></dialog><div data-live></div></body>"""
PUT = """([key, body, isHeld]) => {
  const state = isHeld ? { state: "held" } : {};
  const item = { path: `/dong/${key}/`, name: "version", body, label: `Dòng ${key}`, page: "/", ...state };
  document.dispatchEvent(new CustomEvent("outbox:put", { detail: { key, isHeld, item } }));
}"""
PUT_ROWS = """(keys) => {
  const tell = (type, detail) => document.dispatchEvent(new CustomEvent(`outbox:${type}`, { detail }));
  for (const key of keys) {
    const item = { path: `/ho-so/2026/5/dong/${key}/`, name: "version", body: `note=${key}`, label: key, page: "/" };
    tell("put", { key, isQuiet: true, item });
  }
  tell("send", {});
}"""
WATCH = """() => { window.told = []; document.addEventListener("outbox:answer",
  ({ detail }) => window.told.push([detail.key, detail.status, detail.isLast])); }"""
STALE = {"code": "stale", "version": 3, "who": "Hai", "at": "10:41"}
FULL = """() => { Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError"); }; }"""


class Server:
    """What the small page's server was sent, and what it answers next; "down" is no line."""

    def __init__(self):
        self.sent = []
        self.answers = []

    def __call__(self, route):
        form = {name: value[0] for name, value in parse_qs(route.request.post_data or "").items()}
        answer = self.answers.pop(0) if self.answers else (200, {"version": 1, "at": "10:42"})
        self.sent.append(form)
        if answer == "down":
            route.abort()
            return
        code, data = answer
        route.fulfill(status=code, content_type="application/json", body=json.dumps(data))


@pytest.fixture(scope="module")
def chromium(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def page(chromium, server):
    context = chromium.new_context()
    page = context.new_page()
    page.route(
        "http://portal.test/**", lambda route: route.fulfill(body=PAGE, content_type="text/html")
    )
    page.route("**/dong/**", server)
    page.goto("http://portal.test/")
    page.add_script_tag(path=SCRIPT)
    page.evaluate(WATCH)
    yield page
    context.close()


def put(page, key, body, *, is_held=False):
    page.evaluate(PUT, [key, body, is_held])


def told(page, count):
    page.wait_for_function(f"window.told.length === {count}")
    return page.evaluate("window.told")


def kept(page):
    return page.evaluate("Object.keys(localStorage)")


def words(page):
    return page.text_content("[data-unsent-text]")


def test_retry_carries_the_same_key_and_later_typing_waits_behind_it(page, server):
    server.answers = ["down"]
    put(page, "1", "note=a")
    page.wait_for_selector("[data-unsent]:not([hidden])")
    said = words(page)
    put(page, "1", "note=ab")

    answers = told(page, 2)

    assert said == "Chưa gửi 1 mục, còn giữ trên máy này"
    assert [one["note"] for one in server.sent] == ["a", "a", "ab"]
    first, again, later = (one["lan"] for one in server.sent)
    assert first == again != later
    assert [one["version"] for one in server.sent] == ["0", "0", "1"]
    assert answers == [["1", 200, False], ["1", 200, True]]
    assert kept(page) == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [((400, {"code": "invalid", "errors": {"note": "Dài quá"}}), "invalid"),
     ((409, {"code": "stale", "version": 3, "who": "Hai", "at": "10:41"}), "conflict"),
     ((409, {"code": "season_closed", "message": "Kỳ đã khóa sổ."}), "refused"),
     ((404, {"message": "Không có dòng này."}), "refused")],
)  # fmt: skip
def test_what_is_not_written_is_kept_and_said_but_not_tried_again(page, server, answer, state):
    server.answers = [answer]

    put(page, "1", "note=a")
    told(page, 1)
    page.evaluate("document.dispatchEvent(new CustomEvent('outbox:send', { detail: {} }))")
    put(page, "2", "note=b")
    told(page, 2)

    assert [one["note"] for one in server.sent] == ["a", "b"]
    stored = page.evaluate("JSON.parse(localStorage.getItem('antq.cho.7.1'))")
    assert (stored["state"], stored["body"]) == (state, "note=a")
    assert words(page) == "Chưa gửi 1 mục, còn giữ trên máy này"


def test_server_that_fails_is_asked_again_with_the_same_key(page, server):
    server.answers = [(500, {})]

    put(page, "1", "note=a")
    put(page, "2", "note=b")

    assert sorted(one[0] for one in told(page, 2)) == ["1", "2"]
    keys = [one["lan"] for one in server.sent if one["note"] == "a"]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_answer_of_somebody_else_is_not_taken_for_saved(page, server):
    server.answers = [(200, {"welcome": "Mời đăng nhập Wi-Fi"})]

    put(page, "1", "note=a")
    page.wait_for_selector("[data-unsent]:not([hidden])")
    page.click("[data-unsent-send]")

    assert told(page, 1) == [["1", 200, True]]
    assert len({one["lan"] for one in server.sent}) == 1
    assert len(server.sent) == 2


def test_file_is_not_sent_off_while_something_of_it_waits(page, server):
    server.answers = ["down", "down"]
    form = "<form action='/gui/'><button name='viec' value='gui'>Gửi thẩm định</button></form>"
    page.evaluate("(form) => document.body.insertAdjacentHTML('beforeend', form)", form)
    put(page, "1", "note=a")
    page.wait_for_selector("[data-unsent]:not([hidden])")

    page.get_by_role("button", name="Gửi thẩm định", exact=True).click()
    page.wait_for_selector("dialog[open]")

    assert "Còn 1 mục chưa gửi lên cổng" in page.inner_text("dialog")
    assert page.url == "http://portal.test/"
    page.get_by_role("button", name="Vẫn gửi thẩm định").click()
    page.wait_for_url("**/gui/**")


def test_typing_that_goes_on_is_kept_but_not_sent(page, server):
    put(page, "1", "note=a", is_held=True)

    assert kept(page) == ["antq.cho.7.1"]
    assert server.sent == []
    assert page.is_hidden("[data-unsent]")


def test_ended_session_keeps_everything_and_asks_to_sign_in(page, server):
    server.answers = [(401, {"code": "signed_out", "login": "/dang-nhap/"})]

    put(page, "1", "note=a")
    page.wait_for_selector("[data-unsent-login]:not([hidden])")

    assert words(page) == "Phiên đã hết: đăng nhập lại, 1 mục còn giữ trên máy này"
    assert page.get_attribute("[data-unsent-login]", "href") == "/dang-nhap/?next=%2F"


def test_what_somebody_else_left_is_neither_sent_nor_wiped(page, server):
    left = json.dumps({"key": "9", "order": 1, "body": "note=x", "path": "/dong/9/", "tried": True})
    page.evaluate("(left) => localStorage.setItem('antq.cho.8.9', left)", left)

    put(page, "1", "note=a")
    told(page, 1)
    page.set_content(f"{PAGE}<form data-sign-out action='/'><button>Đăng xuất</button></form>")
    page.get_by_role("button", name="Đăng xuất").click()

    assert [one["note"] for one in server.sent] == ["a"]
    assert kept(page) == ["antq.cho.8.9"]


def test_full_storage_is_said_and_the_answer_sent_all_the_same(page, server):
    page.evaluate(FULL)
    server.answers = [(503, {})]

    put(page, "1", "note=a")
    page.wait_for_selector("[data-unsent]:not([hidden])")
    said = words(page)
    page.click("[data-unsent-send]")

    assert told(page, 1) == [["1", 200, True]]
    assert "không còn chỗ để giữ: đừng đóng trang" in said


def put_rows(page, count):
    """So many rows of one unit at once, as filling down and pasting do."""
    page.evaluate(PUT_ROWS, [str(one) for one in range(1, count + 1)])


def rows_of(sent):
    """Address and form of each row in a bundle."""
    pairs = [one.split("?") for one in sent["dong"]]
    return [
        (place, {name: value[0] for name, value in parse_qs(body).items()}) for place, body in pairs
    ]


class Bundles(Server):
    """A server of bundles; `answers` as before, or a status per row."""

    def __call__(self, route):
        form = parse_qs(route.request.post_data)
        answer = self.answers.pop(0) if self.answers else [200] * len(form.get("dong", "1"))
        self.sent.append(form)
        if answer == "down":
            route.abort()
            return
        if isinstance(answer, list):
            rows = [{"status": code, "data": self.said(code)} for code in answer]
            answer = (200, {"rows": rows} if "dong" in form else rows[0]["data"])
        code, data = answer
        route.fulfill(status=code, content_type="application/json", body=json.dumps(data))

    def said(self, code):
        return {200: {"version": 1, "at": "10:42"}, 409: STALE}.get(code, {"message": "Không được"})


@pytest.fixture
def bundles(page):
    server = Bundles()
    page.route("**/ho-so/**/dong/**", server)
    return server


def test_many_rows_go_in_few_requests_and_each_has_its_own_answer(page, bundles):
    bundles.answers = [[200] * 10 + [409, 403, 503] + [200] * 27]

    put_rows(page, 45)
    answers = told(page, 45)

    assert [len(one["dong"]) for one in bundles.sent[:2]] == [40, 5]
    assert [list(one) for one in bundles.sent[2:]] == [["note", "version", "lan"]]
    assert sorted(code for _, code, _ in answers) == [200] * 43 + [403, 409]
    place, form = rows_of(bundles.sent[0])[12]
    assert (place, form["note"], form["version"]) == ("5/13", "13", "0")
    assert bundles.sent[2]["lan"] == [form["lan"]]
    assert len({form["lan"] for _, form in rows_of(bundles.sent[0])}) == 40
    assert sorted(kept(page)) == ["antq.cho.7.11", "antq.cho.7.12"]


def test_bundle_without_an_answer_goes_again_with_the_same_keys(page, bundles):
    bundles.answers = ["down", (401, {"code": "signed_out"})]

    put_rows(page, 6)
    page.wait_for_selector("[data-unsent]:not([hidden])")
    page.click("[data-unsent-send]")
    page.wait_for_selector("[data-unsent-login]:not([hidden])")
    assert words(page) == "Phiên đã hết: đăng nhập lại, 6 mục còn giữ trên máy này"
    page.evaluate("document.dispatchEvent(new CustomEvent('outbox:send', { detail: {} }))")

    assert {code for _, code, _ in told(page, 6)} == {200}
    first, *later = [rows_of(one) for one in bundles.sent]
    assert len(first) == 6
    assert later == [first, first]
    assert kept(page) == []


@pytest.mark.parametrize("answer", [(500, {}), (404, {}), (400, {"code": "malformed"})])
def test_rows_that_cannot_be_taken_together_go_one_by_one(page, bundles, answer):
    bundles.answers = [answer]

    put_rows(page, 4)
    page.wait_for_selector("[data-unsent]:not([hidden])")
    page.click("[data-unsent-send]")

    assert len(told(page, 4)) == 4
    keys = [form["lan"] for _, form in rows_of(bundles.sent[0])]
    assert [one["lan"][0] for one in bundles.sent[1:]] == keys


def test_what_another_tab_writes_is_seen(page, bundles):
    put(page, "1", "note=a", is_held=True)
    other = page.context.new_page()
    other.route("http://portal.test/**", lambda route: route.fulfill(body=PAGE))
    other.goto("http://portal.test/")
    other.evaluate(
        "localStorage.setItem('antq.cho.7.2', JSON.stringify({ key: '2', order: 2, state: 'held' }))"
    )
    asked = """() => { const asked = {};
      document.dispatchEvent(new CustomEvent("outbox:ask", { detail: asked }));
      return asked.items.map((item) => item.key).sort().join(); }"""

    page.wait_for_function(f"({asked})() === '1,2'")
    other.evaluate("localStorage.removeItem('antq.cho.7.1')")
    page.wait_for_function(f"({asked})() === '2'")
