"""The dates of every season of a year at once: one row for each kind and scheme still to open."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from criteria.models import CriteriaSet
from units.coverage import Scheme
from units.models import Kind

from ..selectors.administration import SeasonOffer
from ..services.seasons import DATES, Opening
from .seasons import SeasonDatesForm

TICKED = "mo"
KNOWS = "biet"
WITHOUT_KNOWING = "Đánh dấu để xác nhận trước khi mở kỳ trên bộ tạm thời."
NOTHING_TICKED = "Đánh dấu ít nhất một kỳ để mở."


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One season to open: its dates as offered or typed, and whether it is ticked."""

    offer: SeasonOffer
    form: SeasonDatesForm
    is_ticked: bool

    @property
    def key(self) -> str:
        return key_of(self.offer)

    @property
    def kind(self) -> Kind:
        return self.offer.kind

    @property
    def scheme(self) -> Scheme:
        return self.offer.scheme

    @property
    def criteria_set(self) -> CriteriaSet:
        return self.offer.criteria_set

    @property
    def cells(self) -> list[dict[str, object]]:
        """The inputs from left to right; one that the scheme does not know stays empty."""
        return [self._cell(name) if name in self.form.fields else {} for name in DATES]

    def _cell(self, name: str) -> dict[str, object]:
        field = self.form[name]
        shows_errors = self.is_ticked and self.form.is_bound
        errors = list(self.form.errors.get(name, ())) if shows_errors else []
        return {
            "name": field.html_name,
            "value": field.field.widget.format_value(field.value()) or "",
            "label": f"{field.label}, {self.kind.label.lower()}, {self.scheme.label}",
            "head": field.label,
            "error": errors[0] if errors else "",
        }


@dataclass(frozen=True, slots=True)
class YearForm:
    """Every row of the page, and what is wrong with the whole."""

    rows: Sequence[OfferRow]
    knows: bool
    is_bound: bool

    @property
    def ticked(self) -> list[OfferRow]:
        return [row for row in self.rows if row.is_ticked]

    @property
    def is_provisional(self) -> bool:
        """Whether a set of the page is provisional, which has to be known."""
        return any(row.criteria_set.is_provisional for row in self.rows)

    @property
    def problem(self) -> str:
        """What is wrong with the whole page; empty when nothing is."""
        if not self.is_bound:
            return ""
        if not self.ticked:
            return NOTHING_TICKED
        needs_knowing = any(row.criteria_set.is_provisional for row in self.ticked)
        return WITHOUT_KNOWING if needs_knowing and not self.knows else ""

    def is_valid(self) -> bool:
        """Whether every ticked row can be opened as typed."""
        are_fine = [row.form.is_valid() for row in self.ticked]
        return self.is_bound and all(are_fine) and not self.problem

    def openings(self) -> list[Opening]:
        return [
            Opening(row.scheme, row.kind, row.criteria_set, row.form.dates()) for row in self.ticked
        ]


def year_form(
    offers: Sequence[SeasonOffer], *, year: int, data: Mapping[str, Any] | None
) -> YearForm:
    """The page's form: offered dates, everything ticked, until something was posted."""
    ticked = data.getlist(TICKED) if data is not None else []  # type: ignore[attr-defined]
    rows = [
        OfferRow(
            offer=offer,
            form=SeasonDatesForm(
                data, scheme=offer.scheme, year=year, initial=asdict(offer.dates),
                prefix=key_of(offer),
            ),
            is_ticked=data is None or key_of(offer) in ticked,
        )
        for offer in offers
    ]  # fmt: skip
    return YearForm(rows, knows=bool(data and data.get(KNOWS)), is_bound=data is not None)


def key_of(offer: SeasonOffer) -> str:
    return f"{offer.kind.value}-{offer.scheme.value}"
