"""Taking one decided outcome back, with the reason; the decision and its paper stay."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused

from ..models import Annulment, DecisionItem, Evaluation
from ..selectors.annulments import resting_notice
from ..workflow import Action, DecisionStatus
from .acts import finish, start

LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class Annulled:
    """What became of it: the annulment, and what a person should look at next."""

    annulment: Annulment
    notice: str = ""
    """Says that a class rests on the recognition; it stays as it is."""


@transaction.atomic
def annul_outcome(
    item: DecisionItem, *, reason: str, number: str = "", signed_on: dt.date | None = None, by: User
) -> Annulled:
    """Take back the outcome one decision gave one unit; nothing that rests on it changes by itself.

    The three-person rule does not hold here: who approved may take it back. Raises
    Evaluation.DoesNotExist if not visible, PermissionDenied unless `by` approves at the authority
    of that decision or, where that level has ended, at the one that decides today,
    ValidationError with the field, TransitionRefused for a locked season or an outcome that is not
    decided, or was taken back already. Legal: Thông tư 124/2021/TT-BCA names no such act; it is
    the authority's general power over its own decision.
    """
    started = start(item.evaluation, Action.ANNUL, by=by)
    evaluation = started.evaluation
    _keep_authorities(evaluation)
    locked = DecisionItem.objects.select_related("decision").get(pk=item.pk)
    if locked.decision.status != DecisionStatus.ISSUED:
        raise TransitionRefused("Quyết định chưa ban hành; chuyển lại hoặc bỏ dự thảo.")
    _refuse_wrong(locked, reason=reason, number=number, signed_on=signed_on)
    evaluation.decided_outcome = ""
    annulment = Annulment.objects.create(
        item=locked, reason=reason.strip(), number=number.strip(), signed_on=signed_on,
        at=timezone.now(), by=by,
    )  # fmt: skip
    finish(started, note=_note(annulment))
    return Annulled(annulment, resting_notice(evaluation))


def _keep_authorities(evaluation: Evaluation) -> None:
    """A file that was decided stays with the authorities of that decision, whoever takes it back."""
    stored = Evaluation.objects.get(pk=evaluation.pk)
    for name in ("managing_unit_id", "appraising_unit_id", "deciding_unit_id"):
        setattr(evaluation, name, getattr(stored, name))


def _note(annulment: Annulment) -> str:
    """The reason as the log and the audit keep it, with the paper if there is one."""
    number = f"số {annulment.number}" if annulment.number else ""
    day = f"ngày {date_text(annulment.signed_on)}" if annulment.signed_on else ""
    paper = " ".join(filter(None, (number, day)))
    return f"{annulment.reason} (văn bản {paper})" if paper else annulment.reason


def _refuse_wrong(
    item: DecisionItem, *, reason: str, number: str, signed_on: dt.date | None
) -> None:
    problems = {}
    if not reason.strip():
        problems["reason"] = "Ghi lý do hủy bỏ."
    if len(number.strip()) > LONGEST_NUMBER:
        problems["number"] = f"Số văn bản dài quá {LONGEST_NUMBER} ký tự."
    issued_on = item.decision.issued_on
    if signed_on and signed_on > localdate():
        problems["signed_on"] = "Ngày văn bản còn ở phía trước."
    elif signed_on and issued_on and signed_on < issued_on:
        problems["signed_on"] = "Ngày văn bản trước ngày của quyết định bị hủy kết quả."
    if problems:
        raise ValidationError(problems)
