"""What waits for the people who appraise: one row a unit, the longest waiting first."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)

from accounts.models import User
from antq_portal.lib import text
from antq_portal.lib.prepared import Prepared
from criteria.models import Criterion
from criteria.models.rows import AnswerType
from units.coverage import Scheme
from units.models import Unit
from units.selectors import Powers, labels

from ..models import (
    Answer,
    Attachment,
    DecisionItem,
    Evaluation,
    LateEvent,
    Registration,
    Season,
    SupplementRequest,
)
from ..workflow import RegistrationStatus, Status
from .extensions import with_own_days
from .year_before import YearBefore, years_before

OVERRULED: Final = (
    ~Q(appraised_verdict="") | Q(appraised_points__isnull=False) | Q(exception_accepted=False)
)
"""Answers of which the appraiser concluded something else than the unit."""

CLAIMS: Final = Q(is_proposal=False) & ~(
    Q(verdict__in=("not_met", "na")) | Q(points__isnull=False, points=0)
)
"""Answers that papers could bear out: something is claimed, by a person."""

ASKS_FOR_PAPERS: Final = (
    ~Q(evidence=[]) & Q(is_sensitive=False) & ~Q(answer_type=AnswerType.INCIDENTS)
)
"""Criteria that name papers; never sensitive ones, nor those of which nothing has to be shown."""

NEARLY_ALL: Final = 0.8
"""From this share of bare rows on their number says less than that they are nearly all."""

STEPS: Final = {
    "cho-nhan": "Chờ nhận",
    "dang-tham-dinh": "Đang thẩm định",
    "chua-vao-phien": "Đã thẩm định, chưa vào phiên",
    "cho-du-thao": "Đã vào phiên, chờ dự thảo",
}
"""Where a file stands in the queue, by the word in the address."""

MARKS: Final = {
    "cua-toi": "Tôi đang thẩm định",
    "gui-lai": "Gửi lại sau bổ sung",
    "khac-biet": "Có khác biệt",
    "phat-sinh": "Có phát sinh sau khi gửi",
    "thieu-minh-chung": "Thiếu minh chứng",
    "chua-dang-ky": "Chưa đăng ký",
    "len": "Lên mức",
    "xuong": "Xuống mức",
    "moi": "Chưa có kết quả năm trước",
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
    search_key: str
    differences: int
    bare_rows: int
    """Rows whose answer papers are asked for and have none; sensitive rows are never among them."""
    asking_rows: int
    """Rows whose answer papers are asked for."""
    marks: frozenset[str]
    outcomes: dict[str, str] = field(default_factory=dict)
    before: YearBefore | None = None

    @property
    def is_unregistered(self) -> bool:
        return "chua-dang-ky" in self.marks

    @property
    def lacks_most_papers(self) -> bool:
        """Whether nearly every row that asks for papers has none: common, and said quietly."""
        return self.bare_rows >= NEARLY_ALL * self.asking_rows

    @property
    def papers_word(self) -> str:
        """What is to be said of the papers that lack, in few words; empty when none does."""
        if not self.bare_rows:
            return ""
        if self.bare_rows == self.asking_rows:
            return "Chưa kèm minh chứng"
        if self.lacks_most_papers:
            return "Hầu hết chưa có minh chứng"
        return f"Thiếu minh chứng {self.bare_rows} dòng"

    @property
    def change(self) -> str:
        """How this year's outcomes stand against the year before: one of len, xuong, giu, moi, empty."""
        return (self.before or YearBefore()).change(self.outcomes)

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


def queue_entries(
    user: User, *, authorities: Sequence[int], year: int, powers: Powers | None = None
) -> list[QueueEntry]:
    """Every file of a year that waits at one of these authorities, in queue order: two queries.

    A file whose two parts stand at different steps is shown at the earlier one. `powers`, where
    they are known, save the question what the person sees.
    """
    files: dict[int, QueueEntry] = {}
    seen = Unit.objects.within(powers.sight) if powers else Unit.objects.visible_to(user)
    for row in _waiting(seen, authorities, year):
        step = _step(row["status"], session_id=row["session_id"], is_drafted=row["is_drafted"])
        if step:
            entry = _entry(row, step, user)
            files[entry.unit_id] = _earlier(files.get(entry.unit_id), entry)
    before = years_before(files, year=year)
    compared = [_compared(entry, before.get(entry.unit_id)) for entry in files.values()]
    return sorted(compared, key=lambda entry: entry.place)


