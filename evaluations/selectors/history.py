"""What happened to a unit's yearly file, the newest first."""

import datetime as dt
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ..models import AnswerChange, RegistrationLog, TransitionLog
from ..models.answers import ChangeKind
from ..workflow import Action
from .files import UnitFile
from .steps import tone_of

GAP: Final = dt.timedelta(minutes=30)
"""Changes of one person that lie closer together than this are told as one."""

AT_ONCE: Final = dt.timedelta(minutes=1)
"""One click on both evaluations of a file writes two steps no further apart."""

CONFIRMED: Final = "Xác nhận các dòng cổng đề xuất"
"""What an answer's change is called that came with a reason and is no mended typing."""

CODES_NAMED: Final = 12


@dataclass(slots=True)
class Event:
    """One thing that happened, as the timeline shows it."""

    at: dt.datetime
    who: str
    what: str
    note: str = ""
    tone: str = ""
    url: str = ""
    link_label: str = ""
    codes: list[str] = field(default_factory=list)


def history(file: UnitFile) -> list[Event]:
    """Steps of both evaluations and the registration, changes of answers, papers; four queries.

    Of answers only the codes are told; the words of sensitive rows stay with those who may read them.
    """
    steps = _steps(file)
    times = sorted(step.at for step in steps)
    events = [*steps, *_registration_steps(file), *_changes(file, times), *_papers(file)]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _steps(file: UnitFile) -> list[Event]:
    rows = TransitionLog.objects.filter(evaluation__in=file.evaluations).select_related(
        "by", "evaluation__season"
    )
    together: list[list[TransitionLog]] = []
    for row in rows.order_by("at", "pk"):
        if not together or not _is_same_step(together[-1], row):
            together.append([])
        together[-1].append(row)
    events = []
    for found in together:
        row = found[0]
        schemes = {one.evaluation.season.get_scheme_display() for one in found}
        only = f" ({schemes.pop()})" if len(schemes) == 1 and len(file.evaluations) > 1 else ""
        action = Action(row.action)
        event = Event(row.at, str(row.by), f"{action.label}{only}", row.note, tone_of(action))
        decision = file.issued.get(row.evaluation_id)
        if action == Action.ISSUE and decision:
            event.url, event.link_label = decision.get_absolute_url(), decision.full_number
        events.append(event)
    return events


def _is_same_step(found: Sequence[TransitionLog], row: TransitionLog) -> bool:
    """Whether the row is the same person's same act on the file's other evaluation."""
    first = found[0]
    return (
        (first.action, first.by_id, first.note) == (row.action, row.by_id, row.note)
        and row.evaluation_id not in {one.evaluation_id for one in found}
        and row.at - first.at < AT_ONCE
    )


def _registration_steps(file: UnitFile) -> list[Event]:
    if file.registration is None:
        return []
    rows = RegistrationLog.objects.filter(registration=file.registration).select_related("by")
    return [
        Event(
            row.at,
            str(row.by),
            str(Action(row.action).label) + (" đăng ký" if row.action == Action.RETURN else ""),
            row.note,
            tone_of(row.action),
        )
        for row in rows
    ]


def _changes(file: UnitFile, steps: Sequence[dt.datetime]) -> list[Event]:
    """Changes of answers, those of one person and sort within half an hour told together.

    Never across a step: what was mended after a return is told after it.
    """
    rows = (
        AnswerChange.objects.filter(answer__evaluation__in=file.evaluations)
        .select_related("by", "answer__criterion")
        .order_by("at", "pk")
    )
    events: list[Event] = []
    last: dict[tuple[int, str], Event] = {}
    for row in rows:
        kind = ChangeKind(row.kind)
        criterion = row.answer.criterion
        if kind == ChangeKind.MENDED:
            reads = file.reads_sensitive or not criterion.is_sensitive
            note = row.reason if reads else ""
            events.append(
                Event(row.at, str(row.by), f"Sửa lỗi nhập {criterion.code}", note, "warn")
            )
            continue
        what = CONFIRMED if row.reason else _words(kind)
        event = last.get((row.by_id, what))
        is_later = event is not None and bisect(steps, event.at) != bisect(steps, row.at)
        if event is None or is_later or row.at - event.at > GAP:
            event = Event(row.at, str(row.by), what)
            last[(row.by_id, what)] = event
            events.append(event)
        event.at = row.at
        if criterion.code not in event.codes:
            event.codes.append(criterion.code)
    for event in events:
        if event.codes:
            more = "…" if len(event.codes) > CODES_NAMED else ""
            event.note = f"{len(event.codes)} dòng: {', '.join(event.codes[:CODES_NAMED])}{more}"
    return events


def _words(kind: ChangeKind) -> str:
    return {
        ChangeKind.ENTERED: "Nhập trả lời",
        ChangeKind.PROPOSED: "Cổng đề xuất điểm theo trả lời TT 124",
        ChangeKind.APPRAISED: "Ghi kết luận thẩm định",
    }[kind]


def _papers(file: UnitFile) -> list[Event]:
    return [
        Event(
            paper.attached_at,
            str(paper.attached_by),
            f"Kèm tài liệu: {paper.get_purpose_display()}",
            paper.evidence_file.name if paper.evidence_file else f"Lưu tại {paper.kept_at}",
        )
        for papers in file.papers.values()
        for paper in papers
    ]
