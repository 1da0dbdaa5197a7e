"""Decisions: drafted over appraised files, sent to sign, approved, numbered and issued."""

import secrets
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.models import Organ
from criteria.workflow import Transition
from jobs.models import Job
from jobs.services import enqueue
from units.coverage import Scheme
from units.models import Unit
from units.selectors import Place, powers_of

from ..models import AppraisalSession, Decision, DecisionItem, Evaluation, SigningCapacity
from ..selectors.persons import concluded, sent_or_keyed_in
from ..selectors.snapshots import decision_snapshot, snapshot_digest
from ..workflow import ARROWS, Action, DecisionStatus
from .acts import (
    Started,
    act_of,
    finish_all,
    refresh_authorities,
    refuse_if_locked,
    refuse_without_note,
    write_log,
)
from .decision_lists import (
    appraised_rows,
    one_authority,
    recognises_nobody,
    refuse_before_recognition,
    refuse_outdated,
    refuse_undecidable,
    refuse_wrong_form,
)
from .guards import refuse_unsettled_events
from .numbering import Numbering, refuse_wrong_numbering
from .shares import freeze_shares

SYMBOLS: Final = MappingProxyType(
    {
        Organ.PEOPLES_COMMITTEE: "QĐ-UBND",
        Organ.CHAIRMAN: "QĐ-UBND",
        Organ.STEERING_COMMITTEE: "QĐ-BCĐ",
        Organ.MINISTER: "QĐ-BCA",
    }
)
"""What stands after the number of a decision of each organ. Legal: Nghị định 30/2020/NĐ-CP Phụ lục I."""


@transaction.atomic
def draft_decision(
    session: AppraisalSession, *, scheme: str, evaluations: Iterable[Evaluation], by: User
) -> Decision:
    """Draft one decision over appraised evaluations of one session and scheme; return it.

    Each outcome starts as the computed one. A recognition in which no unit meets the standard is
    drafted as a notice of the result. Raises PermissionDenied unless `by` prepares
    decisions at the deciding authority, TransitionRefused for a file that is not appraised,
    is of another scheme, year or authority, stands in another decision, or whose unit is not
    decided this year.
    """
    rows = appraised_rows(evaluations, session=session, scheme=scheme, by=by)
    authority_id, organ = one_authority(rows, scheme=scheme)
    authority = Unit.objects.get(pk=authority_id)
    _require(authority, Act.PREPARE_DECISION, by=by)
    refuse_undecidable(rows, scheme=scheme)
    refuse_outdated(rows)
    is_notice = recognises_nobody(rows, scheme=scheme)
    decision = Decision(
        authority=authority, province_id=rows[0].province_id, organ=organ, scheme=scheme,
        symbol=_symbol(organ, is_notice=is_notice), year=rows[0].season.year, session=session, is_notice=is_notice,
        drafted_at=timezone.now(), drafted_by=by,
        signing_capacity=SigningCapacity.HEAD if organ == Organ.CHAIRMAN else SigningCapacity.ON_BEHALF,
    )  # fmt: skip
    decision.full_clean(validate_constraints=False)
    decision.save()
    DecisionItem.objects.bulk_create(
        DecisionItem(
            decision=decision, evaluation=row, computed_outcome=row.appraised_outcome,
            outcome=row.appraised_outcome,
        )
        for row in rows
    )  # fmt: skip
    _audit(
        decision, "decision.draft", by=by, summary=f"Lập dự thảo {decision.noun.lower()}: {len(rows)} đơn vị",
        details={"evaluations": [row.pk for row in rows]},
    )  # fmt: skip
    return decision


@transaction.atomic
def set_item_outcome(item: DecisionItem, *, outcome: str, reason: str, by: User) -> DecisionItem:
    """Propose another class than the computed one, with the written reason; classification only."""
    decision = _lock(item.decision, by=by)
    _require(decision.authority, Act.PREPARE_DECISION, by=by)
    if decision.status != DecisionStatus.DRAFT:
        raise TransitionRefused("Chỉ sửa được khi quyết định còn là dự thảo.")
    item = decision.items.select_related(
        "evaluation__season__criteria_set", "evaluation__unit_version"
    ).get(pk=item.pk)
    refuse_if_locked(item.evaluation.season)
    known = item.evaluation.season.criteria_set.bands.values_list("code", flat=True)
    if outcome not in known:
        raise ValidationError({"outcome": "Mức này không có trong bộ tiêu chí."})
    if decision.scheme == Scheme.RECOGNITION and outcome != item.computed_outcome:
        raise ValidationError(
            {"outcome": "Đạt hay chưa đạt theo đúng kết quả thẩm định; muốn đổi, mở lại thẩm định."}
        )
    if outcome != item.computed_outcome and not reason.strip():
        raise ValidationError({"reason": "Mức khác mức tính theo điểm thì phải ghi lý do."})
    item.outcome = outcome
    item.reason = reason.strip() if outcome != item.computed_outcome else ""
    item.full_clean()
    item.save()
    _audit(
        decision, "decision.outcome", by=by, summary=f"{item.evaluation.unit_version}: mức đề nghị {outcome}",
        details={"computed": item.computed_outcome, "outcome": outcome, "reason": item.reason},
    )  # fmt: skip
    return item


