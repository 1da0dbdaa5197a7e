"""What a returned file waits for, the clock of it, and the text to paste to the unit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib.dates import date_text, day_text, deadline
from antq_portal.lib.prepared import Prepared

from ..models import Evaluation, SupplementRequest
from ..workflow import Status

IN_PERSON: Final = "trao đổi trực tiếp với Thường trực Ban Chỉ đạo, không nhắn nội dung"
"""What a message says of a row whose words do not leave the portal."""


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One criterion the unit is asked to complete."""

    criterion_id: int
    code: str
    legal_ref: str
    text: str
    reason: str
    is_sensitive: bool

    @property
    def message(self) -> str:
        """The row as it may stand in a chat message."""
        place = f" ({self.legal_ref})" if self.legal_ref else ""
        return f"Tiêu chí {self.code}{place}: {IN_PERSON if self.is_sensitive else self.reason}"


@dataclass(frozen=True, slots=True)
class AskedOfUnit:
    """What a returned file waits for: whole or row by row, by whom since when, until when."""

    year: int
    is_partial: bool
    note: str
    rows: tuple[AskedRow, ...]
    following: tuple[str, ...]
    asked_at: dt.datetime
    asked_by: User
    due_on: dt.date | None

    @property
    def clock(self) -> str:
        """How the return stands today: "Trả lại 3 ngày, hạn 12/11, còn 2 ngày làm việc"."""
        today = localdate()
        days = (today - localdate(self.asked_at)).days
        parts = [f"Trả lại {days} ngày" if days else "Trả lại hôm nay"]
        if self.due_on:
            parts.append(f"hạn {self.due_on.day}/{self.due_on.month}")
            parts.append(deadline(self.due_on, today=today).left_text)
        return ", ".join(parts)

    @property
    def is_overdue(self) -> bool:
        return bool(self.due_on and self.due_on < localdate())

    @property
    def codes(self) -> list[str]:
        return [row.code for row in self.rows]

    def slip(self, name: str) -> str:
        """The same as plain text for a chat message; the words of sensitive rows stay here."""
        general = [line.strip() for line in self.note.splitlines() if line.strip()]
        asked = [*general, *(row.message for row in self.rows)]
        lines = [
            f"PHIẾU YÊU CẦU BỔ SUNG HỒ SƠ NĂM {self.year}",
            f"Kính gửi: {name}",
            "Hồ sơ tự đánh giá của đơn vị cần bổ sung:",
            *(f"{place}. {line}" for place, line in enumerate(asked, start=1)),
        ]
        if self.is_partial:
            lines.append("Các tiêu chí khác giữ nguyên như đã gửi.")
        if self.due_on:
            lines.append(f"Hạn bổ sung: {day_text(self.due_on)}.")
        lines.append(
            f"Đề nghị bổ sung và gửi lại. Người yêu cầu: {self.asked_by}, "
            f"ngày {date_text(localdate(self.asked_at))}."
        )
        return "\n".join(lines)


OPEN: Final = Prepared(
    lambda evaluations: (
        SupplementRequest.objects.open()
        .filter(evaluation__in=evaluations)
        .select_related("asked_by", "evaluation__season")
        .prefetch_related("rows__criterion")
        .order_by("-evaluation__season__scheme")
    )
)


def asked_of_unit(evaluations: Sequence[Evaluation]) -> AskedOfUnit | None:
    """What the file waits for while it lies with the unit for it; None else: two queries at most."""
    with_unit = [one for one in evaluations if one.is_editable]
    if not with_unit:
        return None
    requests = OPEN(evaluations=[one.pk for one in with_unit])
    return _joined(requests) if requests else None


def latest_requests(evaluations: Sequence[Evaluation]) -> dict[int, SupplementRequest]:
    """The newest request that a submission answered, by evaluation id: two queries.

    Only of what lies with the authority now.
    """
    sent = [one for one in evaluations if one.status in (Status.SUBMITTED, Status.IN_REVIEW)]
    if not sent:
        return {}
    found = SupplementRequest.objects.filter(evaluation__in=sent, closed_at__isnull=False)
    rows = found.select_related("asked_by").prefetch_related("rows").order_by("asked_at", "pk")
    return {request.evaluation_id: request for request in rows}


def _joined(requests: Sequence[SupplementRequest]) -> AskedOfUnit:
    first = requests[0]
    rows = [row for request in requests for row in request.rows.all()]
    return AskedOfUnit(
        year=first.evaluation.season.year,
        is_partial=first.is_partial,
        note="\n".join(dict.fromkeys(request.note for request in requests if request.note)),
        rows=tuple(
            AskedRow(
                criterion_id=row.criterion_id,
                code=row.criterion.code,
                legal_ref=row.criterion.legal_ref,
                text=row.criterion.text,
                reason=row.reason,
                is_sensitive=row.criterion.is_sensitive,
            )
            for row in rows
            if not row.is_following
        ),
        following=tuple(row.criterion.code for row in rows if row.is_following),
        asked_at=first.asked_at,
        asked_by=first.asked_by,
        due_on=first.due_on,
    )
