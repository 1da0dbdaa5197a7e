"""What a person makes of a row whose source has moved on: follow it, or keep the answer."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import Act
from criteria.exceptions import TransitionRefused
from criteria.scoring import answer_problems
from criteria.selectors import definition_of

from ..models import Answer, Evaluation, SourceValue
from ..models.answers import ChangeKind
from ..selectors.source_marks import SourceMark, mark_of
from .answer_history import Change, Writing, record_changes
from .answer_rows import own_columns, own_values, rows_of
from .answers import lock_for, mend_answer, propose_classification
from .supplements import refuse_frozen_rows

FOLLOWED = "Lấy theo nguồn"
LONGEST_REASON = 300
KEPT = "Giữ trả lời, nguồn đã đổi"


@transaction.atomic
def follow_source(
    evaluation: Evaluation, criterion_id: int, *, base_version: int, by: User
) -> Answer:
    """Make what the source says the unit's answer; the note stays.

    Raises as `save_answers` does; TransitionRefused with code `wrong_state` when the row is not
    marked any more, `stale` when somebody answered it meanwhile.
    """
    locked, answer, mark = _marked(evaluation, criterion_id, base_version=base_version, by=by)
    if mark.values is None:
        raise TransitionRefused("Nguồn không còn cho giá trị; sửa trả lời hoặc giữ như cũ.")
    wrong = answer_problems(mark.row, mark.values)
    if wrong:
        raise ValidationError({f"{mark.row.code}.{one.field}": one.message for one in wrong})
    columns = own_columns(mark.values) | {"is_proposal": False, "proposed_from": mark.source}
    return _write(
        locked, Change(answer, ChangeKind.ENTERED, own_values(answer), columns, FOLLOWED), by=by
    )


@transaction.atomic
def keep_answer(
    evaluation: Evaluation, criterion_id: int, *, base_version: int, by: User
) -> Answer:
    """Confirm the unit's answer although the source has changed; the mark goes. Raises as `follow_source`."""
    locked, answer, _ = _marked(evaluation, criterion_id, base_version=base_version, by=by)
    same = own_values(answer)
    return _write(locked, Change(answer, ChangeKind.ENTERED, same, dict(same), KEPT), by=by)


@transaction.atomic
def mend_by_source(
    evaluation: Evaluation, criterion_id: int, *, base_version: int, by: User
) -> Answer:
    """Mend the row to what its source says while appraising; raises as `mend_answer` does."""
    locked = lock_for(evaluation, Act.APPRAISE, by=by)
    answer = locked.answers.select_related("answered_by").get(criterion=criterion_id)
    mark = _mark(locked, answer, criterion_id)
    if mark.values is None:
        raise TransitionRefused("Nguồn không còn cho giá trị; sửa lỗi nhập bằng tay.")
    reason = f"{FOLLOWED}: {mark.source}"[:LONGEST_REASON]
    return mend_answer(
        locked, mark.row.code, mark.values, base_version=base_version, reason=reason, by=by
    )


def _marked(
    evaluation: Evaluation, criterion_id: int, *, base_version: int, by: User
) -> tuple[Evaluation, Answer, SourceMark]:
    locked = lock_for(evaluation, Act.ANSWER, by=by)
    if not locked.is_editable:
        raise TransitionRefused(f"Hồ sơ đang “{locked.get_status_display()}”, không sửa được.")
    row = definition_of(locked.season.criteria_set).by_id.get(criterion_id)
    answer = rows_of(locked).get(row.code) if row else None
    if row is None or answer is None:
        raise Answer.DoesNotExist
    refuse_frozen_rows(locked, [row.code])
    if answer.version != base_version:
        when = localtime(answer.answered_at)
        raise TransitionRefused(
            f"{row.code}: {answer.answered_by} vừa lưu dòng này lúc {when:%H:%M ngày %d/%m/%Y}; xem lại rồi chọn.",
            code="stale",
        )
    return locked, answer, _mark(locked, answer, criterion_id)


def _mark(evaluation: Evaluation, answer: Answer, criterion_id: int) -> SourceMark:
    row = definition_of(evaluation.season.criteria_set).by_id[criterion_id]
    stored = SourceValue.objects.filter(evaluation=evaluation, criterion=criterion_id)
    found = stored.select_related("changed_by").first()
    mark = mark_of(found, row, answer) if found else None
    if mark is None:
        raise TransitionRefused(f"{row.code}: nguồn không còn khác với trả lời.")
    return mark


def _write(evaluation: Evaluation, change: Change, *, by: User) -> Answer:
    [answer] = record_changes([change], by=by, writing=Writing(enters=True))
    propose_classification(evaluation, by=by)
    return answer
