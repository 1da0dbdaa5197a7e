"""What every test stands on: quick passwords, own files, no shared broker, real commits."""

import copy
import gc
import os
from pathlib import Path

import pytest
from django.db import connection

from tests import story
from tests.cast import make_cast
from tests.migrated import migrated_template
from tests.staging import held, stage  # noqa: F401
from tests.workers import (  # noqa: F401
    broker_in_memory,
    celery_worker_process,
    let_tests_flush,
    new_worker,
    private_valkey,
)

CHROMIUM_FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
KNOWN_BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
LONGEST = (
    *("tests/test_permission_matrix.py", "tests/demo/test_demo.py", "tests/hammer/test_hammer.py"),
    *("tests/flows/", "tests/jobs/test_workers.py", "tests/evaluations/workbooks/"),
    *("tests/evaluations/test_views_", "tests/lib/test_documents"),
)
"""Files that take long begin first, so that no process waits for the other at the end."""
BUILT_ONCE = ("stage", "country")
"""Fixtures whose rows the tests of a module find in the open transaction around them."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Put the longest first, whatever the order of the others; `make test` hands out whole files."""
    outcome = yield
    items.sort(key=_place)
    return outcome


def _place(item):
    found = (place for place, name in enumerate(LONGEST) if item.nodeid.startswith(name))
    return next(found, len(LONGEST))


def pytest_collection_finish():
    """What was imported and collected stays; nobody looks through it for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef):
    """Check what a module built once: left to its tests, each would check all of it at its end."""
    value = yield
    if fixturedef.argname in BUILT_ONCE and connection.in_atomic_block:
        connection.check_constraints()
    return value


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Test databases are copies of one in which the migrations have run."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        let_tests_flush()


@pytest.fixture(scope="session")
def chromium_path():
    """Return Debian's Chromium, or the one that CHROMIUM names."""
    candidates = filter(None, (os.environ.get("CHROMIUM"), *KNOWN_BROWSERS))
    found = next((path for path in candidates if Path(path).exists()), None)
    if found is None:
        pytest.fail("No Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM.")
    return found


@pytest.fixture
def copied(request, db):
    """A copy of the module's stage that the test may change, or None; see tests/staging.py."""
    if "stage" not in request.fixturenames:
        return None
    return copy.deepcopy(request.getfixturevalue("stage"))


@pytest.fixture
def cast(copied):
    """One small country and its people; see tests/cast.py."""
    return copied.cast if copied else make_cast()


@pytest.fixture
def seasons(copied, cast):
    """Both seasons of residential areas by scheme, open for the year of today."""
    return copied.seasons if copied else story.open_seasons(cast)
