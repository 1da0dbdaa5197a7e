"""One row of the registration grid: what is shown, what was typed, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from django import forms
from django.core.exceptions import ValidationError

from antq_portal.lib.asked import whole
from antq_portal.lib.dates import date_text
from antq_portal.lib.fields import CountField, DayField
from antq_portal.lib.seen import seen_token
from antq_portal.lib.text import number_text
from units.models import Kind

from ..models import Registration
from ..selectors.sheet import SheetRow
from ..services.registrations import RegistrationFigures

Column = tuple[str, str, str]
"""Field, head, and how it is typed."""
TEXT, NUMBER, TICK = "text", "number", "tick"

RESIDENTIAL_COLUMNS: Final[tuple[Column, ...]] = (
    ("resolution_number", "Số nghị quyết chi bộ", TEXT),
    ("resolution_on", "Ngày nghị quyết", TEXT),
    ("registered_on", "Ngày đăng ký", TEXT),
    ("households_registered", "Hộ đăng ký", NUMBER),
    ("households_total", "Tổng số hộ", NUMBER),
    ("counted_on", "Ngày chốt số hộ", TEXT),
)
PEOPLE_COLUMNS: Final[tuple[Column, ...]] = (
    ("no_party", "Không có tổ chức đảng", TICK),
    ("resolution_number", "Số nghị quyết cấp ủy", TEXT),
    ("resolution_on", "Ngày nghị quyết", TEXT),
    ("plan_number", "Số kế hoạch", TEXT),
    ("plan_on", "Ngày kế hoạch", TEXT),
    ("registered_on", "Ngày đăng ký", TEXT),
    ("people_informed", "Người được phổ biến", NUMBER),
    ("people_total", "Tổng số người", NUMBER),
)
COMMUNE_COLUMNS: Final[tuple[Column, ...]] = (
    ("resolution_number", "Số nghị quyết Đảng ủy", TEXT),
    ("resolution_on", "Ngày nghị quyết", TEXT),
    ("plan_number", "Số kế hoạch của UBND", TEXT),
    ("plan_on", "Ngày kế hoạch", TEXT),
    ("registered_on", "Ngày đăng ký", TEXT),
)
COLUMNS_OF: Final = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: RESIDENTIAL_COLUMNS,
        Kind.AGENCY: PEOPLE_COLUMNS,
        Kind.ENTERPRISE: PEOPLE_COLUMNS,
        Kind.EDUCATIONAL_INSTITUTION: PEOPLE_COLUMNS,
        Kind.COMMUNE: COMMUNE_COLUMNS,
        Kind.DISTRICT: COMMUNE_COLUMNS,
    }
)
"""The columns of the grid, kind by kind. Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 7."""
LEGAL_REFS: Final = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: "Điều 4 khoản 1",
        Kind.AGENCY: "Điều 6 khoản 1",
        Kind.ENTERPRISE: "Điều 6 khoản 1",
        Kind.EDUCATIONAL_INSTITUTION: "Điều 7 khoản 1",
        Kind.COMMUNE: "Điều 5 khoản 1",
        Kind.DISTRICT: "",
    }
)
"""Where Thông tư 124/2021/TT-BCA asks each kind to register."""
TICKED: Final = "co"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a unit's households or people that its registration names."""

    part: int | None
    whole: int | None
    noun: str


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One unit in the grid."""

    row: SheetRow
    typed: Mapping[str, str]
    is_editable: bool
    version: int
    errors: Mapping[str, str] = field(default_factory=dict)
    papers: int = 0
    seen: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a unit of this kind is asked for."""
        return COLUMNS_OF[Kind(self.row.version.unit.kind)]

    @property
    def share(self) -> Share | None:
        """Who takes part, of how many; None where nothing is counted, as for a commune."""
        return share_of(self.registration, self.row.version.unit.kind)

    @property
    def prefix(self) -> str:
        return f"u{self.row.unit_id}"

    @property
    def registration(self) -> Registration | None:
        return self.row.registration

    @property
    def registration_label(self) -> str:
        """The word of the badge; "Đang lập bản đăng ký" where evaluations say "Đang soạn"."""
        return self.registration.get_status_display() if self.registration else ""

    @property
    def row_error(self) -> str:
        return self.errors.get("", "")

    @property
    def cells(self) -> list[dict[str, object]]:
        """The inputs of the row from left to right."""
        return [
            {
                "name": f"{self.prefix}-{name}",
                "value": self.typed[name],
                "label": f"{label}, {self.row.name}",
                "head": label,
                "error": self.errors.get(name, ""),
                "is_number": typed_as == NUMBER,
                "is_tick": typed_as == TICK,
            }
            for name, label, typed_as in self.columns
        ]

    @property
    def version_seen(self) -> str:
        """The version and what the row was filled with, as the form carries them.

        A refused row holds what was typed: sent again as it is, it is no untouched row.
        """
        if self.errors:
            return str(self.version)
        return f"{self.version}.{seen_token(self.typed)[:6]}"

    @property
    def is_untouched(self) -> bool:
        """Whether a posted row says what it was filled with, whatever others saved meanwhile."""
        return bool(self.seen) and seen_token(self.typed)[:6] == self.seen

    def refused(self, wrong: Mapping[str, str]) -> "RegistrationRow":
        return replace(self, errors=wrong)


