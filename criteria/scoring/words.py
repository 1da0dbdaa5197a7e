"""The codes of the law as data, and how figures are written: pure, below the models."""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from antq_portal.lib.text import number_text

LONGEST: Final = 500
"""No answer or explanation is longer than this; result rows are stored with it."""


class Verdict(StrEnum):
    """What one requirement comes to."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "na"


class Stage(StrEnum):
    """Whose answers are scored."""

    SELF = "self"
    APPRAISED = "appraised"


class RowKind(StrEnum):
    """What a row of a set does."""

    GROUP = "group"
    REQUIREMENT = "requirement"
    POINTS = "points"
    BONUS = "bonus"
    PENALTY = "penalty"
    VETO = "veto"


class AnswerKind(StrEnum):
    """What is entered in a row."""

    NONE = "none"
    YES_NO = "yes_no"
    PERCENTAGE = "percentage"
    COUNT = "count"
    CHECKLIST = "checklist"
    INCIDENTS = "incidents"
    COMPARISON = "comparison"
    LEVELS = "levels"


class NotApplicable(StrEnum):
    """What a points row counts when there is nothing to judge."""

    FULL_POINTS = "full_points"
    RESCALE = "rescale"
    ZERO = "zero"


SCORED_KINDS: Final = frozenset({RowKind.POINTS, RowKind.BONUS, RowKind.PENALTY})
VERDICT_WORDS: Final = {
    Verdict.MET: "Đạt",
    Verdict.NOT_MET: "Chưa đạt",
    Verdict.NOT_APPLICABLE: "Không áp dụng",
}
VETO_WORDS: Final = {Verdict.MET: "Không vướng", Verdict.NOT_MET: "Vướng"}


def verdict_word(kind: str, verdict: str) -> str:
    """Return the word for a verdict in a row of that kind; empty while it is open."""
    if not verdict:
        return ""
    if kind == RowKind.VETO and verdict != Verdict.NOT_APPLICABLE:
        return VETO_WORDS[Verdict(verdict)]
    return VERDICT_WORDS[Verdict(verdict)]


def points_text(points: Decimal) -> str:
    """Write points with a decimal comma, cut at two decimals, without trailing zeros."""
    return number_text(points)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Cut a text that would not fit its column, and show that it was cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
