"""What the portal's own registers say to the rows of a file: proposals, each with its source.

One small function a register; each looks for its rows by their `prefill` or code and leaves the
others alone. A person confirms every proposal.
"""

from collections.abc import Callable
from typing import Final

from criteria.scoring import SetDefinition

from ..models import Evaluation
from .incident_proposals import incident_proposals
from .register_values import RegisterProposal
from .share_proposals import share_proposals
from .team_proposals import team_proposals

__all__ = ["PROPOSERS", "RegisterProposal", "RegisterProposer", "register_proposals"]

RegisterProposer = Callable[[Evaluation, SetDefinition], dict[str, RegisterProposal]]

PROPOSERS: Final[tuple[RegisterProposer, ...]] = (
    incident_proposals,
    team_proposals,
    share_proposals,
)
"""Every register that proposes; the first one that answers a row wins."""


def register_proposals(
    evaluation: Evaluation, definition: SetDefinition
) -> dict[str, RegisterProposal]:
    """Proposals for the rows of one file by criterion code; rows no register answers have no entry."""
    found: dict[str, RegisterProposal] = {}
    for proposer in PROPOSERS:
        found = proposer(evaluation, definition) | found
    return found
