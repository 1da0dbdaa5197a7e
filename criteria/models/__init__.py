from .authority import AuthorityRule, Organ
from .evidence import EvidenceFile
from .sets import (
    AnswerType,
    Band,
    CriteriaSet,
    Criterion,
    CriterionKind,
    ExceptionGround,
    Level,
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
