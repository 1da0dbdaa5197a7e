"""One criterion as it is typed: what stands in the inputs, how it is read, what is wrong with it.

One reader an answer type. A row is told apart by its prefix, so that the same code serves the
sheet of one unit and the grid of many.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import QueryDict

from antq_portal.lib.asked import whole, wholes
from antq_portal.lib.fields import CountField, PointsField
from antq_portal.lib.text import nfc, number_text
from criteria.scoring import AnswerKind, AnswerValues, CriterionDefinition, Verdict, answer_problems

LONGEST_NOTE: Final = 2000
COUNT: Final = CountField(required=False)
POINTS: Final = PointsField(required=False, decimals=2)
BETWEEN: Final = "le"
"""Chosen instead of a level when the points lie between two of them."""

NA: Final = Verdict.NOT_APPLICABLE.value

Typed = Mapping[str, Any]
Reader = Callable[[CriterionDefinition, "Reading"], AnswerValues]


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """The inputs of one row: where they stand, what is in them, what is wrong."""

    row: CriterionDefinition
    prefix: str
    typed: Typed
    version: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    """Where values that nobody saved yet come from; empty for stored ones."""

    @property
    def counters(self) -> list[dict[str, object]]:
        """The counted things of the row, each with this year's and the year before's input."""
        return [
            {
                "label": label,
                "name": f"{self.prefix}-counts-{place}",
                "value": self.typed.get(f"counts-{place}", ""),
                "error": self.errors.get(f"counts-{place}", ""),
                "previous_name": f"{self.prefix}-previous-{place}",
                "previous_value": self.typed.get(f"previous-{place}", ""),
                "previous_error": self.errors.get(f"previous-{place}", ""),
            }
            for place, label in enumerate(self.row.counters)
        ]

    @property
    def is_one_count(self) -> bool:
        """Whether one number says it all: it stands beside the choice."""
        return len(self.row.counters) == 1 and not self.row.exceptions

    @property
    def parts(self) -> list[dict[str, object]]:
        met = self.typed.get("parts", ())
        return [
            {"place": str(place), "label": label, "is_met": str(place) in met}
            for place, label in enumerate(self.row.parts, start=1)
        ]

    @property
    def levels(self) -> list[dict[str, object]]:
        return [
            {"value": number_text(level.points), "when": level.when, "points": level.points}
            for level in self.row.levels
        ]

    @property
    def all_errors(self) -> list[str]:
        return list(dict.fromkeys(self.errors.values()))


@dataclass(slots=True)
class Reading:
    """What was posted for one row, and the problems found while reading it."""

    data: QueryDict
    prefix: str
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return nfc(self.data.get(f"{self.prefix}-{name}", "")).strip()

    def ticked(self, name: str) -> list[str]:
        return self.data.getlist(f"{self.prefix}-{name}")

    def number(self, name: str) -> int | None:
        return self._clean(COUNT, name)

    def points(self, name: str) -> Any:
        return self._clean(POINTS, name)

    def _clean(self, reader: PointsField, name: str) -> Any:
        try:
            return reader.clean(self.text(name))
        except ValidationError as unreadable:
            self.errors[name] = unreadable.messages[0]
            return None


def typed_of(row: CriterionDefinition, values: AnswerValues | None) -> dict[str, Any]:
    """What stands in the inputs for a stored answer; nothing is chosen where there is none."""
    if values is None:
        return {}
    typed: dict[str, Any] = {
        "verdict": values.verdict,
        "na": values.verdict if values.verdict == NA else "",
        "numerator": _written(values.numerator),
        "denominator": _written(values.denominator),
        "count": _written(values.count),
        "parts": [str(place) for place in values.parts_met or ()],
        "none": "1" if values.parts_met == () else "",
        "exception": values.exception_claimed,
        "note": values.note,
    }
    if values.counts is not None:
        typed["happened"] = "yes" if any(values.counts) else "no"
    typed |= {f"counts-{place}": _written(one) for place, one in enumerate(values.counts or ())}
    typed |= {
        f"previous-{place}": _written(one) for place, one in enumerate(values.previous_counts or ())
    }
    return typed | _typed_points(row, values)


def read_answer(shown: AnswerInput, data: QueryDict) -> tuple[AnswerInput, AnswerValues]:
    """Read one row from a posted form: the inputs with what was typed and is wrong, and the values."""
    reading = Reading(data, shown.prefix)
    typed = {
        key.removeprefix(f"{shown.prefix}-"): value
        for key, value in data.items()
        if key.startswith(f"{shown.prefix}-")
    }
    typed["parts"] = reading.ticked("parts")
    seen = reading.text("version")
    values = _read(shown.row, reading)
    note = reading.text("note")
    if len(note) > LONGEST_NOTE:
        reading.errors["note"] = f"Giải trình dài quá {LONGEST_NOTE} ký tự, rút gọn lại."
    values = replace(values, note=note)
    errors = dict(reading.errors)
    if not errors:
        errors = {
            name_of(found.field): found.message for found in answer_problems(shown.row, values)
        }
    version = whole(seen) or 0
    return replace(shown, typed=typed, version=version, errors=errors, source=""), values


def is_posted(shown: AnswerInput, data: Mapping[str, Any]) -> bool:
    """Whether the form that was posted held this row."""
    return f"{shown.prefix}-version" in data


def name_of(field_name: str) -> str:
    """The input beside which a problem with a value is shown."""
    return {
        "parts_met": "parts",
        "counts": "counts-0",
        "previous_counts": "previous-0",
        "exception_claimed": "exception",
    }.get(field_name, field_name)


def _read(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    is_na = reading.text("na") == NA or NA in (reading.text("verdict"), reading.text("level"))
    if is_na:
        return AnswerValues(verdict=NA)
    return READERS[AnswerKind(row.answer_type)](row, reading)


def _yes_no(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    return AnswerValues(verdict=reading.text("verdict"))


def _percentage(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    return AnswerValues(
        numerator=reading.number("numerator"), denominator=reading.number("denominator")
    )


def _count(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    return AnswerValues(count=reading.number("count"))


def _checklist(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    places = tuple(wholes(reading.ticked("parts")))
    is_answered = bool(places or reading.text("none"))
    return AnswerValues(parts_met=places if is_answered else None)


def _incidents(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    """Nothing happened: zeros in every counter. Else what was counted, empty counters being zero."""
    happened = reading.text("happened")
    counts = [reading.number(f"counts-{place}") for place in range(len(row.counters))]
    if happened == "no":
        if any(counts):
            reading.errors["happened"] = "Chọn “Không xảy ra” thì để trống số vụ việc."
        return AnswerValues(counts=tuple(0 for _ in row.counters))
    if all(one is None for one in counts):
        if happened == "yes" and not reading.errors:
            reading.errors["counts-0"] = "Ghi số vụ việc đã xảy ra."
        return AnswerValues()
    return AnswerValues(
        counts=tuple(one or 0 for one in counts),
        exception_claimed=reading.text("exception") if any(counts) else "",
    )


def _comparison(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    return AnswerValues(
        verdict=reading.text("verdict"),
        counts=_figures(row, reading, "counts"),
        previous_counts=_figures(row, reading, "previous"),
    )


def _figures(row: CriterionDefinition, reading: Reading, name: str) -> tuple[int, ...] | None:
    """All figures of one year; none while all are empty, a problem when only some are."""
    found = [reading.number(f"{name}-{place}") for place in range(len(row.counters))]
    if all(one is None for one in found):
        return None
    for place, one in enumerate(found):
        if one is None and f"{name}-{place}" not in reading.errors:
            reading.errors[f"{name}-{place}"] = (
                f"Còn thiếu: {row.counters[place]} (không có ghi 0)."
            )
    return tuple(one or 0 for one in found)


def _levels(row: CriterionDefinition, reading: Reading) -> AnswerValues:
    """The points of the chosen level, or those typed between two levels."""
    chosen = reading.text("level")
    if chosen and chosen != BETWEEN:
        return AnswerValues(points=reading.points("level"))
    between = reading.points("points")
    if chosen == BETWEEN and between is None and "points" not in reading.errors:
        reading.errors["points"] = "Ghi số điểm giữa hai nấc."
    return AnswerValues(points=between)


READERS: Final[Mapping[AnswerKind, Reader]] = {
    AnswerKind.YES_NO: _yes_no,
    AnswerKind.PERCENTAGE: _percentage,
    AnswerKind.COUNT: _count,
    AnswerKind.CHECKLIST: _checklist,
    AnswerKind.INCIDENTS: _incidents,
    AnswerKind.COMPARISON: _comparison,
    AnswerKind.LEVELS: _levels,
}


def _typed_points(row: CriterionDefinition, values: AnswerValues) -> dict[str, str]:
    if values.verdict == NA:
        return {"level": NA}
    if values.points is None:
        return {}
    written = number_text(values.points)
    is_level = any(level.points == values.points for level in row.levels)
    return {"level": written} if is_level else {"level": BETWEEN, "points": written}


def _written(number: int | None) -> str:
    return "" if number is None else number_text(number)
