"""The acts on a unit's yearly file, from opening it to the appraiser's conclusion."""

import datetime as dt
from collections.abc import Callable, Container, Mapping
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from criteria.exceptions import TransitionRefused
from criteria.scoring import SheetResult
from criteria.selectors import authority_units
from units.coverage import Scheme
from units.models import Unit
from units.selectors import Powers, powers_of

from ..models import (
    Attachment,
    Evaluation,
    Purpose,
    Season,
    Stage,
)
from ..selectors.authorities import entering_place
from ..workflow import ARROWS, Action, Status
from .acts import Started, finish, refuse_if_locked, start
from .answers import confirm_proposals, propose_rows, recognition_of
from .guards import (
    refuse_external,
    refuse_other_reviewer,
    refuse_own_file,
    refuse_unless_considered,
    refuse_unsettled_events,
)
from .register_proposals import propose_from_registers
from .registrations import require_visible
from .scores import score_of, store_score
from .statements import Statement as Statement
from .statements import file_of
from .statements import record_statement as record_statement
from .supplements import Asked, close_request, plan_request, record_request, take_back_answer


@transaction.atomic
def open_file(unit: Unit, *, year: int, by: User) -> list[Evaluation]:
    """Open a unit's yearly file: one evaluation for each season of its kind; return them, recognition first.

    Opening again only brings the registers' proposals up to date. Raises Unit.DoesNotExist if not
    visible, PermissionDenied, TransitionRefused without an open season or when the unit is not on the year's list.
    """
    version = require_visible(unit, by=by)
    refuse_external(version)
    powers_of(by).require(Act.ANSWER, entering_place(version, scheme=Scheme.CLASSIFICATION))
    seasons = Season.objects.filter(
        province=version.unit.province_id, unit_kind=version.unit.kind, year=year
    )
    seasons = list(seasons.select_related("criteria_set").order_by("-scheme"))
    if not seasons:
        raise TransitionRefused(f"Chưa mở kỳ đánh giá năm {year} cho loại hình này.")
    refuse_unless_considered(unit.pk, year=year)
    opened = []
    for season in seasons:
        refuse_if_locked(season)
        answer = authority_units(version, scheme=season.scheme, day=localdate())
        evaluation, _ = Evaluation.objects.get_or_create(
            season=season, unit=unit,
            defaults={
                "unit_version": version, "province_id": season.province_id,
                "managing_unit_id": answer.managing_unit_id,
                "appraising_unit_id": answer.appraising_unit_id, "deciding_unit_id": answer.deciding_unit_id,
                "procedure": answer.rule.procedure,
                "representative_name": version.representative_name,
                "representative_title": version.representative_title,
            },
        )  # fmt: skip
        propose_from_registers(evaluation, by=by)
        opened.append(evaluation)
    return opened


@transaction.atomic
def submit_file(
    unit: Unit, *, year: int, by: User, powers: Powers | None = None
) -> list[Evaluation]:
    """Send both evaluations of the file to appraisal in one act; two results stay two.

    A unit that has not registered sends the classification only. Proposals become the unit's
    own answers. Raises ValidationError with what is missing, by code.
    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 2 điểm b; Quyết định 510/QĐ-BCA-V05 Điều 11.
    """
    return on_each_part(
        unit, year, Action.SUBMIT, by=by, powers=powers, act=_submit, fits=_may_be_sent
    )


@transaction.atomic
def withdraw_file(
    unit: Unit, *, year: int, by: User, note: str = "", only: Container[int] | None = None
) -> list[Evaluation]:
    """Take the file back to mend it, while nobody has taken it up (rút lại); `only` these evaluations."""
    fits = _among(only)
    return on_each_part(unit, year, Action.WITHDRAW, by=by, act=_withdraw, note=note, fits=fits)


@transaction.atomic
def take_up_file(
    unit: Unit, *, year: int, by: User, powers: Powers | None = None
) -> list[Evaluation]:
    """Take the file up for appraisal: from now on nothing moves under the reader."""
    return on_each_part(unit, year, Action.TAKE_UP, by=by, powers=powers, act=_take_up)


