"""What somebody is told whose page was older than what is stored: who, when, what stands there now."""

from django.utils.timezone import localtime

from criteria.exceptions import TransitionRefused

from ..models import Answer


class StaleAnswer(TransitionRefused):
    """Somebody saved the row after the person had read it; nothing was written.

    `answer` is what is stored now, with `answered_by` loaded.
    """

    def __init__(self, answer: Answer, code: str) -> None:
        when = localtime(answer.answered_at)
        super().__init__(
            f"{code}: {answer.answered_by} vừa lưu dòng này lúc {when:%H:%M ngày %d/%m/%Y}; "
            "xem lại trả lời mới rồi sửa tiếp. Chưa ghi gì của bạn.",
            code="stale",
        )
        self.answer = answer
        self.criterion_code = code
