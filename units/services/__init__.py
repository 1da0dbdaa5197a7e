from .assignments import assign_role, end_assignment
from .coverage import choose_coverage
from .facts import UnitFacts
from .freezing import freeze_register
from .head_counts import HeadCounts, update_head_counts
from .importing import SheetRefused, import_units, plan_import
from .levels import settle_levels
from .mergers import merge_units, rename_unit, split_unit
from .people import correct_person, lock_person, open_person, renew_link, unlock_person
from .units import close_unit, correct_unit, create_unit, revise_unit

__all__ = [
    "HeadCounts",
    "SheetRefused",
    "UnitFacts",
    "assign_role",
    "choose_coverage",
    "close_unit",
    "correct_person",
    "correct_unit",
    "create_unit",
    "end_assignment",
    "freeze_register",
    "import_units",
    "lock_person",
    "merge_units",
    "open_person",
    "plan_import",
    "rename_unit",
    "renew_link",
    "revise_unit",
    "settle_levels",
    "split_unit",
    "unlock_person",
    "update_head_counts",
]
