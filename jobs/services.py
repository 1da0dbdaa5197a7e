"""Ask for a long task, cancel it, try it again, and hand it to the workers."""

import datetime as dt
import logging
from functools import partial
from itertools import starmap, takewhile
from typing import Any, Final

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User

from .exceptions import UnknownTask
from .leases import finish_abandoned, free_to_take
from .models import Job
from .registry import DEFAULT_MINUTES, find_task

SECONDS_TO_REACH_BROKER: Final = 0.5
SECONDS_BETWEEN_HANDOVERS: Final = 20
SWEEP_AT_MOST: Final = 200
SWEEP_LOCK: Final = 5_104_001
# Redis hands out lower numbers first; the sweep itself goes before all jobs.
JOB_PRIORITY: Final = 6
HARD_LIMIT_AFTER: Final = 60

logger = logging.getLogger(__name__)


def enqueue(
    task: str,
    *,
    title: str,
    arguments: dict[str, Any],
    by: User | None,
    province_id: int = 0,
    deduplication_key: str = "",
) -> Job:
    """Write down that a person asks for a task, in the caller's transaction, and return the job.

    The workers get it on commit, or from the sweeper if the broker is away. If an unfinished job
    has the same deduplication key, that one is returned and nothing is written. `arguments` are
    plain JSON values. Raises UnknownTask for a name that nobody registered.
    """
    find_task(task)
    job = Job(
        task=task,
        title=title[:200],
        arguments=arguments,
        requested_by=by,
        province_id=province_id,
        deduplication_key=deduplication_key,
    )
    for _ in range(2):
        known = _unfinished_twin(deduplication_key)
        if known is not None:
            return known
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            # Somebody asked for the same between the look and the insert.
            if not deduplication_key:
                raise
            continue
        transaction.on_commit(partial(hand_over, job.pk, task), robust=True)
        return job
    raise IntegrityError(f"The job {deduplication_key} cannot be written.")


def _unfinished_twin(deduplication_key: str) -> Job | None:
    if not deduplication_key:
        return None
    return Job.objects.unfinished().filter(deduplication_key=deduplication_key).first()


def hand_over(job_id: int, task: str) -> bool:
    """Tell the broker about a job; say whether it took it.

    Uses a connection of its own with short time-outs, so that a broker that is down or hangs
    costs a click about one second at most.
    """
    minutes = _minutes_for(task)
    try:
        with current_app.connection_for_write(
            connect_timeout=SECONDS_TO_REACH_BROKER,
            transport_options={
                "socket_connect_timeout": SECONDS_TO_REACH_BROKER,
                "socket_timeout": SECONDS_TO_REACH_BROKER,
                "max_retries": 0,
            },
        ) as broker:
            current_app.send_task(
                "jobs.run",
                args=[job_id],
                connection=broker,
                retry=False,
                priority=JOB_PRIORITY,
                soft_time_limit=minutes * 60,
                time_limit=minutes * 60 + HARD_LIMIT_AFTER,
            )
    except Exception:
        logger.warning("the broker did not take job %s; the sweeper will try", job_id)
        return False
    Job.objects.filter(pk=job_id).update(dispatched_at=Now())
    return True


def _minutes_for(task: str) -> int:
    """How long the task may run; one that no app registers any more fails when it is run."""
    try:
        return find_task(task).minutes
    except UnknownTask:
        return DEFAULT_MINUTES


def sweep_jobs() -> int:
    """Hand over the jobs that no worker has or will hear of; return how many.

    Those whose worker died, whose message was lost, or which were asked for while the broker was
    away. Only one sweep works at a time; another does nothing.
    """
    with transaction.atomic():
        if not _only_sweep():
            return 0
        finish_abandoned()
        waiting = _waiting_for_a_worker()
    # The first refusal ends the sweep: a broker that is away would be waited for each time.
    return sum(1 for _ in takewhile(bool, starmap(hand_over, waiting)))


def _only_sweep() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SWEEP_LOCK])
        return bool(cursor.fetchone()[0])


def _waiting_for_a_worker() -> list[tuple[int, str]]:
    """(id, task) of the jobs to hand over, the longest waiting first."""
    not_just_told = Q(dispatched_at=None) | Q(
        dispatched_at__lt=Now() - dt.timedelta(seconds=SECONDS_BETWEEN_HANDOVERS)
    )
    worker_died_since = Q(state=Job.State.RUNNING, dispatched_at__lt=F("leased_until"))
    waiting = Job.objects.filter(free_to_take()).filter(not_just_told | worker_died_since)
    return list(waiting.order_by("pk").values_list("pk", "task")[:SWEEP_AT_MOST])


def request_cancel(job: Job, *, by: User) -> Job:
    """Cancel a job that waits; ask the worker of a running one to stop. Ended jobs stay as they are.

    Raises PermissionDenied for anyone but the person who asked for it.
    """
    _require_owner(job, by)
    mine = Job.objects.filter(pk=job.pk)
    if not mine.filter(state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested_at=Now(), finished_at=Now()
    ):
        mine.filter(state=Job.State.RUNNING).update(cancel_requested_at=Now())
    job.refresh_from_db()
    return job


def retry(job: Job, *, by: User) -> Job:
    """Put a failed or cancelled job back into the queue, or return its unfinished twin.

    Raises PermissionDenied for anyone but the person who asked for it.
    """
    _require_owner(job, by)
    ended = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED))
    try:
        with transaction.atomic():
            revived = ended.update(
                state=Job.State.QUEUED,
                attempts=0,
                error="",
                dispatched_at=None,
                started_at=None,
                finished_at=None,
                cancel_requested_at=None,
                progress_done=0,
                progress_total=0,
                progress_text="",
            )
    except IntegrityError:
        return Job.objects.unfinished().get(deduplication_key=job.deduplication_key)
    if revived:
        transaction.on_commit(partial(hand_over, job.pk, job.task), robust=True)
    job.refresh_from_db()
    return job


def _require_owner(job: Job, user: User) -> None:
    if job.requested_by_id != user.pk:
        raise PermissionDenied("Chỉ người yêu cầu mới được hủy hoặc làm lại việc này.")
