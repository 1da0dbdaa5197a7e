"""The loaded country as the tests ask it: one request of one person, and nothing of it stays."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from unittest.mock import patch

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.utils.safestring import SafeString

from .checks import Check
from .people import Answer, Person, everybody
from .stage import Stage

TIMELESS = ("django_session", "accounts_user", "portal_cache")
"""Tables that any request may touch; they hold nothing of the procedure."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one request brought back: the answer, and how many rows were written for it."""

    response: HttpResponse
    written: int

    @property
    def status(self) -> int:
        return self.response.status_code


@dataclass
class Country:
    """The stage with everybody signed in."""

    stage: Stage
    people: list[Person] = field(default_factory=everybody)
    keys: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        for person in self.people:
            self.sign_in(person.username)

    def person(self, username: str) -> Person:
        return next(one for one in self.people if one.username == username)

    def sign_in(self, username: str) -> None:
        client = Client()
        client.force_login(self.stage.people[username])
        self.keys[username] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def hear(self, username: str | None, check: Check, address: str, posted: object) -> Heard:
        """Ask once, as a browser that kept nothing but who is signed in, and undo what that did."""
        self._be(username)
        ask = self.client.get if check.data is None else self.client.post
        given = {} if check.data is None else {"data": posted}
        with undone():
            before = rows_written() if given else 0
            response = ask(address, headers=dict(check.headers), **given)
            if response.streaming:
                response.getvalue()
            return Heard(response, rows_written() - before if given else 0)

    def ask(self, username: str | None, check: Check) -> Heard:
        posted = check.data(self.stage) if check.data else None
        return self.hear(username, check, check.address(self.stage), posted)

    def status(self, username: str, check: Check) -> int:
        with blank_pages():
            return self.ask(username, check).status

    def get(self, username: str, address: str) -> HttpResponse:
        """Fetch one page as that person."""
        self._be(username)
        return self.client.get(address)

    def post(self, username: str, address: str, **data: object) -> HttpResponse:
        """Post to an address as that person; what it does stays until the test ends."""
        self._be(username)
        return self.client.post(address, data)

    def _be(self, username: str | None) -> None:
        self.client.cookies.clear()
        if username is not None:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.keys[username]

    def differences(self, check: Check, people: list[Person]) -> list[str]:
        """What does not answer as the table says, one line a person."""
        address = check.address(self.stage)
        posted = check.data(self.stage) if check.data else None
        lines, drawn = [], set()
        for person in people:
            expected = check.expects(person)
            look = (expected, person.roles if expected is Answer.SHOWN else ())
            with nullcontext() if look not in drawn else blank_pages():
                heard = self.hear(person.username, check, address, posted)
            drawn.add(look)
            if not expected.fits(heard.status, heard.written):
                lines.append(f"{person.username}: {check} {address}\n{_compared(expected, heard)}")
        return lines


def _compared(expected: Answer, heard: Heard) -> str:
    said = f"    expected {expected.name}, got {heard.status}, {heard.written} rows written"
    if heard.status in (302, 301):
        said += f", led to {heard.response.headers['Location']}"
    info = getattr(heard.response, "exc_info", None)
    return f"{said}, {info[1]!r}" if info else said


def blank_pages() -> AbstractContextManager[object]:
    """Pages of which only the status counts are not drawn: what is shown is, once for each role."""
    return patch.object(Template, "render", lambda *given, **named: SafeString(""))


@contextmanager
def undone() -> Iterator[None]:
    """Everything written inside is rolled back, also after an error of the database."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def rows_written() -> int:
    """Rows inserted, changed or removed so far in this transaction, whether or not undone since."""
    with (
        suppress(DatabaseError, transaction.TransactionManagementError),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) "
            "FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)",
            [list(TIMELESS)],
        )
        return int(cursor.fetchone()[0])
    return 0
