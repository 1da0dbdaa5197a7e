"""How long a job lies before a worker takes it up, and until the decision's PDF is there."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from evaluations.services.papers import ask_for_certificate
from jobs.models import Job
from units.coverage import Scheme

from .acts import issue
from .data import Country
from .place import ROOT
from .steps import Runs, Step
from .table import Figure

GROUP: Final = "jobs"
PICK_UP_MS: Final = 500.0
PATIENCE_SECONDS: Final = 60.0
READY: Final = " ready."


def steps(country: Country, runs: Runs) -> Iterator[Step]:
    """A real Celery worker on this run's own Valkey."""
    yield Step(GROUP, "Việc chạy nền", lambda: _jobs(country, runs))


def _jobs(country: Country, runs: Runs) -> list[Figure]:
    issue(country)
    decision, clerk = country.decisions[Scheme.RECOGNITION], country.people["clerk"]
    units = country.areas["listed"][-runs.many :]
    with worker():
        done = [_ended(ask_for_certificate(decision.pk, unit.pk, by=clerk)) for unit in units]
    waits = [job.started_at - job.requested_at for job in done]
    whole = [job.finished_at - job.requested_at for job in done]
    return [
        Figure(group=GROUP, name="Từ lúc yêu cầu đến khi có người làm", limit=PICK_UP_MS,
               value=median(one.total_seconds() * 1000 for one in waits)),
        Figure(group=GROUP, name="Từ lúc yêu cầu đến khi có Giấy công nhận (PDF)",
               value=median(one.total_seconds() * 1000 for one in whole)),
    ]  # fmt: skip


@contextmanager
def worker() -> Iterator[None]:
    """One Celery process in this run's environment, ready to work."""
    command = (
        "celery -q -A antq_portal worker -l INFO --concurrency=1 --without-gossip --without-mingle"
    )
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "worker.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", *command.split()],
                cwd=ROOT,
                env=os.environ | {"LOG_LEVEL": "INFO"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(lambda: READY in log.read_text(encoding="utf-8", errors="replace"))
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _ended(job: Job) -> Job:
    def is_done() -> bool:
        job.refresh_from_db()
        return not job.is_unfinished

    _wait(is_done)
    if job.state != Job.State.DONE:
        raise RuntimeError(f"việc không xong: {job.error}")
    return job


def _wait(is_so: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > PATIENCE_SECONDS:
            raise TimeoutError("chờ quá lâu")
        time.sleep(0.05)