def figure_fields(year: int) -> dict[str, forms.Field]:
    """How each column is read; days without a year are of the season's year."""
    return {
        "resolution_number": forms.CharField(max_length=60, required=False),
        "resolution_on": DayField(year=year, required=False),
        "no_party": forms.BooleanField(required=False),
        "plan_number": forms.CharField(max_length=60, required=False),
        "plan_on": DayField(year=year, required=False),
        "people_informed": CountField(required=False),
        "people_total": CountField(required=False),
        "registered_on": DayField(year=year, required=False),
        "households_registered": CountField(required=False),
        "households_total": CountField(required=False),
        "counted_on": DayField(year=year, required=False),
    }


def shown_row(row: SheetRow, *, is_editable: bool, papers: int = 0) -> RegistrationRow:
    """The row as it is stored; a unit without registration is offered the register's head-count."""
    registration = row.registration
    kind = Kind(row.version.unit.kind)
    typed = {name: _written(getattr(registration, name, None)) for name, _, _ in COLUMNS_OF[kind]}
    if "no_party" in typed:
        typed["no_party"] = TICKED if registration and not registration.has_party else ""
    if registration is None and kind == Kind.RESIDENTIAL_AREA:
        typed["households_total"] = _written(row.version.households)
        typed["counted_on"] = _written(row.version.counted_on) if row.version.households else ""
    version = registration.version if registration else 0
    return RegistrationRow(row, typed, is_editable, version, papers=papers)


def typed_row(shown: RegistrationRow, data: Mapping[str, str]) -> RegistrationRow:
    """The same row with what was typed and the version the person saw."""
    typed = {
        name: str(data.get(f"{shown.prefix}-{name}", "")).strip() for name, _, _ in shown.columns
    }
    seen = str(data.get(f"{shown.prefix}-version", ""))
    version, _, token = seen.partition(".")
    return replace(shown, typed=typed, version=whole(version) or 0, seen=token)


def read_figures(
    row: RegistrationRow, fields: Mapping[str, forms.Field]
) -> tuple[RegistrationFigures, dict[str, str]]:
    """The figures typed in a row, and what could not be read, by field."""
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, _, _ in row.columns:
        try:
            values[name] = fields[name].clean(row.typed[name])
        except ValidationError as unreadable:
            wrong[name] = unreadable.messages[0]
    if "no_party" in values:
        values["has_party"] = not values.pop("no_party")
    return RegistrationFigures(**values), wrong  # type: ignore[arg-type]


def share_of(registration: Registration | None, kind: str) -> Share | None:
    """Households of a residential area, people of other units; None for communes or without figures."""
    if kind in (Kind.COMMUNE, Kind.DISTRICT):
        return None
    if kind == Kind.RESIDENTIAL_AREA:
        part, whole, noun = "households_registered", "households_total", "hộ"
    else:
        part, whole, noun = "people_informed", "people_total", "người"
    return Share(getattr(registration, part, None), getattr(registration, whole, None), noun)


def _written(value: object) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, int):
        return number_text(value)
    return value if isinstance(value, str) else date_text(value)  # type: ignore[arg-type]
