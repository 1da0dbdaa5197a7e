from .evidence import store_evidence
from .loading import LoadReport, load_criteria

__all__ = ["LoadReport", "load_criteria", "store_evidence"]
