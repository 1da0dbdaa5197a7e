"""Where a register and what a unit answered part ways: shown, never written over the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from antq_portal.lib.text import number_text
from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition, verdict_label

from ..models import Answer, Evaluation
from .register_proposals import register_proposals
from .register_values import RegisterProposal

COMPARED = ("verdict", "numerator", "denominator", "count", "counts", "previous_counts")
"""What is held against the answer, where the register gives it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row whose answer is not what the register says now."""

    row: CriterionDefinition
    source: str
    said: str


def register_differences(
    evaluation: Evaluation, definition: SetDefinition, answers: Mapping[str, Answer]
) -> list[Difference]:
    """The rows a person answered, or a proposal grown old, that differ from the registers, in the set's order."""
    proposals = register_proposals(evaluation, definition)
    found = []
    for row in definition.rows:
        proposal, answer = proposals.get(row.code), answers.get(row.code)
        if proposal is None or answer is None:
            continue
        values = AnswerValues.of(answer)
        if _differs(proposal, values):
            found.append(Difference(row, proposal.source, said_text(row, values)))
    return found


def said_text(row: CriterionDefinition, values: AnswerValues) -> str:
    """What the unit answered, in few words: "0", "2; 1", "3 (năm trước 5)", "Đạt"."""
    if values.verdict == "na":
        return verdict_label(row, values.verdict)
    if values.numerator is not None:
        return f"{number_text(values.numerator)}/{number_text(values.denominator or 0)}"
    if values.counts is not None:
        before = _joined(values.previous_counts)
        return _joined(values.counts) + (f" (năm trước {before})" if before else "")
    if values.count is not None:
        return number_text(values.count)
    return verdict_label(row, values.verdict) if values.verdict else "chưa trả lời"


def _joined(counts: tuple[int, ...] | None) -> str:
    return "; ".join(number_text(one) for one in counts or ())


def _differs(proposal: RegisterProposal, values: AnswerValues) -> bool:
    given = proposal.values
    return any(
        getattr(given, name) not in (None, "") and getattr(given, name) != getattr(values, name)
        for name in COMPARED
    )
