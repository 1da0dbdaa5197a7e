"""Who did which step of a file, so that nobody acts twice where two persons are asked for."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User

from ..models import Answer, AnswerChange, Evaluation, TransitionLog
from ..models.answers import ChangeKind
from ..workflow import Action


def sent_or_keyed_in(evaluation_ids: Iterable[int], user: User) -> set[int]:
    """Ids of the evaluations this person ever keyed an answer into or sent; one query.

    What others keyed in later, and a file that was withdrawn, change nothing of it. A proposal
    that followed from what the person wrote in a register is not keyed in.
    """
    ids = list(evaluation_ids)
    answers = Answer.objects.filter(evaluation__in=ids, answered_by=user, is_proposal=False)
    keyed = AnswerChange.objects.filter(
        answer__evaluation__in=ids, kind=ChangeKind.ENTERED, by=user
    )
    sent = TransitionLog.objects.filter(evaluation__in=ids, action=Action.SUBMIT, by=user)
    named = Evaluation.objects.filter(Q(entered_by=user) | Q(submitted_by=user), pk__in=ids)
    found = (
        answers.order_by()
        .values_list("evaluation")
        .union(
            keyed.order_by().values_list("answer__evaluation"),
            sent.order_by().values_list("evaluation"),
            named.order_by().values_list("pk"),
        )
    )
    return {pk for (pk,) in found}


def concluded(evaluation_ids: Iterable[int], user: User) -> set[int]:
    """Ids of the evaluations this person wrote a conclusion into or confirmed; one query."""
    ids = list(evaluation_ids)
    written = AnswerChange.objects.filter(
        answer__evaluation__in=ids, kind=ChangeKind.APPRAISED, by=user
    )
    confirmed = Evaluation.objects.filter(pk__in=ids, appraised_by=user)
    found = (
        written.order_by()
        .values_list("answer__evaluation")
        .union(confirmed.order_by().values_list("pk"))
    )
    return {pk for (pk,) in found}
