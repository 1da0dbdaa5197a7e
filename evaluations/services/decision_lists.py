"""Which files may stand on one decision, and what they must rest on."""

from collections.abc import Iterable, Sequence

from django.utils.timezone import localdate

from accounts.models import User
from criteria.exceptions import TransitionRefused
from criteria.scoring import NEEDS_RECOGNITION
from criteria.selectors import authority_units, authority_units_of, definition_of
from units.coverage import Coverage, Scheme
from units.models import UnitVersion

from ..models import (
    AppraisalSession,
    Decision,
    DecisionItem,
    Evaluation,
    RosterEntry,
    ScoreRuleHit,
    Stage,
)
from ..workflow import Status
from .acts import refuse_if_locked

MET = "met"
UNDER_REVIEW = (Status.SUBMITTED, Status.IN_REVIEW)
ON_THE_WAY = (Status.APPRAISED, Status.PROPOSED, Status.APPROVED)


def appraised_rows(
    evaluations: Iterable[Evaluation], *, session: AppraisalSession, scheme: str, by: User
) -> list[Evaluation]:
    """The evaluations locked, in the order of their units.

    Raises TransitionRefused for one that is not appraised, is of another session or scheme, or
    stands in a decision.
    """
    wanted = [evaluation.pk for evaluation in evaluations]
    rows = list(
        Evaluation.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit_version__unit", "unit")
        .filter(pk__in=wanted)
        .order_by("unit", "pk")
    )
    if not rows:
        raise TransitionRefused("Chọn ít nhất một hồ sơ đã thẩm định.")
    for row in rows:
        refuse_if_locked(row.season)
        if row.status != Status.APPRAISED:
            raise TransitionRefused(
                f"{row.unit_version}: hồ sơ “{row.get_status_display()}”, chưa đưa vào dự thảo được."
            )
        if row.season.scheme != scheme or row.session_id != session.pk:
            raise TransitionRefused(
                f"{row.unit_version} không thuộc phiên hoặc chế độ của quyết định này."
            )
    taken = DecisionItem.objects.filter(evaluation__in=rows).select_related(
        "evaluation__unit_version"
    )
    if taken:
        raise TransitionRefused(
            f"{taken[0].evaluation.unit_version} đã nằm trong một quyết định khác."
        )
    return rows


def one_authority(rows: Sequence[Evaluation], *, scheme: str) -> tuple[int, str]:
    """The id of the one unit that decides all these files today, and its organ.

    Raises TransitionRefused naming a unit that is decided elsewhere or by another organ.
    """
    today = localdate()
    units = [row.unit_id for row in rows]
    versions = UnitVersion.objects.in_force(today).filter(unit__in=units).select_related("unit")
    by_unit = {version.unit_id: version for version in versions}
    answers = authority_units_of(by_unit.values(), scheme=scheme, day=today)
    found: list[tuple[int, str]] = []
    for row in rows:
        version = by_unit[row.unit_id]
        answer = answers.get(row.unit_id) or authority_units(version, scheme=scheme, day=today)
        found.append((answer.deciding_unit_id, answer.rule.organ))
        if found[-1] != found[0]:
            raise TransitionRefused(
                f"{row.unit_version}: cấp hoặc cơ quan quyết định khác với {rows[0].unit_version}; "
                "lập quyết định riêng."
            )
    return found[0]


def refuse_undecidable(rows: Sequence[Evaluation], *, scheme: str) -> None:
    """A unit not on the year's list, or left out this year, is not decided; a voluntary one not recognised.

    Of a unit that changed hands within the year the later list counts.
    """
    listed = RosterEntry.objects.filter(
        unit__in=[row.unit_id for row in rows], roster__year=rows[0].season.year, removed_at=None
    )
    entries = {entry.unit_id: entry for entry in listed.order_by("pk")}
    for row in rows:
        entry = entries.get(row.unit_id)
        if entry is None or entry.not_considered_reason:
            raise TransitionRefused(f"{row.unit_version} không xét năm nay, không đưa vào dự thảo.")
        if scheme == Scheme.RECOGNITION and entry.coverage == Coverage.VOLUNTARY:
            raise TransitionRefused(
                f"{row.unit_version} tự nguyện tham gia: được theo dõi, không có quyết định công nhận."
            )


def recognises_nobody(rows: Sequence[Evaluation], *, scheme: str) -> bool:
    """Whether no unit of a recognition list meets the standard: a notice closes it, not a decision."""
    return scheme == Scheme.RECOGNITION and not any(row.appraised_outcome == MET for row in rows)


def refuse_wrong_form(decision: Decision) -> None:
    """A recognition decision names at least one unit that meets the standard; a notice names none.

    Legal: Thông tư 124/2021/TT-BCA Điều 10, Điều 12 khoản 2.
    """
    if decision.scheme != Scheme.RECOGNITION:
        return
    if decision.items.filter(outcome=MET).exists() == decision.is_notice:
        raise TransitionRefused(
            "Quyết định công nhận phải có đơn vị đạt tiêu chuẩn; không đơn vị nào đạt thì phải là "
            "Thông báo kết quả xét duyệt. Bỏ dự thảo này rồi lập lại.",
            code="nobody_recognised",
        )


def refuse_before_recognition(rows: Sequence[Evaluation]) -> None:
    """The TT 124 result comes first: no classification while the unit's recognition is on its way.

    What was appraised as not met waits for no decision; what was never sent has no result.
    Legal: Quyết định 510/QĐ-BCA-V05, whose classification rests on the results of Thông tư
    124/2021/TT-BCA.
    """
    for row, recognition in _with_recognition(rows):
        if recognition is None:
            continue
        is_coming = recognition.status in ON_THE_WAY and recognition.appraised_outcome == MET
        if recognition.status in UNDER_REVIEW or is_coming:
            raise TransitionRefused(
                f"{row.unit_version}: quyết định công nhận (TT 124) chưa ban hành; "
                "ban hành quyết định đó trước quyết định phân loại.",
                code="recognition_first",
            )


def refuse_outdated(rows: Sequence[Evaluation]) -> None:
    """A class that rests on the recognition is that of the recognition as it stands now."""
    held_back = set(
        ScoreRuleHit.objects.filter(
            score__evaluation__in=rows, score__stage=Stage.APPRAISED, rule=NEEDS_RECOGNITION
        ).values_list("score__evaluation", flat=True)
    )
    for row, recognition in _with_recognition(rows):
        definition = definition_of(row.season.criteria_set)
        if not definition.has_rule(NEEDS_RECOGNITION):
            continue
        result = recognition.outcome_so_far if recognition else ""
        is_best = row.appraised_outcome == definition.bands[0].code
        if row.pk in held_back if result == MET else is_best:
            raise TransitionRefused(
                f"{row.unit_version}: kết quả công nhận (TT 124) đã khác lúc thẩm định phân loại; "
                "mở lại thẩm định phân loại rồi xác nhận lại.",
                code="stale",
            )


def _with_recognition(
    rows: Sequence[Evaluation],
) -> list[tuple[Evaluation, Evaluation | None]]:
    """Each classification with the recognition of the same unit and year, if one was opened; one query."""
    classified = [row for row in rows if row.season.scheme == Scheme.CLASSIFICATION]
    if not classified:
        return []
    found = Evaluation.objects.filter(
        unit__in=[row.unit_id for row in classified], season__year=classified[0].season.year,
        season__scheme=Scheme.RECOGNITION,
    )  # fmt: skip
    by_unit = {one.unit_id: one for one in found}
    return [(row, by_unit.get(row.unit_id)) for row in classified]
