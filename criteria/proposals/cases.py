"""What a proposal rule looks at and what it may choose; the register of the rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..scoring import AnswerKind, AnswerValues, CriterionDefinition, LineResult, RowKind, Verdict


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one row: points, or a verdict ("na", or met / not_met of a veto row)."""

    points: Decimal | None
    verdict: str
    source: str


@dataclass(frozen=True, slots=True)
class ProposalContext:
    """What else is known of the unit's year; None where it is not known yet."""

    is_recognised: bool | None = None
    is_registered: bool | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One TT 124 row with the values given and what it came to."""

    row: CriterionDefinition
    values: AnswerValues
    line: LineResult


@dataclass(frozen=True, slots=True)
class ProposalCase:
    """The row, the TT 124 rows it rests on, and the context."""

    row: CriterionDefinition
    sources: tuple[Source, ...]
    context: ProposalContext

    @property
    def values(self) -> AnswerValues:
        """The values of the only source."""
        return self.sources[0].values

    @property
    def verdicts(self) -> tuple[str, ...]:
        return tuple(source.line.verdict for source in self.sources)

    @property
    def has_refusal(self) -> bool:
        return Verdict.NOT_MET in self.verdicts

    @property
    def has_nothing_to_judge(self) -> bool:
        """The first source does not apply, and none failed."""
        return self.verdicts[:1] == (Verdict.NOT_APPLICABLE,) and not self.has_refusal


@dataclass(frozen=True, slots=True)
class Level:
    """One of the row's levels is chosen, counted from 0, the best; -1 is the worst."""

    index: int


Choice = Level | Verdict | None
"""A level of the row, a verdict, or nothing to propose."""

Rule = Callable[[ProposalCase], Choice]

BEST: Final = Level(0)
SECOND: Final = Level(1)
WORST: Final = Level(-1)


@dataclass(frozen=True, slots=True)
class Proposer:
    """A rule, with what a row that names it must look like."""

    rule: Rule
    answer_type: AnswerKind | None = None
    sources: int | None = None
    least_levels: int = 2
    is_stepped: bool = False

    def faults(self, row: CriterionDefinition) -> Iterator[str]:
        """What is wrong with a row of the files that names this rule."""
        given = len(row.proposal_sources)
        is_right = bool(given) if self.sources is None else given == self.sources
        if not is_right:
            needed = "ít nhất 1" if self.sources is None else str(self.sources)
            yield f"{row.proposal_rule} cần {needed} dòng nguồn, đang có {given}"
        if row.kind == RowKind.VETO:
            return
        if len(row.levels) < self.least_levels:
            yield f"{row.proposal_rule} cần ít nhất {self.least_levels} nấc điểm"
        steps = len(row.levels) - 1 if self.is_stepped else 0
        if len(row.proposal_steps) != steps:
            yield f"`steps` của {row.proposal_rule} phải có {steps} số, đang có {len(row.proposal_steps)}"


PROPOSERS: Final[dict[str, Proposer]] = {}


def proposer(
    *,
    answer_type: AnswerKind | None = None,
    sources: int | None = None,
    least_levels: int = 2,
    is_stepped: bool = False,
) -> Callable[[Rule], Rule]:
    """Register a rule under the name of its function.

    With an answer type the rule reads figures: its sources must be rows of that type.
    """

    def register(function: Rule) -> Rule:
        PROPOSERS[function.__name__] = Proposer(
            function, answer_type, sources, least_levels, is_stepped
        )
        return function

    return register
