"""What happened after files were sent, and which files still lack the word that nothing more did."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.timezone import localdate

from accounts.models import User

from ..models import Decision, Evaluation, LateEvent, QuietStatement
from ..workflow import Status
from .queue import FilePair, paired

BEFORE_THE_DECISION: Final = (
    Status.SUBMITTED, Status.IN_REVIEW, Status.APPRAISED, Status.PROPOSED, Status.APPROVED,
)  # fmt: skip
"""States between the sending and the decision."""


def late_events(evaluations: Sequence[Evaluation]) -> list[LateEvent]:
    """What happened after the file was sent, in order of the days: one query."""
    found = LateEvent.objects.filter(evaluation__in=evaluations)
    return list(
        found.select_related("criterion", "reported_by", "settled_by", "evaluation__season")
    )


def quiet_statements(evaluations: Sequence[Evaluation]) -> list[QuietStatement]:
    """The words that nothing more happened, of one file: one query."""
    found = QuietStatement.objects.filter(evaluation__in=evaluations)
    return list(found.select_related("stated_by"))


def has_ended(evaluation: Evaluation) -> bool:
    """Whether the window of its year is over; needs `season` loaded."""
    return localdate() > evaluation.season.window_to


def lacks_statement(evaluations: Iterable[Evaluation]) -> set[int]:
    """Ids of those whose window has ended and of which nobody said that nothing more happened.

    Needs `season` loaded; one query.
    """
    ended = [one.pk for one in evaluations if one.status in BEFORE_THE_DECISION and has_ended(one)]
    stated = QuietStatement.objects.filter(evaluation__in=ended)
    return set(ended) - set(stated.values_list("evaluation", flat=True))


def unsettled_events(evaluation_ids: Iterable[int]) -> dict[int, int]:
    """How many late events of each evaluation wait for the appraiser's word: one query."""
    counts: dict[int, int] = {}
    found = LateEvent.objects.unsettled().filter(evaluation__in=list(evaluation_ids))
    for pk in found.values_list("evaluation", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def names_without_statement(decision: Decision) -> list[str]:
    """Names of the units on a decision of which nobody said that nothing more happened: two queries."""
    rows = Evaluation.objects.filter(decision_items__decision=decision)
    file = list(rows.select_related("season", "unit_version").order_by("unit_version__sort_key"))
    lacking = lacks_statement(file)
    return [one.unit_version.name for one in file if one.pk in lacking]


def files_without_statement(user: User, *, authorities: Sequence[int], year: int) -> list[FilePair]:
    """The files of these authorities that wait for the tick, in Vietnamese order: four queries."""
    rows = Evaluation.objects.visible_to(user).filter(
        appraising_unit__in=authorities,
        season__year=year,
        season__window_to__lt=localdate(),
        status__in=BEFORE_THE_DECISION,
        quiet_statement=None,
    )
    loaded = rows.select_related("season", "unit", "unit_version__unit", "taken_up_by")
    return paired(loaded.order_by("unit_version__sort_key", "unit", "-season__scheme"))
