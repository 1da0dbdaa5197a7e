"""The season's sheet: every unit of an area with where its year stands, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from antq_portal.lib import text
from criteria.models import Criterion
from units.coverage import Scheme
from units.models import Kind, UnitVersion

from ..models import (
    Answer,
    Decision,
    DecisionItem,
    Evaluation,
    Extension,
    Registration,
    RosterEntry,
    Season,
)
from ..workflow import DecisionStatus, Status
from .areas import Area, listed_entries
from .extensions import standing_extensions
from .rosters import in_order_of_kinds
from .share_flags import ShareFlag, share_flags
from .standings import STAGE_BY_CODE, Standing

RowT = TypeVar("RowT", Registration, Evaluation)

UNCOUNTED: Final = ("group", "bonus", "penalty")
"""Kinds of rows that may stay empty, or are headings."""

ANSWERED: Final = (
    ~Q(verdict="")
    | Q(points__isnull=False)
    | Q(numerator__isnull=False)
    | Q(count__isnull=False)
    | Q(parts_met__isnull=False)
    | (Q(counts__isnull=False) & Q(criterion__answer_type="incidents"))
)
"""An answer that settles its row; a comparison needs somebody's conclusion."""


REGISTRATION_WORDS: Final = {
    "none": "Chưa đăng ký",
    "draft": "Đang lập",
    "sent": "Đã gửi",
    "accepted": "Đã tiếp nhận",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows of one scheme have an answer, of how many, and how many are only proposed."""

    answered: int = 0
    total: int = 0
    proposed: int = 0

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.answered >= self.total

    @property
    def left(self) -> int:
        return max(self.total - self.answered, 0)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One unit of the list with its year: registration, both evaluations, decisions."""

    entry: RosterEntry
    has_season: bool
    registration: Registration | None = None
    recognition: Evaluation | None = None
    classification: Evaluation | None = None
    progress: Mapping[str, Progress] = field(default_factory=dict)
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    share_flag: ShareFlag | None = None
    extension: Extension | None = None
    """Standing and not over."""
    """Set for a commune some of whose units were annulled after its decision."""

    @property
    def unit_id(self) -> int:
        return self.entry.unit_id

    @property
    def version(self) -> UnitVersion:
        return self.entry.unit_version

    @property
    def name(self) -> str:
        return self.entry.unit_version.name

    @property
    def standing(self) -> Standing:
        """Where the unit stands, as chips, counts and acts ask for it."""
        return Standing(
            unit_id=self.unit_id,
            is_considered=self.is_considered,
            has_season=self.has_season,
            registration=self.registration.status if self.registration else "",
            recognition=self.recognition.status if self.recognition else "",
            classification=self.classification.status if self.classification else "",
        )

    @property
    def is_considered(self) -> bool:
        return not self.entry.not_considered_reason and self.entry.removed_at is None

    @property
    def registration_code(self) -> str:
        return self.standing.registration_code

    @property
    def registration_word(self) -> str:
        """The state of the registration in few words, for a dense sheet."""
        return REGISTRATION_WORDS[self.registration_code]

    @property
    def file_status(self) -> str:
        return self.standing.file_status

    @property
    def in_play(self) -> list[Evaluation]:
        """The evaluations that can move on now: recognition waits for the registration."""
        is_open = self.standing.is_registered
        found = [self.recognition if is_open else None, self.classification]
        return [one for one in found if one is not None]

    @property
    def is_split(self) -> bool:
        """Whether the two parts stand in different states."""
        pair = (self.recognition, self.classification)
        return all(pair) and len({one.status for one in pair if one}) > 1

    @property
    def submitted_at(self) -> object:
        return next((one.submitted_at for one in self.in_play if one.submitted_at), None)

    @property
    def appraised_at(self) -> object:
        return next((one.appraised_at for one in self.in_play if one.appraised_at), None)

    @property
    def issued(self) -> list[Decision]:
        """The issued decisions that name this unit, recognition first."""
        pair = [one for one in (self.recognition, self.classification) if one]
        found = [self.decisions.get(one.pk) for one in pair]
        return [one for one in found if one and one.status == DecisionStatus.ISSUED]


def sheet_rows(
    user: User, area: Area, *, year: int, seasons: Sequence[Season], unit_ids: Iterable[int] = ()
) -> list[SheetRow]:
    """The area's listed units, kind by kind in Vietnamese order, with all that the sheet says of each.

    Seven queries, whatever the number of units; one more for who does not see all of the area, and
    where communes are decided. `unit_ids` narrows.
    """
    entries = (
        listed_entries(user, area, year)
        .select_related("unit_version__unit", "roster")
        .order_by("unit_version__sort_key", "pk")
    )
    wanted = list(unit_ids)
    entries = in_order_of_kinds(entries.filter(unit__in=wanted) if wanted else entries)
    ids = [entry.unit_id for entry in entries]
    by_id = {season.pk: season for season in seasons}
    registrations = _registrations(ids, year, by_id)
    evaluations = _evaluations(ids, year, by_id)
    progress = _progress([one for pair in evaluations.values() for one in pair.values()])
    decisions = _decisions(evaluations)
    flags = _share_flags(entries, evaluations)
    extensions = standing_extensions(ids, year=year)
    kinds = {season.unit_kind for season in seasons if season.year == year}
    return [
        SheetRow(
            entry=entry,
            has_season=entry.unit_version.unit.kind in kinds,
            registration=registrations.get(entry.unit_id),
            recognition=pair.get(Scheme.RECOGNITION),
            classification=pair.get(Scheme.CLASSIFICATION),
            progress={scheme: progress[one.pk] for scheme, one in pair.items()},
            decisions=decisions,
            share_flag=flags.get(entry.unit_id),
            extension=extensions.get(entry.unit_id),
        )
        for entry in entries
        for pair in (evaluations.get(entry.unit_id, {}),)
    ]


def _registrations(
    ids: Sequence[int], year: int, seasons: Mapping[int, Season]
) -> dict[int, Registration]:
    found = Registration.objects.filter(unit__in=ids, season__year=year)
    return {one.unit_id: one for one in _with_season(found, seasons)}


def _evaluations(
    ids: Sequence[int], year: int, seasons: Mapping[int, Season]
) -> dict[int, dict[str, Evaluation]]:
    found: dict[int, dict[str, Evaluation]] = {}
    rows = Evaluation.objects.filter(unit__in=ids, season__year=year)
    for one in _with_season(rows, seasons):
        found.setdefault(one.unit_id, {})[one.season.scheme] = one
    return found


def _with_season(rows: "QuerySet[RowT]", seasons: Mapping[int, Season]) -> "Iterable[RowT]":
    """The rows with their season, which is one of a few and is not read anew with each of them.

    Seasons that are not known, of another province, are read one by one: there are as good as none.
    """
    for row in rows:
        if row.season_id in seasons:
            row.season = seasons[row.season_id]
        yield row


def _progress(evaluations: Sequence[Evaluation]) -> dict[int, Progress]:
    """Answered and proposed rows of each evaluation; the number of rows comes from its set."""
    ids = [one.pk for one in evaluations]
    counted = (
        Answer.objects.filter(evaluation__in=ids)
        .exclude(criterion__kind__in=UNCOUNTED)
        .values("evaluation")
        .annotate(
            answered=Count("pk", filter=ANSWERED & Q(is_proposal=False)),
            proposed=Count("pk", filter=ANSWERED & Q(is_proposal=True)),
        )
    )
    counts = {row["evaluation"]: row for row in counted}
    totals = row_totals({one.season.criteria_set_id for one in evaluations})
    return {
        one.pk: Progress(
            answered=counts.get(one.pk, {}).get("answered", 0)
            + counts.get(one.pk, {}).get("proposed", 0),
            total=totals.get(one.season.criteria_set_id, 0),
            proposed=counts.get(one.pk, {}).get("proposed", 0),
        )
        for one in evaluations
    }


def row_totals(set_ids: Iterable[int]) -> dict[int, int]:
    """How many rows of each criteria set must be answered; one query."""
    rows = Criterion.objects.filter(criteria_set__in=set(set_ids), is_enabled=True)
    rows = rows.exclude(kind__in=UNCOUNTED)
    counted = rows.order_by().values_list("criteria_set").annotate(count=Count("pk"))
    return dict(counted)


def _share_flags(
    entries: Sequence[RosterEntry], evaluations: Mapping[int, Mapping[str, Evaluation]]
) -> dict[int, ShareFlag]:
    """The flags of the communes among them, by unit id; no query while none is decided."""
    communes = [one.unit_id for one in entries if one.unit_version.unit.kind == Kind.COMMUNE]
    found = [evaluations.get(pk, {}).get(Scheme.RECOGNITION) for pk in communes]
    decided = {one.pk: one.unit_id for one in found if one and one.status == Status.DECIDED}
    flags = share_flags(decided) if decided else {}
    return {decided[pk]: flag for pk, flag in flags.items()}


def _decisions(evaluations: Mapping[int, Mapping[str, Evaluation]]) -> dict[int, Decision]:
    ids = [one.pk for pair in evaluations.values() for one in pair.values()]
    items = (
        DecisionItem.objects.filter(evaluation__in=ids)
        .exclude(decision__status=DecisionStatus.DISCARDED)
        .select_related("decision")
        .defer("decision__snapshot", "decision__basis")
    )
    return {item.evaluation_id: item.decision for item in items}


def filter_rows(
    rows: Sequence[SheetRow], *, stage: str = "", words: str = "", kind: str = ""
) -> list[SheetRow]:
    """The rows of one stage and kind whose name holds the words, whatever case and diacritics."""
    chosen = STAGE_BY_CODE.get(stage)
    return [
        row
        for row in rows
        if (chosen is None or chosen.holds(row.standing))
        and (not kind or row.version.unit.kind == kind)
        and (not words or text.matches(words, row.name))
    ]
