"""States that a whole module of tests begins from, built once and rolled back after it.

A module says `pytestmark = pytest.mark.usefixtures("stage", "db")`; its `cast` and `seasons` are then
copies of what was built, and the database goes back to that state after every test. A module that
begins further along gives a `stage` fixture of its own, module-scoped on `held`, that returns a
`Stage`. Not for modules with transactional tests: those need a database without open transactions.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests import story
from tests.cast import Cast, make_cast

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass(frozen=True)
class Stage:
    """Who and what stands ready; `more` holds whatever else a module built, by name."""

    cast: Cast
    seasons: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)


def peopled() -> Stage:
    """The cast alone, in a year of which nothing is written yet."""
    return Stage(make_cast(), {})


def opened() -> Stage:
    """The cast in a year whose seasons of residential areas are open."""
    cast = make_cast()
    return Stage(cast, story.open_seasons(cast))


@pytest.fixture(scope="module")
def held(django_db_setup, django_db_blocker, tmp_path_factory):
    """One transaction around all tests of the module, rolled back at its end."""
    files = tmp_path_factory.mktemp("stage")
    quick = override_settings(MEDIA_ROOT=files, PASSWORD_HASHERS=QUICK)
    with django_db_blocker.unblock(), quick, transaction.atomic():
        yield files
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def stage(held):
    return opened()
