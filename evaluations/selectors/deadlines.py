"""The last days of a year's seasons, one line for kinds that share a day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from units.coverage import Scheme
from units.models import EVALUATED_KINDS, Kind

from ..models import Season


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One scheme's last day to decide, for the kinds that share it."""

    scheme: Scheme
    kinds: tuple[Kind, ...]
    last_day: dt.date
    is_locked: bool

    @property
    def label(self) -> str:
        """The scheme, with the kinds unless it is residential areas alone."""
        words = ", ".join(str(kind.label).lower() for kind in self.kinds)
        is_plain = self.kinds == (Kind.RESIDENTIAL_AREA,)
        return str(self.scheme.label) if is_plain else f"{self.scheme.label}, {words}"


def deadline_lines(seasons: Iterable[Season], *, kinds: Iterable[str] = ()) -> list[DeadlineLine]:
    """The lines in the order of their days; only those of `kinds` where given."""
    wanted = set(kinds)
    found: dict[tuple[str, dt.date, bool], set[str]] = {}
    for season in seasons:
        if not wanted or season.unit_kind in wanted:
            key = (season.scheme, season.last_day_to_decide, season.is_locked)
            found.setdefault(key, set()).add(season.unit_kind)
    lines = [
        DeadlineLine(
            Scheme(scheme), tuple(one for one in EVALUATED_KINDS if one in named), day, locked
        )
        for (scheme, day, locked), named in found.items()
    ]
    return sorted(lines, key=lambda line: (line.last_day, line.label))
