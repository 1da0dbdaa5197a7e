"""The demo's clock: while a past year is told, the portal believes that it is that day."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest import mock

from django.utils import timezone

BEGINS_AT: Final = dt.time(8, 0)


@contextmanager
def on_day(day: dt.date) -> Iterator[None]:
    """Make `timezone.now`, and with it `localdate`, say this day from eight in the morning on.

    The clock goes on from there, so that what is done later is later. It turns back the clock of
    the whole process: only for a command that does nothing else.
    """
    real_now = timezone.now
    begun = real_now()
    start = timezone.make_aware(dt.datetime.combine(day, BEGINS_AT))

    def then() -> dt.datetime:
        return start + (real_now() - begun)

    with mock.patch.object(timezone, "now", then):
        yield
