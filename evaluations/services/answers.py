"""Answers: what the unit says, what the portal proposes, what the appraiser concludes, every change kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from criteria.selectors import definition_of
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.proposals import ProposalContext, propose
from criteria.scoring import (
    AnswerValues,
    CriterionDefinition,
    SetDefinition,
    answer_problems,
    appraisal_problems,
)
from units.coverage import Scheme

from ..models import Answer, AnswerChange, Evaluation
from ..models.answers import ChangeKind
from ..workflow import Status
from .acts import refresh_authority, refuse_if_locked, require

APPRAISAL_FIELDS = ("appraised_verdict", "appraised_points", "exception_accepted", "appraisal_note")
OWN_FIELDS = tuple(
    field.name for field in fields(AnswerValues) if field.name not in APPRAISAL_FIELDS
)


@dataclass(frozen=True, slots=True)
class Typed:
    """One row as typed: its values and the version the person saw (0: the row was empty)."""

    values: AnswerValues
    base_version: int = 0


@transaction.atomic
def save_answers(evaluation: Evaluation, typed: Mapping[str, Typed], *, by: User) -> list[Answer]:
    """Save the unit's own answers by criterion code; return the rows that changed, in the set's order.

    All or nothing. Classification rows that follow from recognition answers are proposed anew.
    Raises ValidationError keyed "code.field" (or "code" for the row), PermissionDenied, and
    TransitionRefused with code `wrong_state`, `season_closed` or `stale` (who, when).
    """
    locked = lock_for(evaluation, Act.ANSWER, by=by)
    if not locked.is_editable:
        raise TransitionRefused(
            f"Hồ sơ đang “{locked.get_status_display()}”, không sửa được; rút lại hoặc chờ trả lại bổ sung."
        )
    definition = definition_of(locked.season.criteria_set)
    _refuse_wrong(definition, typed)
    changed = _write_own(locked, definition, typed, by=by, kind=ChangeKind.ENTERED)
    if changed:
        locked.entered_at, locked.entered_by = timezone.now(), by
        locked.save(update_fields=["entered_at", "entered_by"])
        _propose_classification(locked, by=by)
    return changed


@transaction.atomic
def confirm_proposals(evaluation: Evaluation, *, by: User) -> int:
    """Make every open proposal of the file the unit's own answer; return how many. Sending does this too."""
    count = 0
    proposals = (
        evaluation.answers.select_for_update(of=("self",))
        .filter(is_proposal=True)
        .select_related("criterion")
    )
    for answer in proposals:
        _record(
            answer,
            ChangeKind.ENTERED,
            before=_own(answer),
            by=by,
            reason="Xác nhận đề xuất",
            is_proposal=False,
        )
        count += 1
    return count


@transaction.atomic
def save_appraisal(evaluation: Evaluation, typed: Mapping[str, Typed], *, by: User) -> list[Answer]:
    """Save the appraiser's conclusions beside the unit's answers; return the rows that changed.

    Raises as `save_answers` does; only while the file is being appraised.
    """
    locked = lock_for(evaluation, Act.APPRAISE, by=by)
    if locked.status != Status.IN_REVIEW:
        raise TransitionRefused(
            f"Hồ sơ đang “{locked.get_status_display()}”: nhận thẩm định trước khi chấm."
        )
    definition = definition_of(locked.season.criteria_set)
    rows = _rows(locked)
    problems: dict[str, str] = {}
    for code, one in typed.items():
        row = definition.row(code)
        if code not in rows:
            problems[code] = "Đơn vị chưa trả lời tiêu chí này."
            continue
        merged = replace(
            AnswerValues.of(rows[code]),
            **{name: getattr(one.values, name) for name in APPRAISAL_FIELDS},
        )
        problems |= {f"{code}.{p.field}": p.message for p in appraisal_problems(row, merged)}
    if problems:
        raise ValidationError(problems)
    changed = []
    for code, one in typed.items():
        answer = rows[code]
        new = {name: getattr(one.values, name) for name in APPRAISAL_FIELDS}
        if new == {name: getattr(answer, name) for name in APPRAISAL_FIELDS}:
            continue
        _refuse_stale(answer, one.base_version, code)
        before = {name: getattr(answer, name) for name in APPRAISAL_FIELDS}
        changed.append(_record(answer, ChangeKind.APPRAISED, before=before, by=by, **new))
    return changed


