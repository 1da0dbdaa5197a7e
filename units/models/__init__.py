from .assignments import Assignment
from .kinds import (
    GRASSROOTS_KINDS,
    SUB_KINDS,
    TERRITORIAL_KINDS,
    EnterpriseSize,
    Kind,
    ManagingLevel,
    SubKind,
)
from .sight import Grant, Sight, sight_of
from .units import CoverageChoice, Unit, UnitSuccession, UnitVersion

__all__ = [
    "GRASSROOTS_KINDS",
    "SUB_KINDS",
    "TERRITORIAL_KINDS",
    "Assignment",
    "CoverageChoice",
    "EnterpriseSize",
    "Grant",
    "Kind",
    "ManagingLevel",
    "Sight",
    "SubKind",
    "Unit",
    "UnitSuccession",
    "UnitVersion",
    "sight_of",
]
