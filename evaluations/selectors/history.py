"""What happened to a unit's yearly file, the newest first: steps, answers old and new, papers."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import User

from ..models import RegistrationLog, SupplementRequest, TransitionLog
from ..workflow import Action
from .answer_words import Told
from .deadline_events import deadline_events
from .files import UnitFile
from .history_answers import answer_changes
from .history_events import ANSWERS, PAPERS, STEPS, Event
from .history_records import audited, late_events, papers
from .steps import tone_of

__all__ = ["ANSWERS", "PAPERS", "STEPS", "Event", "history", "matching_events"]

AT_ONCE: Final = dt.timedelta(minutes=1)
"""One click on both evaluations of a file writes two steps no further apart."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the timeline is shown: one sort of event, one person; empty for all."""

    kind: str = ""
    person_id: int | None = None


def history(file: UnitFile, *, by: User, since: dt.datetime | None = None) -> list[Event]:
    """Everything that happened to the file, newest first; a fixed number of queries.

    What others did after `since` is marked as new. Words of sensitive rows only for who may read
    them: others are told that the row changed.
    """
    steps = _steps(file)
    times = sorted(step.at for step in steps)
    events = [
        *steps,
        *_registration_steps(file),
        *answer_changes(file, times),
        *papers(file),
        *audited(file),
        *late_events(file),
        *deadline_events(file.version.unit_id, year=file.year),
    ]
    for event in events:
        event.is_new = since is not None and event.at > since and event.who_id != by.pk
    return sorted(events, key=lambda event: event.at, reverse=True)


def matching_events(events: Iterable[Event], wanted: Filter) -> list[Event]:
    """The events of that sort and person, in the order given."""
    return [
        event
        for event in events
        if (not wanted.kind or event.kind == wanted.kind)
        and (wanted.person_id is None or event.who_id == wanted.person_id)
    ]


def _steps(file: UnitFile) -> list[Event]:
    rows = TransitionLog.objects.filter(evaluation__in=file.evaluations).select_related(
        "by", "evaluation__season"
    )
    together: list[list[TransitionLog]] = []
    for row in rows.order_by("at", "pk"):
        if not together or not _is_same_step(together[-1], row):
            together.append([])
        together[-1].append(row)
    returned = _returned_rows(file) if any(r[0].action == Action.RETURN for r in together) else {}
    return [_step(file, found, returned) for found in together]


def _step(
    file: UnitFile, found: Sequence[TransitionLog], returned: dict[int, list["_Return"]]
) -> Event:
    row = found[0]
    schemes = {one.evaluation.season.get_scheme_display() for one in found}
    only = f" ({schemes.pop()})" if len(schemes) == 1 and len(file.evaluations) > 1 else ""
    action = Action(row.action)
    event = Event(
        row.at, str(row.by), f"{action.label}{only}", STEPS, row.by_id, row.note, tone_of(action)
    )
    decision = file.issued.get(row.evaluation_id)
    if action == Action.ISSUE and decision:
        event.url, event.link_label = decision.get_absolute_url(), decision.full_number
    if action == Action.RETURN:
        for one in found:
            _tell_return(event, one, returned.get(one.evaluation_id, []))
    return event


def _is_same_step(found: Sequence[TransitionLog], row: TransitionLog) -> bool:
    """Whether the row is the same person's same act on the file's other evaluation."""
    first = found[0]
    return (
        (first.action, first.by_id, first.note) == (row.action, row.by_id, row.note)
        and row.evaluation_id not in {one.evaluation_id for one in found}
        and row.at - first.at < AT_ONCE
    )


@dataclass(frozen=True, slots=True)
class _Return:
    """One return as it was asked for: when, the general reason, the rows, the day it is due."""

    request: SupplementRequest
    rows: tuple[Told, ...]


def _returned_rows(file: UnitFile) -> dict[int, list[_Return]]:
    """The returns by evaluation id, reasons of sensitive rows only for who may read them: two queries."""
    requests = SupplementRequest.objects.filter(evaluation__in=file.evaluations)
    found: dict[int, list[_Return]] = {}
    for one in requests.prefetch_related("rows__criterion"):
        rows = tuple(
            Told(
                row.criterion.code,
                "",
                "" if (hidden := _is_hidden(file, row.criterion)) else row.reason,
                is_hidden=hidden,
            )
            for row in one.rows.all()
            if not row.is_following
        )
        found.setdefault(one.evaluation_id, []).append(_Return(one, rows))
    return found


def _is_hidden(file: UnitFile, criterion: object) -> bool:
    return bool(getattr(criterion, "is_sensitive", False)) and not file.reads_sensitive


def _tell_return(event: Event, row: TransitionLog, returns: Sequence[_Return]) -> None:
    """Tell the rows that were returned in place of the note that lists them, and the day it is due."""
    for one in returns:
        if abs(one.request.asked_at - row.at) > AT_ONCE:
            continue
        if one.rows:
            event.note = one.request.note
            event.changes.extend(one.rows)
        if one.request.due_on:
            event.more = f"Hạn bổ sung {one.request.due_on:%d/%m/%Y}"


def _registration_steps(file: UnitFile) -> list[Event]:
    if file.registration is None:
        return []
    rows = RegistrationLog.objects.filter(registration=file.registration).select_related("by")
    return [
        Event(
            row.at,
            str(row.by),
            str(Action(row.action).label) + (" đăng ký" if row.action == Action.RETURN else ""),
            STEPS,
            row.by_id,
            row.note,
            tone_of(row.action),
        )
        for row in rows
    ]


def people_of(events: Iterable[Event]) -> list[tuple[int, str]]:
    """Who did anything, by name."""
    found = {event.who_id: event.who for event in events if event.who_id}
    return sorted(found.items(), key=lambda one: one[1])