@transaction.atomic
def mend_answer(
    evaluation: Evaluation, code: str, values: AnswerValues, *, reason: str, by: User
) -> Answer:
    """Mend a typing mistake in the unit's answer while appraising (sửa lỗi nhập); the trace says why.

    Not a keying-in of the file: who mends may still appraise it.
    """
    locked = lock_for(evaluation, Act.APPRAISE, by=by)
    if locked.status != Status.IN_REVIEW:
        raise TransitionRefused(
            f"Hồ sơ đang “{locked.get_status_display()}”: nhận thẩm định trước khi sửa lỗi nhập."
        )
    if not reason.strip():
        raise ValidationError({"reason": "Sửa lỗi nhập thì phải ghi lý do."})
    definition = definition_of(locked.season.criteria_set)
    _refuse_wrong(definition, {code: Typed(values)})
    answer = _rows(locked).get(code)
    if answer is None:
        raise ValidationError({code: "Đơn vị chưa trả lời tiêu chí này; trả lại để bổ sung."})
    before = _own(answer)
    new = {name: _column(getattr(values, name)) for name in OWN_FIELDS}
    mended = _record(
        answer,
        ChangeKind.MENDED,
        before=before,
        by=by,
        reason=reason.strip(),
        keeps_author=True,
        **new,
    )
    record_audit(
        "answer.mend", by=by, subject=f"evaluation:{locked.pk}", province_id=locked.province_id,
        unit_id=locked.unit_id, summary=f"Sửa lỗi nhập {code}: {locked.unit_version}. {reason.strip()}",
        details={"code": code, "before": before, "after": _own(mended)},
    )  # fmt: skip
    return mended


def lock_for(evaluation: Evaluation, act: Act, *, by: User) -> Evaluation:
    """Lock the evaluation for an act that is no arrow; raises as every act does."""
    locked = (
        Evaluation.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit_version__unit", "unit")
        .get(pk=evaluation.pk)
    )
    refresh_authority(locked)
    require(act, locked, by=by)
    refuse_if_locked(locked.season)
    return locked


def recognition_of(evaluation: Evaluation) -> Evaluation | None:
    """The recognition evaluation of the same unit and year, if it was opened."""
    return (
        Evaluation.objects.filter(
            unit=evaluation.unit_id,
            season__year=evaluation.season.year,
            season__scheme=Scheme.RECOGNITION,
        )
        .select_related("season__criteria_set")
        .first()
    )


def values_by_code(evaluation: Evaluation) -> dict[str, AnswerValues]:
    """The stored answers of an evaluation as scoring takes them, by criterion code."""
    return {code: AnswerValues.of(answer) for code, answer in _rows(evaluation).items()}


def propose_rows(evaluation: Evaluation, *, by: User) -> int:
    """Write proposals into the classification rows nobody has answered yet; return how many changed."""
    recognition = recognition_of(evaluation)
    if recognition is None or evaluation.season.scheme != Scheme.CLASSIFICATION:
        return 0
    definition = definition_of(evaluation.season.criteria_set)
    registered = (
        evaluation.unit.registrations.filter(season=recognition.season)
        .exclude(status="draft")
        .exists()
    )
    proposals = propose(
        definition,
        recognition=definition_of(recognition.season.criteria_set),
        answers=values_by_code(recognition),
        context=ProposalContext(is_registered=registered),
    )
    rows = _rows(evaluation)
    count = 0
    for code, proposal in proposals.items():
        answer = rows.get(code) or _new(evaluation, definition.row(code))
        if answer.pk and not answer.is_proposal:
            continue
        new = {
            "points": proposal.points, "verdict": proposal.verdict,
            "is_proposal": True, "proposed_from": proposal.source,
        }  # fmt: skip
        if answer.pk and all(getattr(answer, name) == value for name, value in new.items()):
            continue
        _record(answer, ChangeKind.PROPOSED, before=_own(answer) if answer.pk else {}, by=by, **new)
        count += 1
    return count


