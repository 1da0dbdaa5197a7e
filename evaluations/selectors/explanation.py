"""Why a sheet comes to its result and what would change it, in plain words: no query."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from antq_portal.lib.text import number_text
from criteria.scoring import (
    NEEDS_RECOGNITION,
    Barrier,
    Distance,
    RowKind,
    SetDefinition,
    Stage,
    TotalTrace,
    distance_of,
)

from .file_sheets import FileRow, FileSheet

ONE_FAILS_ALL: Final = (
    "Đạt tiêu chuẩn khi mọi tiêu chí áp dụng đều đạt; một dòng chưa đạt là chưa đạt "
    "(Điều 8 khoản 1)."
)
OF_THE_SET: Final = "quy tắc của bộ tiêu chí"
HELD_BACK_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule: what it says, whether it lowered the result, and its place."""

    text: str
    is_warning: bool
    place: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One row in the way of a better result: points it does not give, or why it is not met."""

    row: FileRow
    lacking: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One sheet explained: how the total came about, rules, distance, rows in the way, what would be if."""

    sheet: FileSheet
    how: tuple[str, ...]
    rules: tuple[Rule, ...]
    distance: str
    gaps: tuple[Gap, ...]
    more_gaps: int
    what_if: tuple[str, ...]

    @property
    def bare(self) -> list[FileRow]:
        """Rows that name papers and have none; never a sensitive one, and no reason to refuse."""
        return [
            row
            for row in self.sheet.rows
            if row.row.evidence and row.row.takes_evidence and not row.papers and not row.is_open
        ]


def explanation_of(sheet: FileSheet) -> Explanation:
    """The sheet as the unit answered it, explained; every figure comes from the scoring.

    Legal: Thông tư 124/2021/TT-BCA Điều 8 khoản 1; Quyết định 510/QĐ-BCA-V05 Điều 5.
    """
    if sheet.result.trace is None:
        return _recognition(sheet)
    return _classification(sheet, sheet.result.trace)


def _recognition(sheet: FileSheet) -> Explanation:
    failed = [row for row in sheet.failed if not row.is_hidden]
    gaps = tuple(Gap(row, None, row.line.explanation) for row in failed)
    left = len(sheet.open_rows)
    if sheet.failed:
        far = f"Cách Đạt tiêu chuẩn {len(sheet.failed)} dòng chưa đạt"
        far += f", {left} dòng chưa trả lời." if left else "."
    else:
        far = f"Cách Đạt tiêu chuẩn {left} dòng chưa trả lời." if left else ""
    claims = [row for row in sheet.rows if row.line.has_claim and not row.is_hidden]
    refused = tuple(
        f"Nếu không được chấp nhận ngoại lệ ở dòng {row.row.code} thì dòng này chưa đạt và "
        "đơn vị chưa đạt tiêu chuẩn."
        for row in claims
    )
    one = (
        (f"Chỉ dòng {failed[0].row.code} chưa đạt; dòng này đạt thì đơn vị đạt tiêu chuẩn.",)
        if len(sheet.failed) == 1 and failed and not left
        else ()
    )
    return Explanation(sheet, (ONE_FAILS_ALL,), (), far, gaps, 0, one + refused)


def _classification(sheet: FileSheet, trace: TotalTrace) -> Explanation:
    definition, result = sheet.definition, sheet.result
    far = distance_of(definition, result, stage=Stage.SELF, recognised=sheet.recognised)
    by_code = {row.row.code: row for row in sheet.rows}
    rules = tuple(Rule(hit.explanation, hit.is_warning, OF_THE_SET) for hit in result.rule_hits)
    gaps = tuple(
        Gap(
            by_code[one.line.code],
            one.lacking,
            f"Được {_most(one.line.kind)}: {number_text(one.total)} điểm, "
            f"{definition.band(one.outcome).label}.",
        )
        for one in (far.rows if far else ())
    )
    return Explanation(
        sheet=sheet,
        how=tuple(_how(definition, trace, result.total_points or Decimal(0))),
        rules=rules,
        distance=_distance_text(far, definition, result.total_points or Decimal(0)),
        gaps=gaps[:HELD_BACK_SHOWN],
        more_gaps=max(0, len(gaps) - HELD_BACK_SHOWN),
        what_if=tuple(_what_if(far, definition, result.outcome)) if far else (),
    )


def _most(kind: str) -> str:
    return "không bị trừ" if kind == RowKind.PENALTY else "mức cao nhất"


def _how(definition: SetDefinition, trace: TotalTrace, total: Decimal) -> Iterable[str]:
    """How the total is made, then the class that these points alone give."""
    parts = [f"Các dòng chấm điểm: {number_text(trace.earned)}"]
    if trace.is_rescaled:
        parts.append(f"quy đổi khi bỏ dòng không áp dụng: {number_text(trace.counted)}")
    if trace.bonus:
        most = (
            f" (tính tối đa {number_text(definition.bonus_cap)})" if trace.is_bonus_capped else ""
        )
        parts.append(f"điểm cộng: {number_text(trace.bonus)}{most}")
    if trace.penalty:
        parts.append(f"điểm trừ: {number_text(trace.penalty)}")
    yield f"{'; '.join(parts)}. Tổng {number_text(total)}/{number_text(definition.declared_total or 0)} điểm."
    band = definition.band(trace.outcome)
    above = [one for one in definition.bands if (one.min_points or 0) > (band.min_points or 0)]
    until = f" đến dưới {number_text(above[-1].min_points or 0)}" if above else ""
    yield (
        f"Riêng theo điểm là {band.label}: từ {number_text(band.min_points or 0)}{until} điểm "
        f"({definition.legal_ref or definition.regulation_number})."
    )


def _distance_text(far: Distance | None, definition: SetDefinition, total: Decimal) -> str:
    if far is None:
        return f"Đã ở mức cao nhất: {definition.bands[0].label}."
    label, least = far.band.label, number_text(far.band.min_points or 0)
    if far.lacking:
        return f"Cách {label} {number_text(far.lacking)} điểm (từ {least} điểm, đang có {number_text(total)})."
    return f"Đủ điểm {label} (từ {least} điểm); vướng quy tắc dưới đây nên chưa được."


def _what_if(far: Distance, definition: SetDefinition, outcome: str) -> Iterable[str]:
    label = far.band.label
    if len(far.enough) == 1:
        yield f"Chỉ cần dòng {far.enough[0]} đạt mức cao nhất là đủ điểm {label}."
    elif far.enough:
        yield f"Đủ điểm {label} khi các dòng {', '.join(far.enough)} cùng đạt mức cao nhất."
    elif far.lacking:
        yield f"Mọi dòng còn lại đạt mức cao nhất cũng chưa đủ điểm {label}."
    for barrier in far.barriers:
        yield _without(barrier, definition, outcome, label)


def _without(barrier: Barrier, definition: SetDefinition, outcome: str, label: str) -> str:
    if barrier.hit.rule == NEEDS_RECOGNITION:
        words = f"{label} còn cần được công nhận đạt tiêu chuẩn theo Thông tư 124 trong năm"
        if barrier.outcome_without == outcome:
            return f"{words}."
        return f"{words}; được công nhận thì xếp loại {definition.band(barrier.outcome_without).label}."
    changed = definition.band(barrier.outcome_without).label
    return f"{barrier.hit.explanation} Không vướng thì theo điểm hiện nay xếp loại {changed}."
