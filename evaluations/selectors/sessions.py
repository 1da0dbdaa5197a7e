"""What pages ask about appraisal sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from units.coverage import Scheme
from units.models import UnitVersion

from ..models import AppraisalSession, Decision, DecisionItem, Evaluation
from ..workflow import DecisionStatus, Status
from .queue import FilePair, paired

BEFORE_DECISION = (Status.SUBMITTED, Status.IN_REVIEW, Status.APPRAISED)


@dataclass(frozen=True, slots=True)
class SessionPart:
    """One scheme of a session: how far its files are, and the decisions drafted over them."""

    scheme: str
    label: str
    ready: int
    waiting: int
    decisions: list[Decision]


def session_list(user: User) -> QuerySet[AppraisalSession]:
    """Sessions the person may see, the latest first, with how many units and decisions each has."""
    current = ~Q(decisions__status=DecisionStatus.DISCARDED)
    return (
        AppraisalSession.objects.visible_to(user)
        .select_related("opened_by")
        .annotate(
            unit_count=Count("evaluations__unit", distinct=True),
            decision_count=Count("decisions", filter=current, distinct=True),
        )
        .order_by("-held_on", "-pk")
    )


def session_evaluations(session: AppraisalSession) -> list[Evaluation]:
    """The evaluations on a session's list, in Vietnamese order of their units: one query."""
    drafted = DecisionItem.objects.filter(evaluation=OuterRef("pk"))
    found = (
        session.evaluations.select_related("season__criteria_set", "unit", "unit_version__unit")
        .annotate(is_drafted=Exists(drafted))
        .order_by("unit_version__sort_key", "unit", "-season__scheme")
    )
    return list(found)


def session_parts(
    session: AppraisalSession, evaluations: Sequence[Evaluation]
) -> list[SessionPart]:
    """Both schemes of a session with what may be drafted now: one query."""
    decisions = list(session.decisions.exclude(status=DecisionStatus.DISCARDED).order_by("pk"))
    parts = []
    for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION):
        of_scheme = [one for one in evaluations if one.season.scheme == scheme]
        ready = [one for one in of_scheme if one.status == Status.APPRAISED and not one.is_drafted]
        waiting = [one for one in of_scheme if one.status in (Status.SUBMITTED, Status.IN_REVIEW)]
        made = [one for one in decisions if one.scheme == scheme]
        parts.append(SessionPart(scheme, scheme.label, len(ready), len(waiting), made))
    return parts


def addable_files(user: User, session: AppraisalSession) -> list[FilePair]:
    """Files of the session's authority and year that stand on no session yet, in Vietnamese order."""
    found = (
        Evaluation.objects.visible_to(user)
        .filter(
            appraising_unit=session.authority_id,
            season__year=session.year,
            session=None,
            status__in=BEFORE_DECISION,
        )
        .select_related("season", "unit", "unit_version")
        .order_by("unit_version__sort_key", "unit", "-season__scheme")
    )
    return paired(found)


def evaluations_to_put(
    user: User, session: AppraisalSession, unit_ids: Sequence[int]
) -> list[Evaluation]:
    """Both evaluations of the ticked units that may still go on the session's list."""
    return list(
        Evaluation.objects.visible_to(user).filter(
            unit__in=unit_ids, season__year=session.year, status__in=BEFORE_DECISION
        )
    )


def names_of_authorities(ids: Sequence[int]) -> dict[int, UnitVersion]:
    """The versions in force of these units, by unit id, in Vietnamese order: one query."""
    found = UnitVersion.objects.in_force().filter(unit__in=ids).select_related("unit")
    return {version.unit_id: version for version in found.order_by("sort_key", "pk")}