@transaction.atomic
def discard_draft(decision: Decision, *, by: User) -> Decision:
    """Drop a draft; its files go back to "đã thẩm định" untouched."""
    decision, arrow = _start(decision, Action.DISCARD, by=by)
    for item in decision.items.select_related("evaluation__season"):
        refuse_if_locked(item.evaluation.season)
    decision.items.all().delete()
    return _finish(decision, arrow, by=by)


@transaction.atomic
def send_to_sign(decision: Decision, *, by: User) -> Decision:
    """Send the draft to the approver (trình ký); every file on it becomes "đã trình ký".

    Raises TransitionRefused while something that happened after the sending is not settled.
    """
    decision, arrow = _start(decision, Action.PROPOSE, by=by)
    if not decision.session.submission_number.strip():
        raise TransitionRefused(
            "Phiên thẩm định chưa có số tờ trình; ghi số và ngày tờ trình rồi trình ký."
        )
    refuse_wrong_form(decision)
    items = [started for started, _ in _start_items(decision, Action.PROPOSE, by=by)]
    refuse_unsettled_events(started.evaluation for started in items)
    finish_all(items)
    decision.sent_at, decision.sent_by = timezone.now(), by
    return _finish(decision, arrow, by=by)


@transaction.atomic
def send_back_decision(decision: Decision, *, note: str, by: User) -> Decision:
    """Send the list back to the standing body with a reason; its files are "đã thẩm định" again."""
    decision, arrow = _start(decision, Action.SEND_BACK, by=by)
    refuse_without_note(arrow, note)
    items = _start_items(decision, Action.SEND_BACK, by=by)
    for started, _ in items:
        started.evaluation.decided_at = started.evaluation.decided_by = None
    finish_all([started for started, _ in items], note=note)
    decision.sent_at = decision.sent_by = decision.approved_at = decision.approved_by = None
    return _finish(decision, arrow, by=by, note=note)


@transaction.atomic
def approve_decision(decision: Decision, *, by: User) -> Decision:
    """Approve the whole list (duyệt danh sách): `by` is the one who decides.

    Raises TransitionRefused naming the units that `by` keyed in, submitted or appraised.
    Legal: Thông tư 124/2021/TT-BCA Điều 10; Quyết định 510/QĐ-BCA-V05.
    """
    decision, arrow = _start(decision, Action.APPROVE, by=by)
    items = _start_items(decision, Action.APPROVE, by=by)
    refuse_unsettled_events(started.evaluation for started, _ in items)
    _refuse_second_step(decision, [started.evaluation for started, _ in items], by=by)
    now = timezone.now()
    for started, _ in items:
        started.evaluation.decided_at, started.evaluation.decided_by = now, by
    finish_all([started for started, _ in items])
    decision.approved_at, decision.approved_by = now, by
    return _finish(decision, arrow, by=by)


@transaction.atomic
def issue_decision(decision: Decision, *, numbering: Numbering, by: User) -> Decision:
    """Number and issue an approved decision (vào số, ban hành): files become decided, the content is sealed.

    The PDF is asked for in the same transaction and follows by itself; the decision stands
    whether or not it succeeds. Raises ValidationError with the field, TransitionRefused (code
    `recognition_first` while the recognition that a classification rests on is not issued).
    """
    decision, arrow = _start(decision, Action.ISSUE, by=by)
    # One clerk at a time for each authority: "5" and "05" are one number.
    Unit.objects.select_for_update(no_key=True).get(pk=decision.authority_id)
    refuse_wrong_numbering(decision, numbering)
    items = _start_items(decision, Action.ISSUE, by=by)
    rows = [started.evaluation for started, _ in items]
    refuse_before_recognition(rows)
    refuse_unsettled_events(rows)
    refuse_outdated(rows)
    for started, item in items:
        started.evaluation.decided_outcome = item.outcome
    finish_all([started for started, _ in items])
    decision.number, decision.issued_on = numbering.number.strip(), numbering.issued_on
    decision.signer_name, decision.signing_capacity = (
        numbering.signer_name.strip(),
        numbering.signing_capacity,
    )
    decision.verification_code = secrets.token_hex(10)
    decision.issued_at, decision.issued_by = timezone.now(), by
    freeze_shares(rows, at=decision.issued_at)
    decision.snapshot = decision_snapshot(decision)
    decision.snapshot_sha256 = snapshot_digest(decision.snapshot)
    issued = _finish(decision, arrow, by=by, sealed=decision.snapshot_sha256)
    ask_for_decision_pdf(issued, by=by)
    return issued


