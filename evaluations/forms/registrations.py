"""One row of the registration grid: what is shown, what was typed, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django import forms
from django.core.exceptions import ValidationError

from antq_portal.lib.asked import whole
from antq_portal.lib.dates import date_text
from antq_portal.lib.fields import CountField, DayField
from antq_portal.lib.text import number_text

from ..models import Registration
from ..selectors.sheet import SheetRow
from ..services.registrations import RegistrationFigures

COLUMNS: Final = (
    # field, head, is a number
    ("resolution_number", "Số nghị quyết chi bộ", False),
    ("resolution_on", "Ngày nghị quyết", False),
    ("registered_on", "Ngày đăng ký", False),
    ("households_registered", "Hộ đăng ký", True),
    ("households_total", "Tổng số hộ", True),
    ("counted_on", "Ngày chốt số hộ", False),
)
NAMES: Final = tuple(name for name, _, _ in COLUMNS)


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One unit in the grid."""

    row: SheetRow
    typed: Mapping[str, str]
    is_editable: bool
    version: int
    errors: Mapping[str, str] = field(default_factory=dict)
    papers: int = 0

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
                "is_number": is_number,
            }
            for name, label, is_number in COLUMNS
        ]

    def refused(self, wrong: Mapping[str, str]) -> "RegistrationRow":
        return replace(self, errors=wrong)


def figure_fields(year: int) -> dict[str, forms.Field]:
    """How each column is read; days without a year are of the season's year."""
    return {
        "resolution_number": forms.CharField(max_length=60, required=False),
        "resolution_on": DayField(year=year, required=False),
        "registered_on": DayField(year=year, required=False),
        "households_registered": CountField(required=False),
        "households_total": CountField(required=False),
        "counted_on": DayField(year=year, required=False),
    }


def shown_row(row: SheetRow, *, is_editable: bool, papers: int = 0) -> RegistrationRow:
    """The row as it is stored; a unit without registration is offered the register's head-count."""
    registration = row.registration
    typed = {name: _written(getattr(registration, name, None)) for name in NAMES}
    if registration is None:
        typed["households_total"] = _written(row.version.households)
        typed["counted_on"] = _written(row.version.counted_on) if row.version.households else ""
    version = registration.version if registration else 0
    return RegistrationRow(row, typed, is_editable, version, papers=papers)


def typed_row(shown: RegistrationRow, data: Mapping[str, str]) -> RegistrationRow:
    """The same row with what was typed and the version the person saw."""
    typed = {name: str(data.get(f"{shown.prefix}-{name}", "")).strip() for name in NAMES}
    seen = str(data.get(f"{shown.prefix}-version", ""))
    return replace(shown, typed=typed, version=whole(seen) or 0)


def read_figures(
    row: RegistrationRow, fields: Mapping[str, forms.Field]
) -> tuple[RegistrationFigures, dict[str, str]]:
    """The figures typed in a row, and what could not be read, by field."""
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name in NAMES:
        try:
            values[name] = fields[name].clean(row.typed[name])
        except ValidationError as unreadable:
            wrong[name] = unreadable.messages[0]
    return RegistrationFigures(**values), wrong  # type: ignore[arg-type]


def _written(value: object) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, int):
        return number_text(value)
    return value if isinstance(value, str) else date_text(value)  # type: ignore[arg-type]
