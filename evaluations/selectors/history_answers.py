"""Changes of a file's answers for its timeline, those of one person and sort told together."""

import datetime as dt
from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from criteria.scoring import CriterionDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import AnswerChange
from ..models.answers import ChangeKind
from .answer_words import told
from .file_sheets import SHORT_NAMES
from .files import UnitFile
from .history_events import ANSWERS, Event

GAP: Final = dt.timedelta(minutes=30)
"""Changes of one person that lie closer together than this are told as one."""

CONFIRMED: Final = "Xác nhận các dòng cổng đề xuất"
REASONS: Final = {"Xác nhận đề xuất": CONFIRMED}
"""Reasons of entries that read better as what was done."""

WORDS: Final = {
    ChangeKind.ENTERED: "Nhập trả lời",
    ChangeKind.PROPOSED: "Cổng đề xuất theo nguồn",
    ChangeKind.APPRAISED: "Ghi kết luận thẩm định",
    ChangeKind.MENDED: "Sửa lỗi nhập",
}


def answer_changes(file: UnitFile, steps: Sequence[dt.datetime]) -> list[Event]:
    """Changes of both sheets, oldest first: one query.

    Never told together across a step (`steps`, in order): what was changed after a return is told
    after it. A mended row is told alone, with its reason.
    """
    rows = (
        AnswerChange.objects.filter(answer__evaluation__in=file.evaluations)
        .select_related("by", "answer")
        .order_by("at", "pk")
    )
    definitions = _rows_by_id(file)
    reads = file.reads_sensitive
    events: list[Event] = []
    last: dict[tuple[int, str], Event] = {}
    for row in rows:
        criterion = definitions.get(row.answer.criterion_id)
        if criterion is None:
            continue
        is_readable = reads or not criterion.is_sensitive
        what, is_alone = _what(row)
        event = last.get((row.by_id, what))
        is_later = event is not None and bisect(steps, event.at) != bisect(steps, row.at)
        if event is None or is_alone or is_later or row.at - event.at > GAP:
            event = _event(row, what, is_readable=is_readable)
            last[(row.by_id, what)] = event
            events.append(event)
        event.at = row.at
        _add(event, row, criterion, is_readable=is_readable)
    return events


def _rows_by_id(file: UnitFile) -> dict[int, CriterionDefinition]:
    """The rows of both sheets; a code that stands in both is told with its law."""
    found: dict[int, CriterionDefinition] = {}
    codes: set[str] = set()
    for one in file.evaluations:
        definition = definition_of(one.season.criteria_set)
        name = SHORT_NAMES[Scheme(definition.scheme)]
        for row in (*definition.rows, *definition.disabled_rows):
            is_twice = row.code in codes
            found[row.id] = replace(row, code=f"{row.code} ({name})") if is_twice else row
        codes |= set(definition.by_code)
    return found


def _what(row: AnswerChange) -> tuple[str, bool]:
    """What the change is called, and whether it is told alone."""
    kind = ChangeKind(row.kind)
    if kind == ChangeKind.MENDED or not row.reason:
        return WORDS[kind], kind == ChangeKind.MENDED
    return REASONS.get(row.reason, row.reason), False


def _event(row: AnswerChange, what: str, *, is_readable: bool) -> Event:
    is_mended = row.kind == ChangeKind.MENDED
    note = row.reason if is_mended and is_readable else ""
    return Event(row.at, str(row.by), what, ANSWERS, row.by_id, note, "warn" if is_mended else "")


def _add(
    event: Event, row: AnswerChange, criterion: CriterionDefinition, *, is_readable: bool
) -> None:
    """Tell the row once in the event: from what it was at first to what it is at last."""
    is_appraisal = row.kind == ChangeKind.APPRAISED
    said = told(
        criterion, row.before, row.after, is_appraisal=is_appraisal, is_readable=is_readable
    )
    for place, earlier in enumerate(event.changes):
        if earlier.row_id == said.row_id:
            event.changes[place] = earlier.then(said)
            return
    event.changes.append(said)
