"""What the workers and the clock call."""

from celery import shared_task

from .running import run_job
from .services import sweep_jobs


@shared_task(name="jobs.run")
def run(job_id: int) -> None:
    """Run one job; does nothing if another worker has it."""
    run_job(job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Hand over what no worker has or will hear of; beat calls it every few seconds."""
    sweep_jobs()