def _waiting(
    seen: "QuerySet[Unit]", authorities: Sequence[int], year: int
) -> Iterable[dict[str, Any]]:
    """One row a waiting evaluation, with what is counted of it."""
    registered = Registration.objects.filter(
        unit=OuterRef("unit"), season__year=year, season__scheme=Scheme.RECOGNITION
    ).exclude(status=RegistrationStatus.DRAFT)
    asked = SupplementRequest.objects.filter(evaluation=OuterRef("pk"))
    events = LateEvent.objects.unsettled().filter(evaluation=OuterRef("pk"))
    return (
        Evaluation.objects.filter(unit__in=seen)
        .filter(appraising_unit__in=authorities, season__year=year, status__in=WAITING)
        .annotate(
            scheme=F("season__scheme"),
            kind=F("unit__kind"),
            search_key=F("unit_version__search_key"),
            # Nobody concludes anything of a file that nobody has taken up.
            differences=Case(
                When(status=Status.SUBMITTED, then=0),
                default=_of_answers(OVERRULED, Count("pk")),
                output_field=IntegerField(),
            ),
            asking=_of_answers(CLAIMS & Q(_asks_for_papers(year)), ArrayAgg("criterion")),
            papers=_papers(year),
            is_registered=Exists(registered),
            is_drafted=Exists(DecisionItem.objects.filter(evaluation=OuterRef("pk"))),
            is_sent_again=Exists(asked),
            has_event=Exists(events),
        )
        .values(
            "unit_id", "kind", "scheme", "status", "session_id", "submitted_at", "taken_up_by_id",
            "self_outcome", "appraised_outcome", "search_key", "differences", "asking", "papers",
            "is_registered", "is_drafted", "is_sent_again", "has_event",
        )
    )  # fmt: skip


def _of_answers(which: Q, figure: Aggregate) -> Subquery:
    """A figure of those answers of an evaluation, worked out for itself: joins would multiply each other."""
    answers = Answer.objects.filter(which, evaluation=OuterRef("pk")).order_by()
    return Subquery(answers.values("evaluation").annotate(figure=figure).values("figure"))


def _asks_for_papers(year: int) -> Func:
    """Whether an answer's criterion asks for papers; the criteria of the year are looked up once."""
    sets = Season.objects.filter(year=year).order_by().values("criteria_set")
    criteria = Criterion.objects.filter(ASKS_FOR_PAPERS, criteria_set__in=sets).order_by()
    return Func(
        F("criterion"),
        ArraySubquery(criteria.values("pk")),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _papers(year: int) -> Subquery:
    """Ids of the criteria of which the unit of an evaluation has papers."""
    papers = Attachment.objects.filter(
        unit=OuterRef("unit"), year=year, criterion__isnull=False
    ).order_by()
    return Subquery(papers.values("unit").annotate(ids=ArrayAgg("criterion")).values("ids"))


def _entry(row: dict[str, Any], step: str, user: User) -> QueueEntry:
    asking = set(row["asking"] or ())
    bare = len(asking - set(row["papers"] or ()))
    differences = row["differences"] or 0
    is_mine = row["status"] == Status.IN_REVIEW and row["taken_up_by_id"] == user.pk
    marks = {
        "cua-toi": is_mine,
        "gui-lai": row["is_sent_again"],
        "khac-biet": differences > 0,
        "phat-sinh": row["has_event"],
        "thieu-minh-chung": bare > 0,
        "chua-dang-ky": not row["is_registered"],
    }
    return QueueEntry(
        row["unit_id"],
        row["kind"],
        step,
        row["submitted_at"],
        row["search_key"],
        differences,
        bare,
        len(asking),
        frozenset(mark for mark, is_so in marks.items() if is_so),
        {row["scheme"]: row["appraised_outcome"] or row["self_outcome"]},
    )


def _compared(entry: QueueEntry, before: YearBefore | None) -> QueueEntry:
    """The entry beside the year before, with the mark of going up, down or being new."""
    mark = (before or YearBefore()).change(entry.outcomes)
    return replace(entry, before=before, marks=entry.marks | ({mark} & MARKS.keys()))


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


FILES: Final = Prepared(
    lambda units, year: with_own_days(
        Evaluation.objects.filter(unit__in=units, season__year=year), year=year
    )
    .select_related(
        "season__criteria_set", "unit", "unit_version",
        "submitted_by", "taken_up_by", "appraised_by", "session",
    )
    .order_by("-season__scheme")
)  # fmt: skip


def queue_files(entries: Sequence[QueueEntry], *, year: int) -> list[FilePair]:
    """The files of these entries, which the person sees, with results and people, in the same order.

    One query, one more where the list holds units of several places.
    """
    ids = [entry.unit_id for entry in entries]
    found = FILES(units=ids, year=year)
    order = {unit_id: place for place, unit_id in enumerate(ids)}
    return paired(sorted(found, key=lambda one: order[one.unit_id]))


def years_waiting(authorities: Sequence[int]) -> list[int]:
    """Years in which anything was ever sent to these authorities, the latest first: one query.

    For who appraises at them: of the units nothing is told but the years.
    """
    sent = Evaluation.objects.filter(appraising_unit__in=authorities)
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
    """Both parts of a file as one entry: at the earlier step, counted together."""
    if known is None:
        return other
    first = min(known, other, key=lambda entry: entry.place)
    return replace(
        first,
        since=min(known.since, other.since),
        differences=known.differences + other.differences,
        bare_rows=known.bare_rows + other.bare_rows,
        asking_rows=known.asking_rows + other.asking_rows,
        marks=known.marks | other.marks,
        outcomes=known.outcomes | other.outcomes,
    )
