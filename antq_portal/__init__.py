"""The project around the domain: settings, addresses, services that it runs on."""

from antq_portal.celery import app as celery_app

__all__ = ["celery_app"]
