"""Points proposed for a classification from the TT 124 answers of the same unit and year: pure.

A proposal is never an answer: a person confirms it. Where the answers leave the level open the
row gets none.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..scoring import (
    AnswerKind,
    AnswerValues,
    CriterionDefinition,
    SetDefinition,
    Stage,
    Verdict,
    score_line,
    shortened,
    verdict_label,
)
from . import rules  # noqa: F401 - registers them
from .cases import PROPOSERS, Level, Proposal, ProposalCase, ProposalContext, Proposer, Source

__all__ = ["PROPOSERS", "Proposal", "ProposalContext", "Proposer", "propose"]

LONGEST_SOURCE: Final = 300
NOTHING_ELSE_KNOWN: Final = ProposalContext()


def propose(
    definition: SetDefinition,
    *,
    recognition: SetDefinition,
    answers: Mapping[str, AnswerValues],
    stage: Stage = Stage.SELF,
    context: ProposalContext = NOTHING_ELSE_KNOWN,
) -> dict[str, Proposal]:
    """Proposals for the rows of a classification, by row code; rows left open have no entry.

    `answers` are the TT 124 answers of the same unit and year, by row code.
    """
    found = {}
    for row in definition.rows:
        proposer = PROPOSERS.get(row.proposal_rule)
        sources = _sources(row, recognition, answers, stage)
        if proposer is None or sources is None or _reads_overruled(proposer, sources, stage):
            continue
        case = ProposalCase(row, sources, context)
        proposal = _proposal(case, proposer)
        if proposal:
            found[row.code] = proposal
    return found


def _sources(
    row: CriterionDefinition,
    recognition: SetDefinition,
    answers: Mapping[str, AnswerValues],
    stage: Stage,
) -> tuple[Source, ...] | None:
    """The TT 124 rows with what they came to; None while one of them is open."""
    sources = []
    for code in row.proposal_sources:
        source_row, values = recognition.by_code.get(code), answers.get(code)
        if source_row is None or values is None:
            return None
        line = score_line(source_row, values, stage=stage)
        if line.is_missing:
            return None
        sources.append(Source(source_row, values, line))
    return tuple(sources)


def _reads_overruled(proposer: Proposer, sources: tuple[Source, ...], stage: Stage) -> bool:
    """Whether a rule that reads figures would read some the appraiser did not follow."""
    if proposer.answer_type is None or stage is Stage.SELF:
        return False
    return any(
        score_line(source.row, replace(source.values, appraised_verdict=""), stage=stage).verdict
        != source.line.verdict
        for source in sources
    )


def _proposal(case: ProposalCase, proposer: Proposer) -> Proposal | None:
    choice = proposer.rule(case)
    if choice is None or (choice == Verdict.NOT_APPLICABLE and not case.row.takes_na):
        return None
    if isinstance(choice, Level):
        return Proposal(case.row.levels[choice.index].points, "", _source_text(case))
    return Proposal(None, choice, _source_text(case))


def _source_text(case: ProposalCase) -> str:
    """Where a proposal comes from: "TT 124: 4.3.a Đạt; 4.1.iii Đạt: 480/500 (96,0 %)"."""
    if not case.sources:
        return "TT 124: được công nhận" if case.context.is_recognised else "TT 124: chưa đạt"
    parts = []
    for source in case.sources:
        shown = verdict_label(source.row, source.line.verdict)
        if source.line.has_claim:
            shown = f"{shown}, có đề nghị xét ngoại lệ"
        elif _has_figures(source):
            shown = ": ".join(filter(None, (shown, source.line.answer_text)))
        parts.append(f"{source.row.code} {shown}")
    return shortened(f"TT 124: {'; '.join(parts)}", LONGEST_SOURCE)


def _has_figures(source: Source) -> bool:
    if source.row.answer_type == AnswerKind.INCIDENTS:
        return source.line.verdict == Verdict.NOT_MET
    return source.row.answer_type != AnswerKind.YES_NO
