"""One criterion between its stored answer, the cells of its columns, and the inputs of the web form.

Cells are turned into the inputs of the form and read by the form's own reader, so that the rules
and their words are those of the page. Here only meaning is found: which verdict a word names, that
3.0 is 3, that a day is no number.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.http import QueryDict

from antq_portal.lib import dates, text
from antq_portal.lib.legacy_text import legacy_encoding
from criteria.scoring import (
    AnswerKind,
    AnswerValues,
    CriterionDefinition,
    Verdict,
    verdict_label,
)

from ..forms.answers import AnswerInput, read_answer
from .layout import EntryColumn, entry_columns

CellValue = str | int | float | None
PREFIX: Final = "w"
TICK: Final = "x"

# What people write for what; looked up by search key, so case and accents do not count.
_MEANT: Final = MappingProxyType({
    "dat": Verdict.MET, "co": Verdict.MET, "x": Verdict.MET, "d": Verdict.MET,
    "chua dat": Verdict.NOT_MET, "khong dat": Verdict.NOT_MET, "cd": Verdict.NOT_MET,
    "khong ap dung": Verdict.NOT_APPLICABLE, "kad": Verdict.NOT_APPLICABLE,
    "khong co doi tuong": Verdict.NOT_APPLICABLE,
})  # fmt: skip
_MEANT_OF_VETO: Final = MappingProxyType({
    "khong vuong": Verdict.MET, "khong": Verdict.MET,
    "vuong": Verdict.NOT_MET, "co": Verdict.NOT_MET,
    "khong ap dung": Verdict.NOT_APPLICABLE, "kad": Verdict.NOT_APPLICABLE,
})  # fmt: skip
_YES: Final = frozenset({"x", "co", "dat", "v", "du"})
_NO: Final = frozenset({"khong", "0", "chua", "khong co", "chua co"})
_TICKS: Final = frozenset("✓✔☑√")


class Unreadable(ValueError):
    """A cell that says nothing the form knows; the message is shown beside it."""


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as it stands in a file: where, what, and what keeps it from being read."""

    coordinate: str
    value: Any = None
    problem: str = ""
    font: str = ""


@dataclass(slots=True)
class ReadCriterion:
    """What the cells of one criterion say: the values, or problems by column field."""

    values: AnswerValues
    errors: dict[str, str] = field(default_factory=dict)


def cells_of(row: CriterionDefinition, values: AnswerValues | None) -> dict[str, CellValue]:
    """What stands in the cells of a stored answer, by column field; the empty ones are left out."""
    if values is None:
        return {}
    is_na = values.verdict == Verdict.NOT_APPLICABLE
    found: dict[str, CellValue] = {
        "verdict": verdict_label(row, values.verdict),
        "na": TICK if is_na else None,
        "numerator": values.numerator,
        "denominator": values.denominator,
        "count": values.count,
        "points": None if values.points is None else float(values.points),
        "exception": row.exception_label(values.exception_claimed),
        "note": values.note,
    }
    if values.parts_met is not None:
        met = set(values.parts_met)
        places = range(1, len(row.parts) + 1)
        found |= {f"parts-{place}": "Có" if place in met else "Không" for place in places}
    found |= {f"counts-{place}": one for place, one in enumerate(values.counts or ())}
    found |= {f"previous-{place}": one for place, one in enumerate(values.previous_counts or ())}
    fields = {column.field for column in entry_columns(row)}
    return {name: one for name, one in found.items() if name in fields and one not in (None, "")}


def canonical(value: Any) -> str:
    """A cell's value as one text: 3.0 is "3", NFC, no spaces at the ends, one kind of line break."""
    if value is None or isinstance(value, bool):
        return "" if value is None else ("x" if value else "")
    if isinstance(value, dt.datetime):
        return dates.date_text(value.date())
    if isinstance(value, dt.date):
        return dates.date_text(value)
    if isinstance(value, int | float | Decimal):
        number = round(Decimal(str(value)), 6).normalize()
        return f"{number:f}".replace(".", ",")
    lines = text.nfc(str(value)).replace("_x000D_", "").replace("\r", "").split("\n")
    return "\n".join(line.replace("\u00a0", " ").strip() for line in lines).strip()


def marks_of(cells: Mapping[str, Any]) -> dict[str, str]:
    """A short mark of what stands in each cell of a criterion, by field; none of an empty one."""
    written = {name: canonical(value) for name, value in cells.items()}
    return {
        name: hashlib.blake2b(one.encode(), digest_size=5).hexdigest()
        for name, one in written.items()
        if one
    }


