"""What the registrations and decisions of a commune's units propose to its criterion 5.4.

Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition

from ..models import Evaluation
from .register_values import RegisterProposal
from .shares import Shares, shares_for

Figure = Callable[[Shares], tuple[int, str]]

FIGURE_OF: Final[Mapping[str, Figure]] = MappingProxyType(
    {
        "registrations(pooled, per_kind)": lambda one: (one.pooled.registered, "đã đăng ký"),
        "decisions(pooled, per_kind)": lambda one: (one.pooled.decided, "đã có quyết định"),
    }
)
"""The figure of a row and its words, by the row's `prefill`; the four kinds pooled."""


def share_proposals(
    evaluation: Evaluation, definition: SetDefinition
) -> dict[str, RegisterProposal]:
    """The two shares of a commune with their source, by code; none while nobody is listed."""
    rows = share_rows(definition)
    if not rows:
        return {}
    shares = shares_for(evaluation)
    if not shares.pooled.listed:
        return {}
    return {row.code: _proposal(row, shares) for row in rows}


def share_rows(definition: SetDefinition) -> list[CriterionDefinition]:
    """The rows of a set that ask for a share of the commune's units."""
    return [row for row in definition.rows if row.prefill in FIGURE_OF]


def _proposal(row: CriterionDefinition, shares: Shares) -> RegisterProposal:
    number, words = FIGURE_OF[row.prefill](shares)
    values = AnswerValues(numerator=number, denominator=shares.pooled.listed)
    return RegisterProposal(values, f"{shares.source}: {shares.pooled.text(number)} {words}")
