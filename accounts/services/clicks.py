"""Once-only clicks: one receipt a click, written with what the click did, answered again on a retry."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from ..models import ClickReceipt

DAYS_KEPT: Final = 7
"""How long a retry of a click is known; browsers and proxies retry within minutes."""

DEAD_AFTER: Final = dt.timedelta(seconds=120)
"""A click that has run longer has lost its web process, which is stopped after 60 seconds."""

# Waits for whoever holds the same key, then locks the row; the values are those of the row found.
TAKE: Final = """
INSERT INTO accounts_clickreceipt AS kept
    (user_id, key, path, content_hash, begun_at, headers, body, messages)
VALUES (%s, %s, %s, %s, %s, '{}', '', '[]')
ON CONFLICT ON CONSTRAINT click_receipt_once_per_key DO UPDATE SET key = kept.key
RETURNING kept.id, kept.path, kept.content_hash, kept.begun_at, xmax = 0
"""


class KeyReused(Exception):
    """The key of a click came with another address."""


class StillRunning(Exception):
    """The same click is being done at this moment."""


@dataclass(frozen=True, slots=True)
class Click:
    """One press of one button: who, the key, the address, and a digest of what was sent."""

    user_id: int
    key: UUID
    path: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class ClickAnswer:
    """What a click was answered: enough to answer it again."""

    http_code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    messages: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """A click that is ours to do, or the answer it already got."""

    receipt_id: int
    answer: ClickAnswer | None = None


def take_click(click: Click) -> Taken:
    """Lock the click until the end of the transaction, and say whether it is still to be done.

    A receipt remembers the last thing its form did: the same content again is a retry, changed
    content is a new click. Raises KeyReused, and StillRunning for one that was begun and is
    neither ended nor dead.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE, [click.user_id, click.key, click.path, click.content_hash, timezone.now()]
        )
        receipt_id, path, content_hash, begun_at, is_new = cursor.fetchone()
    if is_new:
        return Taken(receipt_id)
    if path != click.path:
        raise KeyReused(f"the key of {path} came with {click.path}")
    receipt = ClickReceipt.objects.get(pk=receipt_id)
    if receipt.http_code is None and timezone.now() - begun_at < DEAD_AFTER:
        raise StillRunning
    if receipt.http_code is None or content_hash != click.content_hash:
        return Taken(receipt_id)
    return Taken(
        receipt_id,
        ClickAnswer(receipt.http_code, receipt.headers, receipt.body, receipt.messages),
    )


@transaction.atomic
def begin_click(click: Click) -> Taken:
    """Take a click whose acts commit one by one: its receipt says from now on that it runs."""
    taken = take_click(click)
    if taken.answer is None:
        ClickReceipt.objects.filter(pk=taken.receipt_id).update(
            content_hash=click.content_hash, begun_at=timezone.now(), http_code=None
        )
    return taken


def keep_answer(taken: Taken, click: Click, answer: ClickAnswer) -> None:
    """Write down what the click was answered."""
    ClickReceipt.objects.filter(pk=taken.receipt_id).update(
        content_hash=click.content_hash, http_code=answer.http_code, headers=answer.headers,
        body=answer.body, messages=answer.messages,
    )  # fmt: skip


def drop_receipt(taken: Taken) -> None:
    """Forget a click that was refused, so that the same button may be pressed again."""
    ClickReceipt.objects.filter(pk=taken.receipt_id).delete()


def forget_clicks() -> int:
    """Delete the receipts that no retry will ask for any more; return how many."""
    oldest = timezone.now() - dt.timedelta(days=DAYS_KEPT)
    return ClickReceipt.objects.filter(begun_at__lt=oldest).delete()[0]
