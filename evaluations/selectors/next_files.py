"""Which file of a season's sheet comes next for who works down the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import User

from ..models import Season
from ..workflow import Status
from .areas import Area, listed_entries
from .rosters import in_order_of_kinds
from .standings import standings

TO_DO: Final = ("not_started", Status.DRAFT, Status.RETURNED)
"""States in which a file waits for who enters it."""


@dataclass(frozen=True, slots=True)
class NextFile:
    """The next unit whose file waits to be entered, and how many wait together with it."""

    unit_id: int
    name: str
    left: int


def next_to_enter(
    user: User, area: Area, *, year: int, seasons: Sequence[Season], after: int
) -> NextFile | None:
    """The next file still to do after a unit in the order of the season's sheet, from the top again at its end.

    None when none is left. Two queries for who sees all of the area.
    """
    waiting = {
        one.unit_id
        for one in standings(user, area, year=year, seasons=seasons)
        if one.is_considered and one.has_season and one.file_status in TO_DO
    } - {after}
    if not waiting:
        return None
    listed = listed_entries(user, area, year).select_related("unit_version__unit")
    rows = in_order_of_kinds(listed.order_by("unit_version__sort_key", "pk"))
    ids = [row.unit_id for row in rows]
    here = ids.index(after) + 1 if after in ids else 0
    row = next(row for row in rows[here:] + rows[:here] if row.unit_id in waiting)
    return NextFile(row.unit_id, row.unit_version.name, len(waiting))
