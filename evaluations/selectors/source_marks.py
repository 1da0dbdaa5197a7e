"""Rows whose source has moved on since a person answered them: marked, never written over."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from antq_portal.lib.prepared import Prepared
from criteria.proposals.drift import Drift, Said, is_drifted
from criteria.scoring import AnswerValues, CriterionDefinition, SetDefinition, Verdict

from ..models import Answer, Evaluation, SourceValue
from .answer_words import own_words, values_of

VALUES: Final = Prepared(
    lambda evaluations: SourceValue.objects.filter(evaluation__in=evaluations).select_related(
        "changed_by"
    )
)
COMPARED = (
    "verdict", "numerator", "denominator", "count", "counts", "previous_counts", "parts_met", "points"
)  # fmt: skip
"""What is held against the answer, where the source gives it."""


@dataclass(frozen=True, slots=True)
class SourceMark:
    """One row whose source changed: what it said, what it says now, since when and by whom."""

    row: CriterionDefinition
    before: str
    now: str
    source: str
    changed_at: dt.datetime
    changed_by: str
    version: int
    values: AnswerValues | None
    """The answer that follows the source; None where the source says nothing any more."""

    @property
    def key(self) -> str:
        """The row and the version of its answer, as a button names them."""
        return f"{self.row.id}-{self.version}"


def source_marks(
    evaluations: Iterable[Evaluation],
    definitions: Mapping[int, SetDefinition],
    answers: Mapping[int, Mapping[str, Answer]],
) -> dict[int, SourceMark]:
    """The marked rows of a file by criterion id; definitions and answers by evaluation id: one query.

    A row is marked while the source says something else than when a person answered, and something
    else than the answer.
    """
    ids = [one.pk for one in evaluations]
    found: dict[int, SourceMark] = {}
    for one in VALUES(evaluations=ids):
        row = definitions[one.evaluation_id].by_id.get(one.criterion_id)
        answer = answers.get(one.evaluation_id, {}).get(row.code) if row else None
        if row is None or answer is None:
            continue
        mark = mark_of(one, row, answer)
        if mark is not None:
            found[row.id] = mark
    return found


def mark_of(stored: SourceValue, row: CriterionDefinition, answer: Answer) -> SourceMark | None:
    """The mark of one row; None while a proposal is open, nothing changed, or the answer says the same."""
    values = AnswerValues.of(answer)
    drift = Drift(
        Said(stored.said, stored.source),
        Said(stored.before, stored.before_source),
        stored.changed_at,
    )
    if answer.is_proposal or not is_drifted(drift, answered_at=answer.answered_at):
        return None
    said = values_of(stored.said)
    if values == replace(AnswerValues(), note=values.note) or agrees(said, values):
        return None
    return SourceMark(
        row=row,
        before=_words(row, stored.before),
        now=_words(row, stored.said),
        source=stored.source or "nguồn không còn cho giá trị",
        changed_at=stored.changed_at,
        changed_by=str(stored.changed_by),
        version=answer.version,
        values=followed(values, said) if stored.said else None,
    )


def agrees(said: AnswerValues, values: AnswerValues) -> bool:
    """Whether the answer says what the source gives; figures the source does not give are free."""
    given = [name for name in COMPARED if getattr(said, name) not in (None, "")]
    return bool(given) and all(getattr(said, name) == getattr(values, name) for name in given)


def followed(values: AnswerValues, said: AnswerValues) -> AnswerValues:
    """The answer as it would follow the source; the note, and a conclusion the source leaves open, stay."""
    if said.verdict == Verdict.NOT_APPLICABLE:
        return AnswerValues(verdict=said.verdict, note=values.note)
    given = {
        name: getattr(said, name)
        for name in (*COMPARED, "exception_claimed")
        if getattr(said, name) not in (None, "")
    }
    is_free = said.points is not None or values.verdict == Verdict.NOT_APPLICABLE
    kept = AnswerValues(verdict="" if is_free else values.verdict, note=values.note)
    if any(said.counts or ()):
        kept = replace(kept, exception_claimed=values.exception_claimed)
    return replace(kept, **given)


def _words(row: CriterionDefinition, stored: Mapping[str, object]) -> str:
    return own_words(row, values_of(stored)) if stored else "chưa cho giá trị"
