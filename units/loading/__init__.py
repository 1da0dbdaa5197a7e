from .plan import Plan, PlannedSuccession, PlannedUnit, PlannedVersion, UnitKey, national_plan

__all__ = [
    "Plan",
    "PlannedSuccession",
    "PlannedUnit",
    "PlannedVersion",
    "UnitKey",
    "national_plan",
]
