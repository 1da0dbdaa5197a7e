from .assignments import assign_role, end_assignment
from .facts import UnitFacts
from .head_counts import HeadCounts, update_head_counts
from .units import close_unit, correct_unit, create_unit, revise_unit

__all__ = [
    "HeadCounts",
    "UnitFacts",
    "assign_role",
    "close_unit",
    "correct_unit",
    "create_unit",
    "end_assignment",
    "revise_unit",
    "update_head_counts",
]
