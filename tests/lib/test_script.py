"""The script's comforts, tried in Chromium on small pages without a server."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM_FLAGS

pytestmark = pytest.mark.browser

SCRIPT = Path(settings.BASE_DIR) / "static/js/portal.js"
GRID_SCRIPT = Path(settings.BASE_DIR) / "static/js/grid.js"
HTMX = Path(settings.BASE_DIR) / "static/vendor/htmx.min.js"
GRID = """<table data-grid><thead><tr><th>Đơn vị</th><th>Vụ
<button type="button" data-fill-down>Điền xuống</button></th><th>Kết quả</th></tr></thead><tbody>
<tr><th>A</th><td><input id="a1"></td><td><select id="a2"><option value=""></option>
<option value="met">Đạt</option></select></td></tr>
<tr><th>B</th><td><input id="b1" readonly></td><td><select id="b2"><option value=""></option>
<option value="met">Đạt</option></select></td></tr>
<tr><th>C</th><td><input id="c1"></td><td><select id="c2"><option value=""></option>
<option value="met">Đạt</option></select></td></tr>
</tbody></table><div data-live></div>"""
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def chromium(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.route("http://portal.test/**", lambda route: route.fulfill(body="<!doctype html>"))
    page.goto("http://portal.test/")
    yield page
    context.close()


def load(page, html):
    page.set_content(html)
    page.add_script_tag(path=SCRIPT)
    page.add_script_tag(path=GRID_SCRIPT)


def active(page):
    return page.evaluate("document.activeElement.id")


def test_slash_goes_to_search_but_stays_a_slash_inside_a_field(page):
    load(page, '<input id="q" data-search><input id="day">')

    page.keyboard.press("/")
    assert active(page) == "q"
    page.focus("#day")
    page.keyboard.type("15/11")

    assert (active(page), page.input_value("#day"), page.input_value("#q")) == ("day", "15/11", "")


def test_slash_does_nothing_while_composing(page):
    load(page, '<input id="q" data-search>')

    page.evaluate(
        """document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "/", isComposing: true, bubbles: true }))"""
    )

    assert active(page) == ""


def test_grid_enter_goes_down_over_locked_cells_and_shift_enter_up(page):
    load(page, GRID)

    page.focus("#a1")
    page.keyboard.press("Enter")
    down = active(page)
    page.keyboard.press("Shift+Enter")

    assert (down, active(page)) == ("c1", "a1")


def test_grid_arrows_move_at_the_edges_of_the_text_only(page):
    load(page, GRID)

    page.focus("#a1")
    page.keyboard.type("12")
    page.keyboard.press("ArrowLeft")
    inside = active(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    beside = active(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")

    assert (inside, beside, active(page)) == ("a1", "a2", "c1")


def test_grid_enter_waits_while_telex_composes(page):
    load(page, GRID)

    page.focus("#a1")
    page.evaluate(
        """document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))"""
    )

    assert active(page) == "a1"


def test_grid_takes_columns_from_excel_and_says_what_it_left_out(page):
    load(page, GRID)

    page.focus("#a1")
    page.evaluate(PASTE, "3\tđạt\r\n4\tĐẠT\r\n5\tsai\r\n")

    values = [page.input_value(f"#{cell}") for cell in ("a1", "a2", "b1", "b2", "c1", "c2")]
    assert values == ["3", "met", "", "met", "5", ""]
    assert page.inner_text("[data-live]") == "Đã dán 4 ô, bỏ qua 2 ô không nhận được."


def test_fill_down_leaves_what_is_typed(page):
    load(page, GRID)

    page.select_option("#a2", "met")
    page.focus("#a2")
    page.keyboard.press("Control+d")
    page.fill("#c1", "7")
    page.fill("#a1", "0")
    page.click("[data-fill-down]")

    values = [page.input_value(f"#{cell}") for cell in ("b1", "c1", "b2", "c2")]
    assert values == ["", "7", "met", "met"]


def test_ticking_counts_and_opens_the_bulk_button(page):
    boxes = "".join(f'<input type="checkbox" data-check id="c{n}">' for n in range(4))
    load(
        page,
        f'<form><input type="checkbox" data-check-all id="all">{boxes}'
        "<button data-needs-checked>Gửi <span data-checked-count>0</span></button></form>",
    )

    shut = page.is_disabled("button")
    page.click("#c0")
    page.click("#c2", modifiers=["Shift"])

    assert (shut, page.is_disabled("button"), page.inner_text("button")) == (True, False, "Gửi 3")
    page.click("#all")
    assert page.inner_text("button") == "Gửi 4"


def test_confirm_link_opens_the_page_in_a_dialog(page):
    body = (
        "<!doctype html><main><form data-confirm-body><h1>Gửi?</h1>"
        '<a data-dialog-close href="/">Không</a></form></main>'
    )
    page.route("**/xac-nhan/", lambda route: route.fulfill(body=body, content_type="text/html"))
    load(page, '<a data-confirm href="/xac-nhan/">Gửi thẩm định</a><dialog data-dialog></dialog>')

    page.click("[data-confirm]")
    page.wait_for_selector("dialog[open] h1")
    heading = page.inner_text("dialog h1")
    page.click("[data-dialog-close]")

    assert heading == "Gửi?"
    assert page.query_selector("dialog[open]") is None


def test_signing_out_leaves_nothing_unsent_on_a_shared_machine(page):
    load(page, '<form data-sign-out action="/"><button>Đăng xuất</button></form>')
    page.evaluate("localStorage.setItem('antq:1:2', '{}'); localStorage.setItem('other', 'x')")

    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_load_state()

    assert page.evaluate("Object.keys(localStorage)") == ["other"]


def test_open_tab_is_in_sight_on_a_phone(page):
    tabs = "".join(f'<li><a href="#{n}">Phần thứ {n} của hồ sơ</a></li>' for n in range(8))
    open_tab = '<li><a href="#8" aria-current="page">Lịch sử</a></li>'
    page.set_viewport_size({"width": 360, "height": 640})
    page.set_content("")
    page.add_style_tag(path=Path(settings.BASE_DIR) / "static/css/portal.css")
    page.evaluate(
        "html => document.body.innerHTML = html", f'<ul class="tabs">{tabs}{open_tab}</ul>'
    )
    page.add_script_tag(path=SCRIPT)

    box = page.get_by_role("link", name="Lịch sử").bounding_box()

    assert 0 <= box["x"] < 360 - box["width"]
