"""November 2026 as the law dates it, for tests of deadlines; see the fixtures in tests/evaluations/conftest.py."""

import datetime as dt
import re
from html import unescape
from zoneinfo import ZoneInfo

from evaluations.models import Season
from evaluations.services.deadlines import grant_extension, set_milestones
from tests import story
from units.models import Kind

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LAW_DAY = dt.date(2026, 11, 14)
"""A Saturday: "trước 15/11"."""


def at(month, day, hour=9, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=HANOI)


def open_year(cast, kinds=(Kind.RESIDENTIAL_AREA,)):
    """Open the year of these kinds with the law's dates; return the cast."""
    story.open_seasons(cast, kinds=kinds)
    Season.objects.update(
        window_from=dt.date(2025, 11, 1), window_to=dt.date(2026, 10, 31),
        decide_before=dt.date(2026, 11, 15),
    )  # fmt: skip
    Season.objects.filter(scheme="recognition").update(register_by=dt.date(2026, 3, 31))
    return cast


def milestones(cast, **days):
    """Milestones of Na Mèo for every kind, by the days of November."""
    return set_milestones(
        cast.na_meo, year=2026, unit_kind="", by=cast.minh,
        days={name: dt.date(2026, 11, day) for name, day in days.items()},
    )  # fmt: skip


def extended(cast, day, unit=None):
    """Extend Ché Lầu, or another unit of Na Mèo, to that day of November."""
    return grant_extension(
        unit or cast.che_lau, year=2026, until_on=dt.date(2026, 11, day),
        reason="Mưa lũ, đường bị chia cắt.", by=cast.minh,
    )  # fmt: skip


def said(answer):
    """The text of a page's main part, without tags, one space between words."""
    html = answer.content.decode()
    main = html[html.index("<main") :] if "<main" in html else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
