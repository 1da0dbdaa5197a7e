"""Asking a unit to complete its file: what is asked, which rows it opens, when it is answered."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from criteria.exceptions import TransitionRefused
from criteria.scoring import CriterionDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import Evaluation, ReopenedRow, SupplementRequest
from ..selectors.reopened import reopened_codes
from ..workflow import Status

RowT = TypeVar("RowT")

LONGEST_REASON = 500
ON_THE_PORTAL = "lý do ghi trong hồ sơ trên cổng"
"""What stands for the reason of a sensitive row where others than its readers may look."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One return as the appraiser asked for it: the whole file, or the named rows and what follows."""

    note: str
    due_on: dt.date | None = None
    is_partial: bool = False
    named: Mapping[int, Mapping[CriterionDefinition, str]] = field(default_factory=dict)
    """Reasons by row, by evaluation id; an evaluation that goes along has an empty entry."""
    following: Mapping[int, Mapping[CriterionDefinition, str]] = field(default_factory=dict)

    def concerns(self, evaluation: Evaluation) -> bool:
        """Whether that part of the file goes back to the unit."""
        return not self.is_partial or evaluation.pk in self.named

    @property
    def log_note(self) -> str:
        """The reason as the steps of the file tell it to everybody who sees the file."""
        lines = [
            f"{row.code}: {ON_THE_PORTAL if row.is_sensitive else reason}"
            for rows in self.named.values()
            for row, reason in rows.items()
        ]
        return "\n".join(filter(None, [self.note, *lines]))


def plan_request(
    file: Sequence[Evaluation],
    *,
    note: str,
    rows: Mapping[int, str] | None = None,
    due_on: dt.date | None = None,
) -> Asked:
    """What a return asks for: `rows` are reasons by criterion id; None asks for the whole file.

    The classification goes back with the recognition, and its rows that follow from a reopened
    one are opened with it. Raises ValidationError by field ("note", "due_on") or criterion code.
    """
    note = note.strip()
    if due_on and due_on < localdate():
        raise ValidationError({"due_on": "Hạn bổ sung đã qua."})
    if rows is None:
        if not note:
            raise ValidationError({"note": "Ghi lý do trả lại để đơn vị biết cần bổ sung gì."})
        return Asked(note, due_on)
    in_review = [one for one in file if one.status == Status.IN_REVIEW]
    named = {one.pk: _named(one, rows) for one in in_review}
    known = {row.id for found in named.values() for row in found}
    if not rows or set(rows) - known:
        raise ValidationError({"note": "Chọn ít nhất một dòng đang thẩm định để trả lại."})
    following = _following(in_review, named)
    gone = {pk: found for pk, found in named.items() if found or pk in following}
    return Asked(note, due_on, is_partial=True, named=gone, following=following)


def record_request(evaluation: Evaluation, asked: Asked, *, by: User) -> SupplementRequest:
    """Write down what is asked of one evaluation, with the answers' versions as they are now."""
    request = SupplementRequest.objects.create(
        evaluation=evaluation, is_partial=asked.is_partial, note=asked.note, due_on=asked.due_on,
        asked_at=timezone.now(), asked_by=by,
    )  # fmt: skip
    versions = dict(evaluation.answers.values_list("criterion_id", "version"))
    named = asked.named.get(evaluation.pk, {})
    following = asked.following.get(evaluation.pk, {})
    ReopenedRow.objects.bulk_create(
        ReopenedRow(
            request=request, criterion_id=row.id, reason=reason[:LONGEST_REASON],
            is_following=row not in named, answer_version=versions.get(row.id, 0),
        )
        for row, reason in {**following, **named}.items()
    )  # fmt: skip
    return request


def close_request(evaluation: Evaluation) -> None:
    """The open request is answered by the submission that the evaluation carries."""
    evaluation.supplement_requests.open().update(
        closed_at=evaluation.submitted_at, closed_by=evaluation.submitted_by
    )


def take_back_answer(evaluation: Evaluation) -> None:
    """A submission is withdrawn: the request that it answered is open again, and so only its rows."""
    answered = evaluation.supplement_requests.filter(closed_at=evaluation.submitted_at)
    answered.update(closed_at=None, closed_by=None)


def refuse_frozen_rows(evaluation: Evaluation, codes: Iterable[str]) -> None:
    """Raise TransitionRefused (`reopened_rows_only`) if one of these rows was not asked for.

    Call it with the evaluation locked and only for rows that change.
    """
    wanted = set(codes)
    refuse_rows_outside(reopened_codes(evaluation) if wanted else None, wanted)


def refuse_rows_outside(reopened: frozenset[str] | None, codes: Iterable[str]) -> None:
    """Raise TransitionRefused (`reopened_rows_only`) unless all rows are among those; None is all of them."""
    wanted = set(codes)
    if reopened is None or wanted <= reopened:
        return
    frozen = ", ".join(sorted(wanted - reopened))
    open_rows = ", ".join(sorted(reopened)) or "không dòng nào của phần này"
    raise TransitionRefused(
        f"{frozen}: không nằm trong yêu cầu bổ sung nên giữ nguyên như đã gửi. "
        f"Được sửa: {open_rows}. Chưa ghi gì.",
        code="reopened_rows_only",
    )


def open_rows(evaluation: Evaluation, by_code: Mapping[str, RowT]) -> dict[str, RowT]:
    """Those of the rows, by code, that the portal may still propose to: one query."""
    reopened = reopened_codes(evaluation)
    return {code: one for code, one in by_code.items() if reopened is None or code in reopened}


def _named(evaluation: Evaluation, rows: Mapping[int, str]) -> dict[CriterionDefinition, str]:
    definition = definition_of(evaluation.season.criteria_set)
    found = {row: rows[row.id].strip() for row in definition.rows if row.id in rows}
    silent = {row.code: "Ghi lý do trả lại dòng này." for row, why in found.items() if not why}
    if silent:
        raise ValidationError(silent)
    return found


def _following(
    file: Sequence[Evaluation], named: Mapping[int, Mapping[CriterionDefinition, str]]
) -> dict[int, dict[CriterionDefinition, str]]:
    """Rows of the classification that are proposed from a reopened recognition row."""
    sources = {
        row.code for one in file if one.season.scheme == Scheme.RECOGNITION for row in named[one.pk]
    }
    if not sources:
        return {}
    return {
        one.pk: {
            row: f"Tính theo dòng {', '.join(sorted(sources & set(row.proposal_sources)))} của TT 124."
            for row in definition_of(one.season.criteria_set).rows
            if sources & set(row.proposal_sources)
        }
        for one in file
        if one.season.scheme == Scheme.CLASSIFICATION
    }
