"""What a set must satisfy before it may be published, each check with its own message.

Legal: Quyết định 510/QĐ-BCA-V05 (100 points, four classes); Thông tư 124/2021/TT-BCA Điều 8 khoản 1.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from units.coverage import Scheme
from units.models import Kind

from ..proposals import PROPOSERS
from ..scoring import (
    KNOWN_RULES,
    AnswerKind,
    CriterionDefinition,
    RowKind,
    SetDefinition,
    points_text,
)
from .sets import SetSource

ORIGINS: Final = {"", "known", "known_row", "mirrors_tt124", "mirrors_plan", "portal"}
RECOGNITION_BANDS: Final = ("met", "not_met")
Fault = tuple[str, str]
"""Where in the set ("dòng A1", or empty) and what is wrong."""

NEEDS: Final = {
    AnswerKind.YES_NO: (),
    AnswerKind.PERCENTAGE: ("threshold_percent", "numerator_label", "denominator_label"),
    AnswerKind.COUNT: ("minimum",),
    AnswerKind.CHECKLIST: ("parts",),
    AnswerKind.INCIDENTS: ("counters",),
    AnswerKind.COMPARISON: ("counters",),
    AnswerKind.LEVELS: ("levels", "max_points"),
}
"""What a row of each answer type must say; no other type may say it."""

WORDS: Final = {
    "threshold_percent": "threshold", "numerator_label": "numerator",
    "denominator_label": "denominator", "minimum": "minimum", "parts": "parts",
    "counters": "counters", "levels": "levels", "max_points": "points",
}  # fmt: skip
"""The key in the file for each of these."""


def set_problems(source: SetSource, answer_types: Mapping[str, str] | None) -> list[Fault]:
    """Everything wrong with a set; empty when it can be published.

    `answer_types` are those of the rows, by code, of the recognition set for the same kinds of
    unit, which proposals may rest on; None when there is no such set.
    """
    definition = source.definition
    faults = [*_kind_faults(source), *_code_faults(source), *_band_faults(definition)]
    faults += _total_faults(definition)
    for row in source.all_rows:
        faults += [(f"dòng {row.code}", message) for message in _row_faults(row)]
        faults += [(f"dòng {row.code}", message) for message in _proposal_faults(row, answer_types)]
    return faults


def _kind_faults(source: SetSource) -> Iterator[Fault]:
    if not source.unit_kinds:
        yield "", "thiếu `unit_kinds`"
    for kind in source.unit_kinds:
        if kind not in Kind.values:
            yield "", f"không biết loại hình “{kind}”"
    for rule in source.definition.rules:
        if rule.code not in KNOWN_RULES:
            yield "", f"không biết quy tắc “{rule.code}”; biết: {', '.join(sorted(KNOWN_RULES))}"


def _code_faults(source: SetSource) -> Iterator[Fault]:
    codes = Counter(row.code for row in source.all_rows)
    codes.update(f"nhóm {group.code}" for group in source.definition.groups)
    for code, times in codes.items():
        if times > 1:
            yield "", f"mã “{code}” dùng {times} lần"


def _band_faults(definition: SetDefinition) -> Iterator[Fault]:
    codes = tuple(band.code for band in definition.bands)
    if len(set(codes)) != len(codes):
        yield "", "mức kết quả trùng mã"
    starts = [band.min_points for band in definition.bands]
    if definition.scheme == Scheme.RECOGNITION:
        if codes != RECOGNITION_BANDS or any(start is not None for start in starts):
            yield "", "bộ công nhận có đúng hai mức met, not_met, không có `from`"
        return
    if len(starts) < 2 or None in starts:
        yield "", "mỗi mức phải có `from`, và có ít nhất hai mức"
        return
    yield from _start_faults([start for start in starts if start is not None], definition)


def _start_faults(starts: list[Decimal], definition: SetDefinition) -> Iterator[Fault]:
    """The bands follow one another from the total down to 0, without gap."""
    if starts != sorted(set(starts), reverse=True):
        yield "", "`from` của các mức phải giảm dần, không trùng"
    if starts[-1] != 0:
        yield "", f"các mức không phủ từ 0: mức thấp nhất bắt đầu từ {points_text(starts[-1])}"
    if definition.declared_total is not None and starts[0] >= definition.declared_total:
        yield "", "mức cao nhất bắt đầu từ tổng điểm trở lên, không đơn vị nào đạt được"
    if any(start * 100 % 1 for start in starts):
        yield "", "`from` của các mức chỉ được lẻ đến hai chữ số thập phân"


def _total_faults(definition: SetDefinition) -> Iterator[Fault]:
    if definition.scheme == Scheme.RECOGNITION:
        if definition.declared_total is not None:
            yield "", "bộ công nhận không có `total`"
        return
    if definition.declared_total is None:
        yield "", "thiếu `total`"
        return
    total = sum(
        (row.max_points or Decimal(0) for row in definition.rows if row.kind == RowKind.POINTS),
        Decimal(0),
    )
    if total != definition.declared_total:
        declared = points_text(definition.declared_total)
        yield (
            "",
            f"điểm chuẩn các dòng cộng lại là {points_text(total)}, khai báo `total` {declared}",
        )


def _row_faults(row: CriterionDefinition) -> Iterator[str]:
    if row.answer_type not in NEEDS:
        yield f"kiểu trả lời “{row.answer_type}” không dùng cho dòng"
        return
    needed = NEEDS[AnswerKind(row.answer_type)]
    for attribute, key in WORDS.items():
        value = getattr(row, attribute)
        if attribute in needed and (value is None or value in ("", ())):
            yield f"thiếu `{key}` của kiểu {row.answer_type}"
        elif attribute not in needed and value not in (None, "", ()):
            yield f"kiểu {row.answer_type} không có `{key}`"
    yield from _limit_faults(row)
    if row.is_scored != (row.answer_type == AnswerKind.LEVELS):
        yield "dòng có điểm thì chấm theo nấc, dòng khác thì không"
    if row.is_scored:
        yield from _level_faults(row)


def _limit_faults(row: CriterionDefinition) -> Iterator[str]:
    if row.threshold_percent is not None and not 1 <= row.threshold_percent <= 100:
        yield f"`threshold` phải từ 1 đến 100, đang là {row.threshold_percent}"
    if row.minimum == 0:
        yield "`minimum` phải từ 1"
    if row.exceptions and row.answer_type != AnswerKind.INCIDENTS:
        yield "chỉ dòng đếm vụ việc mới có ngoại lệ"
    if row.origin not in ORIGINS:
        yield f"không biết `origin` “{row.origin}”"
    if not row.evidence:
        yield "thiếu `evidence`"


def _level_faults(row: CriterionDefinition) -> Iterator[str]:
    points = [level.points for level in row.levels]
    if not points:
        return
    if points != sorted(set(points), reverse=True):
        yield "các nấc điểm phải giảm dần, không trùng"
    if points[0] != row.max_points:
        yield f"nấc cao nhất là {points_text(points[0])}, khác điểm chuẩn"
    if points[-1] != 0:
        yield f"nấc thấp nhất là {points_text(points[-1])}, phải là 0"
    if any(value * 100 % 1 for value in points):
        yield "điểm chỉ được lẻ đến hai chữ số thập phân"


def _proposal_faults(
    row: CriterionDefinition, answer_types: Mapping[str, str] | None
) -> Iterator[str]:
    if not row.proposal_rule:
        if row.proposal_sources or row.proposal_steps:
            yield "`propose` thiếu `rule`"
        return
    proposer = PROPOSERS.get(row.proposal_rule)
    if proposer is None:
        yield f"không biết cách đề xuất “{row.proposal_rule}”; biết: {', '.join(sorted(PROPOSERS))}"
        return
    for code in row.proposal_sources:
        if answer_types is None:
            yield "không có bộ công nhận nào cho loại hình này để đề xuất theo"
            break
        if code not in answer_types:
            yield f"đề xuất theo dòng “{code}” mà bộ công nhận của loại hình này không có"
        elif proposer.answer_type not in (None, answer_types[code]):
            yield f"{row.proposal_rule} không đọc được dòng “{code}” kiểu {answer_types[code]}"
    yield from proposer.faults(row)
