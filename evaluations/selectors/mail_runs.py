"""How the reminders by mail went, for the administrator of a province."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from units.models import Assignment, UnitVersion

from ..models import DigestStatus, ReminderDigest

DAYS_SHOWN: Final = 14
TROUBLED: Final = (DigestStatus.UNCLEAR, DigestStatus.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class MailDay:
    """One day's mails by how they went."""

    day: dt.date
    total: int
    sent: int
    waiting: int
    unclear: int
    given_up: int


def digests_of(provinces: Sequence[UnitVersion]) -> "QuerySet[ReminderDigest]":
    """The mails of late to people who hold a role in these provinces."""
    inside = UnitVersion.objects.in_force().under(*(one.path for one in provinces))
    people = Assignment.objects.current().filter(unit__in=inside.values("unit")).values("user")
    since = localdate() - dt.timedelta(days=DAYS_SHOWN)
    return ReminderDigest.objects.filter(user__in=people, day__gt=since)


def mail_days(digests: "QuerySet[ReminderDigest]") -> list[MailDay]:
    """Those mails day by day, the newest first: one query."""
    counted = (
        digests.order_by("-day")
        .values("day")
        .annotate(
            total=Count("pk"),
            sent=Count("pk", filter=Q(status=DigestStatus.SENT)),
            waiting=Count("pk", filter=Q(status__in=(DigestStatus.WAITING, DigestStatus.SENDING))),
            unclear=Count("pk", filter=Q(status=DigestStatus.UNCLEAR)),
            given_up=Count("pk", filter=Q(status=DigestStatus.GIVEN_UP)),
        )
    )
    return [MailDay(**row) for row in counted]


def troubled(digests: "QuerySet[ReminderDigest]") -> list[ReminderDigest]:
    """The mails that did not go as they should, with their people, the newest first, at most 100."""
    rows = digests.filter(Q(status__in=TROUBLED) | ~Q(error="", status=DigestStatus.SENT))
    rows = rows.exclude(error="").select_related("user")
    return list(rows.order_by("-day", "pk")[:100])
