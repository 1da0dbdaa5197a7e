"""The whole procedure on one screen: registration, evaluation, decision.

A change of procedure is a new procedure name beside the old one, never an arrow taken away:
old log rows stay legal. Legal: Thông tư 124/2021/TT-BCA Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 11.
"""

from typing import Final

from django.db.models import TextChoices

from accounts.roles import Act
from criteria.workflow import Transition


class Procedure(TextChoices):
    """Which set of arrows a file follows; named in every log row."""

    REGISTRATION_1 = "registration-1", "Đăng ký"
    GRASSROOTS_1 = (
        "grassroots-1",
        "Đơn vị cơ sở: đơn vị gửi, cấp có thẩm quyền thẩm định và quyết định",
    )
    COMMUNE_1 = (
        "commune-1",
        "Xã, phường, đặc khu (huyện đến kỳ 2024): Thường trực Ban Chỉ đạo tự rà soát và gửi",
    )
    EXTERNAL_1 = "external-1", "Kết quả do cấp khác quyết định: chỉ ghi nhận, không có bước nào"
    DECISION_1 = "decision-1", "Quyết định"


class RegistrationStatus(TextChoices):
    DRAFT = "draft", "Đang lập bản đăng ký"
    SENT = "sent", "Đã gửi đăng ký"
    ACCEPTED = "accepted", "Đã tiếp nhận đăng ký"


class Status(TextChoices):
    """Where one evaluation stands (trạng thái hồ sơ)."""

    DRAFT = "draft", "Đang soạn"
    SUBMITTED = "submitted", "Đã gửi thẩm định"
    IN_REVIEW = "in_review", "Đang thẩm định"
    RETURNED = "returned", "Trả lại bổ sung"
    APPRAISED = "appraised", "Đã thẩm định"
    PROPOSED = "proposed", "Đã trình ký"
    APPROVED = "approved", "Đã duyệt, chờ vào số"
    DECIDED = "decided", "Đã có quyết định"
    ANNULLED = "annulled", "Đã hủy bỏ"


class DecisionStatus(TextChoices):
    """Where one decision stands (trạng thái quyết định)."""

    DRAFT = "draft", "Dự thảo"
    SENT = "sent", "Đã trình ký"
    APPROVED = "approved", "Đã duyệt, chờ vào số"
    ISSUED = "issued", "Đã ban hành"
    DISCARDED = "discarded", "Đã bỏ dự thảo"


class Action(TextChoices):
    """What a person does to a file; the button bears this word (thao tác)."""

    SEND = "send", "Gửi đăng ký"
    CALL_BACK = "call_back", "Rút lại đăng ký"
    ACCEPT = "accept", "Tiếp nhận đăng ký"
    UNACCEPT = "unaccept", "Thôi tiếp nhận đăng ký"
    SUBMIT = "submit", "Gửi thẩm định"
    WITHDRAW = "withdraw", "Rút lại để sửa"
    TAKE_UP = "take_up", "Nhận thẩm định"
    RELEASE = "release", "Thôi nhận thẩm định"
    TAKE_OVER = "take_over", "Nhận thay thẩm định"
    RETURN = "return", "Trả lại bổ sung"
    APPRAISE = "appraise", "Xác nhận thẩm định"
    REOPEN = "reopen", "Mở lại thẩm định"
    PROPOSE = "propose", "Trình ký"
    SEND_BACK = "send_back", "Chuyển lại"
    APPROVE = "approve", "Duyệt danh sách"
    ISSUE = "issue", "Vào số, ban hành"
    ANNUL = "annul", "Hủy bỏ kết quả"
    DISCARD = "discard", "Bỏ dự thảo"


_P, _S, _A, _R, _D = Procedure, Status, Action, RegistrationStatus, DecisionStatus


