"""A year's days as the calendar shows them: by kind, the busy days, and who is behind with what."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from antq_portal.lib.dates import Deadline, deadline, weekday_name
from units.models import EVALUATED_KINDS, Kind
from units.selectors import managing_unit_id

from ..models import MILESTONE_DAYS, Milestones, Nudge, Season
from .areas import Area, listed_entries, named_areas
from .deadlines import MILESTONE_WORDS, KindDays, OwnDays, Step, kind_days, own_days, short_day
from .obligations import BLOCKING, Obligation

BUSY_DAYS: Final = (
    (11, 18, "Ngày hội Đại đoàn kết toàn dân tộc"),
    (11, 20, "Ngày Nhà giáo Việt Nam"),
)
"""Days in the peak on which few people can be met."""

HOLIDAYS_KNOWN_TO: Final = 2026
"""The last year whose days off in lieu the Government has announced; of later years only the rule is known."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of one kind: what it is for, the day, how it stands today."""

    label: str
    day: dt.date
    note: str = ""
    standing: Deadline | None = None

    @property
    def weekday(self) -> str:
        return weekday_name(self.day)


@dataclass(frozen=True, slots=True)
class KindCalendar:
    """The days of one kind in their order, and the authority's own row for it."""

    days: KindDays
    lines: Sequence[CalendarDay]
    is_own_file: bool = False

    @property
    def label(self) -> str:
        return "Hồ sơ của chính xã" if self.is_own_file else self.days.label

    @property
    def milestones(self) -> Milestones | None:
        return self.days.milestones


@dataclass(frozen=True, slots=True)
class Behind:
    """How many units of one kind are late, or soon to be, with one step."""

    step: Step
    kind: Kind
    overdue: int
    soon: int


def kind_calendars(
    area: Area,
    own: OwnDays,
    kinds: Iterable[str],
    *,
    seasons: Sequence[Season],
    year: int,
    today: dt.date,
) -> list[KindCalendar]:
    """The kinds of an area in the order of the law; a commune's own file last, with its authority's days."""
    wanted = set(kinds)
    found = [
        KindCalendar(days, _lines(days, today))
        for kind, days in kind_days(seasons, own, year=year).items()
        if kind in wanted
    ]
    above = _days_of_own_file(area, seasons, year=year)
    return [*found, KindCalendar(above, _lines(above, today), is_own_file=True)] if above else found


def kinds_listed(area: Area, user: object, *, year: int) -> set[str]:
    """The kinds of the units on the area's list that the person sees, of a province all: one query at most."""
    if area.unit.kind == Kind.PROVINCE:
        return set(EVALUATED_KINDS)
    rows = listed_entries(user, area, year).filter(removed_at=None)  # type: ignore[arg-type]
    return set(rows.order_by().values_list("unit__kind", flat=True).distinct())


def _days_of_own_file(area: Area, seasons: Sequence[Season], *, year: int) -> KindDays | None:
    if area.unit.kind not in (Kind.COMMUNE, Kind.DISTRICT):
        return None
    of_kind = [season for season in seasons if season.unit_kind == area.unit.kind]
    manager = managing_unit_id(area.version) if of_kind else None
    above = named_areas([manager]) if manager else {}
    own = own_days(above[manager], year=year) if manager in above else OwnDays()  # type: ignore[index]
    return kind_days(of_kind, own, year=year).get(area.unit.kind)


def _lines(days: KindDays, today: dt.date) -> list[CalendarDay]:
    """Register, window, own milestones, the province's day, the law's day; in the order of the days."""
    found = []
    if days.register_day:
        found.append(_line("Đăng ký chậm nhất", days.register_day, "trong Quý I", today))
    window = max(season.window_to for season in days.seasons.values())
    found.append(CalendarDay("Kỳ tính đến hết", window))
    if days.province_day:
        found.append(_line("Gửi hồ sơ chậm nhất", days.province_day, "mốc của tỉnh", today))
    for name in MILESTONE_DAYS:
        day = getattr(days.milestones, name, None)
        if day:
            label = f"Mốc của {days.word}: {MILESTONE_WORDS[name]}"
            note = "sau hạn của văn bản" if day > days.law_day else ""
            found.append(_line(label, day, note, today))
    before = days.law_day + dt.timedelta(days=1)
    note = f"văn bản ghi “trước {short_day(before, today)}”"
    found.append(_line("Quyết định chậm nhất", days.law_day, note, today))
    return sorted(found, key=lambda line: line.day)


def _line(label: str, day: dt.date, note: str, today: dt.date) -> CalendarDay:
    return CalendarDay(label, day, note, deadline(day, today=today))


def busy_days(year: int) -> list[CalendarDay]:
    """The days of the season on which the commune is taken up by something else."""
    return [CalendarDay(label, dt.date(year, month, day)) for month, day, label in BUSY_DAYS]


def behind_by_step(obligations: Iterable[Obligation], *, today: dt.date) -> list[Behind]:
    """Counts by step and kind of what is late or soon late; what holds others up first."""
    late: Counter[tuple[Step, str]] = Counter()
    soon: Counter[tuple[Step, str]] = Counter()
    for one in obligations:
        key = (one.step, one.kind)
        late[key] += one.is_overdue(today)
        soon[key] += one.is_soon(today)
    keys = sorted(
        {key for key in (*late, *soon) if late[key] or soon[key]},
        key=lambda key: (not late[key], BLOCKING.index(key[0]), EVALUATED_KINDS.index(key[1])),  # type: ignore[arg-type]
    )
    return [Behind(step, Kind(kind), late[step, kind], soon[step, kind]) for step, kind in keys]


def last_nudges(unit_ids: Iterable[int], *, year: int) -> dict[int, Nudge]:
    """The last time each of these units was reminded, with who did: one query."""
    rows = Nudge.objects.filter(unit__in=list(unit_ids), year=year).select_related("nudged_by")
    return {row.unit_id: row for row in rows.order_by("nudged_at")}