@transaction.atomic
def return_file(
    unit: Unit,
    *,
    year: int,
    by: User,
    note: str = "",
    rows: Mapping[int, str] | None = None,
    due_on: dt.date | None = None,
) -> list[Evaluation]:
    """Return the file to be completed, with the reason (trả lại bổ sung); conclusions stay.

    `rows`, reasons by criterion id, returns only these: they open, every other stays as it was
    sent. Raises ValidationError by field, or by code for a row without a reason.
    Legal: Thông tư 124/2021/TT-BCA Điều 9 khoản 2.
    """
    asked = plan_request(file_of(unit, year=year, by=by), note=note, rows=rows, due_on=due_on)
    return on_each_part(
        unit, year, Action.RETURN, by=by, act=partial(_return, asked=asked),
        note=asked.log_note, fits=asked.concerns,
    )  # fmt: skip


@transaction.atomic
def appraise_file(
    unit: Unit, *, year: int, by: User, note: str = "", powers: Powers | None = None
) -> list[Evaluation]:
    """Confirm the appraisal of the file: the engine's result on the appraised answers is stored.

    Raises TransitionRefused if `by` keyed in or submitted it, ValidationError while an exception
    is undecided or a row is open. Legal: Thông tư 124/2021/TT-BCA Điều 9.
    """
    return on_each_part(unit, year, Action.APPRAISE, by=by, powers=powers, act=_appraise, note=note)


@transaction.atomic
def reopen_appraisal(
    unit: Unit, *, year: int, note: str, by: User, only: Container[int] | None = None
) -> list[Evaluation]:
    """Open a confirmed appraisal again, with the reason, while it stands in no decision."""
    return on_each_part(unit, year, Action.REOPEN, by=by, act=_reopen, note=note, fits=_among(only))


def _submit(started: Started, note: str) -> Evaluation:
    evaluation = started.evaluation
    refuse_unless_considered(evaluation.unit_id, year=evaluation.season.year)
    _refuse_unregistered(evaluation)
    propose_from_registers(evaluation, by=started.by, is_sending=True)
    propose_rows(evaluation, by=started.by)
    confirm_proposals(evaluation, by=started.by)
    result = score_of(evaluation, stage=Stage.SELF)
    _refuse_incomplete(evaluation, result)
    store_score(evaluation, result, stage=Stage.SELF)
    evaluation.self_points, evaluation.self_outcome = result.total_points, result.outcome
    evaluation.submitted_at, evaluation.submitted_by = timezone.now(), started.by
    close_request(evaluation)
    return finish(started, note=note)


def _withdraw(started: Started, note: str) -> Evaluation:
    take_back_answer(started.evaluation)
    _clear_submission(started.evaluation)
    started.evaluation.session = None
    return finish(started, note=note)


def _take_up(started: Started, note: str) -> Evaluation:
    refuse_own_file(started.evaluation, by=started.by)
    started.evaluation.taken_up_at, started.evaluation.taken_up_by = timezone.now(), started.by
    return finish(started, note=note)


def _among(only: Container[int] | None) -> Callable[[Evaluation], bool] | None:
    return None if only is None else lambda one: one.pk in only


def _return(started: Started, note: str, *, asked: Asked) -> Evaluation:
    refuse_other_reviewer(started.evaluation, by=started.by)
    record_request(started.evaluation, asked, by=started.by)
    _clear_submission(started.evaluation)
    return finish(started, note=note)


def _appraise(started: Started, note: str) -> Evaluation:
    evaluation = started.evaluation
    refuse_other_reviewer(evaluation, by=started.by)
    _refuse_before_recognition(evaluation)
    refuse_unsettled_events([evaluation])
    result = score_of(evaluation, stage=Stage.APPRAISED)
    if result.missing:
        raise ValidationError({missing.code: missing.message for missing in result.missing})
    store_score(evaluation, result, stage=Stage.APPRAISED)
    evaluation.appraised_points, evaluation.appraised_outcome = result.total_points, result.outcome
    evaluation.appraised_at, evaluation.appraised_by = timezone.now(), started.by
    evaluation.appraisal_note = note.strip()
    return finish(started, note=note)


def _reopen(started: Started, note: str) -> Evaluation:
    evaluation = started.evaluation
    if evaluation.decision_items.exists():
        raise TransitionRefused(
            "Hồ sơ đang nằm trong dự thảo quyết định; bỏ dự thảo trước khi mở lại thẩm định."
        )
    if evaluation.season.scheme == Scheme.RECOGNITION and _classification_stands(evaluation):
        raise TransitionRefused(
            "Quyết định hoặc dự thảo phân loại của đơn vị dựa trên kết quả này; "
            "bỏ dự thảo phân loại trước khi mở lại thẩm định."
        )
    evaluation.appraised_at = evaluation.appraised_by = None
    evaluation.taken_up_at, evaluation.taken_up_by = timezone.now(), started.by
    evaluation.appraised_points, evaluation.appraised_outcome = None, ""
    return finish(started, note=note)


