"""Criterion 5.4 of a commune: how many of its units registered, and how many are recognised.

Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4. Whether the four kinds count together or each by
itself the text does not settle; both are given.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib.dates import date_text
from antq_portal.lib.text import number_text, share_text
from units.coverage import Scheme
from units.models import GRASSROOTS_KINDS, Kind, Unit

from ..models import (
    Evaluation,
    FrozenShare,
    RecordedResult,
    Registration,
    ResultSource,
    Roster,
    RosterEntry,
)
from ..workflow import RegistrationStatus, Status

ENOUGH_PERCENT: Final = 70
"""The least share of recognised units. Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4."""

NOBODY: Final = "không có đơn vị"
FIGURES: Final = ("listed", "registered", "decided", "appraised", "projected")
MET: Final = "met"
APPRAISED: Final = (Status.APPRAISED, Status.PROPOSED, Status.APPROVED)
FROZEN_IN: Final = (Status.DECIDED, Status.ANNULLED)
SENT: Final = (Status.SUBMITTED, Status.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class ShareFigures:
    """The figures of one kind, or of all four together (`kind` empty).

    Each of the three recognised figures holds the one before: `decided` are the units a decision
    recognised; `appraised` adds those the appraisal found to meet the standard; `projected` adds
    those that sent a file which says so. A file that was not sent, or was returned, promises nothing.
    """

    kind: str = ""
    listed: int = 0
    registered: int = 0
    decided: int = 0
    appraised: int = 0
    projected: int = 0

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label) if self.kind else "Gộp bốn loại"

    @property
    def registered_all(self) -> bool:
        return self.listed > 0 and self.registered == self.listed

    @property
    def recognised_enough(self) -> bool:
        """Whether enough units have their decision: whole numbers, no rounding."""
        return self.is_enough(self.decided)

    def is_enough(self, recognised: int) -> bool:
        return self.listed > 0 and 100 * recognised >= ENOUGH_PERCENT * self.listed

    @property
    def least(self) -> int:
        """The smallest number of recognised units that is enough."""
        return -(-ENOUGH_PERCENT * self.listed // 100)

    @property
    def registered_text(self) -> str:
        return self.text(self.registered)

    @property
    def decided_text(self) -> str:
        return self.text(self.decided)

    @property
    def appraised_text(self) -> str:
        return self.text(self.appraised)

    @property
    def projected_text(self) -> str:
        return self.text(self.projected)

    def text(self, number: int) -> str:
        """The figure as it is read: "18/25 (72,0 %)", cut and not rounded; words where nobody is listed."""
        if not self.listed:
            return NOBODY
        part, whole = number_text(number), number_text(self.listed)
        return f"{part}/{whole} ({share_text(number, self.listed)})"


@dataclass(frozen=True, slots=True)
class Shares:
    """A commune's figures pooled and by kind, and the list they rest on."""

    authority_id: int
    year: int
    pooled: ShareFigures
    kinds: tuple[ShareFigures, ...] = ()
    """The kinds that have a listed unit, in the order of the law."""
    listed_at: dt.datetime | None = None
    """When the list was frozen; None while it still follows the register."""
    frozen_at: dt.datetime | None = None
    """When the figures themselves were frozen with the commune's decision; None for those of now."""

    @property
    def lines(self) -> tuple[ShareFigures, ...]:
        return (self.pooled, *self.kinds)

    @property
    def source(self) -> str:
        """What the denominator is: "Theo danh sách thuộc diện chốt ngày 28/02/2026"."""
        if self.listed_at is None:
            return "Theo danh sách thuộc diện chưa chốt"
        return f"Theo danh sách thuộc diện chốt ngày {date_text(localdate(self.listed_at))}"


def shares_of(authority_id: int, *, year: int) -> Shares:
    """The figures of one authority as they stand now; two queries. See `shares_of_many`."""
    return shares_of_many([authority_id], year=year)[authority_id]


def shares_of_many(authority_ids: Iterable[int], *, year: int) -> dict[int, Shares]:
    """The figures of each authority as they stand now, by its id; two queries for all of them.

    Counted are the entries of the year's list that are considered, of the four grassroots kinds: not
    who is listed of his own will, left out this year or taken off, nor whom another level decided. A
    result on paper of the same year counts as decided.
    """
    ids = set(authority_ids)
    frozen = dict(
        Roster.objects.filter(authority__in=ids, year=year).values_list("authority", "frozen_at")
    )
    rows = (
        _standing(listed_units(ids, year=year), year=year)
        .order_by()
        .values(authority=F("roster__authority"), kind=F("unit__kind"))
        .annotate(
            listed=Count("pk"),
            registered=Count("pk", filter=Q(is_registered=True)),
            decided=Count("pk", filter=Q(recognised__gte=3)),
            appraised=Count("pk", filter=Q(recognised__gte=2)),
            projected=Count("pk", filter=Q(recognised__gte=1)),
        )
    )
    found: dict[int, dict[str, ShareFigures]] = {pk: {} for pk in ids}
    for row in rows:
        authority = row.pop("authority")
        found[authority][row["kind"]] = ShareFigures(**row)
    return {
        pk: Shares(
            authority_id=pk,
            year=year,
            pooled=_pooled(by_kind.values()),
            kinds=tuple(by_kind[kind] for kind in GRASSROOTS_KINDS if kind in by_kind),
            listed_at=frozen.get(pk),
        )
        for pk, by_kind in found.items()
    }


