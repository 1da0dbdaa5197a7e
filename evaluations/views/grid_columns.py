"""Which criteria stand side by side in a grid, the columns each needs, and how one chooses them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from criteria.scoring import CriterionDefinition, SetDefinition
from criteria.selectors import definition_of

from .areas import AreaPage

ALL_INCIDENTS: Final = "vu-viec"
ALL_YES_NO: Final = "co-khong"
EVERY_ROW: Final = "tat-ca"
GROUP: Final = "nhom-"
NOT_IN_GRID: Final = ("checklist",)
"""Rows of several ticks: answered on the unit's own sheet."""
NA: Final = "na"


@dataclass(frozen=True, slots=True)
class Column:
    """One input of one criterion: where it stands in the row's form, its head, how it is typed."""

    row: CriterionDefinition
    name: str
    label: str
    typed_as: str
    is_first: bool

    @property
    def is_number(self) -> bool:
        return self.typed_as == "number"


def verdict_words(row: CriterionDefinition) -> Mapping[str, str]:
    """What may be answered, by the stored code; nothing is chosen beforehand."""
    words = {"met": "Đạt", "not_met": "Chưa đạt"}
    if row.kind == "veto":
        words = {"met": "Không vướng", "not_met": "Vướng"}
    return {**words, NA: "Không áp dụng"} if row.takes_na else words


def columns_of(rows: Sequence[CriterionDefinition]) -> list[Column]:
    """The inputs of these criteria from left to right."""
    return [
        Column(row, name, label, typed_as, place == 0)
        for row in rows
        for place, (name, label, typed_as) in enumerate(_inputs(row))
    ]


def offered_rows(definition: SetDefinition) -> list[CriterionDefinition]:
    """The criteria that fit into cells, in the order of the law."""
    return [row for row in definition.rows if row.answer_type not in NOT_IN_GRID]


def chosen_rows(definition: SetDefinition, wanted: str) -> list[CriterionDefinition]:
    """The criteria an address asks for: all of a sort, a group, codes with commas; else the first."""
    rows = offered_rows(definition)
    if wanted.startswith(GROUP):
        found = [row for row in rows if row.group_code == wanted.removeprefix(GROUP)]
    elif wanted == EVERY_ROW:
        found = rows
    elif wanted in (ALL_INCIDENTS, ALL_YES_NO):
        kind = "incidents" if wanted == ALL_INCIDENTS else "yes_no"
        found = [row for row in rows if row.answer_type == kind]
    else:
        codes = wanted.split(",")
        found = [row for row in rows if row.code in codes]
    return found or rows[:1]


def choices(
    page: AreaPage, schemes: Sequence[tuple[str, str]], current: str, kind: str, papers: str
) -> list[dict[str, object]]:
    """What may be chosen: for each scheme many rows together, whole groups, then row by row."""
    groups: list[dict[str, object]] = []
    for scheme, code in schemes:
        season = page.season(code, kind)
        if season is None:
            continue
        options = [
            {
                "value": f"{scheme}:{value}",
                "label": label,
                "current": f"{scheme}:{value}" == current,
            }
            for value, label in _options(definition_of(season.criteria_set))
        ]
        groups.append({"label": season.get_scheme_display(), "options": options})
    if not any(option["current"] for group in groups for option in group["options"]):  # type: ignore[attr-defined]
        codes = current.partition(":")[2].replace(",", ", ")
        shown = {"value": current, "label": f"Các cột đã chọn: {codes}", "current": True}
        if codes:
            groups.insert(0, {"label": "Đang mở", "options": [shown]})
    minutes = {"value": papers, "label": "Người đại diện, ngày họp, nơi lưu biên bản"}
    minutes["current"] = current == papers  # type: ignore[assignment]
    return [*groups, {"label": "Biên bản họp", "options": [minutes]}]


def _options(definition: SetDefinition) -> Iterator[tuple[str, str]]:
    rows = offered_rows(definition)
    for value, label in (
        (EVERY_ROW, "Tất cả các dòng"),
        (ALL_YES_NO, "Các dòng trả lời có/không"),
        (ALL_INCIDENTS, "Bảng các dòng vụ việc"),
    ):
        found = rows if value == EVERY_ROW else chosen_rows(definition, value)
        if len(found) > 1:
            yield value, f"{label} ({len(found)} dòng)"
    for group in definition.groups:
        found = [row for row in rows if row.group_code == group.code]
        if len(found) > 1:
            words = shorten(group.heading, width=80, placeholder="…")
            yield f"{GROUP}{group.code}", f"Nhóm {group.code}. {words} ({len(found)} dòng)"
    for row in rows:
        yield row.code, f"{row.code} {shorten(row.text, width=110, placeholder='…')}"


def _inputs(row: CriterionDefinition) -> list[tuple[str, str, str]]:
    if row.answer_type == "percentage":
        return [
            ("numerator", row.numerator_label, "number"),
            ("denominator", row.denominator_label, "number"),
        ]
    if row.answer_type == "incidents":
        labels = row.counters if len(row.counters) > 1 else ("",)
        return [(f"counts-{place}", label, "number") for place, label in enumerate(labels)]
    if row.answer_type == "comparison":
        figures = [
            (f"{name}-{place}", f"{label}, {when}", "number")
            for place, label in enumerate(row.counters)
            for name, when in (("previous", "năm trước"), ("counts", "năm nay"))
        ]
        return [*figures, ("verdict", "Kết luận", "verdict")]
    if row.answer_type == "count":
        return [("count", "Số lượng", "number")]
    if row.answer_type == "levels":
        return [("level", f"Điểm, tối đa {row.max_points:g}", "level")]
    return [("verdict", "", "verdict")]
