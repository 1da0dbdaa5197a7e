"""Answers that a bulk act wrote: found again by the key of their writing, and whether they still stand."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.timezone import localtime

from ..models import AnswerChange, BulkActRow, Evaluation
from ..workflow import EDITABLE, Status


def written_changes(rows: Sequence[BulkActRow]) -> dict[int, list[AnswerChange]]:
    """The changes that each row wrote, by row id, in the order of writing; one query, none without any."""
    by_key = {row.answers_key: row for row in rows if row.answers_key}
    found: dict[int, list[AnswerChange]] = defaultdict(list)
    if not by_key:
        return found
    changes = AnswerChange.objects.filter(
        click_key__in=by_key, answer__evaluation__unit__in={row.unit_id for row in rows}
    ).select_related(
        "answer__answered_by", "answer__criterion", "answer__evaluation__season__criteria_set",
        "answer__evaluation__unit_version__unit",
    )  # fmt: skip
    for change in changes.order_by("pk"):
        found[by_key[change.click_key].pk].append(change)
    return found


def is_standing(change: AnswerChange) -> bool:
    """Whether the answer is as the act left it."""
    return change.answer.version == change.version


def why_answers_stay(changes: Sequence[AnswerChange]) -> str:
    """Why none of these answers goes back; empty when one of them does."""
    if not changes:
        return "Không còn dòng nào để hoàn tác."
    evaluation: Evaluation = changes[0].answer.evaluation
    if evaluation.status not in EDITABLE:
        return f"Hồ sơ “{Status(evaluation.status).label}”; giữ nguyên."
    if any(is_standing(one) for one in changes):
        return ""
    last = max((one.answer for one in changes), key=lambda answer: answer.answered_at)
    when = localtime(last.answered_at)
    return f"{last.answered_by} đã ghi lại lúc {when:%H:%M ngày %d/%m/%Y}; giữ nguyên."
