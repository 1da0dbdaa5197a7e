from .authority import AuthorityRule, Organ
from .delegations import DELEGATED_KINDS, Delegation
from .evidence import EvidenceFile
from .rows import AnswerType, Criterion, CriterionKind, Level
from .sets import (
    Band,
    CriteriaSet,
    ExceptionGround,
    NotApplicableRule,
    Provenance,
    SetRule,
)
from .transitions import TransitionRow
from .uploads import Upload

__all__ = [
    "DELEGATED_KINDS",
    "AnswerType",
    "AuthorityRule",
    "Band",
    "CriteriaSet",
    "Criterion",
    "CriterionKind",
    "Delegation",
    "EvidenceFile",
    "ExceptionGround",
    "Level",
    "NotApplicableRule",
    "Organ",
    "Provenance",
    "SetRule",
    "TransitionRow",
    "Upload",
]
