"""The days of a year's work: the law's, the province's, the authority's own, a unit's extension.

The one place that says until when something is to be done. A day marks, it refuses nothing.
Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 9.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.timezone import localdate

from antq_portal.lib.dates import weekday_name
from units.coverage import Scheme
from units.models import EVALUATED_KINDS, GRASSROOTS_KINDS, Kind, UnitVersion

from ..models import MILESTONE_DAYS, Extension, Milestones, Season


class Step(TextChoices):
    """What is to be done by a day; the value stands in addresses (bước có hạn)."""

    REGISTER = "dang-ky", "Đăng ký"
    SUBMIT = "gui", "Gửi thẩm định"
    APPRAISE = "tham-dinh", "Thẩm định"
    PROPOSE = "trinh-ky", "Trình ký"
    DECIDE = "quyet-dinh", "Duyệt, ban hành"


class Source(TextChoices):
    """Who set a day."""

    LAW = "law", "theo văn bản"
    PROVINCE = "province", "mốc của tỉnh"
    OWN = "own", "mốc của cấp thẩm quyền"
    EXTENSION = "extension", "được gia hạn"


DECIDED_BY: Final = MappingProxyType(
    {Scheme.RECOGNITION: "TT 124", Scheme.CLASSIFICATION: "QĐ 510"}
)
MILESTONE_WORDS: Final = MappingProxyType(
    dict(zip(MILESTONE_DAYS, ("họp", "gửi", "thẩm định", "trình ký"), strict=True))
)
MILESTONE_OF: Final = MappingProxyType(
    {Step.SUBMIT: "submit_by", Step.APPRAISE: "appraise_by", Step.PROPOSE: "propose_by"}
)


@dataclass(frozen=True, slots=True)
class StepDay:
    """Until when one step is to be done, and who said so."""

    step: Step
    day: dt.date
    source: Source


@dataclass(frozen=True, slots=True)
class OwnDays:
    """All milestones of one authority in one year, and the word for that authority."""

    word: str = "xã"
    rows: Sequence[Milestones] = ()

    def of(self, kind: str) -> Milestones | None:
        """Those of the kind itself, else those of every kind below the commune; None if no day is set."""
        wanted = (kind, "") if kind in GRASSROOTS_KINDS else (kind,)
        by_kind = {row.unit_kind: row for row in self.rows}
        found = (by_kind[one] for one in wanted if one in by_kind)
        return next((row for row in found if any(_days_of(row).values())), None)


@dataclass(frozen=True, slots=True)
class KindDays:
    """The days of one kind of unit under one authority in one year."""

    kind: str
    seasons: Mapping[str, Season]
    """By scheme, the locked ones too."""
    milestones: Milestones | None = None
    word: str = "xã"

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def open_seasons(self) -> list[Season]:
        return [season for season in self.seasons.values() if not season.is_locked]

    @property
    def is_locked(self) -> bool:
        return not self.open_seasons

    def is_open(self, scheme: str) -> bool:
        season = self.seasons.get(scheme)
        return season is not None and not season.is_locked

    @property
    def law_day(self) -> dt.date:
        """The last allowed day of "trước ngày": the earliest of what is open, else of all."""
        seasons = self.open_seasons or list(self.seasons.values())
        return min(season.last_day_to_decide for season in seasons)

    @property
    def province_day(self) -> dt.date | None:
        days = [season.submit_by for season in self.seasons.values() if season.submit_by]
        return min(days, default=None)

    @property
    def register_day(self) -> dt.date | None:
        season = self.seasons.get(Scheme.RECOGNITION)
        return season.register_by if season else None

    def due(self, step: Step, *, until: dt.date | None = None) -> StepDay:
        """The earliest day set for the step, moved on to `until` by an extension.

        A milestone later than the law's day counts no longer than that; an extension does, as
        the portal's own mark, and registering is never extended.
        """
        if step == Step.REGISTER:
            return StepDay(step, self.register_day or self.law_day, Source.LAW)
        found = [StepDay(step, self.law_day, Source.LAW)]
        if step == Step.SUBMIT and self.province_day:
            found.append(StepDay(step, self.province_day, Source.PROVINCE))
        own = _days_of(self.milestones).get(MILESTONE_OF.get(step, ""))
        if own:
            found.append(StepDay(step, own, Source.OWN))
        due = min(found, key=lambda one: one.day)
        return StepDay(step, until, Source.EXTENSION) if until and until > due.day else due

    def milestone_text(self, today: dt.date) -> str:
        """The next of the own milestones, "mốc của xã: trình ký 11/11"; the last once all are past."""
        days = [(day, name) for name, day in _days_of(self.milestones).items() if day]
        if not days:
            return ""
        day, name = next((one for one in days if one[0] >= today), days[-1])
        return f"mốc của {self.word}: {MILESTONE_WORDS[name]} {short_day(day, today)}"


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One scheme's last day to decide, for the kinds that share it, with the next own milestone."""

    scheme: Scheme
    kinds: tuple[Kind, ...]
    last_day: dt.date
    is_locked: bool
    milestone: str = ""

    @property
    def label(self) -> str:
        """What is due by that day: the decision of which scheme, for which kinds."""
        words = ", ".join(str(kind.label).lower() for kind in self.kinds)
        return f"Quyết định {DECIDED_BY[self.scheme]}, {words}"


