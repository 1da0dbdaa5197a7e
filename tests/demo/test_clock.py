"""The demo's clock tells a day of the past and then the real one again."""

import datetime as dt

from django.utils import timezone
from django.utils.timezone import localdate

from antq_portal.demo.clock import on_day


def test_it_is_that_day_for_everybody_who_asks():
    with on_day(dt.date(2024, 11, 12)):
        assert localdate() == dt.date(2024, 11, 12)
        assert timezone.localtime(timezone.now()).hour == 8


def test_later_is_later():
    with on_day(dt.date(2024, 11, 12)):
        first = timezone.now()
        assert timezone.now() >= first


def test_after_it_the_day_is_today_again_even_after_an_error():
    real = timezone.now
    try:
        with on_day(dt.date(2024, 11, 12)):
            raise LookupError
    except LookupError:
        pass

    assert timezone.now is real
