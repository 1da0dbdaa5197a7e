"""Chromium, the country of Na Mèo, and somebody to walk through it."""

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.flows.na_meo import prepare
from tests.flows.walking import DESK, Walker

expect.set_options(timeout=15_000)


@pytest.fixture
def na_meo(transactional_db):
    """The commune, its people and one residential area with nothing entered; the seasons are open."""
    return prepare()


@pytest.fixture
def chromium(chromium_path, live_server, monkeypatch):
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
        # Inside the loop Django opened a connection that nobody closes outside of it.
        connections.close_all()


@pytest.fixture
def walk_as(chromium, live_server, na_meo):
    """Call it with an account to get that person signed in, in a browser of their own."""

    def walker(username="", *, size=DESK, **options):
        context = chromium.new_context(
            base_url=live_server.url, locale="vi-VN", viewport=size, **options
        )
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(30_000)
        return Walker(context, username)

    return walker