def read_cells(
    row: CriterionDefinition, cells: Mapping[str, RawCell], stored: AnswerValues | None
) -> ReadCriterion:
    """Read one criterion through the web form's reader; what the workbook has no cell for stays as stored."""
    columns = {column.field: column for column in entry_columns(row)}
    errors: dict[str, str] = {}
    inputs: dict[str, str] = {}
    for name, column in columns.items():
        cell = cells.get(name, RawCell(""))
        try:
            inputs[name] = _input_of(row, column, cell)
        except Unreadable as unreadable:
            errors[name] = str(unreadable)
    if errors:
        return ReadCriterion(AnswerValues(), errors)
    if inputs.get("na") and any(one for name, one in inputs.items() if name not in ("na", "note")):
        return ReadCriterion(
            AnswerValues(), {"na": "Đã chọn “Không áp dụng” thì để trống các ô kia."}
        )
    kept = {name: getattr(stored, name) for name in ("note",) if stored} | {
        "exception": stored.exception_claimed if stored else ""
    }
    inputs = {name: one for name, one in kept.items() if name not in columns} | inputs
    shown, values = read_answer(AnswerInput(row, PREFIX, {}), _posted(row, inputs))
    return ReadCriterion(values, {_field_of(name, columns): m for name, m in shown.errors.items()})


def _posted(row: CriterionDefinition, inputs: Mapping[str, str]) -> QueryDict:
    """The inputs as a form would post them."""
    data = QueryDict(mutable=True)
    ticked = [name.removeprefix("parts-") for name, one in inputs.items()
              if name.startswith("parts-") and one == "1"]  # fmt: skip
    for name, one in inputs.items():
        if not name.startswith("parts-"):
            data[f"{PREFIX}-{name}"] = one
    data.setlist(f"{PREFIX}-parts", ticked)
    answered = any(one for name, one in inputs.items() if name.startswith("parts-"))
    if row.answer_type == AnswerKind.CHECKLIST and answered and not ticked:
        data[f"{PREFIX}-none"] = "1"
    return data


def _field_of(name: str, columns: Mapping[str, EntryColumn]) -> str:
    """The column beside which a problem with an input is written."""
    known = {"parts": "parts-1", "level": "points", "happened": "counts-0"}.get(name, name)
    return known if known in columns else next(iter(columns))


def _input_of(row: CriterionDefinition, column: EntryColumn, cell: RawCell) -> str:
    if cell.problem:
        raise Unreadable(cell.problem)
    written = canonical(cell.value)
    if not written:
        return ""
    if isinstance(cell.value, dt.date | dt.time | dt.timedelta) and column.sort != "text":
        raise Unreadable(
            f"Ô này đang là ngày ({written}), không phải {_wanted(column)}; đổi định dạng ô về "
            "“General” hoặc “Number” rồi gõ lại."
        )
    old = legacy_encoding(written, cell.font)
    if old:
        raise Unreadable(
            f"Chữ trong ô là mã cũ {old}, cổng chỉ nhận Unicode; chuyển mã bằng UniKey "
            "(Ctrl+Shift+F6) rồi dán lại."
        )
    if column.sort == "choice":
        return _chosen(row, column, written)
    return written


def _wanted(column: EntryColumn) -> str:
    return "số" if column.sort in ("count", "points") else "lựa chọn"


def _chosen(row: CriterionDefinition, column: EntryColumn, written: str) -> str:
    """The form's value for a chosen word; raises Unreadable for a word nobody offered."""
    key = "x" if written in _TICKS else text.search_key(written)
    found: str | None = None
    if column.field == "verdict":
        meant = _MEANT_OF_VETO if row.kind == "veto" else _MEANT
        found = meant.get(key)
        found = None if found == Verdict.NOT_APPLICABLE and not row.takes_na else found
    elif column.field == "na":
        is_meant = key in _YES or _MEANT.get(key) == Verdict.NOT_APPLICABLE
        found = Verdict.NOT_APPLICABLE.value if is_meant else None
        found = "" if key in _NO else found
    elif column.field == "exception":
        found = next(
            (one.code for one in row.exceptions if text.search_key(one.label) == key), None
        )
        found = "" if key in _NO else found
    else:
        found = "1" if key in _YES else "0" if key in _NO else None
    if found is None:
        raise Unreadable(
            f"Không hiểu “{text.clean(written)[:60]}”. Chọn một trong: {'; '.join(column.words)}."
        )
    return str(found)
