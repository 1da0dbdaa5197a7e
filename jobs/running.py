"""Run one job in a worker, so that it is done once whatever dies on the way."""

import logging
from pathlib import PurePath
from typing import Final
from uuid import uuid4

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import localdate

from .exceptions import JobCancelled, JobFailed, LeaseLost, UnknownTask
from .leases import Keeper, Lease
from .models import Job
from .registry import JobContext, Outcome, Task, find_task

PLAIN_ERRORS: Final = (JobFailed, PermissionDenied)
DATABASE_AWAY: Final = (OperationalError, InterfaceError)

logger = logging.getLogger(__name__)


def run_job(job_id: int, *, threaded: bool = True) -> None:
    """Take the job if nobody holds it, run its task for the person who asked, and end it.

    Does nothing if a living worker holds it or it has ended. If the database went away, or
    another worker took the job over, nothing is ended here: whoever takes it next begins again.
    """
    lease = Lease.take(job_id)
    if lease is None:
        return
    job = Job.objects.select_related("requested_by").get(pk=job_id)
    try:
        with Keeper(lease, threaded=threaded) as keeper:
            _do(job, keeper)
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job_id)
    except JobCancelled:
        lease.finish(Job.State.CANCELLED)
    except DATABASE_AWAY:
        logger.exception("job %s lost the database and will be begun again", job_id)
    except Exception as error:
        lease.finish(Job.State.FAILED, error=_plain_words(job, error))


def _do(job: Job, keeper: Keeper) -> None:
    task = find_task(job.task)
    if job.requested_by is not None and not job.requested_by.is_active:
        raise JobFailed("Tài khoản của người yêu cầu đã ngừng hoạt động.")
    outcome = Outcome()
    context = JobContext(
        job_id=job.pk,
        user=job.requested_by,
        arguments=job.arguments,
        outcome=outcome,
        on_progress=keeper.note,
        on_check=keeper.check,
    )
    if task.is_atomic:
        with transaction.atomic():
            task.function(context)
            _end(keeper, outcome)
    else:
        task.function(context)
        _end(keeper, outcome)


def _end(keeper: Keeper, outcome: Outcome) -> None:
    """Store the result and mark the job done in one compare-and-set; else take the file back."""
    keeper.check()
    stored = _store(outcome)
    try:
        is_done = keeper.lease.finish(
            Job.State.DONE,
            result_file=stored,
            result_name=outcome.file_name,
            result_url=outcome.url,
            **keeper.progress,
        )
        if not is_done:
            raise LeaseLost(str(keeper.lease.job_id))
    except BaseException:
        if stored:
            default_storage.delete(stored)
        raise


def _store(outcome: Outcome) -> str:
    if outcome.content is None:
        return ""
    content: File = (
        ContentFile(outcome.content)
        if isinstance(outcome.content, bytes)
        else File(outcome.content)
    )
    suffix = PurePath(outcome.file_name).suffix
    return default_storage.save(f"jobs/{localdate():%Y/%m}/{uuid4().hex}{suffix}", content)


def _plain_words(job: Job, error: Exception) -> str:
    """What the person is told; the log of the server gets the rest."""
    if isinstance(error, (*PLAIN_ERRORS, *_plain_errors_of(job))) and str(error):
        return str(error)[:500]
    if isinstance(error, ValidationError):
        return " ".join(error.messages)[:500]
    if isinstance(error, SoftTimeLimitExceeded):
        return "Việc chạy quá lâu nên đã dừng; mời chia nhỏ phạm vi rồi làm lại."
    logger.error("job %s (%s) failed", job.pk, job.task, exc_info=error)
    return f"Có lỗi khi làm việc này; người quản trị xem nhật ký máy chủ (việc số {job.pk})."


def _plain_errors_of(job: Job) -> tuple[type[Exception], ...]:
    try:
        task: Task = find_task(job.task)
    except UnknownTask:
        return ()
    return task.plain_errors
