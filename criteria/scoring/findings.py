"""What the figures of one requirement say, one function an answer type.

Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 7. Thresholds compare whole numbers, never a
rounded percentage; what is shown is cut.
"""

from collections.abc import Callable

from antq_portal.lib.text import number_text, share_text

from .definitions import CriterionDefinition
from .values import AnswerValues, Finding
from .words import AnswerKind, Stage, Verdict, verdict_word

Judge = Callable[[CriterionDefinition, AnswerValues, Stage], Finding]
JUDGES: dict[str, Judge] = {}

OPEN = Finding("", "", "Chưa trả lời.")


def judge(answer_type: AnswerKind) -> Callable[[Judge], Judge]:
    """Register the judge of one answer type."""

    def register(function: Judge) -> Judge:
        JUDGES[answer_type] = function
        return function

    return register


def finding_of(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    """What the unit's own answer comes to; the appraiser's conclusion is not looked at.

    "Không áp dụng" counts only where the text allows it.
    """
    if values.verdict == Verdict.NOT_APPLICABLE:
        if not row.takes_na:
            return Finding("", "Không áp dụng", "Văn bản không cho chọn “Không áp dụng”.")
        return Finding(Verdict.NOT_APPLICABLE, "Không áp dụng", f"{row.na_condition}.")
    return JUDGES[row.answer_type](row, values, stage)


def suggested_verdict(row: CriterionDefinition, values: AnswerValues) -> str:
    """What the figures of a comparison suggest; empty while they are incomplete.

    Met when no counter rose. The text gives no figure, so a person concludes.
    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 4 điểm a.
    """
    now, before = values.counts, values.previous_counts
    if not now or not before or len(now) != len(row.counters) or len(before) != len(now):
        return ""
    rose = any(this > last for this, last in zip(now, before, strict=True))
    return Verdict.NOT_MET if rose else Verdict.MET


@judge(AnswerKind.YES_NO)
def _yes_no(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    if values.verdict not in (Verdict.MET, Verdict.NOT_MET):
        return OPEN
    return Finding(values.verdict, verdict_word(row.kind, values.verdict), "")


@judge(AnswerKind.PERCENTAGE)
def _percentage(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    part, whole = values.numerator, values.denominator
    if part is None or whole is None:
        return OPEN
    if whole == 0:
        return Finding("", "0/0", "Mẫu số bằng 0, chưa tính được tỷ lệ.")
    threshold = row.threshold_percent or 0
    is_met = part * 100 >= threshold * whole
    shown = f"{number_text(part)}/{number_text(whole)} ({share_text(part, whole)})"
    least = number_text(-(-threshold * whole // 100))
    asked = f"Yêu cầu từ {threshold} %, ít nhất {least}/{number_text(whole)}."
    return Finding(_verdict(is_met), shown, asked)


@judge(AnswerKind.COUNT)
def _count(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    if values.count is None:
        return OPEN
    minimum = row.minimum or 0
    return Finding(
        _verdict(values.count >= minimum),
        number_text(values.count),
        f"Yêu cầu ít nhất {minimum:02d}.",
    )


@judge(AnswerKind.CHECKLIST)
def _checklist(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    if values.parts_met is None:
        return OPEN
    met = set(values.parts_met)
    lacking = [part for place, part in enumerate(row.parts, start=1) if place not in met]
    shown = f"{len(row.parts) - len(lacking)}/{len(row.parts)} nội dung"
    reason = f"Còn thiếu: {'; '.join(lacking)}." if lacking else "Đủ mọi nội dung."
    return Finding(_verdict(not lacking), shown, reason)


@judge(AnswerKind.INCIDENTS)
def _incidents(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    if values.counts is None or len(values.counts) != len(row.counters):
        return OPEN
    total = sum(values.counts)
    if not total:
        return Finding(Verdict.MET, "Không xảy ra", "")
    named = [
        f"{name}: {number_text(number)}"
        for name, number in zip(row.counters, values.counts, strict=True)
        if number
    ]
    shown = "; ".join(named)
    if values.exception_claimed in {ground.code for ground in row.exceptions}:
        return _claimed(row, values, stage, shown)
    return Finding(Verdict.NOT_MET, shown, "Có xảy ra.")


def _claimed(row: CriterionDefinition, values: AnswerValues, stage: Stage, shown: str) -> Finding:
    """An incident for which an exception is claimed: the unit counts it, the appraiser concludes.

    Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 4 điểm b, d; Điều 6 khoản 3 điểm đ, g.
    """
    ground = row.exception_label(values.exception_claimed)
    if stage is Stage.SELF:
        reason = f"Đạt nếu được chấp nhận ngoại lệ: {ground}."
        return Finding(Verdict.MET, shown, reason, has_claim=True)
    if values.exception_accepted is None:
        return Finding("", shown, f"Chưa kết luận đề nghị xét ngoại lệ: {ground}.", has_claim=True)
    if values.exception_accepted:
        return Finding(Verdict.MET, shown, f"Chấp nhận ngoại lệ: {ground}.", has_claim=True)
    return Finding(Verdict.NOT_MET, shown, f"Không chấp nhận ngoại lệ: {ground}.", has_claim=True)


@judge(AnswerKind.COMPARISON)
def _comparison(row: CriterionDefinition, values: AnswerValues, stage: Stage) -> Finding:
    now, before = values.counts, values.previous_counts
    has_figures = bool(suggested_verdict(row, values))
    shown = "; ".join(
        f"{name}: {number_text(last)} → {number_text(this)}"
        for name, last, this in zip(row.counters, before or (), now or (), strict=False)
    )
    if values.verdict not in (Verdict.MET, Verdict.NOT_MET):
        return Finding("", shown, "Chưa kết luận so với năm trước.")
    if not has_figures:
        return Finding(values.verdict, shown, "Kết luận không dựa trên số liệu hai năm.")
    suggested = suggested_verdict(row, values)
    reason = "" if suggested == values.verdict else "Khác gợi ý của số liệu hai năm."
    return Finding(values.verdict, shown, reason)


def _verdict(is_met: bool) -> Verdict:
    return Verdict.MET if is_met else Verdict.NOT_MET
