"""Once-only clicks at the door: a double click or a retried form does one thing.

A form carries a key (`{% click_key %}`). The view of a signed-in person's POST runs in one
transaction with a receipt of that key; the same key again is answered from the receipt.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from antq_portal.lib.clicks import EACH_BY_ITSELF, FIELD, NOT_REMEMBERED, read_key

from .services.clicks import (
    Click,
    ClickAnswer,
    KeyReused,
    StillRunning,
    Taken,
    begin_click,
    drop_receipt,
    keep_answer,
    take_click,
)

Run = Callable[[], HttpResponseBase]

NOT_CONTENT: Final = frozenset({FIELD, "csrfmiddlewaretoken"})
KEPT_HEADERS: Final = ("Content-Type", "Location")
KEPT_KINDS: Final = ("text/html", "application/json")
LONGEST_BODY: Final = 1_000_000
PATIENCE: Final = 20.0
PAUSE: Final = 0.1
BUSY: Final = (
    "Lần bấm trước của bạn còn đang chạy; đợi ít phút rồi mở lại trang để xem kết quả. "
    "Lần bấm này chưa làm gì thêm."
)


class WaitingMessages(FallbackStorage):
    """Django's messages, which also tell what was said in this request and not yet shown."""

    def waiting(self) -> list[list[Any]]:
        """Level, words and tags of each, in order."""
        return [[one.level, str(one.message), one.extra_tags] for one in self._queued_messages]

    def say_again(self, said: list[list[Any]]) -> None:
        """Say what the browser does not hold unshown from the first answer."""
        unshown = {str(one.message) for one in self._loaded_messages}
        for level, words, tags in said:
            if words not in unshown:
                self.add(level, words, extra_tags=tags)


class OnceOnly:
    """Middleware, the last of the list: everything refused before a view is refused as ever."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        click = None if getattr(view, NOT_REMEMBERED, False) else _click_of(request)
        if click is None:
            return None
        way = _each_by_itself if getattr(view, EACH_BY_ITSELF, False) else _together
        try:
            return way(request, click, lambda: view(request, *args, **kwargs))
        except KeyReused as reused:
            raise SuspiciousOperation(str(reused)) from reused


def _click_of(request: HttpRequest) -> Click | None:
    """The click a request carries; None for anything but a form of a signed-in person with a key."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    key = read_key(request.POST.get(FIELD, ""))
    return key and Click(request.user.pk, key, request.path[:300], _digest(request))


def _digest(request: HttpRequest) -> str:
    """SHA-256, hex, of all that was sent but the key itself: which button, what was typed, which files."""
    digest = hashlib.sha256(request.META.get("QUERY_STRING", "").encode())
    for name, values in sorted(request.POST.lists()):
        if name not in NOT_CONTENT:
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for sent in files:
            digest.update(repr((name, sent.name, sent.size)).encode())
            for chunk in sent.chunks():
                digest.update(chunk)
            sent.seek(0)
    return digest.hexdigest()


def _together(request: HttpRequest, click: Click, run: Run) -> HttpResponseBase:
    """Run the view and write its receipt in one transaction; a refusal takes everything back."""
    with transaction.atomic():
        try:
            taken = take_click(click)
        except StillRunning:
            return _busy(request)
        if taken.answer is not None:
            return _again(request, taken.answer)
        response = run()
        kept = _kept(request, response)
        if connection.needs_rollback and not _is_refusal(response):
            raise transaction.TransactionManagementError(
                f"{click.path} answered {response.status_code} over a broken transaction"
            )
        if _is_refusal(response):
            transaction.set_rollback(True)
        elif kept is None:
            drop_receipt(taken)
        else:
            keep_answer(taken, click, kept)
    return response


def _each_by_itself(request: HttpRequest, click: Click, run: Run) -> HttpResponseBase:
    """Remember that the click runs, run the view, remember its answer."""
    taken = _begun(click)
    if taken is None:
        return _busy(request)
    if taken.answer is not None:
        return _again(request, taken.answer)
    kept = None
    try:
        response = run()
        kept = None if _is_refusal(response) else _kept(request, response)
    finally:
        if kept is None:
            drop_receipt(taken)
    if kept is not None:
        keep_answer(taken, click, kept)
    return response


def _begun(click: Click) -> Taken | None:
    """The click once it is ours or answered; None if the first press still runs after a while."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return begin_click(click)
        except StillRunning:
            if time.monotonic() > until:
                return None
            time.sleep(PAUSE)


def _is_refusal(response: HttpResponseBase) -> bool:
    return response.status_code >= 400


def _kept(request: HttpRequest, response: HttpResponseBase) -> ClickAnswer | None:
    """What a retry needs; None for files and what is too long, which may be asked for again."""
    if not isinstance(response, HttpResponse) or not getattr(response, "is_rendered", True):
        return None
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith(KEPT_KINDS) or len(response.content) > LONGEST_BODY:
        return None
    headers = {
        name: value
        for name, value in response.headers.items()
        if name in KEPT_HEADERS or name.startswith("HX-")
    }
    body = response.content.decode()
    return ClickAnswer(response.status_code, headers, body, _waiting(request))


def _waiting(request: HttpRequest) -> list[list[Any]]:
    storage = messages.get_messages(request)
    return storage.waiting() if isinstance(storage, WaitingMessages) else []


def _again(request: HttpRequest, answer: ClickAnswer) -> HttpResponse:
    """The first answer once more, with what it said."""
    storage = messages.get_messages(request)
    if isinstance(storage, WaitingMessages):
        storage.say_again(answer.messages)
    return HttpResponse(answer.body, status=answer.http_code, headers=answer.headers)


def _busy(request: HttpRequest) -> HttpResponse:
    context = {"reason": BUSY, "back_url": request.get_full_path()}
    return render(request, "409.html", context, status=409)
