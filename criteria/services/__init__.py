from .delegations import end_delegation, grant_delegation
from .evidence import store_evidence
from .loading import LoadReport, load_criteria

__all__ = [
    "LoadReport",
    "end_delegation",
    "grant_delegation",
    "load_criteria",
    "store_evidence",
]
