"""What the clock calls."""

from celery import shared_task

from .services import purge_uploads, sweep_files


@shared_task(name="criteria.sweep_files")
def sweep_files_task() -> None:
    """Remove uploads nobody went on with and files without a row; beat calls it each night."""
    purge_uploads()
    sweep_files()
