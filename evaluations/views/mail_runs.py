"""The administrator's page of reminders by mail: what left, what did not and why."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..selectors.mail_runs import digests_of, mail_days, troubled
from .seasons import provinces_of


@require_safe
def mail_runs(request: HttpRequest) -> HttpResponse:
    digests = digests_of(provinces_of(request))
    context = {
        "days": mail_days(digests),
        "troubled": troubled(digests),
        "is_to_log": settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
        "folder": getattr(settings, "EMAIL_FILE_PATH", "")
        if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
        else "",
    }
    return render(request, "evaluations/mail_runs.html", context)
