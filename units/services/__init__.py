from .assignments import assign_role, end_assignment
from .facts import UnitFacts
from .freezing import freeze_register
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
    "freeze_register",
    "revise_unit",
    "update_head_counts",
]
