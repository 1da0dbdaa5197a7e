"""Writing answers together with their history: every change is one row, never lost, never altered.

One statement does it all, whether for one row or for a whole sheet, and compares before it sets:
an answer whose version has moved on is left as it is, and a first answer never becomes a second.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from accounts.models import User
from antq_portal.lib.prepared import Statement

from ..models import Answer
from ..models.answers import ChangeKind
from .stale import StaleAnswer

KEEPS_AUTHOR = (ChangeKind.APPRAISED, ChangeKind.MENDED)
"""Changes by the appraiser: whose answer it is stays as it was."""

# The evaluation is locked before its answers are looked at, as every other act does it. A key that
# a change of the same answer bears already is not remembered a second time.
WRITE: Final = """
WITH file AS MATERIALIZED (
    SELECT evaluation.id FROM evaluations_evaluation evaluation
    JOIN evaluations_season season ON season.id = evaluation.season_id
    WHERE evaluation.id = %(evaluation)s::bigint
        AND (%(status)s::text = '' OR evaluation.status = %(status)s::text AND season.locked_at IS NULL)
    FOR UPDATE OF evaluation
), given AS MATERIALIZED (
    SELECT typed.* FROM file
    JOIN jsonb_populate_recordset(NULL::evaluations_answer, %(answers)s::jsonb) typed ON true
), updated AS (
    UPDATE evaluations_answer AS answer SET ({columns}) = ROW({given}) FROM given
    WHERE answer.id = given.id AND answer.version = given.version - 1
        AND answer.evaluation_id = %(evaluation)s::bigint
    RETURNING answer.id, answer.criterion_id, answer.version
), inserted AS (
    INSERT INTO evaluations_answer ({columns}) SELECT {given} FROM given WHERE given.id IS NULL
    ON CONFLICT (evaluation_id, criterion_id) DO NOTHING
    RETURNING id, criterion_id, version
), written AS (
    SELECT * FROM updated UNION ALL SELECT * FROM inserted
), traced AS (
    INSERT INTO evaluations_answerchange
        (answer_id, kind, version, before, after, reason, by_id, at, click_key)
    SELECT written.id, one.kind, written.version, one.before, one.after, one.reason,
        %(by)s::bigint, %(at)s::timestamptz, CASE WHEN known.id IS NULL THEN %(click_key)s::uuid END
    FROM written
    LEFT JOIN evaluations_answerchange known
        ON known.answer_id = written.id AND known.click_key = %(click_key)s::uuid
    JOIN jsonb_to_recordset(%(changes)s::jsonb)
        AS one(criterion_id bigint, kind text, before jsonb, after jsonb, reason text)
        USING (criterion_id)
), keyed_in AS (
    UPDATE evaluations_evaluation SET entered_at = %(at)s::timestamptz, entered_by_id = %(by)s::bigint
    WHERE id IN (SELECT id FROM file) AND %(enters)s::boolean AND EXISTS (SELECT FROM written)
)
SELECT criterion_id, id FROM written
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer, what sort of change, the values it had and those it gets."""

    answer: Answer
    kind: str
    before: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """What else must hold or becomes true when changes are written.

    `status` is the state the file must still be in, its season unlocked, for callers that do not
    hold its lock. `enters` makes the writer the one who keyed the file in.
    """

    status: str = ""
    enters: bool = False
    click_key: UUID | None = None


PLAIN: Final = Writing()


def record_changes(
    changes: Sequence[Change], *, by: User, writing: Writing = PLAIN
) -> list[Answer]:
    """Write the changed answers of one evaluation and one history row each; return the answers, in order.

    Raises StaleAnswer, inside the caller's transaction, if one of them was overtaken.
    """
    written = {one.answer.criterion_id for one in write_changes(changes, by=by, writing=writing)}
    overtaken = [one.answer for one in changes if one.answer.criterion_id not in written]
    if overtaken:
        answer = overtaken[0]
        stored = Answer.objects.select_related("criterion", "answered_by").get(
            evaluation=answer.evaluation_id, criterion=answer.criterion_id
        )
        raise StaleAnswer(stored, stored.criterion.code)
    return [change.answer for change in changes]


def write_changes(changes: Sequence[Change], *, by: User, writing: Writing = PLAIN) -> list[Change]:
    """Write those of the changes whose answers are still as they were read; return them: one statement.

    Their answers have the new values and version; those of the others must not be used any more.
    """
    if not changes:
        return []
    now = timezone.now()
    for change in changes:
        _apply(change, by=by, now=now)
    found = _run(changes, by=by, now=now, writing=writing)
    written = [change for change in changes if change.answer.criterion_id in found]
    for change in written:
        change.answer.pk = found[change.answer.criterion_id]
    return written


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as a history row gives them back: decimals as text, tuples as lists."""
    return json.loads(_packed(values))


def _apply(change: Change, *, by: User, now: Any) -> None:
    answer = change.answer
    for name, value in change.after.items():
        setattr(answer, name, value)
    answer.version += 1
    if change.kind not in KEEPS_AUTHOR:
        answer.answered_at, answer.answered_by = now, by


def _run(changes: Sequence[Change], *, by: User, now: Any, writing: Writing) -> dict[int, int]:
    """Ids of the answers that were written, by criterion id."""
    [evaluation_id] = {change.answer.evaluation_id for change in changes}
    traces = [
        {
            "criterion_id": change.answer.criterion_id,
            "kind": str(change.kind),
            "before": change.before,
            "after": {
                name: getattr(change.answer, name) for name in {**change.before, **change.after}
            },
            "reason": change.reason,
        }
        for change in changes
    ]
    answers = [_row(change.answer) for change in changes]
    with connection.cursor() as cursor:
        values = {
            "evaluation": evaluation_id, "status": str(writing.status),
            "answers": json.dumps(answers, default=str, ensure_ascii=False),
            "changes": _packed(traces), "by": by.pk, "at": now,
            "click_key": writing.click_key, "enters": writing.enters,
        }  # fmt: skip
        cursor.execute(*_statement().call(connection, values))
        return dict(cursor.fetchall())


def _row(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in ("id", *_columns())}


@cache
def _columns() -> tuple[str, ...]:
    """The columns of an answer but its id; those of a foreign key are also its attributes."""
    fields = Answer._meta.concrete_fields  # noqa: SLF001 - Django's documented door
    return tuple(one.column for one in fields if not one.primary_key)


@cache
def _statement() -> Statement:
    names = _columns()
    given = ", ".join(f"given.{one}" for one in names)
    return Statement("write_answers", WRITE.format(columns=", ".join(names), given=given))


def _packed(values: Any) -> str:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
