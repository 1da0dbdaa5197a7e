"""The engine: pure arithmetic over a criteria set and one sheet of answers, no database."""

from .definitions import (
    BandDefinition,
    CriterionDefinition,
    ExceptionDefinition,
    GroupDefinition,
    LevelDefinition,
    RuleDefinition,
    SeasonDates,
    SetDefinition,
)
from .distance import Barrier, Distance, HeldBack, distance_of
from .findings import suggested_verdict
from .lines import score_line
from .problems import answer_problems, appraisal_problems
from .rules import KNOWN_RULES, NEEDS_RECOGNITION, share_warning
from .sheet import band_of, score, total_points
from .values import AnswerValues, LineResult, Missing, Problem, RuleHit, SheetResult, TotalTrace
from .words import (
    AnswerKind,
    NotApplicable,
    RowKind,
    Stage,
    Verdict,
    points_text,
    shortened,
    verdict_word,
)

__all__ = [
    "KNOWN_RULES",
    "NEEDS_RECOGNITION",
    "AnswerKind",
    "AnswerValues",
    "BandDefinition",
    "Barrier",
    "CriterionDefinition",
    "Distance",
    "ExceptionDefinition",
    "GroupDefinition",
    "HeldBack",
    "LevelDefinition",
    "LineResult",
    "Missing",
    "NotApplicable",
    "Problem",
    "RowKind",
    "RuleDefinition",
    "RuleHit",
    "SeasonDates",
    "SetDefinition",
    "SheetResult",
    "Stage",
    "TotalTrace",
    "Verdict",
    "answer_problems",
    "appraisal_problems",
    "band_of",
    "distance_of",
    "points_text",
    "score",
    "score_line",
    "share_warning",
    "shortened",
    "suggested_verdict",
    "total_points",
    "verdict_label",
]


def verdict_label(row: CriterionDefinition, verdict: str) -> str:
    """The word for a verdict in that row: "Vướng" in a veto row; empty while it is open."""
    return verdict_word(row.kind, verdict)
