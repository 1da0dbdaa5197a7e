"""What pages show of jobs."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts.models import User
from antq_portal.lib.prepared import Prepared

from .models import Job


@dataclass(frozen=True, slots=True)
class JobCard:
    """One job as `components/_job.html` shows it; addresses are empty where there is nothing to do."""

    pk: int
    title: str
    status: str
    status_label: str
    percent: int | None
    text: str
    is_running: bool
    error: str
    page_url: str
    poll_url: str = ""
    cancel_url: str = ""
    retry_url: str = ""
    file_url: str = ""
    file_label: str = ""
    result_url: str = ""


UNFINISHED: Final = Prepared(
    lambda user: Job.objects.filter(requested_by=user).unfinished().order_by().values_list("pk")
)


def unfinished_count(user: User) -> int:
    """How many of the person's jobs wait or run: one query."""
    return len(UNFINISHED(user=user.pk))


def job_card(job: Job) -> JobCard:
    """How a job looks now; no query."""
    page = reverse("jobs:detail", args=[job.pk])
    runs = job.is_unfinished
    can_cancel = runs and job.cancel_requested_at is None
    can_retry = job.state in (Job.State.FAILED, Job.State.CANCELLED)
    return JobCard(
        pk=job.pk,
        title=job.title,
        status=job.state,
        status_label="Đang hủy" if runs and not can_cancel else "",
        percent=job.percent_done if job.progress_total else None,
        text=_doing(job),
        is_running=runs,
        error=job.error,
        page_url=page,
        poll_url=page if runs else "",
        cancel_url=reverse("jobs:cancel", args=[job.pk]) if can_cancel else "",
        retry_url=reverse("jobs:retry", args=[job.pk]) if can_retry else "",
        file_url=reverse("jobs:download", args=[job.pk]) if job.result_file else "",
        file_label=f"Tải về: {job.result_name}" if job.result_file else "",
        result_url=job.result_url,
    )


def _doing(job: Job) -> str:
    counted = f"{job.progress_done}/{job.progress_total}" if job.progress_total else ""
    if job.state == Job.State.QUEUED:
        return "Đang chờ đến lượt; có thể rời trang này, việc vẫn chạy."
    return " · ".join(filter(None, [job.progress_text, counted]))
