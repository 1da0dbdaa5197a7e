"""What somebody is told whose page was older than what is stored: who, when, what stands there now."""

from django.utils.timezone import localtime

from criteria.exceptions import TransitionRefused

from ..models import Answer, AnswerChange


class StaleAnswer(TransitionRefused):
    """Somebody saved the row after the person had read it; nothing was written.

    `answer` is what is stored now, with `answered_by` loaded; the words name who changed it last,
    who may be its appraiser.
    """

    def __init__(self, answer: Answer, code: str) -> None:
        changes = AnswerChange.objects.filter(answer=answer).select_related("by")
        last = changes.order_by("version").last()
        by, at = (last.by, last.at) if last else (answer.answered_by, answer.answered_at)
        super().__init__(
            f"{code}: {by} vừa lưu dòng này lúc {localtime(at):%H:%M ngày %d/%m/%Y}; "
            "xem lại trả lời mới rồi sửa tiếp. Chưa ghi gì của bạn.",
            code="stale",
        )
        self.answer = answer
        self.criterion_code = code
