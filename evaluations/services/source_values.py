"""Keeping what the sources say to the rows of a file, so that a later change of them is told."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from accounts.models import User
from criteria.proposals.drift import Drift, Said, follow
from criteria.scoring import AnswerValues, SetDefinition

from ..models import Answer, Evaluation, SourceValue
from .answer_rows import OWN_FIELDS, is_blank

LONGEST_SOURCE: Final = 300


def note_sources(
    evaluation: Evaluation,
    definition: SetDefinition,
    given: Mapping[str, Said],
    rows: Mapping[str, Answer],
    *,
    by: User,
) -> int:
    """Write down what the sources say now to the rows of a file; return how many changed.

    Touches no answer. Rows without an entry in `given` have a source that says nothing. Call it
    with the evaluation locked: one query, one more when something changed.
    """
    stored = {one.criterion_id: one for one in SourceValue.objects.filter(evaluation=evaluation)}
    return write_sources(changed_sources(evaluation, definition, given, rows, stored, by=by))


def changed_sources(
    evaluation: Evaluation,
    definition: SetDefinition,
    given: Mapping[str, Said],
    rows: Mapping[str, Answer],
    stored: Mapping[int, SourceValue],
    *,
    by: User,
) -> list[SourceValue]:
    """What `note_sources` would write; `stored` is what is kept of that file, by criterion id."""
    now = timezone.now()
    changed = []
    for row in definition.rows:
        old = stored.get(row.id)
        known = _known(old) or _confirmed(rows.get(row.code), given.get(row.code), now)
        found = follow(
            known, given.get(row.code, Said()), answered_at=_answered_at(rows.get(row.code)), at=now
        )
        if found is None or (old is not None and found == _known(old)):
            continue
        is_same_change = old is not None and found.changed_at == old.changed_at
        changed.append(
            SourceValue(
                evaluation=evaluation, criterion_id=row.id,
                said=dict(found.now.values), source=found.now.source,
                before=dict(found.before.values), before_source=found.before.source,
                changed_at=found.changed_at, changed_by_id=old.changed_by_id if old and is_same_change else by.pk,
            )
        )  # fmt: skip
    return changed


def write_sources(changed: Sequence[SourceValue]) -> int:
    """Keep them in the place of what was kept; return how many: one query, none without any."""
    SourceValue.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["evaluation", "criterion"],
        update_fields=["said", "source", "before", "before_source", "changed_at", "changed_by"],
    )
    return len(changed)


def said_by(values: AnswerValues, source: str) -> Said:
    """What a source says, as it is kept: only what it gives, decimals as text."""
    found = {
        name: _plain(getattr(values, name))
        for name in OWN_FIELDS
        if name != "note" and getattr(values, name) not in (None, "", ())
    }
    return Said(found, source[:LONGEST_SOURCE]) if found else Said()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return list(value) if isinstance(value, tuple) else value


def _known(old: SourceValue | None) -> Drift | None:
    if old is None:
        return None
    return Drift(Said(old.said, old.source), Said(old.before, old.before_source), old.changed_at)


def _confirmed(answer: Answer | None, given: Said | None, now: Any) -> Drift | None:
    """What a row that a person confirmed before sources were kept was based on: the same source."""
    if answer is None or given is None or answer.is_proposal:
        return None
    if answer.proposed_from != given.source:
        return None
    return Drift(given, given, answer.answered_at)


def _answered_at(answer: Answer | None) -> Any:
    """When a person last answered; None for an empty row or a proposal nobody confirmed."""
    if answer is None or answer.is_proposal or is_blank(answer):
        return None
    return answer.answered_at
