"""What is refused before any page sees it, and what no machine between may keep."""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict

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


def _holds_nul(data: QueryDict) -> bool:
    return any(NUL in name or any(NUL in one for one in values) for name, values in data.lists())
