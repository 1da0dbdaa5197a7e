"""When what a source says has moved on since a person answered the row that follows from it: pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says to one row: values by their names in an answer, and the source in words."""

    values: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """What the source says now, what it said before, and when it changed.

    While a person's answer is older than the change, `before` is what that answer was based on.
    """

    now: Said
    before: Said
    changed_at: dt.datetime


def follow(
    known: Drift | None, now: Said, *, answered_at: dt.datetime | None, at: dt.datetime
) -> Drift | None:
    """What is known of a source after it says `now`; None while it has never said anything.

    `answered_at` is when a person last answered the row, None while nobody has. Other words for
    the same values are no change. A source that goes back to what the answer was based on is no
    longer drifted.
    """
    if known is None:
        return Drift(now, Said(), at) if now.values else None
    if dict(known.now.values) == dict(now.values):
        return replace(known, now=now)
    is_underway = answered_at is not None and known.changed_at > answered_at
    return Drift(now, known.before if is_underway else known.now, at)


def is_drifted(known: Drift, *, answered_at: dt.datetime) -> bool:
    """Whether the source says something else than when the person answered."""
    return known.changed_at > answered_at and dict(known.now.values) != dict(known.before.values)
