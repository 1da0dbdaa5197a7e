"""Who reviews a file: going on with a review that somebody else cannot finish."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from criteria.exceptions import TransitionRefused
from units.models import Unit

from ..models import Evaluation
from ..workflow import Action
from .acts import Started, finish, refuse_without_note
from .evaluations import on_each_part
from .guards import refuse_own_file


@transaction.atomic
def take_over_file(unit: Unit, *, year: int, note: str, by: User) -> list[Evaluation]:
    """Go on with a review that somebody else began and cannot finish (leave, illness).

    The same role at the same authority; the log says whose place it takes and why. Raises
    TransitionRefused for the person who reviews it already, and without a reason.
    """
    return on_each_part(unit, year, Action.TAKE_OVER, by=by, act=_take_over, note=note)


def _take_over(started: Started, note: str) -> Evaluation:
    refuse_own_file(started.evaluation, by=started.by)
    holder = started.evaluation.taken_up_by
    if holder == started.by:
        raise TransitionRefused("Bạn đang thẩm định hồ sơ này rồi.", code="wrong_state")
    refuse_without_note(started.arrow, note)
    started.evaluation.taken_up_at, started.evaluation.taken_up_by = timezone.now(), started.by
    return finish(started, note=f"Thay {holder}: {note.strip()}" if holder else note)