def frozen_shares_of(evaluation: Evaluation) -> Shares | None:
    """The figures that were frozen with the decision on this commune; None while there are none. Two queries."""
    rows = list(FrozenShare.objects.filter(evaluation=evaluation))
    by_kind = {
        row.kind: ShareFigures(row.kind, *(getattr(row, name) for name in FIGURES)) for row in rows
    }
    if "" not in by_kind:
        return None
    year, authority = evaluation.season.year, evaluation.unit_id
    roster = Roster.objects.filter(authority=authority, year=year).first()
    return Shares(
        authority_id=authority,
        year=year,
        pooled=by_kind[""],
        kinds=tuple(by_kind[kind] for kind in GRASSROOTS_KINDS if kind in by_kind),
        listed_at=roster.frozen_at if roster else None,
        frozen_at=rows[0].frozen_at,
    )


def frozen_facts(evaluation_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The frozen figures as JSON values by evaluation id, pooled first; one query."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in FrozenShare.objects.filter(evaluation__in=list(evaluation_ids)).order_by("kind"):
        facts = {name: getattr(row, name) for name in FIGURES}
        found.setdefault(row.evaluation_id, []).append({"kind": row.kind, **facts})
    return found


def shares_for(evaluation: Evaluation) -> Shares:
    """What the commune's file shows: the frozen figures once there are some, else those of now."""
    frozen = frozen_shares_of(evaluation) if evaluation.status in FROZEN_IN else None
    return frozen or shares_of(evaluation.unit_id, year=evaluation.season.year)


def listed_units(authority_ids: Iterable[int], *, year: int) -> "QuerySet[RosterEntry]":
    """The entries of these authorities' lists that count in 5.4: not of units another level decides."""
    elsewhere = RecordedResult.objects.filter(
        unit=OuterRef("unit"), year=year, source=ResultSource.EXTERNAL
    )
    return RosterEntry.objects.considered().filter(
        ~Exists(elsewhere), roster__authority__in=authority_ids, roster__year=year,
        unit__kind__in=GRASSROOTS_KINDS,
    )  # fmt: skip


def held_back_by(user: User, authority_id: int, *, year: int) -> list[RosterEntry]:
    """The counted units that are not registered or have no decision yet and that the person sees.

    Each bears `is_registered` and `recognised` (3 decided … 0 nothing); unregistered ones first,
    then those that are furthest behind. One query, and one for the sight.
    """
    rows = _standing(listed_units([authority_id], year=year), year=year)
    rows = rows.filter(Q(is_registered=False) | Q(recognised__lt=3))
    rows = rows.filter(unit__in=Unit.objects.visible_to(user)).select_related("unit_version")
    return list(rows.order_by("is_registered", "recognised", "unit_version__sort_key", "pk"))


def _standing(entries: "QuerySet[RosterEntry]", *, year: int) -> "QuerySet[Any]":
    """The entries with what each unit has reached: `is_registered` and `recognised`, 0 to 3."""
    of_unit = {"unit": OuterRef("unit"), "season__year": year, "season__scheme": Scheme.RECOGNITION}
    files = Evaluation.objects.filter(**of_unit)
    registered = Registration.objects.filter(**of_unit).exclude(status=RegistrationStatus.DRAFT)
    on_paper = RecordedResult.objects.filter(
        unit=OuterRef("unit"), year=year, scheme=Scheme.RECOGNITION,
        source=ResultSource.PAPER, outcome=MET,
    )  # fmt: skip
    decided = Exists(files.filter(decided_outcome=MET)) | Exists(on_paper)
    appraised = Exists(files.filter(status__in=APPRAISED, appraised_outcome=MET))
    sent = Exists(files.filter(status__in=SENT, self_outcome=MET))
    return entries.annotate(
        is_registered=Exists(registered),
        recognised=Case(
            When(decided, then=Value(3)), When(appraised, then=Value(2)), When(sent, then=Value(1)),
            default=Value(0), output_field=IntegerField(),
        ),
    )  # fmt: skip


def _pooled(kinds: Iterable[ShareFigures]) -> ShareFigures:
    found = list(kinds)
    return ShareFigures("", *(sum(getattr(one, name) for one in found) for name in FIGURES))
