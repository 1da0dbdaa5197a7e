from .authority import AuthorityRule, Organ
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

__all__ = [
    "AnswerType",
    "AuthorityRule",
    "Band",
    "CriteriaSet",
    "Criterion",
    "CriterionKind",
    "EvidenceFile",
    "ExceptionGround",
    "Level",
    "NotApplicableRule",
    "Organ",
    "Provenance",
    "SetRule",
    "TransitionRow",
]
