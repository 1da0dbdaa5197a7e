"""Who reviews a file: going on with a review that somebody else cannot finish."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from criteria.exceptions import TransitionRefused
from units.models import Unit

from ..models import Evaluation
from ..workflow import Action, Status
from .acts import Started, finish, refuse_without_note
from .evaluations import on_each_part
from .guards import refuse_own_file
from .statements import file_of


@transaction.atomic
def take_over_file(unit: Unit, *, year: int, note: str, by: User) -> list[Evaluation]:
    """Go on with a review that somebody else began and cannot finish (leave, illness).

    The same role at the same authority; the log says whose place it takes and why. A part that the
    person reviews already stays theirs. Raises TransitionRefused for who reviews all of it, and
    without a reason.
    """
    held = {
        one.pk
        for one in file_of(unit, year=year, by=by)
        if one.status == Status.IN_REVIEW and one.taken_up_by_id != by.pk
    }
    return on_each_part(
        unit, year, Action.TAKE_OVER, by=by, act=_take_over, note=note,
        fits=lambda one: not held or one.pk in held,
    )  # fmt: skip


def _take_over(started: Started, note: str) -> Evaluation:
    refuse_own_file(started.evaluation, by=started.by)
    holder = started.evaluation.taken_up_by
    if holder == started.by:
        raise TransitionRefused("Bạn đang thẩm định hồ sơ này rồi.", code="wrong_state")
    refuse_without_note(started.arrow, note)
    started.evaluation.taken_up_at, started.evaluation.taken_up_by = timezone.now(), started.by
    return finish(started, note=f"Thay {holder}: {note.strip()}" if holder else note)
