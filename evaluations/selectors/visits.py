"""What somebody else changed since a person last looked: rows of one file, units of a list."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from accounts.models import User

from ..models import AnswerChange, Attachment, Evaluation, FileVisit, TransitionLog
from ..workflow import Action


def changed_criteria(
    evaluations: Sequence[Evaluation], *, since: dt.datetime | None, user: User
) -> frozenset[int]:
    """Ids of the criteria whose answer, conclusion or papers others changed since then.

    None on a first visit: nothing is marked. Two queries.
    """
    if since is None or not evaluations:
        return frozenset()
    rows = AnswerChange.objects.filter(
        answer__evaluation__in=[one.pk for one in evaluations], at__gt=since
    ).exclude(by=user)
    papers = Attachment.objects.filter(
        unit=evaluations[0].unit_id,
        year=evaluations[0].season.year,
        attached_at__gt=since,
        criterion__isnull=False,
    ).exclude(attached_by=user)
    changed = set(rows.order_by().values_list("answer__criterion", flat=True))
    return frozenset(changed | set(papers.order_by().values_list("criterion", flat=True)))


def reviewed_since(
    evaluations: Sequence[Evaluation], since: dt.datetime | None
) -> dt.datetime | None:
    """When the visit before ended, if the file had been sent by then; else None.

    Before a file was first sent its appraiser had nothing to review: all of it is new, and marks
    on every row would say nothing. One query, none on a first visit.
    """
    if since is None:
        return None
    sent = TransitionLog.objects.filter(
        evaluation__in=[one.pk for one in evaluations], action=Action.SUBMIT, at__lte=since
    )
    return since if sent.exists() else None


def changed_units(user: User, unit_ids: Iterable[int], *, year: int) -> frozenset[int]:
    """Which of the units' files others moved on or keyed in since the person last looked: one query.

    Files never looked at are not among them: everything in them would be new.
    """
    file = Evaluation.objects.filter(unit=OuterRef("unit"), season__year=year)
    keyed = file.filter(entered_at__gt=OuterRef("seen_at")).exclude(entered_by=user)
    steps = TransitionLog.objects.filter(
        evaluation__unit=OuterRef("unit"), evaluation__season__year=year, at__gt=OuterRef("seen_at")
    ).exclude(by=user)
    visits = FileVisit.objects.visible_to(user).filter(unit__in=list(unit_ids), year=year)
    changed = visits.filter(Q(Exists(keyed)) | Q(Exists(steps)))
    return frozenset(changed.values_list("unit", flat=True))
