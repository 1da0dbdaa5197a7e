"""One act on many ticked units: each by itself, what became of each kept, and undone by name."""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from criteria.exceptions import TransitionRefused
from units.coverage import Scheme
from units.models import Unit

from ..models import BulkAct, BulkActRow, Evaluation, Registration, RegistrationLog, TransitionLog
from ..models.bulk_acts import NO_INCIDENTS
from ..selectors.bulk_acts import spoken_title, why_moved_on
from ..workflow import Action
from .bulk_answers import take_back_answers
from .evaluations import reopen_appraisal, withdraw_file
from .refusals import refusal_of
from .registrations import call_back_registration, unaccept_registration
from .releases import release_file

Changed = Registration | Sequence[Evaluation]
Inverse = Callable[..., object]

OF_REGISTRATION: Final[Mapping[str, Inverse]] = MappingProxyType(
    {Action.SEND: call_back_registration, Action.ACCEPT: unaccept_registration}
)
OF_FILE: Final[Mapping[str, Inverse]] = MappingProxyType(
    {
        Action.SUBMIT: withdraw_file,
        Action.TAKE_UP: release_file,
        Action.APPRAISE: reopen_appraisal,
    }
)
"""The legal arrow back for each act; what is not named is put right by its own act, not undone."""


def do_to_each(
    action: Action,
    runs: Sequence[tuple[Unit, Callable[[], Changed]]],
    *,
    year: int,
    by: User,
    unfit: Mapping[int, str] = MappingProxyType({}),
) -> BulkAct:
    """Do one act unit by unit, each in its own transaction; return the act with a row for each unit.

    A refusal of one stops no other and becomes the words of its row; `unfit` gives the words for
    units, by id, that were ticked and not tried.
    """
    bulk_act = BulkAct.objects.create(action=action, year=year, done_at=timezone.now(), done_by=by)
    for unit, run in runs:
        problem = refusal_of(lambda unit=unit, run=run: _do(bulk_act, unit, run))
        if problem:
            BulkActRow.objects.create(bulk_act=bulk_act, unit_id=unit.pk, problem=problem)
    BulkActRow.objects.bulk_create(
        BulkActRow(bulk_act=bulk_act, unit_id=unit_id, problem=words)
        for unit_id, words in unfit.items()
    )
    return bulk_act


def undo_bulk_act(bulk_act: BulkAct, *, by: User) -> list[BulkActRow]:
    """Lead every unit of the act back where nobody has acted since; return the rows that were tried.

    The rows keep what was done, or why a unit stays. Raises TransitionRefused where the act has no
    way back, PermissionDenied if the person may do it for none of the units.
    """
    if bulk_act.action not in (*OF_REGISTRATION, *OF_FILE, NO_INCIDENTS):
        raise TransitionRefused(f"“{bulk_act.get_action_display()}” không hoàn tác được.")
    reason = f"Hoàn tác: {spoken_title(bulk_act)}"
    rows = BulkActRow.objects.visible_to(by).filter(bulk_act=bulk_act, problem="", undone_at=None)
    tried, denied = [], []
    for row in rows.order_by("pk"):
        try:
            problem = refusal_of(lambda row=row: _undo(row, bulk_act, reason, by=by))
        except PermissionDenied as refused:
            denied.append(refused)
            continue
        if problem:
            BulkActRow.objects.filter(pk=row.pk, undone_at=None).update(undo_problem=problem)
        tried.append(row)
    if denied and not tried:
        raise denied[0]
    return tried


@transaction.atomic
def _do(bulk_act: BulkAct, unit: Unit, run: Callable[[], Changed]) -> None:
    try:
        logs = _logs_of(run())
    except PermissionDenied as denied:
        raise TransitionRefused(str(denied)) from denied
    BulkActRow.objects.create(bulk_act=bulk_act, unit_id=unit.pk, **logs)


def _logs_of(changed: Changed) -> dict[str, object]:
    """The steps just written, by the field of the row that keeps them."""
    if isinstance(changed, Registration):
        log = RegistrationLog.objects.filter(registration=changed).latest("pk")
        return {"registration_log": log}
    logs = TransitionLog.objects.filter(evaluation__in=changed).select_related("evaluation__season")
    newest = logs.order_by("evaluation", "-pk").distinct("evaluation")
    return {f"{Scheme(log.evaluation.season.scheme).value}_log": log for log in newest}


@transaction.atomic
def _undo(row: BulkActRow, bulk_act: BulkAct, reason: str, *, by: User) -> None:
    locked = (
        BulkActRow.objects.select_for_update(of=("self",))
        .select_related("recognition_log", "classification_log", "registration_log__registration")
        .get(pk=row.pk, undone_at=None)
    )
    moved = why_moved_on(locked)
    if moved:
        raise TransitionRefused(moved)
    if locked.answers_key:
        take_back_answers(locked, reason=reason, by=by)
    elif locked.registration_log:
        back = OF_REGISTRATION[bulk_act.action]
        back(locked.registration_log.registration, note=reason, by=by)
    else:
        back = OF_FILE[bulk_act.action]
        back(locked.unit, year=bulk_act.year, note=reason, by=by, only=_evaluations(locked))
    locked.undone_at, locked.undone_by, locked.undo_problem = timezone.now(), by, ""
    locked.save(update_fields=["undone_at", "undone_by", "undo_problem"])


def _evaluations(row: BulkActRow) -> Collection[int]:
    logs = (row.recognition_log, row.classification_log)
    return {log.evaluation_id for log in logs if log}
