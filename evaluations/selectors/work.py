"""What waits for one person, what blocks others first, and what others did meanwhile."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Q

from accounts.models import User
from accounts.roles import Act
from units.selectors import Powers

from ..models import Decision, Evaluation, TransitionLog
from ..workflow import Action, DecisionStatus, Status
from .areas import Area

NEWS_AT_MOST: Final = 6
NAMED_AT_MOST: Final = 3
ROWS_AT_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Appraising:
    """How many units' files stand at each step before the person who appraises."""

    submitted: int = 0
    in_review: int = 0
    undecided: int = 0


@dataclass(slots=True)
class News:
    """One act of somebody else, with the units it was done to."""

    at: dt.datetime
    who: str
    what: str
    year: int
    note: str
    units: dict[int, str] = field(default_factory=dict)

    @property
    def named(self) -> list[tuple[int, str]]:
        return list(self.units.items())[:NAMED_AT_MOST]

    @property
    def unnamed_count(self) -> int:
        return max(len(self.units) - NAMED_AT_MOST, 0)


def appraising(powers: Powers, *, year: int) -> Appraising | None:
    """What waits at the authorities where the person appraises; None for others. One query."""
    authorities = powers.authorities_for(Act.APPRAISE)
    if not authorities:
        return None
    rows = Evaluation.objects.filter(appraising_unit__in=authorities, season__year=year)
    counted = rows.aggregate(
        submitted=Count("unit", distinct=True, filter=Q(status=Status.SUBMITTED)),
        in_review=Count("unit", distinct=True, filter=Q(status=Status.IN_REVIEW)),
        undecided=Count(
            "unit", distinct=True, filter=Q(status=Status.APPRAISED, decision_items=None)
        ),
    )
    return Appraising(**counted)


def decisions_waiting(powers: Powers) -> Counter[str]:
    """Decisions sent to sign (for who approves) and approved (for who numbers them); one query at most."""
    approves, issues = powers.authorities_for(Act.APPROVE), powers.authorities_for(Act.ISSUE)
    if not approves and not issues:
        return Counter()
    waiting = Q(authority__in=approves, status=DecisionStatus.SENT) | Q(
        authority__in=issues, status=DecisionStatus.APPROVED
    )
    rows = Decision.objects.filter(waiting).order_by().values_list("status")
    return Counter(dict(rows.annotate(count=Count("pk"))))


def news(user: User, area: Area, *, since: dt.datetime, only: Sequence[int] = ()) -> list[News]:
    """What others did to the area's files in sight since then, the newest first, one line an act.

    One query, and one for the sight.
    """
    rows = (
        TransitionLog.objects.visible_to(user)
        .filter(Q(evaluation__managing_unit=area.pk) | Q(evaluation__unit=area.pk), at__gt=since)
        .exclude(by=user)
        .select_related("by", "evaluation__unit_version", "evaluation__season")
        .order_by("-at", "-pk")
    )
    rows = rows.filter(evaluation__unit__in=only) if only else rows
    found: dict[tuple[int, str, str], News] = {}
    for row in rows[:ROWS_AT_MOST]:
        key = (row.by_id, row.action, f"{row.at:%Y%m%d%H%M}" if not row.note else row.note)
        one = found.setdefault(
            key,
            News(
                at=row.at,
                who=str(row.by),
                what=str(Action(row.action).label),
                year=row.evaluation.season.year,
                note=row.note,
            ),
        )
        one.units.setdefault(row.evaluation.unit_id, row.evaluation.unit_version.name)
    return list(found.values())[:NEWS_AT_MOST]
