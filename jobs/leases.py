"""Who may work on a job: a lease in the job's row, renewed while the worker lives.

All times are the database's, so that the clocks of the workers do not matter. The lease is kept
by a thread of its own over a connection of its own: it goes on while the task computes, and what
it writes is seen by others even while the task is inside a transaction.
"""

import datetime as dt
import logging
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from .exceptions import JobCancelled, LeaseLost
from .models import Job, JobQuerySet

LEASE: Final = dt.timedelta(seconds=15)
SECONDS_BETWEEN_BEATS: Final = 4.0
SECONDS_BETWEEN_PROGRESS: Final = 0.7
MOST_ATTEMPTS: Final = 5

logger = logging.getLogger(__name__)


def free_to_take() -> Q:
    """Jobs that no living worker holds."""
    return Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, leased_until__lt=Now())


def finish_abandoned(jobs: JobQuerySet | None = None) -> int:
    """End jobs that no living worker holds and nobody should take again; return how many.

    Cancelled while their worker died, or begun too often without coming to an end.
    """
    abandoned = (Job.objects.all() if jobs is None else jobs).filter(
        state=Job.State.RUNNING, leased_until__lt=Now()
    )
    ended = {"lease_token": None, "leased_until": None, "finished_at": Now()}
    cancelled = abandoned.filter(cancel_requested_at__isnull=False).update(
        state=Job.State.CANCELLED, **ended
    )
    return cancelled + abandoned.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=Job.State.FAILED,
        error=f"Đã thử {MOST_ATTEMPTS} lần nhưng lần nào cũng bị ngắt giữa chừng; "
        "người quản trị xem nhật ký máy chủ.",
        **ended,
    )


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one job, held under a token that nobody else has."""

    job_id: int
    token: uuid.UUID

    @classmethod
    def take(cls, job_id: int) -> "Lease | None":
        """Take the job if no living worker holds it, by one conditional UPDATE; else None."""
        this_job = Job.objects.filter(pk=job_id)
        finish_abandoned(this_job)
        lease = cls(job_id, uuid.uuid4())
        taken = this_job.filter(free_to_take()).update(
            state=Job.State.RUNNING,
            lease_token=lease.token,
            leased_until=Now() + LEASE,
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", Now()),
        )
        return lease if taken else None

    def renew(self, **progress: Any) -> tuple[bool, bool]:
        """Hold the job longer and write progress; return (still ours, asked to cancel)."""
        ours = Job.objects.filter(pk=self.job_id, lease_token=self.token)
        if not ours.update(leased_until=Now() + LEASE, **progress):
            return False, False
        return True, ours.filter(cancel_requested_at__isnull=False).exists()

    def finish(self, state: str, **values: Any) -> bool:
        """End the job in that state if it is still ours; say whether it was."""
        return bool(
            Job.objects.filter(pk=self.job_id, lease_token=self.token).update(
                state=state, lease_token=None, leased_until=None, finished_at=Now(), **values
            )
        )

    def give_back(self) -> None:
        """Put the job back into the queue if it is still ours."""
        Job.objects.filter(pk=self.job_id, lease_token=self.token).update(
            state=Job.State.QUEUED, lease_token=None, leased_until=None, dispatched_at=None
        )


class Keeper:
    """Renews one lease and writes progress from a thread until stopped.

    With `threaded=False` every progress is written at once by the caller's own connection.
    """

    def __init__(self, lease: Lease, *, threaded: bool = True) -> None:
        self.lease = lease
        self.progress: dict[str, Any] = {}
        self._threaded = threaded
        self._stopping = threading.Event()
        self._noted = threading.Event()
        self._is_lost = False
        self._is_cancelled = False
        self._thread = threading.Thread(
            target=self._keep, name=f"lease of job {lease.job_id}", daemon=True
        )

    def __enter__(self) -> "Keeper":
        if self._threaded:
            self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopping.set()
        self._noted.set()
        if self._threaded:
            self._thread.join()

    def note(self, done: int, total: int, text: str) -> None:
        """Remember how far the task is; the thread writes it with its next beat."""
        self.progress = {
            "progress_done": done,
            "progress_total": total,
            "progress_text": text[:200],
        }
        if self._threaded:
            self._noted.set()
        else:
            self._beat()

    def check(self) -> None:
        """Raise JobCancelled or LeaseLost if there is no point in going on."""
        if self._is_lost:
            raise LeaseLost(str(self.lease.job_id))
        if self._is_cancelled:
            raise JobCancelled(str(self.lease.job_id))

    def _keep(self) -> None:
        try:
            while not self._stopping.is_set() and not self._is_lost:
                self._noted.wait(SECONDS_BETWEEN_BEATS)
                self._noted.clear()
                if not self._stopping.is_set():
                    self._try_beat()
                    self._stopping.wait(SECONDS_BETWEEN_PROGRESS)
        finally:
            connection.close()

    def _try_beat(self) -> None:
        try:
            self._beat()
        except DatabaseError:
            logger.warning("no heartbeat for job %s", self.lease.job_id, exc_info=True)
            connection.close()
            time.sleep(1)

    def _beat(self) -> None:
        is_ours, self._is_cancelled = self.lease.renew(**self.progress)
        self._is_lost = not is_ours
