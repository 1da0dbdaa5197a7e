"""The year of one authority's units: its list, its seasons, and what each unit came to."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, FilteredRelation, Max, OuterRef, Q
from django.utils.timezone import localtime

from accounts.models import User
from antq_portal.lib import dates, text
from evaluations.models import RecordedResult, ResultSource, RosterEntry, Season
from evaluations.models.rosters import RosterEntryQuerySet
from units.coverage import Coverage, Scheme
from units.models import GRASSROOTS_KINDS, Kind

from ..base import Parameters

NONE: Final = (0,)
"""No season has this id: an empty list would end the query instead of joining nothing."""

ON_PAPER: Final = (
    "{count} đơn vị có kết quả nhập từ hồ sơ giấy, không tính ở đây; xem báo cáo Tổng hợp đăng ký, "
    "công nhận và phân loại."
)

SCHEME_WORDS: Final = {
    Scheme.RECOGNITION: "Công nhận đạt tiêu chuẩn",
    Scheme.CLASSIFICATION: "Phân loại phong trào",
}


@dataclass(frozen=True, slots=True)
class Seasons:
    """The seasons of one year in one province, by scheme and kind of unit."""

    ids: Mapping[tuple[str, str], int]
    register_by: Mapping[str, dt.date]
    """The last day of registering in time, by kind."""
    notes: tuple[str, ...]
    """What must be said of the criteria sets they rest on."""

    def has(self, scheme: Scheme, kind: str) -> bool:
        return (scheme, kind) in self.ids

    def of(self, scheme: Scheme) -> tuple[int, ...]:
        """Ids of one scheme's seasons, never empty."""
        found = tuple(pk for (of_scheme, _), pk in self.ids.items() if of_scheme == scheme)
        return found or NONE


def seasons_of(user: User, params: Parameters) -> Seasons:
    """The year's seasons in the unit's province that the person sees: one query, and one for sight."""
    rows = (
        Season.objects.visible_to(user)
        .filter(province=params.province_id, year=params.year, unit_kind__in=params.kinds)
        .select_related("criteria_set")
    )
    seasons = list(rows.order_by("-scheme", "unit_kind"))
    return Seasons(
        ids={(season.scheme, season.unit_kind): season.pk for season in seasons},
        register_by={
            season.unit_kind: season.register_by
            for season in seasons
            if season.scheme == Scheme.RECOGNITION and season.register_by
        },
        notes=notices_of(seasons),
    )


def notices_of(seasons: Iterable[Season]) -> tuple[str, ...]:
    """What must be said of the criteria sets that these seasons rest on, each once."""
    notices = {
        f"{SCHEME_WORDS[Scheme(season.scheme)]}: {season.criteria_set.notice}.": None
        for season in seasons
        if season.criteria_set.notice
    }
    return tuple(notices)


def listed_units(user: User, params: Parameters) -> RosterEntryQuerySet:
    """The units on the year's list of the authority, or the one unit, that the person sees.

    A unit that changed hands within the year stands on two lists; alone it is shown on the later.
    Asks for the person's sight at once; no other query.
    """
    visible = RosterEntry.objects.visible_to(user).filter(
        roster__year=params.year, removed_at=None, unit__kind__in=params.kinds
    )
    if params.is_authority:
        return visible.filter(roster__authority=params.unit_id)
    own = RosterEntry.objects.filter(
        unit=params.unit_id, roster__year=params.year, removed_at=None
    ).order_by("-pk")
    return visible.filter(pk__in=own.values("pk")[:1])


def with_results(entries: RosterEntryQuerySet, seasons: Seasons) -> RosterEntryQuerySet:
    """Join each listed unit with its registration and its two evaluations of the year.

    As `registration`, `recognition` and `classification`; one row a unit stays one row, because
    a unit has at most one of each in a season of its own kind.
    """
    recognition, classification = (
        seasons.of(Scheme.RECOGNITION), seasons.of(Scheme.CLASSIFICATION),
    )  # fmt: skip
    return entries.annotate(
        registration=FilteredRelation(
            "unit__registrations", condition=Q(unit__registrations__season__in=recognition)
        ),
        recognition=FilteredRelation(
            "unit__evaluations", condition=Q(unit__evaluations__season__in=recognition)
        ),
        classification=FilteredRelation(
            "unit__evaluations", condition=Q(unit__evaluations__season__in=classification)
        ),
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """What the percentages rest on: whether the list is frozen, and who is not counted."""

    text: str
    notes: tuple[str, ...]


def basis_of(entries: RosterEntryQuerySet, params: Parameters) -> Basis:
    """Say on which list the figures rest and how many listed units count in no percentage: one query.

    Legal: Thông tư 124/2021/TT-BCA Điều 5 khoản 4 (the percentages).
    """
    on_paper = RecordedResult.objects.filter(
        unit=OuterRef("unit"), year=params.year, source=ResultSource.PAPER
    )
    found = entries.aggregate(
        listed=Count("pk"),
        frozen_at=Max("roster__frozen_at"),
        not_considered=Count("pk", filter=~Q(not_considered_reason="")),
        voluntary=Count("pk", filter=Q(not_considered_reason="", coverage=Coverage.VOLUNTARY)),
        on_paper=Count("pk", filter=Q(Exists(on_paper))),
    )
    left_out = [
        f"{text.number_text(found[key])} đơn vị {words}"
        for key, words in (
            ("not_considered", "không xét năm nay"),
            ("voluntary", "tự nguyện tham gia"),
        )
        if found[key]
    ]
    notes = [f"Không tính vào các tỷ lệ: {', '.join(left_out)}."] if left_out else []
    if found["on_paper"]:
        notes.append(ON_PAPER.format(count=text.number_text(found["on_paper"])))
    if params.is_authority and len(params.kinds) < len(GRASSROOTS_KINDS):
        words = ", ".join(str(Kind(kind).label).lower() for kind in params.kinds)
        notes.append(f"Chỉ gồm loại hình được phân công theo dõi: {words}.")
    return Basis(_basis_text(found, params), tuple(notes))


def _basis_text(found: Mapping[str, object], params: Parameters) -> str:
    if not found["listed"]:
        return f"Chưa lập danh sách đơn vị thuộc diện năm {params.year}."
    if found["frozen_at"] is None:
        return "Danh sách đơn vị thuộc diện chưa chốt, số đơn vị còn có thể thay đổi."
    day = localtime(found["frozen_at"]).date()  # type: ignore[arg-type]
    return f"Danh sách đơn vị thuộc diện đã chốt ngày {dates.date_text(day)}."
