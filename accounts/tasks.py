"""What the clock calls."""

from celery import shared_task

from .services.clicks import forget_clicks


@shared_task(name="accounts.forget_clicks")
def forget_clicks_task() -> None:
    """Delete old receipts of clicks; beat calls it each night."""
    forget_clicks()
