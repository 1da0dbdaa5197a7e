"""Writing answers together with their history: every change is one row, never lost, never altered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import User

from ..models import Answer, AnswerChange
from ..models.answers import ChangeKind

KEEPS_AUTHOR = (ChangeKind.APPRAISED, ChangeKind.MENDED)
"""Changes by the appraiser: whose answer it is stays as it was."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer, what sort of change, the values it had and those it gets."""

    answer: Answer
    kind: str
    before: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def record_changes(changes: Sequence[Change], *, by: User) -> list[Answer]:
    """Write the changed answers and one history row each; return the answers, in the order given.

    New answers are inserted in one statement, history rows in another.
    """
    now = timezone.now()
    for change in changes:
        answer = change.answer
        for name, value in change.after.items():
            setattr(answer, name, value)
        answer.version += 1
        if change.kind not in KEEPS_AUTHOR:
            answer.answered_at, answer.answered_by = now, by
    Answer.objects.bulk_create([change.answer for change in changes if change.answer.pk is None])
    for change in changes:
        if change.answer.version > 1:
            change.answer.save()
    AnswerChange.objects.bulk_create(
        AnswerChange(
            answer=change.answer,
            kind=change.kind,
            version=change.answer.version,
            before=change.before,
            after={
                name: getattr(change.answer, name) for name in {**change.before, **change.after}
            },
            reason=change.reason,
            by=by,
            at=now,
        )
        for change in changes
    )
    return [change.answer for change in changes]
