"""The scoring sheet as the entry stories use it: one area of Na Mèo, opened, and its rows."""

import re

from playwright.sync_api import expect

from accounts.selectors import DEMO_PASSWORD
from evaluations.models import Answer
from tests import story


def sheet_url(area, tab="tt124"):
    return f"/ho-so/{story.year()}/{area.pk}/?tab={tab}&xem=tat-ca"


def row(walker, code):
    """The row of the sheet that bears the code."""
    return walker.page.get_by_role("group", name=re.compile(rf"^{re.escape(code)}\s"))


def choose(walker, code, words):
    row(walker, code).get_by_role("radio", name=words, exact=True).check()


def saved(walker, code):
    """Wait until the row says when it was saved."""
    spot = row(walker, code).locator("[data-row-saved]")
    expect(spot).to_have_text(re.compile(r"^đã lưu \d\d:\d\d$"))


def says(walker, code, words):
    expect(row(walker, code).locator("[data-row-saved]")).to_contain_text(words)


def unsent(walker, words):
    expect(walker.page.locator("[data-unsent]")).to_contain_text(words)


def nothing_unsent(walker):
    expect(walker.page.locator("[data-unsent]")).to_be_hidden()


def kept(walker):
    """The keys of what is kept on the machine, whoever it belongs to."""
    return walker.page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('antq.cho.'))"
    )


def explain(walker, code, words):
    """Type into the explanation of a row, unfolding it first."""
    field = row(walker, code).get_by_label("Giải trình", exact=False)
    if not field.is_visible():
        row(walker, code).get_by_text("Giải trình, minh chứng").click()
    field.fill(words)


def sign_in(walker, username):
    """Fill in the sign-in form that is open."""
    walker.page.get_by_label("Tên đăng nhập").fill(username)
    walker.page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
    with walker.page.expect_navigation():
        walker.page.get_by_role("button", name="Đăng nhập").click()


def sign_out(walker):
    walker.page.locator("summary[aria-label^='Tài khoản']").click()
    walker.page.get_by_role("button", name="Đăng xuất", exact=True).click()


def stored(area, code):
    """What the database holds in this year's row; None when nobody answered it."""
    rows = Answer.objects.filter(evaluation__unit=area, evaluation__season__year=story.year())
    return rows.filter(criterion__code=code).first()


WIDTHS = (360, 1366, 1920)


def out_of_reach(walker):
    """What axe finds at a phone's, an office screen's and a wide screen's width."""
    found = {}
    before = walker.page.viewport_size
    for width in WIDTHS:
        walker.page.set_viewport_size({"width": width, "height": 768})
        wrong = walker.wider_than_the_window() + walker.violations()
        if wrong:
            found[width] = wrong
    walker.page.set_viewport_size(before)
    return found
