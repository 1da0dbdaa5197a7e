from .delegations import end_delegation, grant_delegation
from .evidence import store_evidence
from .loading import LoadReport, load_criteria
from .sweeping import sweep_files
from .uploads import (
    arrived_files,
    begin_upload,
    cancel_upload,
    keep_file,
    purge_uploads,
    receive_piece,
)

__all__ = [
    "LoadReport",
    "arrived_files",
    "begin_upload",
    "cancel_upload",
    "end_delegation",
    "grant_delegation",
    "keep_file",
    "load_criteria",
    "purge_uploads",
    "receive_piece",
    "store_evidence",
    "sweep_files",
]
