"""What waits for the people who appraise: one row a unit, the longest waiting first."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from antq_portal.lib import text
from units.coverage import Scheme
from units.selectors import labels

from ..models import DecisionItem, Evaluation, Registration
from ..workflow import RegistrationStatus, Status

OVERRULED: Final = (
    ~Q(answers__appraised_verdict="")
    | Q(answers__appraised_points__isnull=False)
    | Q(answers__exception_accepted=False)
)
"""Answers of which the appraiser concluded something else than the unit."""

STEPS: Final = {
    "cho-nhan": "Chờ nhận",
    "dang-tham-dinh": "Đang thẩm định",
    "chua-vao-phien": "Đã thẩm định, chưa vào phiên",
    "cho-du-thao": "Đã vào phiên, chờ dự thảo",
}
"""Where a file stands in the queue, by the word in the address."""

MARKS: Final = {
    "khac-biet": "Có khác biệt",
    "chua-dang-ky": "Chưa đăng ký",
}
"""What to look at twice, by the word in the address."""

WAITING: Final = (Status.SUBMITTED, Status.IN_REVIEW, Status.APPRAISED)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which part of the queue is shown, as the address says it; empty words mean all."""

    year: int
    step: str = ""
    kind: str = ""
    mark: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One unit's file in the queue, light enough to count and order them all."""

    unit_id: int
    kind: str
    step: str
    since: dt.datetime
    differences: int
    is_unregistered: bool
    search_key: str

    @property
    def marks(self) -> tuple[str, ...]:
        found = (("khac-biet", self.differences > 0), ("chua-dang-ky", self.is_unregistered))
        return tuple(mark for mark, is_so in found if is_so)

    @property
    def place(self) -> tuple[int, dt.datetime, int]:
        """What the queue is ordered by: the step, then how long it waits."""
        return list(STEPS).index(self.step), self.since, self.unit_id


@dataclass(frozen=True, slots=True)
class FilePair:
    """Both evaluations of one unit's year side by side; one may be absent."""

    unit_id: int
    name: str
    kind_label: str
    recognition: Evaluation | None
    classification: Evaluation | None

    @property
    def evaluations(self) -> list[Evaluation]:
        return [one for one in (self.recognition, self.classification) if one]


def queue_entries(user: User, *, authorities: Sequence[int], year: int) -> list[QueueEntry]:
    """Every file of a year that waits at one of these authorities, in queue order: one query.

    A file whose two parts stand at different steps is shown at the earlier one.
    """
    registered = Registration.objects.filter(
        unit=OuterRef("unit"), season__year=year, season__scheme=Scheme.RECOGNITION
    ).exclude(status=RegistrationStatus.DRAFT)
    rows = (
        Evaluation.objects.visible_to(user)
        .filter(appraising_unit__in=authorities, season__year=year, status__in=WAITING)
        .annotate(
            differences=Count("answers", filter=OVERRULED),
            is_registered=Exists(registered),
            is_drafted=Exists(DecisionItem.objects.filter(evaluation=OuterRef("pk"))),
        )
        .values_list(
            "unit_id", "unit__kind", "status", "session_id", "is_drafted", "submitted_at",
            "differences", "is_registered", "unit_version__search_key",
        )
    )  # fmt: skip
    files: dict[int, QueueEntry] = {}
    for unit_id, kind, status, session_id, is_drafted, at, differences, is_registered, key in rows:
        step = _step(status, session_id=session_id, is_drafted=is_drafted)
        if step:
            entry = QueueEntry(unit_id, kind, step, at, differences, not is_registered, key)
            files[unit_id] = _earlier(files.get(unit_id), entry)
    return sorted(files.values(), key=lambda entry: entry.place)


def matching(entries: Iterable[QueueEntry], wanted: QueueFilter) -> list[QueueEntry]:
    """The entries the filter asks for, in the same order."""
    words = text.search_key(wanted.words).split()
    return [
        entry
        for entry in entries
        if wanted.step in ("", entry.step)
        and wanted.kind in ("", entry.kind)
        and (not wanted.mark or wanted.mark in entry.marks)
        and all(word in entry.search_key for word in words)
    ]


def neighbours(
    entries: Sequence[QueueEntry], unit_id: int, place: tuple[int, dt.datetime, int] | None
) -> tuple[int | None, int | None]:
    """Unit ids before and after this one in the list, or around the place where it stood."""
    ids = [entry.unit_id for entry in entries]
    if unit_id in ids:
        at = ids.index(unit_id)
        return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)
    if place is None:
        return None, (ids[0] if ids else None)
    before = [entry.unit_id for entry in entries if entry.place < place]
    after = [entry.unit_id for entry in entries if entry.place > place]
    return (before[-1] if before else None), (after[0] if after else None)


def paired(evaluations: Iterable[Evaluation]) -> list[FilePair]:
    """Put the evaluations of each unit side by side, in the order the units come: one query.

    Needs `season`, `unit` and `unit_version` loaded. A unit is named with where it lies only if
    the list holds units of several places.
    """
    files: dict[int, dict[str, Evaluation]] = {}
    for one in evaluations:
        files.setdefault(one.unit_id, {})[one.season.scheme] = one
    firsts = [next(iter(parts.values())) for parts in files.values()]
    versions = [one.unit_version for one in firsts]
    names = {version.unit_id: version.name for version in versions}
    if len({version.parent_id for version in versions}) > 1:
        names = labels(versions)
    return [
        FilePair(
            one.unit_id,
            names[one.unit_id],
            one.unit.get_kind_display(),
            files[one.unit_id].get(Scheme.RECOGNITION),
            files[one.unit_id].get(Scheme.CLASSIFICATION),
        )
        for one in firsts
    ]


def queue_files(user: User, entries: Sequence[QueueEntry], *, year: int) -> list[FilePair]:
    """The files of these entries with results and people, in the same order: two queries."""
    ids = [entry.unit_id for entry in entries]
    found = (
        Evaluation.objects.visible_to(user)
        .filter(unit__in=ids, season__year=year)
        .select_related(
            "season__criteria_set", "unit", "unit_version",
            "submitted_by", "taken_up_by", "appraised_by", "session",
        )
        .order_by("-season__scheme")
    )  # fmt: skip
    order = {unit_id: place for place, unit_id in enumerate(ids)}
    return paired(sorted(found, key=lambda one: order[one.unit_id]))


def years_waiting(user: User, authorities: Sequence[int]) -> list[int]:
    """Years in which anything was ever sent to these authorities, the latest first: one query."""
    sent = Evaluation.objects.visible_to(user).filter(appraising_unit__in=authorities)
    years = sent.order_by("-season__year").values_list("season__year", flat=True)
    return list(years.distinct())


def _step(status: str, *, session_id: int | None, is_drafted: bool) -> str:
    """The step's word; empty once the file stands in a decision."""
    if status == Status.SUBMITTED:
        return "cho-nhan"
    if status == Status.IN_REVIEW:
        return "dang-tham-dinh"
    if is_drafted:
        return ""
    return "cho-du-thao" if session_id else "chua-vao-phien"


def _earlier(known: QueueEntry | None, other: QueueEntry) -> QueueEntry:
    if known is None:
        return other
    first = min(known, other, key=lambda entry: entry.place)
    return QueueEntry(
        first.unit_id,
        first.kind,
        first.step,
        min(known.since, other.since),
        known.differences + other.differences,
        first.is_unregistered,
        first.search_key,
    )
