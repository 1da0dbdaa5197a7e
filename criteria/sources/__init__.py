"""The law as files: reading, checking, and the frozen values that come out. Writes nothing."""

from pathlib import Path
from typing import Final

from .authority import AuthoritySource, read_authority
from .checks import set_problems
from .reading import Faults
from .sets import SetSource, parse_set, read_set

REGULATIONS: Final = Path(__file__).resolve().parent.parent / "regulations"
"""The folder of the reviewed files."""

AUTHORITY_FILE: Final = "authority.yaml"

__all__ = [
    "AUTHORITY_FILE",
    "REGULATIONS",
    "AuthoritySource",
    "Faults",
    "SetSource",
    "parse_set",
    "read_authority",
    "read_set",
    "set_problems",
]