@dataclass(frozen=True, slots=True)
class FileDeadline:
    """What the head of one unit's file says of time: the law's day, the own mark, an extension."""

    last_day: dt.date
    is_locked: bool
    milestone: str = ""
    due: StepDay | None = None
    extension: Extension | None = None
    is_extension_over: bool = False

    @property
    def extension_day(self) -> str:
        """The last day of the extension, "thứ Tư 18/11/2026"; empty without one."""
        return spoken_day(self.extension.until_on) if self.extension else ""


def short_day(day: dt.date, today: dt.date) -> str:
    """Write "11/11", with the year when it is not today's."""
    return f"{day.day}/{day.month}" if day.year == today.year else f"{day:%d/%m/%Y}"


def spoken_day(day: dt.date) -> str:
    """Write "thứ Tư 11/11/2026"."""
    return f"{weekday_name(day)} {day:%d/%m/%Y}"


def _days_of(row: Milestones | None) -> dict[str, dt.date | None]:
    return {name: getattr(row, name) for name in MILESTONE_DAYS} if row else {}


def own_days(authority: UnitVersion, *, year: int) -> OwnDays:
    """The milestones an authority set for a year: one query."""
    rows = Milestones.objects.filter(authority=authority.unit_id, year=year)
    return OwnDays(word_of(authority), list(rows))


def word_of(authority: UnitVersion) -> str:
    """What the authority is called in "mốc của …": xã, phường, đặc khu, tỉnh."""
    return str(authority.get_sub_kind_display()) or "xã"


def kind_days(seasons: Iterable[Season], own: OwnDays, *, year: int) -> dict[str, KindDays]:
    """The days of every kind that has a season in the year, in the order of the law."""
    found: dict[str, dict[str, Season]] = {}
    for season in seasons:
        if season.year == year:
            found.setdefault(season.unit_kind, {})[season.scheme] = season
    return {
        kind: KindDays(kind, found[kind], own.of(kind), own.word)
        for kind in EVALUATED_KINDS
        if kind in found
    }


def deadline_lines(
    seasons: Iterable[Season], *, kinds: Iterable[str] = (), own: OwnDays | None = None
) -> list[DeadlineLine]:
    """The lines in the order of their days; only those of `kinds` where given."""
    wanted, today = set(kinds), localdate()
    found: dict[tuple[str, dt.date, bool, str], set[str]] = {}
    for season in seasons:
        kind = season.unit_kind
        if not wanted or kind in wanted:
            days = KindDays(kind, {}, own.of(kind) if own else None, own.word if own else "")
            text = "" if season.is_locked else days.milestone_text(today)
            key = (season.scheme, season.last_day_to_decide, season.is_locked, text)
            found.setdefault(key, set()).add(kind)
    lines = [
        DeadlineLine(
            Scheme(scheme), tuple(one for one in EVALUATED_KINDS if one in named), day, locked, text
        )
        for (scheme, day, locked, text), named in found.items()
    ]
    return sorted(lines, key=lambda line: (line.last_day, line.label))
