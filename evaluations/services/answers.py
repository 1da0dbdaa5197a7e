"""Answers: what the unit says, what the portal proposes, what the appraiser concludes, every change kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.proposals import Proposal, ProposalContext, propose
from criteria.scoring import (
    AnswerValues,
    CriterionDefinition,
    SetDefinition,
    answer_problems,
    appraisal_problems,
)
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import Answer, Evaluation
from ..models.answers import ChangeKind
from ..workflow import BEFORE_DECISION, Status
from .acts import refresh_authority, refuse_if_locked, require
from .answer_history import Change, Writing, record_changes
from .answer_rows import (
    APPRAISAL_FIELDS,
    OWN_FIELDS,
    has_rule,
    is_blank,
    new_row,
    own_columns,
    own_values,
    rows_of,
)
from .guards import refuse_if_ended, refuse_other_reviewer
from .source_values import note_sources, said_by
from .stale import StaleAnswer
from .supplements import open_rows, refuse_frozen_rows

NO_PROPOSAL = {"points": None, "verdict": "", "is_proposal": False, "proposed_from": ""}
"""What a row becomes when its proposal no longer follows from the recognition answers."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One row as typed: its values and the version the person saw (0: the row was empty)."""

    values: AnswerValues
    base_version: int = 0


@transaction.atomic
def save_answers(
    evaluation: Evaluation,
    typed: Mapping[str, Typed],
    *,
    by: User,
    reason: str = "",
    click_key: UUID | None = None,
) -> list[Answer]:
    """Save the unit's own answers by criterion code; return the rows that changed, in the set's order.

    All or nothing; `reason` is how they came in, where they were not typed ("Nhập từ Excel"), and
    the changes keep `click_key`, by which a bulk act finds them again.
    Classification rows that follow from recognition answers are proposed anew.
    Raises ValidationError keyed "code.field" (or "code" for the row), PermissionDenied, and
    TransitionRefused with code `wrong_state`, `season_closed` or `stale` (who, when).
    """
    locked = lock_for(evaluation, Act.ANSWER, by=by)
    refuse_unless_editable(locked)
    definition = definition_of(locked.season.criteria_set)
    refuse_wrong(definition, typed)
    writing = Writing(enters=True, click_key=click_key)
    changed = _write_own(locked, definition, typed, by=by, reason=reason, writing=writing)
    if changed:
        propose_classification(locked, by=by)
    return changed


@transaction.atomic
def confirm_proposals(evaluation: Evaluation, *, by: User) -> int:
    """Make every open proposal of the file the unit's own answer; return how many. Sending does this too."""
    proposals = evaluation.answers.select_for_update(of=("self",)).filter(is_proposal=True)
    changes = [
        Change(
            answer,
            ChangeKind.ENTERED,
            own_values(answer),
            {"is_proposal": False},
            "Xác nhận đề xuất",
        )
        for answer in proposals
    ]
    return len(record_changes(changes, by=by))


@transaction.atomic
def save_appraisal(evaluation: Evaluation, typed: Mapping[str, Typed], *, by: User) -> list[Answer]:
    """Save the appraiser's conclusions beside the unit's answers; return the rows that changed.

    Raises as `save_answers` does; only while the file is being appraised, and not by who keyed it
    in or sent it (code `same_person`).
    """
    locked = lock_for(evaluation, Act.APPRAISE, by=by)
    if locked.status != Status.IN_REVIEW:
        raise TransitionRefused(
            f"Hồ sơ đang “{locked.get_status_display()}”: nhận thẩm định trước khi chấm."
        )
    refuse_other_reviewer(locked, by=by)
    rows = rows_of(locked)
    _refuse_wrong_appraisal(definition_of(locked.season.criteria_set), rows, typed)
    changes = []
    for code, one in typed.items():
        answer = rows[code]
        new = {name: getattr(one.values, name) for name in APPRAISAL_FIELDS}
        before = {name: getattr(answer, name) for name in APPRAISAL_FIELDS}
        if new == before:
            continue
        refuse_stale(answer, one.base_version, code)
        changes.append(Change(answer, ChangeKind.APPRAISED, before, new))
    return record_changes(changes, by=by)


