"""The day's reminders: a row a person and day first, then the mail, at most once."""

import datetime as dt
import smtplib
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from antq_portal.lib.dates import date_text, is_working_day, weekday_name

from ..models import DigestStatus, ReminderDigest
from ..selectors.reminders import PersonDue, people_due

LEASE: Final = dt.timedelta(minutes=15)
"""After so long a mail that is still being sent was left by a worker that died."""

DIED: Final = "Máy gửi thư dừng giữa chừng; không gửi lại để khỏi thành hai thư."
TOO_LATE: Final = "Hết ngày mà máy chủ thư chưa nhận; việc còn lại nằm trong thư ngày sau."


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did."""

    composed: int = 0
    sent: int = 0
    failed: int = 0


def send_reminders() -> Sent:
    """Compose today's digests that are missing and send what waits; safe to run twice, or at once.

    Nothing is composed on a day off. What another day left unsent is given up, what a dead worker
    left is marked unclear; neither is sent.
    """
    today = localdate()
    _tidy(today)
    composed = compose_digests(today) if is_working_day(today) else 0
    sent, failed = _send_waiting(today)
    return Sent(composed, sent, failed)


def compose_digests(today: dt.date) -> int:
    """Write a digest for everybody who is due one and has none of that day; return how many were due."""
    due = people_due(today)
    ReminderDigest.objects.bulk_create([composed(one, today) for one in due], ignore_conflicts=True)
    return len(due)


def composed(due: PersonDue, today: dt.date) -> ReminderDigest:
    """The digest as it would be sent, not saved: units and days only, nothing of what files say."""
    context = {
        "due": due,
        "items": due.items,
        "day": f"{weekday_name(today)} {date_text(today)}",
        "home_url": settings.PORTAL_URL + reverse("evaluations:home"),
        "choice_url": settings.PORTAL_URL + reverse("account_reminders"),
    }
    return ReminderDigest(
        user=due.user,
        day=today,
        address=due.user.email,
        subject=_subject(due, today),
        text=render_to_string("mail/reminder.txt", context),
        html=render_to_string("mail/reminder.html", context),
        item_count=len(due.items),
        composed_at=timezone.now(),
    )


def _subject(due: PersonDue, today: dt.date) -> str:
    said = (
        f"{due.overdue_count} việc quá hạn" if due.overdue_count else "",
        f"{due.soon_count} việc sắp đến hạn" if due.soon_count else "",
    )
    return f"Nhắc việc {date_text(today)}: {', '.join(filter(None, said))}"


def _tidy(today: dt.date) -> None:
    """Close what earlier runs left open; no second mail of either."""
    died = ReminderDigest.objects.filter(
        status=DigestStatus.SENDING, claimed_at__lt=timezone.now() - LEASE
    )
    died.update(status=DigestStatus.UNCLEAR, error=DIED)
    late = ReminderDigest.objects.filter(status=DigestStatus.WAITING, day__lt=today)
    late.update(status=DigestStatus.GIVEN_UP, error=TOO_LATE)


def _send_waiting(today: dt.date) -> tuple[int, int]:
    """Send each waiting digest of the day; return how many left and how many did not.

    A server that cannot be reached, or a line that breaks, ends the run: the next one sends the rest.
    """
    waiting = ReminderDigest.objects.filter(status=DigestStatus.WAITING, day=today)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0, 0
    connection = get_connection()
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        waiting.update(error=plain_words(error), attempts=F("attempts") + 1)
        return 0, len(ids)
    sent = left = 0
    try:
        for place, pk in enumerate(ids):
            status = _send_one(pk, connection)
            sent += status == DigestStatus.SENT
            left += status == DigestStatus.WAITING
            if status == DigestStatus.UNCLEAR:
                return sent, left + len(ids) - place
    finally:
        with suppress(OSError):
            connection.close()
    return sent, left


def _send_one(pk: int, connection: BaseEmailBackend) -> DigestStatus | None:
    """Claim one digest and send it; what became of it.

    None if somebody else has it, or it is wanted no more.
    """
    claimed = ReminderDigest.objects.filter(pk=pk, status=DigestStatus.WAITING).update(
        status=DigestStatus.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    digest = ReminderDigest.objects.select_related("user").get(pk=pk)
    if not (digest.user.is_active and digest.user.wants_reminders):
        _close(digest, DigestStatus.GIVEN_UP, "Người nhận không còn muốn nhận thư.")
        return None
    try:
        _message(digest, connection).send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refused:
        return _close(digest, DigestStatus.WAITING, plain_words(refused))
    except (smtplib.SMTPException, OSError) as broken:
        # The line broke in the middle: the server may have taken the mail already.
        return _close(digest, DigestStatus.UNCLEAR, plain_words(broken))
    return _close(digest, DigestStatus.SENT, "")


def _close(digest: ReminderDigest, status: DigestStatus, error: str) -> DigestStatus:
    digest.status, digest.error = status, error[:300]
    digest.sent_at = timezone.now() if status == DigestStatus.SENT else None
    digest.save(update_fields=["status", "error", "sent_at"])
    return status


def _message(digest: ReminderDigest, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail, with a name of its own that stays the same however often it is tried."""
    host = settings.PORTAL_URL.split("//")[-1].split("/")[0].split(":")[0]
    headers = {
        "Message-ID": f"<nhac-viec.{digest.pk}.{digest.day:%Y%m%d}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(
        digest.subject, digest.text, to=[digest.address], headers=headers, connection=connection
    )
    message.attach_alternative(digest.html, "text/html")
    return message


def plain_words(error: BaseException) -> str:
    """What went wrong with the mail server, as an administrator can act on it."""
    for kinds, words in _WORDS:
        if isinstance(error, kinds):
            return words
    if isinstance(error, smtplib.SMTPResponseException):
        return f"Máy chủ thư từ chối (mã {error.smtp_code})."
    return f"Gửi thư không được: {type(error).__name__}."


_WORDS: Final[Sequence[tuple[type | tuple[type, ...], str]]] = (
    (smtplib.SMTPAuthenticationError, "Máy chủ thư không nhận tên hoặc mật khẩu trong EMAIL_URL."),
    (smtplib.SMTPRecipientsRefused, "Máy chủ thư không nhận địa chỉ người nhận."),
    (smtplib.SMTPSenderRefused, "Máy chủ thư không nhận địa chỉ gửi đi (EMAIL_FROM)."),
    (socket.gaierror, "Không tìm thấy máy chủ thư; xem lại EMAIL_URL."),
    (ConnectionRefusedError, "Máy chủ thư không mở cửa; xem lại EMAIL_URL hoặc máy chủ."),
    (TimeoutError, "Máy chủ thư không trả lời kịp."),
    (smtplib.SMTPServerDisconnected, "Máy chủ thư ngắt giữa chừng."),
)
