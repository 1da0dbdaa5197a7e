"""Units below one commune from a sheet in the portal's own shape: read, check, compare.

Nothing here asks or writes the database; `units.services.importing` does, in one transaction.
"""

from .columns import COLUMNS, Column, Problem
from .plan import Change, KnownUnit, Plan, make_plan
from .reading import MOST_ROWS, Row, UnreadableFile, read_rows
from .template import write_workbook

__all__ = [
    "COLUMNS",
    "MOST_ROWS",
    "Change",
    "Column",
    "KnownUnit",
    "Plan",
    "Problem",
    "Row",
    "UnreadableFile",
    "make_plan",
    "read_rows",
    "write_workbook",
]
