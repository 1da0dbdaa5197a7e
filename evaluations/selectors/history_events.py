"""One thing that happened to a file, as the timeline shows it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from .answer_words import Told

STEPS: Final = "buoc"
ANSWERS: Final = "tra-loi"
PAPERS: Final = "tai-lieu"
"""The sorts of events, as the address of the page names them."""

SHOWN_AT_ONCE: Final = 8


@dataclass(slots=True)
class Event:
    """Who did what and when; `changes` are rows with their old and new words."""

    at: dt.datetime
    who: str
    what: str
    kind: str
    who_id: int | None = None
    note: str = ""
    tone: str = ""
    url: str = ""
    link_label: str = ""
    changes: list[Told] = field(default_factory=list)
    more: str = ""
    is_new: bool = False

    @property
    def first(self) -> list[Told]:
        """The changes shown at once."""
        return self.changes[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> list[Told]:
        """The changes that are opened by hand."""
        return self.changes[SHOWN_AT_ONCE:]
