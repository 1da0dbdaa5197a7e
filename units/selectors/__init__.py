from .coverage import coverage_choices, coverage_of, coverages_of
from .powers import (
    LEVEL_KINDS,
    Place,
    Powers,
    acting_units,
    managing_unit_id,
    powers_of,
    refusal,
)
from .register import (
    Lineage,
    Relative,
    children_of,
    label_of,
    labels,
    lineage_of,
    unit_counts,
    units_managed_by,
    versions_of,
)

__all__ = [
    "LEVEL_KINDS",
    "Lineage",
    "Place",
    "Powers",
    "Relative",
    "acting_units",
    "children_of",
    "coverage_choices",
    "coverage_of",
    "coverages_of",
    "label_of",
    "labels",
    "lineage_of",
    "managing_unit_id",
    "powers_of",
    "refusal",
    "unit_counts",
    "units_managed_by",
    "versions_of",
]
