"""Remembering when a person last looked at a file, and forgetting it in time."""

import datetime as dt
from typing import Final

from django.db.models import Case, F, When
from django.utils import timezone

from accounts.models import User
from antq_portal.lib.prepared import Prepared

from ..models import FileVisit

ONE_VISIT: Final = dt.timedelta(minutes=30)
"""Pages of a file opened no further apart are one visit."""

NOT_TWICE_WITHIN: Final = dt.timedelta(minutes=1)
"""A look so soon after the last one is not written down again."""

KEPT_FOR: Final = dt.timedelta(days=400)
"""A little more than the year a file takes."""


MINE: Final = Prepared(
    lambda user, unit, year: FileVisit.objects.filter(user=user, unit=unit, year=year)
)


def note_visit(user: User, unit_id: int, year: int) -> dt.datetime | None:
    """Write down that the person looks at the file now; return when the visit before ended.

    None on the first visit, and in a year that no calendar has. One query while the visit goes on,
    three when a new one begins.
    """
    if year > dt.MAXYEAR:
        return None
    now = timezone.now()
    visit = MINE.first(user=user.pk, unit=unit_id, year=year)
    if visit is None:
        row = FileVisit(user=user, unit_id=unit_id, year=year, seen_at=now)
        FileVisit.objects.bulk_create([row], ignore_conflicts=True)
        return None
    is_new = now - visit.seen_at > ONE_VISIT
    if now - visit.seen_at > NOT_TWICE_WITHIN:
        ended = When(seen_at__lt=now - ONE_VISIT, then=F("seen_at"))
        FileVisit.objects.filter(pk=visit.pk, seen_at__lt=now).update(
            before_at=Case(ended, default=F("before_at")), seen_at=now
        )
    return visit.seen_at if is_new else visit.before_at


def forget_old_visits() -> int:
    """Delete the visits that nobody's marks need any more; return how many."""
    deleted, _ = FileVisit.objects.filter(seen_at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted
