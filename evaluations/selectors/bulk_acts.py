"""Bulk acts as they are spoken of: what was done to how many, what became of each, what can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.prepared import Prepared
from units.models import Kind, UnitVersion
from units.selectors import Place, Powers

from ..models import (
    Answer,
    AnswerChange,
    BulkAct,
    BulkActRow,
    Evaluation,
    RegistrationLog,
    TransitionLog,
)
from ..models.bulk_acts import NO_INCIDENTS
from ..workflow import ARROWS, Action
from .authorities import authority_for_act, refresh_authorities, registration_place
from .bulk_answers import why_answers_stay, written_changes
from .queue import OVERRULED

UNDOABLE: Final = (
    Action.SEND, Action.ACCEPT, Action.SUBMIT, Action.TAKE_UP, Action.APPRAISE, NO_INCIDENTS,
)  # fmt: skip
"""Acts with a way back; the others are put right by the act that follows them."""
OFFERED: Final = 3
"""So many of the latest acts are offered to be undone on a page."""


@dataclass(frozen=True, slots=True)
class DoneAct:
    """One bulk act that can still be undone for some of its units."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class DoneRow:
    """What became of one unit in a bulk act, and whether it can still be led back."""

    row: BulkActRow
    name: str
    moved_on: str
    answers: Sequence[AnswerChange] = ()
    """What was written into the unit's file, where the act wrote answers."""

    @property
    def is_done(self) -> bool:
        return self.row.is_done

    @property
    def is_undone(self) -> bool:
        return self.row.undone_at is not None

    @property
    def problems(self) -> list[str]:
        return (self.row.undo_problem or self.row.problem).splitlines()

    @property
    def can_go_back(self) -> bool:
        return self.is_done and not self.is_undone and not self.moved_on


def recent_acts(user: User, *, year: int, actions: Sequence[str] = UNDOABLE) -> list[DoneAct]:
    """The person's latest bulk acts of a year that can still be undone, the newest first: one query."""
    found = _recent(frozenset(actions) & frozenset(UNDOABLE))(user=user.pk, year=year)
    return [DoneAct(_title(act), reverse("evaluations:bulk_undo", args=[act.pk])) for act in found]


@cache
def _recent(actions: frozenset[str]) -> Prepared[BulkAct]:
    """The latest of somebody's acts of these sorts that stand for at least one unit."""
    standing = BulkActRow.objects.standing().filter(bulk_act=OuterRef("pk"))
    wanted = BulkAct.objects.filter(Exists(standing), action__in=sorted(actions))
    return Prepared(
        lambda user, year: _counted(wanted.filter(done_by=user, year=year)).order_by("-done_at")[
            :OFFERED
        ]
    )


def spoken_title(bulk_act: BulkAct) -> str:
    """What was done: "gửi thẩm định 12 khu dân cư lúc 10:42", with the day if it was not today."""
    return _title(_counted(BulkAct.objects.filter(pk=bulk_act.pk)).get())


def done_rows(bulk_act: BulkAct, user: User) -> list[DoneRow]:
    """What became of each unit the person sees: the refused ones first, then by name; five queries at most."""
    rows = list(
        BulkActRow.objects.visible_to(user)
        .filter(bulk_act=bulk_act)
        .select_related(
            "recognition_log__evaluation__unit_version__unit",
            "recognition_log__evaluation__season",
            "classification_log__evaluation__unit_version__unit",
            "classification_log__evaluation__season",
            "registration_log__registration__unit_version__unit",
        )
    )
    ids = [row.unit_id for row in rows]
    versions = UnitVersion.objects.in_force(localdate()).filter(unit__in=ids)
    named = {one.unit_id: (one.sort_key, one.name) for one in versions}
    later, answers = _later_steps(rows), written_changes(rows)
    return [
        DoneRow(
            row,
            named.get(row.unit_id, ("", str(row.unit)))[1],
            why_answers_stay(answers[row.pk]) if row.answers_key else _told(later.get(row.pk)),
            answers.get(row.pk, ()),
        )
        for row in sorted(rows, key=lambda one: (one.is_done, named.get(one.unit_id, ("",))[0]))
    ]


