"""What is refused before any page sees it, and what no machine between may keep."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from antq_portal.lib.scripts import ANSWERS_SCRIPT

NUL: Final = "\x00"
"""The one character PostgreSQL cannot keep; no keyboard types it."""


def refuse_nul(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 400 to an address or a form that holds a NUL, whichever field it stands in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _holds_nul(request.GET) or _holds_nul(request.POST):
            raise SuspiciousOperation("a NUL character in what was sent")
        return answer(request)

    return middleware


def keep_nowhere(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Tell browsers and proxies to keep no page: the next person at the desk may go back to it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class SignedInOnly(LoginRequiredMiddleware):
    """Django's, but a script is told 401 and where to sign in: it cannot follow to a page."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if not getattr(view_func, ANSWERS_SCRIPT, False):
            return super().handle_no_permission(request, view_func)
        login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': _page_of(request)})}"
        return JsonResponse({"code": "signed_out", "login": login}, status=401)


def _page_of(request: HttpRequest) -> str:
    """The address of our page whose script asked; the first page if the browser does not say."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _holds_nul(data: QueryDict) -> bool:
    return any(NUL in name or any(NUL in one for one in values) for name, values in data.lists())
