"""Real workers for tests: a private Valkey, and Celery processes on the test database.

`tests/conftest.py` imports the fixtures. A test that uses `celery_worker_process` needs
`@pytest.mark.worker` and `@pytest.mark.django_db(transaction=True)`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from antq_portal.celery import app
from antq_portal.embedded import Place, Valkey
from jobs.models import Job
from jobs.running import run_job

TASKS_OF_TESTS = "tests.jobs.tasks_of_tests"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def broker_in_memory() -> None:
    """Keep the jobs of tests out of the Redis that a running portal listens to."""
    app.conf.broker_url = "memory://"


@pytest.fixture
def private_valkey() -> Iterator[Valkey]:
    """A Valkey of this test alone, which it may stop and start; Celery here speaks to it."""
    folder = Path(tempfile.mkdtemp(prefix="antq-valkey-"))
    folder.chmod(0o755)
    valkey = Valkey(Place(folder))
    valkey.start()
    shared = app.conf.broker_url
    app.conf.broker_url = valkey.url
    try:
        yield valkey
    finally:
        app.conf.broker_url = shared
        valkey.stop()
        shutil.rmtree(valkey.place.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Worker:
    """One Celery worker with its clock, in a process group of its own."""

    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> "Worker":
        command = f"celery -A antq_portal worker -l INFO -B -s {self.log}.beat -I {TASKS_OF_TESTS}"
        command += " --concurrency=1 --without-gossip --without-mingle"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def wait_until_ready(self, seconds: float = 30) -> "Worker":
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return " ready." in self.log.read_text()

        wait_until(is_ready, seconds)
        return self

    def kill(self) -> None:
        """End the worker and its children at once, as a power cut does."""
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        # Whatever of the group outlived its head.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def new_worker(
    transactional_db, private_valkey, settings, tmp_path
) -> Iterator[Callable[[], Worker]]:
    """Call it for each worker that the test wants."""
    workers: list[Worker] = []
    environment = {
        "DEBUG": "1",
        "DATABASE_URL": test_database_url(),
        "REDIS_URL": private_valkey.url,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
    }

    def start() -> Worker:
        worker = Worker(environment, tmp_path / f"worker-{len(workers)}.log")
        workers.append(worker)
        return worker.start().wait_until_ready()

    try:
        yield start
    finally:
        for worker in workers:
            worker.stop()


@pytest.fixture
def celery_worker_process(new_worker) -> Worker:
    """A running worker with its clock on the test database."""
    return new_worker()


def test_database_url() -> str:
    """The address of the database that this test process uses."""
    values = connection.settings_dict
    user, password = quote(values["USER"]), quote(values["PASSWORD"])
    host, port = values["HOST"], values["PORT"]
    if host.startswith("/"):
        return f"postgresql://{user}:{password}@/{values['NAME']}?host={quote(host)}"
    place = f"{host}:{port}" if port else host
    return f"postgresql://{user}:{password}@{place}/{values['NAME']}"


test_database_url.__test__ = False


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> float:
    """Wait until it is so and return the seconds that took; fail after the given time."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < seconds, f"not so after {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - begun


def run_job_inline(job: Job) -> Job:
    """Run a job here and now, without broker, worker or thread, and return it as it ended."""
    run_job(job.pk, threaded=False)
    job.refresh_from_db()
    return job


def let_tests_flush() -> None:
    """Switch the triggers against TRUNCATE off: tests with real commits empty every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgtype & 32 = 32"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
