"""Taking figures: the clock undisturbed first, the queries counted in a run of their own."""

import gzip
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User

from .table import Figure

TRANSACTION_WORDS: Final = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "SET CONSTRAINTS",
)

Action = Callable[[], object]


class NotThere(Exception):
    """What was to be measured does not answer as it should; the message says how."""


class Taken(NamedTuple):
    """Milliseconds of one run, or the medians of some: by the wall clock, and of this process's CPU."""

    value: float
    cpu: float

    @classmethod
    def median(cls, runs: Iterable["Taken"]) -> "Taken":
        values, cpus = zip(*runs, strict=True)
        return cls(statistics.median(values), statistics.median(cpus))

    @property
    def fields(self) -> dict[str, float]:
        """As the fields of a Figure."""
        return self._asdict()


def taken(action: Action) -> Taken:
    """What one run takes."""
    begun, worked = time.perf_counter(), time.process_time()
    action()
    worked = time.process_time() - worked
    return Taken((time.perf_counter() - begun) * 1000, worked * 1000)


def median_of(action: Action, runs: int) -> Taken:
    """The medians of some runs."""
    return Taken.median(taken(action) for _ in range(runs))


def queries_of(action: Action) -> int:
    """How many statements one run sends, without those that only open and close transactions."""
    with CaptureQueriesContext(connection) as captured:
        action()
    sent = [one["sql"] for one in captured.captured_queries]
    return sum(not sql.lstrip().startswith(TRANSACTION_WORDS) for sql in sent)


def undone(action: Action) -> Action:
    """The same action, its constraints checked as a commit does, and then rolled back."""

    def run() -> None:
        with transaction.atomic():
            action()
            connection.check_constraints()
            transaction.set_rollback(True)

    return run


def signed_in(user: User) -> Client:
    """A client in this process, without network, signed in as somebody; takes gzip as browsers do."""
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(user)
    return client


def wanted(response: HttpResponseBase, *statuses: int) -> HttpResponseBase:
    """The response if it has one of these statuses (200 unless told); else NotThere."""
    if response.status_code not in (statuses or (200,)):
        raise NotThere(f"trả lời {response.status_code}")
    return response


def page_figure(
    client: Client,
    address: str,
    *,
    runs: int,
    group: str,
    name: str,
    limit: float | None,
    peer: str = "",
) -> Figure:
    """One page or file as its reader asks for it, once warmed up."""
    response = wanted(client.get(address))
    sent, made = sent_bytes(response), made_bytes(response)
    is_page = response.headers["Content-Type"].startswith("text/html")
    middle = median_of(lambda: sent_bytes(client.get(address)), runs)
    return Figure(
        group=group, name=name, **middle.fields, limit=limit, peer=peer,
        queries=queries_of(lambda: client.get(address)), size=len(made),
        packed=len(sent) if is_page else None,
    )  # fmt: skip


def sent_bytes(response: HttpResponseBase) -> bytes:
    """What goes over the line, headers left out."""
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.content  # type: ignore[attr-defined]


def made_bytes(response: HttpResponseBase) -> bytes:
    """The same as it was before it was compressed."""
    sent = sent_bytes(response)
    return gzip.decompress(sent) if response.headers.get("Content-Encoding") == "gzip" else sent
