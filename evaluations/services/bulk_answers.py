"""The same answers for many units at once, each unit by itself, and the way back row by row."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from units.models import Unit

from ..models import AnswerChange, BulkAct, BulkActRow
from ..models.bulk_acts import NO_INCIDENTS
from ..selectors.bulk_answers import is_standing, why_answers_stay, written_changes
from .answers import Typed, save_answers
from .refusals import refusal_of


def answer_each(
    runs: Sequence[tuple[Unit, Callable[[UUID], object]]], *, year: int, by: User
) -> BulkAct:
    """Confirm for many units that nothing happened; return the act with a row for each unit.

    Each run writes the answers of its unit with the key it is given. A refusal of one stops no
    other and becomes the words of its row.
    """
    bulk_act = BulkAct.objects.create(
        action=NO_INCIDENTS, year=year, done_at=timezone.now(), done_by=by
    )
    for unit, run in runs:
        problem = refusal_of(lambda unit=unit, run=run: _answer(bulk_act, unit, run))
        if problem:
            BulkActRow.objects.create(bulk_act=bulk_act, unit_id=unit.pk, problem=problem)
    return bulk_act


def take_back_answers(row: BulkActRow, *, reason: str, by: User) -> None:
    """Make the rows of one unit empty again which the act filled and nobody changed since.

    Raises TransitionRefused when there is none, or the file is not with the unit; PermissionDenied.
    """
    changes = written_changes([row]).get(row.pk, [])
    why = why_answers_stay(changes)
    if why:
        raise TransitionRefused(why)
    standing = [one for one in changes if is_standing(one)]
    typed = {one.answer.criterion.code: _before(one) for one in standing}
    save_answers(standing[0].answer.evaluation, typed, by=by, reason=reason)


@transaction.atomic
def _answer(bulk_act: BulkAct, unit: Unit, run: Callable[[UUID], object]) -> None:
    key = uuid4()
    try:
        run(key)
    except PermissionDenied as denied:
        raise TransitionRefused(str(denied)) from denied
    BulkActRow.objects.create(bulk_act=bulk_act, unit_id=unit.pk, answers_key=key)


def _before(change: AnswerChange) -> Typed:
    """The empty row as it was; an explanation that stood there stays."""
    return Typed(AnswerValues(note=change.before.get("note", "")), base_version=change.version)
