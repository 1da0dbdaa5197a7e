"""Writing down what happened after a file was sent, and that nothing more did."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from criteria.scoring import CriterionDefinition
from criteria.selectors import definition_of
from units.models import Unit
from units.selectors import Place, powers_of

from ..models import Evaluation, LateEvent, QuietStatement, Settlement
from ..selectors.authorities import authority_for_act
from ..selectors.late_events import BEFORE_THE_DECISION
from ..workflow import Status
from .answers import lock_for
from .guards import refuse_other_reviewer, refuse_own_file


@dataclass(frozen=True, slots=True)
class LateEventDetails:
    """What happened: the row it counts in, the day, how many, the ground of an exception, why."""

    criterion_id: int
    happened_on: dt.date
    count: int
    reason: str
    exception_claimed: str = ""


@transaction.atomic
def report_late_event(evaluation: Evaluation, details: LateEventDetails, *, by: User) -> LateEvent:
    """Write down what happened between the sending and the end of the window; no answer changes.

    By the unit's side or by who appraises it, until the decision. A statement that nothing
    happened is taken back. Raises ValidationError by field, PermissionDenied, TransitionRefused.
    Legal: Thông tư 124/2021/TT-BCA Điều 8.
    """
    locked = lock_for(evaluation, _act_of(evaluation, by), by=by)
    _refuse_outside_the_time(locked)
    row = _row_of(locked, details)
    event = LateEvent(
        evaluation=locked, criterion_id=row.id, happened_on=details.happened_on,
        count=details.count, exception_claimed=details.exception_claimed,
        reason=details.reason.strip(), reported_at=timezone.now(), reported_by=by,
    )  # fmt: skip
    event.full_clean()
    event.save(force_insert=True)
    taken_back, _ = QuietStatement.objects.filter(evaluation=locked).delete()
    _audit(
        "late_event.report", locked, by=by,
        summary=f"Phát sinh sau khi gửi, {row.code}: {locked.unit_version}",
        details={
            "code": row.code, "on": str(event.happened_on), "count": event.count,
            "takes_back_statement": bool(taken_back),
        },
    )  # fmt: skip
    return event


@transaction.atomic
def settle_late_event(event: LateEvent, *, settlement: str, note: str, by: User) -> LateEvent:
    """Say what a late event does to the result; the appraiser's own words, kept with name and time.

    Counting it needs the file in review, where the conclusion is written; that it changes nothing
    may be said until the decision.
    """
    locked = lock_for(event.evaluation, Act.APPRAISE, by=by)
    row = LateEvent.objects.select_for_update(of=("self",)).get(pk=event.pk, evaluation=locked)
    if row.settlement:
        raise TransitionRefused(
            f"{row.settled_by} đã xử lý phát sinh này: {row.get_settlement_display().lower()}."
        )
    if not note.strip():
        raise ValidationError({"note": "Ghi ý kiến xử lý."})
    _refuse_wrong_step(locked, settlement, by=by)
    row.settlement, row.settlement_note = settlement, note.strip()
    row.settled_at, row.settled_by = timezone.now(), by
    row.save()
    _audit(
        "late_event.settle", locked, by=by,
        summary=f"Xử lý phát sinh sau khi gửi: {locked.unit_version}",
        details={"event": row.pk, "settlement": settlement},
    )  # fmt: skip
    return row


@transaction.atomic
def state_quiet(unit: Unit, *, year: int, by: User) -> list[QuietStatement]:
    """State that nothing more happened to the end of the window, for both parts of a file.

    One tick, once the window has ended and before the decision; what was stated stays as it is.
    Raises TransitionRefused while an event waits to be settled or where there is nothing to state.
    """
    file = Evaluation.objects.visible_to(by).of_file(unit.pk, year)
    locked = [lock_for(one, Act.APPRAISE, by=by) for one in file]
    waiting = [one for one in locked if one.status in BEFORE_THE_DECISION]
    if not waiting:
        raise TransitionRefused("Hồ sơ không ở giữa lúc gửi và lúc có quyết định.")
    for one in waiting:
        refuse_own_file(one, by=by)
        if localdate() <= one.season.window_to:
            raise TransitionRefused(
                f"Kỳ còn đến hết {date_text(one.season.window_to)}; hết kỳ mới xác nhận."
            )
        if one.late_events.unsettled().exists():
            raise TransitionRefused("Còn phát sinh sau khi gửi chưa xử lý.")
    stated = set(
        QuietStatement.objects.filter(evaluation__in=waiting).values_list("evaluation", flat=True)
    )
    made = [
        QuietStatement.objects.create(
            evaluation=one, up_to=one.season.window_to, stated_at=timezone.now(), stated_by=by
        )
        for one in waiting
        if one.pk not in stated
    ]
    for one in made:
        _audit(
            "quiet.state", one.evaluation, by=by,
            summary=f"Không phát sinh đến hết kỳ: {one.evaluation.unit_version}",
            details={"up_to": str(one.up_to)},
        )  # fmt: skip
    return made


def _act_of(evaluation: Evaluation, by: User) -> Act:
    """By which right this person writes the event down: who appraises the unit, else its own side."""
    place = Place.of(
        evaluation.unit_version, authority_id=authority_for_act(evaluation, Act.APPRAISE)
    )
    return Act.APPRAISE if powers_of(by).may(Act.APPRAISE, place) else Act.ANSWER


def _refuse_outside_the_time(evaluation: Evaluation) -> None:
    if evaluation.status in BEFORE_THE_DECISION:
        return
    state = evaluation.get_status_display()
    more = "; ghi thẳng vào trả lời." if evaluation.is_editable else "."
    raise TransitionRefused(f"Hồ sơ đang “{state}”, không ghi phát sinh sau khi gửi{more}")


def _row_of(evaluation: Evaluation, details: LateEventDetails) -> CriterionDefinition:
    """The row of the set; ValidationError for a day outside the time between sending and window's end."""
    rows = definition_of(evaluation.season.criteria_set).rows
    row = next((row for row in rows if row.id == details.criterion_id), None)
    if row is None:
        raise ValidationError({"criterion": "Tiêu chí này không thuộc bộ tiêu chí của kỳ."})
    if details.exception_claimed and details.exception_claimed not in {
        ground.code for ground in row.exceptions
    }:
        raise ValidationError({"exception_claimed": "Dòng này không xét ngoại lệ đó."})
    first, last = localdate(evaluation.submitted_at), evaluation.season.window_to
    day = details.happened_on
    if day > localdate():
        raise ValidationError({"happened_on": "Ngày xảy ra còn ở phía trước."})
    if day < first:
        raise ValidationError(
            {
                "happened_on": f"Xảy ra trước khi gửi ({date_text(first)}): sửa lỗi nhập hoặc trả lại "
                "bổ sung dòng đó."
            }
        )
    if day > last:
        raise ValidationError(
            {"happened_on": f"Kỳ tính đến hết {date_text(last)} (Điều 8): tính vào năm sau."}
        )
    return row


def _refuse_wrong_step(evaluation: Evaluation, settlement: str, *, by: User) -> None:
    if settlement not in Settlement.values:
        raise ValidationError({"settlement": "Chọn một cách xử lý."})
    refuse_own_file(evaluation, by=by)
    if evaluation.status not in BEFORE_THE_DECISION:
        raise TransitionRefused(
            f"Hồ sơ đang “{evaluation.get_status_display()}”, không xử lý được nữa."
        )
    if evaluation.status == Status.IN_REVIEW:
        refuse_other_reviewer(evaluation, by=by)
    elif settlement == Settlement.COUNTED:
        raise TransitionRefused(
            f"Hồ sơ đang “{evaluation.get_status_display()}”: nhận thẩm định, hoặc mở lại thẩm định, "
            "ghi kết luận rồi chọn “Đã tính vào kết luận”."
        )


def _audit(
    act: str, evaluation: Evaluation, *, by: User, summary: str, details: dict[str, object]
) -> None:
    record_audit(
        act, by=by, subject=f"evaluation:{evaluation.pk}", province_id=evaluation.province_id,
        unit_id=evaluation.unit_id, summary=summary, details=details,
    )  # fmt: skip
