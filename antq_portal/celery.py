"""The Celery application; tasks are found in each app's `tasks` module."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antq_portal.settings")

app = Celery("antq_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_logging_of_settings(**_: Any) -> None:
    """Keep Celery from laying its own log levels over settings.LOGGING."""