def why_moved_on(row: BulkActRow) -> str:
    """Who acted on the unit since, what and when; empty while it stands where the act left it."""
    return _told(_later_steps([row]).get(row.pk))


def _later_steps(rows: Sequence[BulkActRow]) -> dict[int, TransitionLog | RegistrationLog]:
    """The last step written after the act's own, by row; two queries."""
    files = {
        log.evaluation_id: (row, log)
        for row in rows
        for log in (row.recognition_log, row.classification_log)
        if log
    }
    registrations = {
        row.registration_log.registration_id: (row, row.registration_log)
        for row in rows
        if row.registration_log
    }
    found: dict[int, TransitionLog | RegistrationLog] = {}
    steps = TransitionLog.objects.filter(evaluation__in=files).select_related("by")
    for step in steps.order_by("pk"):
        row, log = files[step.evaluation_id]
        if step.pk > log.pk:
            found[row.pk] = step
    others = RegistrationLog.objects.filter(registration__in=registrations).select_related("by")
    for step in others.order_by("pk"):
        row, log = registrations[step.registration_id]
        if step.pk > log.pk:
            found[row.pk] = step
    return found


def _told(step: TransitionLog | RegistrationLog | None) -> str:
    if step is None:
        return ""
    what = str(Action(step.action).label)
    return f"{step.by} đã “{what}” lúc {localtime(step.at):%H:%M ngày %d/%m/%Y}; giữ nguyên."


def _counted(acts: "QuerySet[BulkAct]") -> "QuerySet[BulkAct]":
    done = Q(rows__problem="")
    return acts.annotate(
        done_count=Count("rows", filter=done),
        first_kind=Min("rows__unit__kind", filter=done),
        last_kind=Max("rows__unit__kind", filter=done),
    )


def _title(act: BulkAct) -> str:
    is_one_kind = act.first_kind and act.first_kind == act.last_kind
    kind = Kind(act.first_kind).label.lower() if is_one_kind else "đơn vị"
    when = localtime(act.done_at)
    day = "" if when.date() == localdate() else f" ngày {when:%d/%m/%Y}"
    what = str(act.get_action_display()) + (" cho" if act.action == NO_INCIDENTS else "")
    return f"{what[:1].lower()}{what[1:]} {act.done_count} {kind} lúc {when:%H:%M}{day}"


def overruled_units(unit_ids: Sequence[int], *, year: int) -> set[int]:
    """Units among these of whose answers the appraiser concluded something else; one query."""
    found = Answer.objects.filter(
        OVERRULED, evaluation__unit__in=unit_ids, evaluation__season__year=year
    )
    return set(found.order_by().values_list("evaluation__unit", flat=True))


def require_undo(bulk_act: BulkAct, powers: Powers, rows: Sequence[DoneRow]) -> None:
    """Raise PermissionDenied unless the person does this act's way back for at least one of the units."""
    refused = None
    for one in rows:
        log = one.row.registration_log or one.row.recognition_log or one.row.classification_log
        if log is None and not one.answers:
            continue
        act, place = (
            _asked_for(log) if log else _of_file(one.answers[0].answer.evaluation, Act.ANSWER)
        )
        if powers.may(act, place):
            return
        refused = refused or powers.denial(act, place)
    raise PermissionDenied(refused or "Việc này không có đơn vị nào để hoàn tác.")


def _asked_for(log: TransitionLog | RegistrationLog) -> tuple[Act, Place]:
    act = ARROWS[log.procedure, log.from_status, log.action].act
    if isinstance(log, RegistrationLog):
        return act, registration_place(log.registration.unit_version, act)
    return _of_file(log.evaluation, act)


def _of_file(evaluation: Evaluation, act: Act) -> tuple[Act, Place]:
    refresh_authorities([evaluation])
    return act, Place.of(evaluation.unit_version, authority_id=authority_for_act(evaluation, act))
