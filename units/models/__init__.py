from .assignments import Assignment
from .kinds import (
    EVALUATED_KINDS,
    GRASSROOTS_KINDS,
    SUB_KINDS,
    TERRITORIAL_KINDS,
    Coverage,
    EnterpriseSize,
    Kind,
    ManagingLevel,
    Scheme,
    SubKind,
)
from .sight import Grant, Sight, sight_of
from .units import (
    CoverageChoice,
    RegisterFreeze,
    Unit,
    UnitSuccession,
    UnitVersion,
    UnitVersionQuerySet,
)

__all__ = [
    "EVALUATED_KINDS",
    "GRASSROOTS_KINDS",
    "SUB_KINDS",
    "TERRITORIAL_KINDS",
    "Assignment",
    "Coverage",
    "CoverageChoice",
    "EnterpriseSize",
    "Grant",
    "Kind",
    "ManagingLevel",
    "RegisterFreeze",
    "Scheme",
    "Sight",
    "SubKind",
    "Unit",
    "UnitSuccession",
    "UnitVersion",
    "UnitVersionQuerySet",
    "sight_of",
]
