"""What goes into the engine for one row, and what comes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class AnswerValues:
    """One row's answer as it was given, the unit's and the appraiser's; nothing is computed here.

    `parts_met` holds positions counted from 1.
    """

    verdict: str = ""
    numerator: int | None = None
    denominator: int | None = None
    count: int | None = None
    parts_met: tuple[int, ...] | None = None
    counts: tuple[int, ...] | None = None
    previous_counts: tuple[int, ...] | None = None
    exception_claimed: str = ""
    points: Decimal | None = None
    note: str = ""
    appraised_verdict: str = ""
    appraised_points: Decimal | None = None
    exception_accepted: bool | None = None
    appraisal_note: str = ""

    @classmethod
    def of(cls, row: Any) -> "AnswerValues":
        """Take the values of any object that has them under the same names."""
        return cls(
            verdict=row.verdict,
            numerator=row.numerator,
            denominator=row.denominator,
            count=row.count,
            parts_met=_tuple(row.parts_met),
            counts=_tuple(row.counts),
            previous_counts=_tuple(row.previous_counts),
            exception_claimed=row.exception_claimed,
            points=row.points,
            note=row.note,
            appraised_verdict=row.appraised_verdict,
            appraised_points=row.appraised_points,
            exception_accepted=row.exception_accepted,
            appraisal_note=row.appraisal_note,
        )


def _tuple(values: Iterable[int] | None) -> tuple[int, ...] | None:
    return None if values is None else tuple(values)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the figures of one row say: a verdict (empty while open), the answer and the reason."""

    verdict: str
    answer_text: str
    explanation: str
    has_claim: bool = False


@dataclass(frozen=True, slots=True)
class LineResult:
    """What one row came to, with the reason in words; `verdict` and `points` are open if missing."""

    code: str
    position: int
    kind: str
    verdict: str
    points: Decimal | None
    max_points: Decimal | None
    answer_text: str
    explanation: str
    is_missing: bool = False
    has_claim: bool = False


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A named rule that changed the outcome, or only warns."""

    rule: str
    explanation: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that has no result yet, and what it waits for."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TotalTrace:
    """How a total came about: what the rows gave, what counted of it, the class of the points alone."""

    earned: Decimal
    """The sum of the points rows as they were given."""
    counted: Decimal
    """What of it counts: more where rows that do not apply are left out of the base."""
    bonus: Decimal
    bonus_counted: Decimal
    penalty: Decimal
    outcome: str
    """The class by the points, before any named rule has its say."""

    @property
    def is_rescaled(self) -> bool:
        return self.earned != self.counted

    @property
    def is_bonus_capped(self) -> bool:
        return self.bonus != self.bonus_counted


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What a whole sheet came to at one stage.

    While something is missing, a classification shows the class its running total would give; a
    recognition is `not_met` as soon as one row is, and open (empty) until then.
    """

    lines: tuple[LineResult, ...]
    total_points: Decimal | None
    outcome: str
    rule_hits: tuple[RuleHit, ...]
    missing: tuple[Missing, ...]
    trace: TotalTrace | None = None
    """How the total came about; None without points."""

    @property
    def is_complete(self) -> bool:
        return not self.missing

    def line(self, code: str) -> LineResult:
        """The result of that row; KeyError if the sheet has none."""
        for line in self.lines:
            if line.code == code:
                return line
        raise KeyError(code)


class Problem(NamedTuple):
    """A value that cannot be stored: the field and what is wrong with it."""

    field: str
    message: str