def _clear_submission(evaluation: Evaluation) -> None:
    """Nobody has sent it, and it comes to nothing yet; what was sent stays in the log."""
    evaluation.submitted_at = evaluation.submitted_by = None
    evaluation.taken_up_at = evaluation.taken_up_by = None
    evaluation.self_points, evaluation.self_outcome = None, ""


def on_each_part(
    unit: Unit,
    year: int,
    action: Action,
    *,
    by: User,
    act: Callable[[Started, str], Evaluation],
    powers: Powers | None = None,
    note: str = "",
    fits: Callable[[Evaluation], bool] | None = None,
) -> list[Evaluation]:
    """Do one act on every evaluation of the file that has its arrow; the first says why if none has."""
    file = file_of(unit, year=year, by=by)
    ready = [
        one
        for one in file
        if (one.procedure, one.status, action) in ARROWS and (fits is None or fits(one))
    ]
    if not ready:
        start(file[0], action, by=by, powers=powers)
        raise TransitionRefused("Không có phần nào của hồ sơ làm được việc này.")
    # Every row is locked before the first audit row takes the head of the chain.
    started = [start(one, action, by=by, powers=powers) for one in ready]
    return [act(one, note) for one in started]


def _may_be_sent(evaluation: Evaluation) -> bool:
    """Registration gates recognition, never classification."""
    if evaluation.season.scheme == Scheme.CLASSIFICATION:
        return True
    return (
        evaluation.unit.registrations.filter(season=evaluation.season_id)
        .exclude(status="draft")
        .exists()
    )


def _refuse_unregistered(evaluation: Evaluation) -> None:
    """Lock the registration that recognition rests on, so that it is not called back meanwhile."""
    if evaluation.season.scheme == Scheme.CLASSIFICATION:
        return
    rows = evaluation.unit.registrations.select_for_update(of=("self",))
    registration = rows.filter(season=evaluation.season_id).first()
    if registration is None or not registration.is_registered:
        raise TransitionRefused(f"{evaluation.unit_version}: đăng ký vừa được rút hoặc trả lại.")


def _refuse_before_recognition(evaluation: Evaluation) -> None:
    """A classification rests on the recognition that was sent: that one is appraised first, or with it."""
    if evaluation.season.scheme == Scheme.RECOGNITION:
        return
    recognition = recognition_of(evaluation)
    if recognition and recognition.status in (Status.SUBMITTED, Status.IN_REVIEW):
        raise TransitionRefused(
            f"{evaluation.unit_version}: phần công nhận (TT 124) đã gửi mà chưa thẩm định xong; "
            "thẩm định phần đó trước hoặc cùng lúc."
        )
    if recognition and recognition.supplement_requests.open().filter(is_partial=True).exists():
        raise TransitionRefused(
            f"{evaluation.unit_version}: phần công nhận (TT 124) đang trả lại bổ sung một số dòng; "
            "chờ đơn vị gửi lại."
        )


def _classification_stands(recognition: Evaluation) -> bool:
    """Whether the classification of the same unit and year stands in a decision or its draft."""
    return Evaluation.objects.filter(
        unit=recognition.unit_id, season__year=recognition.season.year,
        season__scheme=Scheme.CLASSIFICATION, decision_items__isnull=False,
    ).exists()  # fmt: skip


def _refuse_incomplete(evaluation: Evaluation, result: SheetResult) -> None:
    problems: dict[str, str] = {missing.code: missing.message for missing in result.missing}
    if not evaluation.representative_name or not evaluation.representative_title:
        problems["representative_name"] = "Ghi họ tên, chức danh đại diện đơn vị."
    if evaluation.meeting_on is None:
        problems["meeting_on"] = "Ghi ngày họp đánh giá (Điều 9)."
    minutes = Attachment.objects.filter(
        unit=evaluation.unit_id, year=evaluation.season.year, purpose=Purpose.MINUTES
    )
    if not minutes.exists():
        problems["minutes"] = "Kèm ảnh biên bản họp đã ký, hoặc ghi nơi lưu bản giấy."
    if problems:
        raise ValidationError(problems)