@transaction.atomic
def mend_answer(
    evaluation: Evaluation,
    code: str,
    values: AnswerValues,
    *,
    base_version: int,
    reason: str,
    by: User,
) -> Answer:
    """Mend a typing mistake in the unit's answer while appraising (sửa lỗi nhập); the trace says why.

    `base_version` is the answer the person saw: TransitionRefused (`stale`) when it is another
    now. Not a keying-in of the file: who mends may still appraise it.
    """
    locked = lock_for(evaluation, Act.APPRAISE, by=by)
    if locked.status != Status.IN_REVIEW:
        raise TransitionRefused(
            f"Hồ sơ đang “{locked.get_status_display()}”: nhận thẩm định trước khi sửa lỗi nhập."
        )
    refuse_other_reviewer(locked, by=by)
    if not reason.strip():
        raise ValidationError({"reason": "Sửa lỗi nhập thì phải ghi lý do."})
    definition = definition_of(locked.season.criteria_set)
    refuse_wrong(definition, {code: Typed(values)})
    answer = rows_of(locked).get(code)
    if answer is None:
        raise ValidationError({code: "Đơn vị chưa trả lời tiêu chí này; trả lại để bổ sung."})
    refuse_stale(answer, base_version, code)
    before = own_values(answer)
    new = own_columns(values)
    change = Change(answer, ChangeKind.MENDED, before, new, reason.strip())
    [mended] = record_changes([change], by=by)
    propose_classification(locked, by=by)
    _audit_mending(locked, definition.row(code), change, own_values(mended), by=by)
    return mended


def _audit_mending(
    evaluation: Evaluation,
    row: CriterionDefinition,
    change: Change,
    after: dict[str, Any],
    *,
    by: User,
) -> None:
    """Into the chain go the figures; the words of a sensitive row stay in the file's own history."""
    hidden = {"note"} if row.is_sensitive else set()
    before, after = (
        {name: value for name, value in values.items() if name not in hidden}
        for values in (change.before, after)
    )
    reason = "" if row.is_sensitive else f" {change.reason}"
    record_audit(
        "answer.mend", by=by, subject=f"evaluation:{evaluation.pk}", province_id=evaluation.province_id,
        unit_id=evaluation.unit_id, summary=f"Sửa lỗi nhập {row.code}: {evaluation.unit_version}.{reason}",
        details={"code": row.code, "before": before, "after": after},
    )  # fmt: skip


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
    if act == Act.ANSWER:
        refuse_if_ended(locked.unit)
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
    return {code: AnswerValues.of(answer) for code, answer in rows_of(evaluation).items()}


def propose_rows(evaluation: Evaluation, *, by: User) -> int:
    """Write proposals into the classification rows nobody has answered yet; return how many changed.

    A proposal that no longer follows is taken back, and its row is open again. What the source
    says is kept for every row; a file that has left the unit's hands is not written to.
    """
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
    rows = rows_of(evaluation)
    given = {
        code: said_by(AnswerValues(points=one.points, verdict=one.verdict), one.source)
        for code, one in proposals.items()
    }
    note_sources(evaluation, definition, given, rows, by=by)
    if not evaluation.is_editable:
        return 0
    changes = proposed_changes(
        evaluation, definition, open_rows(evaluation, proposals), open_rows(evaluation, rows)
    )
    return len(record_changes(changes, by=by))


