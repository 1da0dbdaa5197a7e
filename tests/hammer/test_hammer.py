"""Sixteen people answer, save, submit, withdraw, take up, conclude, return and confirm the same twenty files.

Over a real web server with two processes and real connections; buttons are pressed twice, lines
cut before the answer, database connections killed, and the same click sent again. Twenty seconds;
`python -m tests.hammer` a minute, HAMMER_SECONDS any time.
"""

import os
import sys
import threading
import time

import psycopg2
import pytest
from django.db import connection

from bench.web import web_server
from evaluations.models import Answer
from tests.workers import test_database_url

from .clients import Appraiser, Officer, Person, Record, work_until
from .country import Battlefield, battlefield, session_of
from .verify import wrongs

SECONDS = float(os.environ.get("HAMMER_SECONDS", "20"))
OFFICERS, APPRAISERS = 11, 5
ANSWERS_A_KILL = 20
PATIENCE = 6
"""On a busy machine it goes on until everything has happened, at most so many times as long."""

NAME = "hammered"
"""By this name the server's connections are told apart from those of the test."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600 + PATIENCE * SECONDS),
]


def people(port: int, field: Battlefield, record: Record) -> list[Person]:
    versions = {(one.evaluation_id, one.criterion_id): one.version for one in Answer.objects.all()}
    officers = [
        Officer(port, user.pk, session_of(user), field, record, versions=versions)
        for user in (field.officers * OFFICERS)[:OFFICERS]
    ]
    appraisers = [
        Appraiser(port, user.pk, session_of(user), field, record)
        for user in (field.appraisers * APPRAISERS)[:APPRAISERS]
    ]
    return [*officers, *appraisers]


def kill_connections(record: Record, is_over: threading.Event) -> None:
    """After every few answers one of the server's connections to the database dies in the middle of its work."""
    killer = psycopg2.connect(test_database_url())
    killer.autocommit = True
    killed_at = 0
    with killer.cursor() as cursor:
        while not is_over.wait(0.05):
            if record.events["answers"] - killed_at < ANSWERS_A_KILL:
                continue
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = %s AND datname = current_database() "
                "ORDER BY (state = 'idle'), random() LIMIT 1",
                [NAME],
            )
            if cursor.fetchone():
                killed_at = record.events["answers"]
                record.note("connection killed")
    killer.close()


def test_nothing_is_lost_doubled_or_half_done(transactional_db, settings, tmp_path):
    field, record, is_over = battlefield(), Record(), threading.Event()
    environment = {
        "DEBUG": "0", "DATABASE_URL": test_database_url(), "REDIS_URL": "redis://127.0.0.1:9/0",
        "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "127.0.0.1", "SECURE_SSL_REDIRECT": "0",
        "MEDIA_ROOT": str(tmp_path / "media"), "STATIC_ROOT": str(tmp_path / "static"),
        "LOG_LEVEL": "ERROR", "PGAPPNAME": NAME,
    }  # fmt: skip

    with web_server(environment, log=tmp_path / "web.log") as port:
        killer = threading.Thread(target=kill_connections, args=(record, is_over))
        killer.start()
        try:
            crowd = people(port, field, record)
            for _ in range(PATIENCE):
                work_until(crowd, time.monotonic() + SECONDS)
                if was_hard(record):
                    break
        finally:
            is_over.set()
            killer.join()

    sys.stdout.write(f"\n{dict(record.events.most_common())}\n")
    found = wrongs(record)
    assert not found, "\n".join(found[:20])
    assert was_hard(record), record.events


def was_hard(record: Record) -> bool:
    """Whether everything that may go wrong was tried; without that the test says nothing."""
    happened = (
        "save",
        "stale",
        "submit",
        "return",
        "pressed twice",
        "line cut",
        "connection killed",
    )
    return all(record.events[event] for event in happened)


@pytest.fixture(autouse=True)
def _no_connection_is_left(transactional_db):
    yield
    connection.close()
