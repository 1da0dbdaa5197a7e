"""A security team as a form, and the year's ratings of all teams as one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from antq_portal.lib.dates import date_text
from antq_portal.lib.fields import CountField, DayField
from antq_portal.lib.text import clean, number_text

from ..models import Rating, SecurityTeam, TeamRating
from ..models.teams import is_too_young
from ..services.teams import TeamDetails, TypedRating

FIELDS: Final = ("rating", "decision_number", "decided_on", "disciplined")


class TeamForm(forms.Form):
    """Name, days and areas of one team."""

    name = forms.CharField(
        label="Tên tổ", max_length=120, error_messages={"required": "Ghi tên tổ."}
    )
    formed_on = DayField(label="Ngày thành lập", error_messages={"required": "Ghi ngày thành lập."})
    ended_on = DayField(label="Ngày thôi hoạt động", required=False)
    areas = forms.TypedMultipleChoiceField(
        label="Khu dân cư phụ trách",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Một tổ có thể phụ trách nhiều khu dân cư.",
    )

    def __init__(
        self, data: Any | None, *, areas: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["areas"].choices = list(areas)  # type: ignore[attr-defined]

    def details(self) -> TeamDetails:
        cleaned = self.cleaned_data
        return TeamDetails(
            clean(cleaned["name"]), cleaned["formed_on"], cleaned["ended_on"], cleaned["areas"]
        )


@dataclass
class RatingRow:
    """One team in the year's table: what is stored or typed, and what is wrong with it."""

    team: SecurityTeam
    year: int
    typed: dict[str, str]
    areas: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return f"t{self.team.pk}"

    @property
    def is_too_young(self) -> bool:
        return is_too_young(self.team, self.year)

    @property
    def rating_label(self) -> str:
        found = self.typed["rating"]
        return Rating(found).label if found in Rating.values else ""

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Levels to choose from: value, label, chosen."""
        chosen = self.typed["rating"]
        given = [("", "Chưa có quyết định"), *Rating.choices]
        kept = [one for one in given if not self.is_too_young or one[0] in ("", Rating.NOT_RATED)]
        return [(value, label, value == chosen) for value, label in kept]

    @property
    def cells(self) -> list[dict[str, object]]:
        """The inputs after the level, from left to right."""
        heads = (
            ("decision_number", "Số quyết định", False),
            ("decided_on", "Ngày quyết định", False),
            ("disciplined", "Thành viên bị kỷ luật", True),
        )
        return [
            {
                "name": f"{self.prefix}-{name}", "value": self.typed[name], "head": head,
                "label": f"{head}, {self.team.name}", "is_number": is_number,
                "error": self.errors.get(name, ""),
            }
            for name, head, is_number in heads
        ]  # fmt: skip


def rating_row(team: SecurityTeam, stored: TeamRating | None, year: int, areas: str) -> RatingRow:
    """The row as it is stored."""
    typed = dict.fromkeys(FIELDS, "")
    if stored:
        typed = {
            "rating": stored.rating,
            "decision_number": stored.decision_number,
            "decided_on": date_text(stored.decided_on) if stored.decided_on else "",
            "disciplined": "" if stored.disciplined is None else number_text(stored.disciplined),
        }
    return RatingRow(team, year, typed, areas)


def read_ratings(rows: Sequence[RatingRow], data: Mapping[str, str]) -> dict[int, TypedRating]:
    """Read the posted table into the rows; what could not be read stands in their `errors`."""
    found = {}
    for row in rows:
        row.typed = {name: str(data.get(f"{row.prefix}-{name}", "")).strip() for name in FIELDS}
        values: dict[str, Any] = {
            "rating": row.typed["rating"], "decision_number": clean(row.typed["decision_number"]),
        }  # fmt: skip
        for name, reader in (
            ("decided_on", DayField(year=row.year, required=False)),
            ("disciplined", CountField(required=False)),
        ):
            try:
                values[name] = reader.clean(row.typed[name])
            except ValidationError as unreadable:
                row.errors[name] = unreadable.messages[0]
        if len(values["decision_number"]) > 60:
            row.errors["decision_number"] = "Số quyết định dài quá 60 ký tự."
        if not row.errors:
            found[row.team.pk] = TypedRating(**values)
    return found
