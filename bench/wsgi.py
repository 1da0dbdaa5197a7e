"""The portal for a real web server where static files were not collected."""

from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

from antq_portal.wsgi import application  # noqa: E402 - needs the settings

__all__ = ["application"]