def _propose_classification(recognition: Evaluation, *, by: User) -> None:
    if recognition.season.scheme != Scheme.RECOGNITION:
        return
    other = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit")
        .filter(unit=recognition.unit_id, season__year=recognition.season.year)
        .filter(season__scheme=Scheme.CLASSIFICATION, status__in=(Status.DRAFT, Status.RETURNED))
        .first()
    )
    if other:
        propose_rows(other, by=by)


def _refuse_wrong(definition: SetDefinition, typed: Mapping[str, Typed]) -> None:
    known = {row.code: row for row in definition.rows}
    problems: dict[str, str] = {}
    for code, one in typed.items():
        if code not in known:
            problems[code] = "Tiêu chí này không có trong bộ tiêu chí của kỳ."
            continue
        problems |= {
            f"{code}.{p.field}": p.message for p in answer_problems(known[code], one.values)
        }
    if problems:
        raise ValidationError(problems)


def _write_own(
    evaluation: Evaluation,
    definition: SetDefinition,
    typed: Mapping[str, Typed],
    *,
    by: User,
    kind: str,
) -> list[Answer]:
    rows = _rows(evaluation)
    changed = []
    for row in definition.rows:
        if row.code not in typed:
            continue
        one = typed[row.code]
        answer = rows.get(row.code)
        new = {name: _column(getattr(one.values, name)) for name in OWN_FIELDS}
        if answer is None and _is_blank(one.values):
            continue
        if answer is None:
            answer = _new(evaluation, row)
        elif not answer.is_proposal and all(
            getattr(answer, name) == value for name, value in new.items()
        ):
            continue
        _refuse_stale(answer, one.base_version, row.code)
        before = _own(answer) if answer.pk else {}
        changed.append(_record(answer, kind, before=before, by=by, is_proposal=False, **new))
    return changed


def _rows(evaluation: Evaluation) -> dict[str, Answer]:
    rows = Answer.objects.filter(evaluation=evaluation).select_related("criterion", "answered_by")
    return {answer.criterion.code: answer for answer in rows}


def _new(evaluation: Evaluation, row: CriterionDefinition) -> Answer:
    return Answer(evaluation=evaluation, criterion_id=row.id, max_points=row.max_points, version=0)


def _record(
    answer: Answer, kind: str, *, before: dict[str, Any], by: User, reason: str = "", keeps_author: bool = False,
    **values: Any,
) -> Answer:  # fmt: skip
    for name, value in values.items():
        setattr(answer, name, value)
    answer.version += 1
    if not keeps_author and kind != ChangeKind.APPRAISED:
        answer.answered_at, answer.answered_by = timezone.now(), by
    answer.save()
    AnswerChange.objects.create(
        answer=answer, kind=kind, version=answer.version, before=before,
        after={name: getattr(answer, name) for name in (*before, *values)} if before else values,
        reason=reason, by=by, at=timezone.now(),
    )  # fmt: skip
    return answer


def _refuse_stale(answer: Answer, base_version: int, code: str) -> None:
    if answer.pk and answer.version != base_version and not answer.is_proposal:
        when = localtime(answer.answered_at)
        raise TransitionRefused(
            f"{code}: {answer.answered_by} vừa lưu dòng này lúc {when:%H:%M ngày %d/%m/%Y}; "
            "xem lại trả lời mới rồi sửa tiếp. Chưa ghi gì của bạn.",
            code="stale",
        )


def _own(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in OWN_FIELDS}


def _column(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _is_blank(values: AnswerValues) -> bool:
    return all(getattr(values, name) in (None, "", (), []) for name in OWN_FIELDS)
