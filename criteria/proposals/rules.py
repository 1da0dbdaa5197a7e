"""The named rules by which TT 124 answers propose points; each docstring says what it reads.

All of them are the portal's own way, as the provisional sets are; no rule stands in Quyết định
510/QĐ-BCA-V05 as far as it is known here.
"""

from collections.abc import Callable

from ..scoring import AnswerKind, Verdict
from .cases import BEST, SECOND, WORST, Choice, Level, ProposalCase, proposer


@proposer()
def all_met(case: ProposalCase) -> Choice:
    """Best level when every source is met; the worst when one is not and the row has two levels.

    With levels in between the answers do not say which: the row is left to a person.
    """
    if case.has_nothing_to_judge:
        return Verdict.NOT_APPLICABLE
    if not case.has_refusal:
        return BEST
    return WORST if len(case.row.levels) == 2 else None


@proposer(least_levels=3)
def second_if_met(case: ProposalCase) -> Choice:
    """Second level when every source is met: the best asks for more than TT 124 does.

    Not met leaves the row to a person, who may also raise it to the best level.
    """
    if case.has_nothing_to_judge:
        return Verdict.NOT_APPLICABLE
    return None if case.has_refusal else SECOND


@proposer(is_stepped=True)
def met_count(case: ProposalCase) -> Choice:
    """The level by how many of the sources are met: `steps` gives the least number of each."""
    if case.has_nothing_to_judge:
        return Verdict.NOT_APPLICABLE
    number = sum(verdict != Verdict.NOT_MET for verdict in case.verdicts)
    return _first_reached(case, lambda step: number >= step)


@proposer(answer_type=AnswerKind.PERCENTAGE, sources=1, is_stepped=True)
def percentage_steps(case: ProposalCase) -> Choice:
    """The level by the share of the source: `steps` gives the least percentage of each.

    Compares numerator × 100 with step × denominator, in whole numbers.
    """
    part, whole = case.values.numerator, case.values.denominator
    if part is None or not whole:
        return None
    return _first_reached(case, lambda step: part * 100 >= step * whole)


@proposer(answer_type=AnswerKind.CHECKLIST, sources=1, is_stepped=True)
def parts_count(case: ProposalCase) -> Choice:
    """The level by how many parts of a checklist are there: `steps` gives the least number of each."""
    number = len(set(case.values.parts_met or ()))
    return _first_reached(case, lambda step: number >= step)


@proposer(answer_type=AnswerKind.INCIDENTS, sources=1, is_stepped=True)
def incident_steps(case: ProposalCase) -> Choice:
    """The level by how many incidents were counted: `steps` gives the most that each allows."""
    number = sum(case.values.counts or ())
    return _first_reached(case, lambda step: number <= step)


@proposer(answer_type=AnswerKind.COMPARISON, sources=1, least_levels=3)
def trend(case: ProposalCase) -> Choice:
    """Fell, or none in both years: best; the same: second; rose: worst.

    Counters that point both ways leave the row to a person.
    Legal: mirrors Thông tư 124/2021/TT-BCA Điều 4 khoản 4 điểm a.
    """
    now, before = case.values.counts or (), case.values.previous_counts or ()
    if not now or len(now) != len(before):
        return None
    changes = [this - last for this, last in zip(now, before, strict=True)]
    if not any(changes):
        return SECOND if any(now) else BEST
    if all(change <= 0 for change in changes):
        return BEST
    return WORST if all(change >= 0 for change in changes) else None


@proposer(answer_type=AnswerKind.INCIDENTS, sources=1, least_levels=3)
def exception_step(case: ProposalCase) -> Choice:
    """None happened: best; happened but excused: second; else worst.

    While the unit scores itself a claim counts as excused, and the source text says so.
    Legal: mirrors Thông tư 124/2021/TT-BCA Điều 4 khoản 4 điểm b.
    """
    if not sum(case.values.counts or ()):
        return BEST
    return SECOND if case.verdicts == (Verdict.MET,) else WORST


@proposer(sources=1)
def in_first_quarter(case: ProposalCase) -> Choice:
    """Best level when the paper of the first quarter is there; late or none is for a person to say.

    Legal: mirrors the words "Trong Quý I" of Thông tư 124/2021/TT-BCA Điều 4 khoản 1.
    """
    if case.has_nothing_to_judge:
        return Verdict.NOT_APPLICABLE
    return None if case.has_refusal else BEST


@proposer(sources=1, least_levels=3)
def registered_in_first_quarter(case: ProposalCase) -> Choice:
    """In the first quarter: best; registered later: second; not at all: worst; not known: open."""
    if not case.has_refusal:
        return BEST
    if case.context.is_registered is None:
        return None
    return SECOND if case.context.is_registered else WORST


@proposer(sources=0)
def recognised(case: ProposalCase) -> Choice:
    """Best level for a unit recognised under TT 124 this year, worst for another; open until known.

    Legal: mirrors the principle of Quyết định 510/QĐ-BCA-V05 that the classification rests on how
    far the criteria of Thông tư 124/2021/TT-BCA are met.
    """
    if case.context.is_recognised is None:
        return None
    return BEST if case.context.is_recognised else WORST


@proposer()
def veto_unless_met(case: ProposalCase) -> Choice:
    """A veto row is not hit when every source is met; hit when one is not."""
    return Verdict.NOT_MET if case.has_refusal else Verdict.MET


def _first_reached(case: ProposalCase, reaches: Callable[[int], bool]) -> Choice:
    """The best level whose step is reached; the worst when none is."""
    for index, step in enumerate(case.row.proposal_steps):
        if reaches(step):
            return Level(index)
    return WORST
