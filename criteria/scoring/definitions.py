"""A criteria set as one frozen tree: what the engine, the pages and the papers read."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .words import SCORED_KINDS


@dataclass(frozen=True, slots=True)
class LevelDefinition:
    """One step of points and the words that say when it applies (nấc điểm)."""

    points: Decimal
    when: str


@dataclass(frozen=True, slots=True)
class ExceptionDefinition:
    """One ground on which incidents may be excused (căn cứ xét ngoại lệ)."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CriterionDefinition:
    """One row that is answered (tiêu chí)."""

    code: str
    position: int
    kind: str
    answer_type: str
    text: str = ""
    id: int = 0
    group_code: str = ""
    legal_ref: str = ""
    origin: str = ""
    is_enabled: bool = True
    is_sensitive: bool = False
    max_points: Decimal | None = None
    levels: tuple[LevelDefinition, ...] = ()
    threshold_percent: int | None = None
    minimum: int | None = None
    numerator_label: str = ""
    denominator_label: str = ""
    counters: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    na_condition: str = ""
    exceptions: tuple[ExceptionDefinition, ...] = ()
    fields: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    prefill: str = ""
    proposal_rule: str = ""
    proposal_sources: tuple[str, ...] = ()
    proposal_steps: tuple[int, ...] = ()
    local_note: str = ""

    @property
    def is_scored(self) -> bool:
        return self.kind in SCORED_KINDS

    @property
    def takes_na(self) -> bool:
        return bool(self.na_condition)

    @property
    def takes_evidence(self) -> bool:
        """Sensitive rows take counts and a place of keeping, never a file."""
        return not self.is_sensitive

    def exception_label(self, code: str) -> str:
        return next((ground.label for ground in self.exceptions if ground.code == code), code)


@dataclass(frozen=True, slots=True)
class GroupDefinition:
    """A heading with its rows (nhóm tiêu chí); only rows in use."""

    code: str
    heading: str
    rows: tuple[CriterionDefinition, ...]
    id: int = 0
    legal_ref: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BandDefinition:
    """One outcome; of a classification it holds from `min_points` on, that value included."""

    code: str
    label: str
    position: int
    min_points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """One extra rule the set switches on by name."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class SeasonDates:
    """The dates of one season as the set gives them; `decide_before` is exclusive."""

    window_from: dt.date
    window_to: dt.date
    register_by: dt.date | None
    decide_before: dt.date


@dataclass(frozen=True)
class SetDefinition:
    """A whole criteria set (bộ tiêu chí) in the order of the law."""

    code: str
    scheme: str
    groups: tuple[GroupDefinition, ...]
    bands: tuple[BandDefinition, ...]
    rules: tuple[RuleDefinition, ...] = ()
    id: int = 0
    title: str = ""
    regulation_number: str = ""
    legal_ref: str = ""
    effective_from: dt.date | None = None
    provenance: str = ""
    notice: str = ""
    is_provisional: bool = False
    declared_total: Decimal | None = None
    bonus_cap: Decimal = Decimal(0)
    na_rule: str = "full_points"
    disabled_rows: tuple[CriterionDefinition, ...] = ()
    window_from: str = ""
    window_to: str = ""
    register_by: str = ""
    decide_before: str = ""

    @property
    def is_scored(self) -> bool:
        return self.declared_total is not None

    @cached_property
    def rows(self) -> tuple[CriterionDefinition, ...]:
        """All rows that are answered, in order."""
        return tuple(row for group in self.groups for row in group.rows)

    @cached_property
    def by_code(self) -> dict[str, CriterionDefinition]:
        return {row.code: row for row in self.rows}

    @cached_property
    def by_id(self) -> dict[int, CriterionDefinition]:
        return {row.id: row for row in self.rows}

    def row(self, code: str) -> CriterionDefinition:
        """The row of that code; KeyError if the set has none in use."""
        return self.by_code[code]

    def band(self, code: str) -> BandDefinition:
        """The outcome of that code; KeyError if the set has none."""
        for band in self.bands:
            if band.code == code:
                return band
        raise KeyError(code)

    def rule_value(self, code: str) -> str | None:
        """The value of an extra rule; None when the set does not switch it on."""
        return next((rule.value for rule in self.rules if rule.code == code), None)

    def has_rule(self, code: str) -> bool:
        return self.rule_value(code) is not None

    def season_dates(self, year: int) -> SeasonDates:
        """The dates to offer when a season of that year is opened.

        A window that would end before it begins began in the year before.
        Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 11.
        """
        first = year - 1 if self.window_from > self.window_to else year
        return SeasonDates(
            window_from=_day(first, self.window_from),
            window_to=_day(year, self.window_to),
            register_by=_day(year, self.register_by) if self.register_by else None,
            decide_before=_day(year, self.decide_before),
        )


def _day(year: int, month_day: str) -> dt.date:
    month, _, day = month_day.partition("-")
    return dt.date(year, int(month), int(day))
