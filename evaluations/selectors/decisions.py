"""What pages ask about decisions: lists, the units on one, and what to look at twice."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from criteria.models import Band
from criteria.scoring import share_warning
from criteria.selectors import definition_of
from jobs.models import Job
from units.coverage import Scheme
from units.selectors import Powers, labels

from ..models import Annulment, AppraisalSession, Decision, DecisionItem, Evaluation, Registration
from ..workflow import DecisionStatus, Status
from .annulments import annulments_of
from .persons import concluded, sent_or_keyed_in

MET: Final = "met"


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One unit on a decision: its results, its outcome in words, what to look at twice."""

    item: DecisionItem
    name: str
    label: str
    computed_label: str
    flags: tuple[str, ...]
    annulment: Annulment | None = None
    """Set once the outcome was taken back."""
    annul_url: str = ""
    """Where the person takes it back; empty for who may not."""

    @property
    def evaluation(self) -> Evaluation:
        return self.item.evaluation

    @property
    def is_changed(self) -> bool:
        return self.item.outcome != self.item.computed_outcome

    @property
    def is_met(self) -> bool:
        return self.item.outcome == MET


WAITING: Final = ((DecisionStatus.SENT, Act.APPROVE), (DecisionStatus.APPROVED, Act.ISSUE))
"""Where a decision stands when it waits for one person's act."""


def waiting_for(powers: Powers, *, besides: Decision) -> list[Decision]:
    """Other decisions that wait for this person to approve or to issue, the oldest first: one query."""
    conditions = [
        Q(status=status, authority__in=powers.authorities_for(act)) for status, act in WAITING
    ]
    found = Decision.objects.filter(reduce(or_, conditions)).exclude(pk=besides.pk)
    return list(found.only("pk", "status").order_by("drafted_at", "pk"))


def decision_list(
    user: User, *, status: str = "", scheme: str = "", year: int | None = None
) -> QuerySet[Decision]:
    """Decisions the person may see, the latest first, with how many units each names."""
    found = Decision.objects.visible_to(user).defer("snapshot").select_related("authority")
    if status:
        found = found.filter(status=status)
    if scheme:
        found = found.filter(scheme=scheme)
    if year:
        found = found.filter(year=year)
    return found.annotate(unit_count=Count("items")).order_by("-year", "-drafted_at", "-pk")


def status_counts(user: User, *, scheme: str = "", year: int | None = None) -> dict[str, int]:
    """How many decisions stand in each state, zeros left out: one query."""
    found = Decision.objects.visible_to(user)
    if scheme:
        found = found.filter(scheme=scheme)
    if year:
        found = found.filter(year=year)
    return dict(found.order_by().values_list("status").annotate(count=Count("pk")))


def decision_years(user: User) -> list[int]:
    """Years of the decisions the person may see, the latest first."""
    years = Decision.objects.visible_to(user).order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


def decision_lines(decision: Decision, user: User) -> list[DecisionLine]:
    """The units of a decision that the person may see, in Vietnamese order: five queries at most."""
    items = list(
        DecisionItem.objects.visible_to(user)
        .filter(decision=decision)
        .select_related("evaluation__season__criteria_set", "evaluation__unit_version__unit")
        .order_by("evaluation__unit_version__sort_key", "pk")
    )
    versions = [item.evaluation.unit_version for item in items]
    names = {version.unit_id: version.name for version in versions}
    if len({version.parent_id for version in versions}) > 1:
        names = labels(versions)
    words, late = _band_labels(items), _registered_late(decision, items)
    annulled = annulments_of(decision) if decision.status == DecisionStatus.ISSUED else {}
    return [
        DecisionLine(
            item=item,
            name=names[item.evaluation.unit_id],
            label=words[item.evaluation.season.criteria_set_id, item.outcome],
            computed_label=words[item.evaluation.season.criteria_set_id, item.computed_outcome],
            flags=tuple(_flags(decision, item, late)),
            annulment=annulled.get(item.pk),
        )
        for item in items
    ]


def share_notice(lines: Sequence[DecisionLine]) -> str:
    """The warning that the best class is given too often; empty where the set has no such rule."""
    if not lines:
        return ""
    definition = definition_of(lines[0].evaluation.season.criteria_set)
    hit = share_warning(definition, [line.item.outcome for line in lines])
    return hit.explanation if hit else ""


def notices_of(lines: Iterable[DecisionLine]) -> list[str]:
    """What the criteria sets of these units say of themselves, e.g. that they are provisional."""
    found = (line.evaluation.season.criteria_set.notice for line in lines)
    return list(dict.fromkeys(notice for notice in found if notice))


def done_before_by(user: User, lines: Iterable[DecisionLine]) -> list[str]:
    """Names of the units whose file this person keyed in, sent or appraised, and so may not approve."""
    lines = list(lines)
    ids = [line.evaluation.pk for line in lines]
    before = sent_or_keyed_in(ids, user) | concluded(ids, user)
    return [line.name for line in lines if line.evaluation.pk in before]


def ready_evaluations(user: User, session: AppraisalSession, *, scheme: str) -> list[Evaluation]:
    """Appraised evaluations of one session and scheme that stand in no decision, in Vietnamese order."""
    return list(
        Evaluation.objects.visible_to(user)
        .filter(session=session, season__scheme=scheme, status=Status.APPRAISED)
        .exclude(decision_items__isnull=False)
        .select_related("season__criteria_set", "unit", "unit_version__unit")
        .order_by("unit_version__sort_key", "pk")
    )


def pdf_job(decision: Decision) -> Job | None:
    """The latest job that makes the decision's PDF, whoever asked for it."""
    return (
        Job.objects.filter(deduplication_key=f"decision-pdf:{decision.pk}").order_by("-pk").first()
    )


def is_late(decision: Decision, item: DecisionItem) -> bool:
    """Whether the decision comes, or would come today, after the season's last day."""
    day: dt.date = decision.issued_on or localdate()
    return day >= item.evaluation.season.decide_before


def _flags(decision: Decision, item: DecisionItem, late: set[int]) -> list[str]:
    flags = []
    if item.outcome != item.computed_outcome:
        flags.append("Khác mức tính theo điểm")
    if decision.status != DecisionStatus.DISCARDED and is_late(decision, item):
        flags.append("Quá hạn quyết định")
    if item.evaluation.unit_id in late:
        flags.append("Đăng ký sau Quý I")
    return flags


def _band_labels(items: Sequence[DecisionItem]) -> dict[tuple[int, str], str]:
    sets = {item.evaluation.season.criteria_set_id for item in items}
    bands = Band.objects.filter(criteria_set__in=sets)
    return {(band.criteria_set_id, band.code): band.label for band in bands}


def _registered_late(decision: Decision, items: Sequence[DecisionItem]) -> set[int]:
    """Ids of the units that registered after Quý I; only recognition rests on it."""
    if decision.scheme != Scheme.RECOGNITION:
        return set()
    units = [item.evaluation.unit_id for item in items]
    found = Registration.objects.filter(unit__in=units, season__year=decision.year)
    return {one.unit_id for one in found.select_related("season") if one.is_late}
