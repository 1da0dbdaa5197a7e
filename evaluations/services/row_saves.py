"""Saving one answer by itself: read without a lock, then one statement that compares and sets."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from criteria.exceptions import TransitionRefused
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import Answer, AnswerChange, Evaluation
from ..selectors.row_files import RowFile
from .acts import refuse_if_locked, require
from .answer_history import Change, Writing, plain, write_changes
from .answer_rows import OWN_FIELDS, own_columns
from .answers import (
    Typed,
    own_change,
    propose_classification,
    refuse_unless_editable,
    refuse_wrong,
)
from .guards import refuse_if_ended
from .stale import StaleAnswer
from .supplements import refuse_frozen_rows


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One row after a save: its version, since when, and the file with that answer in it."""

    version: int
    at: dt.datetime
    file: RowFile


def save_answer(file: RowFile, one: Typed, *, by: User, click_key: UUID | None = None) -> SavedRow:
    """Save one row of the unit's own answers, under the same rules and messages as `save_answers`.

    The same click again writes nothing and gets the same version. A row that says the same already
    is left as it is. Raises as `save_answers` does; StaleAnswer carries what is stored now.
    """
    evaluation = file.evaluation
    require_answering(file, by=by)
    known = _done_before(file, one, by=by, click_key=click_key)
    if known is not None:
        return known
    refuse_if_locked(evaluation.season)
    refuse_if_ended(file.file.unit)
    refuse_unless_editable(evaluation)
    refuse_wrong(definition_of(evaluation.season.criteria_set), {file.row.code: one})
    change = own_change(evaluation, file.row, file.answer, one)
    if change is None:
        answer = file.answer
        return SavedRow(answer.version if answer else 0, timezone.now(), file)
    refuse_frozen_rows(evaluation, [file.row.code])
    writing = Writing(status=evaluation.status, enters=True, click_key=click_key)
    if _write(file, change, by=by, writing=writing):
        answer = change.answer
        return SavedRow(answer.version, answer.answered_at, file.with_answer(answer))
    return _overtaken(file, one, by=by, click_key=click_key)


def require_answering(file: RowFile, *, by: User) -> None:
    """Raise PermissionDenied unless the person answers for that unit."""
    require(Act.ANSWER, file.evaluation, by=by, powers=file.file.powers)


def _write(file: RowFile, change: Change, *, by: User, writing: Writing) -> bool:
    """Write the change; whether the row and the file were still as they had been read.

    One statement, and a transaction around it only where proposals follow from the row.
    """
    if not _feeds_proposals(file):
        return bool(write_changes([change], by=by, writing=writing))
    with transaction.atomic():
        is_written = bool(write_changes([change], by=by, writing=writing))
        if is_written:
            propose_classification(file.evaluation, by=by)
    return is_written


def _feeds_proposals(file: RowFile) -> bool:
    """Whether rows of the classification beside it are proposed from this row."""
    if file.evaluation.season.scheme != Scheme.RECOGNITION:
        return False
    return any(
        file.row.code in row.proposal_sources
        for other in file.file.evaluations
        if other.season.scheme == Scheme.CLASSIFICATION
        for row in definition_of(other.season.criteria_set).rows
    )


def _done_before(file: RowFile, one: Typed, *, by: User, click_key: UUID | None) -> SavedRow | None:
    """What the same click did when it came the first time; None if it never did.

    Asked only when the row has moved on since the person saw it: a first press finds it unmoved.
    """
    answer = file.answer
    if click_key is None or answer is None or answer.version == one.base_version:
        return None
    change = AnswerChange.objects.filter(answer=answer, click_key=click_key, by=by).first()
    if change is None or not _says(change.after, one):
        return None
    return SavedRow(change.version, change.at, file)


def _says(after: Mapping[str, object], one: Typed) -> bool:
    """Whether a change made the row say what was typed: a key that comes with other words is no retry."""
    typed = plain(own_columns(one.values))
    return all(after.get(name) == typed[name] for name in OWN_FIELDS)


def _overtaken(file: RowFile, one: Typed, *, by: User, click_key: UUID | None) -> SavedRow:
    """Say why nothing was written: the same click came twice at once, or somebody was faster."""
    evaluation = Evaluation.objects.select_related("season").get(pk=file.evaluation.pk)
    stored = (
        Answer.objects.select_related("answered_by")
        .filter(evaluation=evaluation, criterion=file.row.id)
        .first()
    )
    if stored is not None:
        fresh = file.with_answer(stored)
        known = _done_before(fresh, one, by=by, click_key=click_key)
        if known is not None:
            return known
    refuse_if_locked(evaluation.season)
    refuse_unless_editable(evaluation)
    if stored is None or stored.version == one.base_version:
        raise TransitionRefused(f"{file.row.code}: hồ sơ vừa qua tay người khác; lưu lại dòng này.")
    raise StaleAnswer(stored, file.row.code)