def proposed_changes(
    evaluation: Evaluation,
    definition: SetDefinition,
    proposals: Mapping[str, Proposal],
    rows: Mapping[str, Answer],
) -> list[Change]:
    """The rows nobody answered that get a proposal, another one, or none any more."""
    changes = []
    for code, proposal in proposals.items():
        answer = rows.get(code) or new_row(evaluation, definition.row(code))
        if answer.pk and not answer.is_proposal and not is_blank(answer):
            continue
        new = {
            "points": proposal.points, "verdict": proposal.verdict,
            "is_proposal": True, "proposed_from": proposal.source,
        }  # fmt: skip
        if answer.pk and all(getattr(answer, name) == value for name, value in new.items()):
            continue
        before = own_values(answer) if answer.pk else {}
        changes.append(Change(answer, ChangeKind.PROPOSED, before, new))
    changes += [
        Change(answer, ChangeKind.PROPOSED, own_values(answer), dict(NO_PROPOSAL))
        for code, answer in rows.items()
        if answer.is_proposal and code not in proposals and has_rule(definition, code)
    ]
    return changes


def propose_classification(recognition: Evaluation, *, by: User) -> None:
    """Bring up to date what the answers of a recognition propose to the open classification beside it."""
    if recognition.season.scheme != Scheme.RECOGNITION:
        return
    other = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit")
        .filter(unit=recognition.unit_id, season__year=recognition.season.year)
        .filter(season__scheme=Scheme.CLASSIFICATION, status__in=BEFORE_DECISION)
        .first()
    )
    if other:
        propose_rows(other, by=by)


def refuse_wrong(definition: SetDefinition, typed: Mapping[str, Typed]) -> None:
    """Raise ValidationError keyed "code.field", or "code" for a row that the set has not."""
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


def _refuse_wrong_appraisal(
    definition: SetDefinition, rows: Mapping[str, Answer], typed: Mapping[str, Typed]
) -> None:
    problems: dict[str, str] = {}
    for code, one in typed.items():
        if code not in rows:
            problems[code] = "Đơn vị chưa trả lời tiêu chí này."
            continue
        concluded = {name: getattr(one.values, name) for name in APPRAISAL_FIELDS}
        merged = replace(AnswerValues.of(rows[code]), **concluded)
        found = appraisal_problems(definition.row(code), merged)
        problems |= {f"{code}.{problem.field}": problem.message for problem in found}
    if problems:
        raise ValidationError(problems)


def _write_own(
    evaluation: Evaluation,
    definition: SetDefinition,
    typed: Mapping[str, Typed],
    *,
    by: User,
    reason: str,
    writing: Writing,
) -> list[Answer]:
    rows = rows_of(evaluation)
    found = {
        row.code: own_change(evaluation, row, rows.get(row.code), typed[row.code])
        for row in definition.rows
        if row.code in typed
    }
    changes = {code: replace(one, reason=reason) for code, one in found.items() if one is not None}
    refuse_frozen_rows(evaluation, changes)
    return record_changes(list(changes.values()), by=by, writing=writing)


def own_change(
    evaluation: Evaluation, row: CriterionDefinition, answer: Answer | None, one: Typed
) -> Change | None:
    """The change that what was typed makes of a row; None if the row says that already.

    `answer` is what is stored, if anything is. Raises StaleAnswer if it is not what the person saw.
    """
    if answer is None and is_blank(one.values):
        return None
    new = own_columns(one.values)
    answer = answer or new_row(evaluation, row)
    before = own_values(answer) if answer.pk else {}
    if not answer.is_proposal and before == {name: new[name] for name in OWN_FIELDS}:
        return None
    refuse_stale(answer, one.base_version, row.code)
    return Change(answer, ChangeKind.ENTERED, before, {**new, "is_proposal": False})


def refuse_stale(answer: Answer, base_version: int, code: str) -> None:
    """Raise StaleAnswer if the stored answer is newer than what the person saw; a proposal never is."""
    if answer.pk and answer.version != base_version and not answer.is_proposal:
        raise StaleAnswer(answer, code)


def refuse_unless_editable(evaluation: Evaluation) -> None:
    """Raise TransitionRefused if the file is not with the unit."""
    if not evaluation.is_editable:
        raise TransitionRefused(
            f"Hồ sơ đang “{evaluation.get_status_display()}”, không sửa được; "
            "rút lại hoặc chờ trả lại bổ sung."
        )