def _evaluation_arrows(procedure: Procedure, submit: Act) -> tuple[Transition, ...]:
    """The arrows of one file; the procedures differ in who sends it and takes it back."""
    # fmt: off
    return (
        #          procedure  from          action        to            act                      note?
        Transition(procedure, _S.DRAFT,     _A.SUBMIT,    _S.SUBMITTED, submit),
        Transition(procedure, _S.RETURNED,  _A.SUBMIT,    _S.SUBMITTED, submit),
        Transition(procedure, _S.SUBMITTED, _A.WITHDRAW,  _S.DRAFT,     submit),
        Transition(procedure, _S.SUBMITTED, _A.TAKE_UP,   _S.IN_REVIEW, Act.APPRAISE),
        Transition(procedure, _S.IN_REVIEW, _A.RELEASE,   _S.SUBMITTED, Act.APPRAISE, needs_note=True),
        Transition(procedure, _S.IN_REVIEW, _A.TAKE_OVER, _S.IN_REVIEW, Act.APPRAISE, needs_note=True),
        Transition(procedure, _S.IN_REVIEW, _A.RETURN,    _S.RETURNED,  Act.APPRAISE, needs_note=True),
        Transition(procedure, _S.IN_REVIEW, _A.APPRAISE,  _S.APPRAISED, Act.APPRAISE),
        Transition(procedure, _S.APPRAISED, _A.REOPEN,    _S.IN_REVIEW, Act.APPRAISE, needs_note=True),
        Transition(procedure, _S.APPRAISED, _A.PROPOSE,   _S.PROPOSED,  Act.PREPARE_DECISION),
        Transition(procedure, _S.PROPOSED,  _A.SEND_BACK, _S.APPRAISED, Act.APPROVE, needs_note=True),
        Transition(procedure, _S.PROPOSED,  _A.APPROVE,   _S.APPROVED,  Act.APPROVE),
        Transition(procedure, _S.APPROVED,  _A.SEND_BACK, _S.APPRAISED, Act.APPROVE, needs_note=True),
        Transition(procedure, _S.APPROVED,  _A.ISSUE,     _S.DECIDED,   Act.ISSUE),
        Transition(procedure, _S.DECIDED,   _A.ANNUL,     _S.ANNULLED,  Act.ANNUL, needs_note=True),
    )
    # fmt: on


# fmt: off
REGISTRATION_TRANSITIONS: Final = (
    #          procedure          from          action        to            act                      note?
    Transition(_P.REGISTRATION_1, _R.DRAFT,     _A.SEND,      _R.SENT,      Act.REGISTER),
    Transition(_P.REGISTRATION_1, _R.SENT,      _A.CALL_BACK, _R.DRAFT,     Act.REGISTER),
    Transition(_P.REGISTRATION_1, _R.SENT,      _A.RETURN,    _R.DRAFT,     Act.ACCEPT_REGISTRATION, needs_note=True),
    Transition(_P.REGISTRATION_1, _R.SENT,      _A.ACCEPT,    _R.ACCEPTED,  Act.ACCEPT_REGISTRATION),
    Transition(_P.REGISTRATION_1, _R.ACCEPTED,  _A.UNACCEPT,  _R.SENT,      Act.ACCEPT_REGISTRATION, needs_note=True),
)

EVALUATION_TRANSITIONS: Final = (
    *_evaluation_arrows(_P.GRASSROOTS_1, Act.SUBMIT),
    *_evaluation_arrows(_P.COMMUNE_1, Act.SUBMIT_COMMUNE),
)

DECISION_TRANSITIONS: Final = (
    Transition(_P.DECISION_1,     _D.DRAFT,     _A.PROPOSE,   _D.SENT,      Act.PREPARE_DECISION),
    Transition(_P.DECISION_1,     _D.DRAFT,     _A.DISCARD,   _D.DISCARDED, Act.PREPARE_DECISION),
    Transition(_P.DECISION_1,     _D.SENT,      _A.SEND_BACK, _D.DRAFT,     Act.APPROVE, needs_note=True),
    Transition(_P.DECISION_1,     _D.SENT,      _A.APPROVE,   _D.APPROVED,  Act.APPROVE),
    Transition(_P.DECISION_1,     _D.APPROVED,  _A.SEND_BACK, _D.DRAFT,     Act.APPROVE, needs_note=True),
    Transition(_P.DECISION_1,     _D.APPROVED,  _A.ISSUE,     _D.ISSUED,    Act.ISSUE),
)
# fmt: on

TRANSITIONS: Final = REGISTRATION_TRANSITIONS + EVALUATION_TRANSITIONS + DECISION_TRANSITIONS
ARROWS: Final = {(arrow.procedure, arrow.source, arrow.action): arrow for arrow in TRANSITIONS}

EDITABLE: Final = (Status.DRAFT, Status.RETURNED)
"""States in which the unit's own answers may change."""

BEFORE_DECISION: Final = (
    Status.DRAFT, Status.RETURNED, Status.SUBMITTED, Status.IN_REVIEW, Status.APPRAISED,
)  # fmt: skip
"""States in which the file follows the authority that the dated rules name today."""

WITH_AUTHORITY: Final = (
    Status.SUBMITTED, Status.IN_REVIEW, Status.APPRAISED,
    Status.PROPOSED, Status.APPROVED, Status.DECIDED, Status.ANNULLED,
)  # fmt: skip
"""States in which the file has left the unit's hands."""
