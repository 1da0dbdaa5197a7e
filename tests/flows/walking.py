"""Walking through the portal as a person does: signed in by the form, at any width."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Download, Locator, expect

from accounts.selectors import DEMO_PASSWORD

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1366, "height": 768}
PICTURES = os.environ.get("STORY_PICTURES", "")
"""A folder: every page looked at is kept there as a picture at both widths."""

WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
WIDER_THAN_THE_WINDOW = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const scrolls = (node) => {
        for (let up = node.parentElement; up && up !== document.body; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== "visible") return true;
        return false;
    };
    return [...document.body.querySelectorAll("*")]
        .filter((node) => node.getBoundingClientRect().right > room + 1 && !scrolls(node))
        .map((node) => `${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 40)}`);
}"""


def keep(name: str, content: bytes) -> None:
    """Keep a downloaded file beside the pictures."""
    if PICTURES:
        Path(PICTURES, name).write_bytes(content)


class Walker:
    """One signed-in person in a browser of their own."""

    def __init__(self, context: BrowserContext, username: str = "") -> None:
        self.context, self.username = context, username
        self.page = context.new_page()
        self.failures: list[str] = []
        self.page.on("pageerror", lambda error: self.failures.append(f"script: {error}"))
        self.page.on("response", self._note)
        if username:
            self._sign_in()

    def _note(self, response) -> None:
        if response.status >= 500:
            self.failures.append(f"{response.status} {response.url}")

    def _sign_in(self) -> None:
        self.page.goto("/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill(self.username)
        self.page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        expect(self.page.get_by_role("heading", name="Việc của tôi")).to_be_visible()

    def goto(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer.ok, f"{answer.status} {address}"

    def follow(self, name: str, *, exact: bool = False) -> None:
        """Click a link and wait for the page it leads to."""
        self._leave_by(self.page.get_by_role("link", name=name, exact=exact).first)

    def press(self, name: str) -> None:
        """Press a button and wait for the page that answers."""
        self._leave_by(self.page.get_by_role("button", name=name, exact=True))

    def ask(self, name: str) -> Locator:
        """Click a link that says first what will happen; return what it says."""
        self.page.get_by_role("link", name=name, exact=True).first.click()
        asked = self.page.locator("[data-confirm-body]")
        expect(asked).to_be_visible()
        return asked

    def confirm(self, name: str) -> None:
        """Press the button of the sentence that says what will happen."""
        self.look(f"xac-nhan-{name}", name)
        asked = self.page.locator("[data-confirm-body]")
        self._leave_by(asked.get_by_role("button", name=name, exact=True))

    def _leave_by(self, way: Locator) -> None:
        with self.page.expect_navigation():
            way.click()

    def menu(self, name: str) -> None:
        """Choose in the main navigation; on a phone it is folded."""
        bar = self.page.get_by_role("navigation", name="Chính")
        if not bar.is_visible():
            self.page.locator("summary", has_text="Danh mục").click()
            bar = self.page.get_by_role("navigation", name="Danh mục")
        self._leave_by(bar.get_by_role("link", name=name))

    def told(self, words: str) -> None:
        """The page says what just happened."""
        expect(self.page.locator("main .notice", has_text=words).first).to_be_visible()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def download(self, link: Locator) -> Download:
        with self.page.expect_download() as found:
            link.click()
        return found.value

    def look(self, name: str, words: str) -> None:
        """Wait for the words, refuse a page that scrolls sideways or failed, keep its picture."""
        expect(self.page.locator("main, dialog[open]").get_by_text(words).first).to_be_visible()
        self.page.wait_for_load_state()
        before = self.page.viewport_size
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)
            wider = self.wider_than_the_window()
            self._keep_picture(name, size["width"])
            assert not wider, f"{name} at {size['width']} px: {wider[:5]}"
        self.page.set_viewport_size(before)
        assert not self.failures, self.failures

    def wider_than_the_window(self) -> list[str]:
        """What makes the page scroll sideways; empty when nothing does."""
        return self.page.evaluate(WIDER_THAN_THE_WINDOW)

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.1 A and AA."""
        found = Axe().run(self.page, options=WCAG).response["violations"]
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in found
            for node in one["nodes"][:3]
        ]

    def _keep_picture(self, name: str, width: int) -> None:
        if PICTURES:
            height = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": min(max(height, 740), 9000)})
            self.page.screenshot(path=Path(PICTURES, f"{name.replace(' ', '-')}-{width}.png"))
