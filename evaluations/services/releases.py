"""Giving back a file that was taken up for appraisal (thôi nhận thẩm định)."""

from collections.abc import Container

from django.db import transaction

from accounts.models import User
from criteria.exceptions import TransitionRefused
from units.models import Unit

from ..models import Evaluation
from ..workflow import Action, Status
from .acts import Started, finish, start
from .guards import refuse_other_reviewer


@transaction.atomic
def release_file(
    unit: Unit, *, year: int, note: str, by: User, only: Container[int] | None = None
) -> list[Evaluation]:
    """Give back the parts of a file that were taken up, with the reason; `only` these evaluations.

    Raises TransitionRefused once anything was concluded on it, or when no part is being appraised.
    The law knows no step of taking up; nothing that it asks for is undone by this.
    """
    file = Evaluation.objects.visible_to(by).of_file(unit.pk, year).filter(status=Status.IN_REVIEW)
    found = [one for one in file if only is None or one.pk in only]
    if not found:
        raise TransitionRefused("Không có phần nào của hồ sơ đang thẩm định.", code="wrong_state")
    # Every row is locked before the first audit row takes the head of the chain.
    started = [start(one, Action.RELEASE, by=by) for one in found]
    return [_release(one, note) for one in started]


def _release(started: Started, note: str) -> Evaluation:
    evaluation = started.evaluation
    refuse_other_reviewer(evaluation, by=started.by)
    if evaluation.answers.concluded().exists():
        raise TransitionRefused(
            f"{evaluation.unit_version}: đã có ý kiến thẩm định; trả lại hoặc xác nhận thẩm định."
        )
    evaluation.taken_up_at = evaluation.taken_up_by = None
    return finish(started, note=note)