def ask_for_decision_pdf(decision: Decision, *, by: User) -> Job:
    """Ask for the PDF of an issued decision; asking twice while it is being made is one job."""
    return enqueue(
        "evaluations.decision_pdf",
        title=f"Lập PDF {decision.noun} {decision.full_number}",
        arguments={"decision": decision.pk},
        by=by,
        province_id=decision.province_id,
        deduplication_key=f"decision-pdf:{decision.pk}",
    )


def _symbol(organ: str, *, is_notice: bool) -> str:
    """What stands after the number: "QĐ-UBND", of a notice "TB-UBND"."""
    symbol = SYMBOLS[Organ(organ)]
    return symbol.replace("QĐ-", "TB-", 1) if is_notice else symbol


def _lock(decision: Decision, *, by: User) -> Decision:
    return (
        Decision.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("authority", "session", "province")
        .get(pk=decision.pk)
    )


def _start(decision: Decision, action: Action, *, by: User) -> tuple[Decision, Transition]:
    locked = _lock(decision, by=by)
    _require(locked.authority, act_of(locked.procedure, action), by=by)
    arrow = ARROWS.get((locked.procedure, locked.status, action))
    if arrow is None:
        last = locked.log.select_related("by").order_by("-at", "-pk").first()
        who = f" do {last.by} lúc {localtime(last.at):%H:%M ngày %d/%m/%Y}" if last else ""
        raise TransitionRefused(
            f"Quyết định đang ở trạng thái “{locked.get_status_display()}”{who}, "
            f"không làm được việc “{action.label}”; chưa ghi gì."
        )
    return locked, arrow


def _refuse_second_step(decision: Decision, rows: list[Evaluation], *, by: User) -> None:
    """Who keyed in, sent, appraised, drafted or sent to sign does not approve."""
    ids = [row.pk for row in rows]
    before = sent_or_keyed_in(ids, by) | concluded(ids, by)
    same = [str(row.unit_version) for row in rows if row.pk in before]
    if same or by.pk in (decision.drafted_by_id, decision.sent_by_id):
        names = ", ".join(same[:5]) or "danh sách này"
        raise TransitionRefused(
            "Người gửi, người thẩm định và người duyệt phải là ba người khác nhau; "
            f"bạn đã làm bước trước của: {names}.",
            code="same_person",
        )


def _start_items(
    decision: Decision, action: Action, *, by: User
) -> list[tuple[Started, DecisionItem]]:
    """Lock every evaluation on the list, in one order, with the arrow for the action."""
    items = {item.evaluation_id: item for item in decision.items.all()}
    rows = list(
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit_version__unit", "unit")
        .filter(pk__in=items)
        .order_by("unit")
    )
    if not rows:
        raise TransitionRefused("Quyết định chưa có đơn vị nào.")
    for row in rows:
        refuse_if_locked(row.season)
    refresh_authorities(rows)
    started = []
    for row in rows:
        # Who is delegated to, or manages the unit, since then does not answer for this decision.
        row.deciding_unit_id = decision.authority_id
        arrow = ARROWS.get((row.procedure, row.status, action))
        if arrow is None:
            raise TransitionRefused(
                f"{row.unit_version}: hồ sơ “{row.get_status_display()}”, không đi tiếp được."
            )
        started.append((Started(row, arrow, by), items[row.pk]))
    return started


def _finish(
    decision: Decision, arrow: Transition, *, by: User, note: str = "", sealed: str = ""
) -> Decision:
    decision.status = DecisionStatus(arrow.target)
    decision.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError as error:
        if "decision_number_once_per_year" not in str(error):
            raise
        raise ValidationError({"number": "Số này đã dùng trong năm."}) from error
    write_log(decision.log.model(decision=decision), arrow, by=by, note=note)
    _audit(
        decision, f"decision.{arrow.action}", by=by, summary=f"{Action(arrow.action).label}: {decision}",
        details={"from": arrow.source, "to": arrow.target, "note": note, "snapshot_sha256": sealed},
    )  # fmt: skip
    return decision


def _require(authority: Unit, act: Act, *, by: User) -> None:
    version = authority.versions.in_force().select_related("unit").get()
    powers_of(by).require(act, Place.of(version, authority_id=authority.pk))


def _audit(
    decision: Decision,
    act: str,
    *,
    by: User,
    summary: str,
    details: Mapping[str, object] | None = None,
) -> None:
    record_audit(
        act, by=by, subject=f"decision:{decision.pk}", summary=summary, details=dict(details or {}),
        province_id=decision.province_id, unit_id=decision.authority_id,
    )  # fmt: skip
