"""What one register says to one row of a file."""

from dataclasses import dataclass

from criteria.scoring import AnswerValues


@dataclass(frozen=True, slots=True)
class RegisterProposal:
    """The figures a register gives for one row, and where they come from in words."""

    values: AnswerValues
    source: str
