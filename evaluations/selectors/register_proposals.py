"""What the portal's own registers say to the rows of a file: proposals, each with its source.

One small function a register; each looks for its rows by their `prefill` and leaves the others
alone. A person confirms every proposal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from criteria.scoring import AnswerValues, SetDefinition

from ..models import Evaluation


@dataclass(frozen=True, slots=True)
class RegisterProposal:
    """The figures a register gives for one row, and where they come from in words."""

    values: AnswerValues
    source: str


RegisterProposer = Callable[[Evaluation, SetDefinition], dict[str, RegisterProposal]]

PROPOSERS: Final[tuple[RegisterProposer, ...]] = ()
"""Every register that proposes; the first one that answers a row wins."""


def register_proposals(
    evaluation: Evaluation, definition: SetDefinition
) -> dict[str, RegisterProposal]:
    """Proposals for the rows of one file by criterion code; rows no register answers have no entry."""
    found: dict[str, RegisterProposal] = {}
    for proposer in PROPOSERS:
        found = proposer(evaluation, definition) | found
    return found
