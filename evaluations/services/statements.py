"""Whose self-assessment a file is: what stands there, and what is said to a form that was filled earlier."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.dates import date_text
from antq_portal.lib.seen import seen_token
from criteria.exceptions import TransitionRefused
from units.models import Unit

from ..models import Evaluation
from .answers import lock_for
from .registrations import require_visible

STATED = (
    "representative_name", "representative_title", "meeting_on", "stated_at", "stated_by"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """Whose self-assessment it is: the unit's representative and the meeting that made it."""

    representative_name: str
    representative_title: str
    meeting_on: dt.date | None

    @classmethod
    def of(cls, evaluation: Evaluation) -> "Statement":
        """What is stored for an evaluation."""
        return cls(
            evaluation.representative_name, evaluation.representative_title, evaluation.meeting_on
        )

    @property
    def seen(self) -> str:
        """The short word by which a form says that it was filled with this statement."""
        return seen_token(asdict(self))


def refuse_stale_statement(evaluation: Evaluation, *, seen: str) -> None:
    """Raise TransitionRefused (`stale`), saying who, when and what, if the form was filled with another."""
    stored = Statement.of(evaluation)
    if not seen or seen == stored.seen:
        return
    who, at = evaluation.stated_by, evaluation.stated_at
    when = f" lúc {localtime(at):%H:%M ngày %d/%m/%Y}" if at else ""
    held = date_text(stored.meeting_on) if stored.meeting_on else "chưa ghi ngày họp"
    said = ", ".join(filter(None, (stored.representative_name, stored.representative_title, held)))
    raise TransitionRefused(
        f"{who or 'Người khác'} vừa ghi phần này{when}: {said}. Chưa ghi gì của bạn; "
        "bấm Lưu lần nữa để giữ bản của bạn.",
        code="stale",
    )


@transaction.atomic
def record_statement(
    unit: Unit, *, year: int, statement: Statement, by: User, seen: str = ""
) -> list[Evaluation]:
    """Write down whose self-assessment it is, on every evaluation of the file that may still change.

    `seen` is the `Statement.seen` of what the form was filled with; TransitionRefused (`stale`) if
    something else stands there now.
    """
    if statement.meeting_on and statement.meeting_on > localdate():
        raise ValidationError({"meeting_on": "Ngày họp còn ở phía trước."})
    written = []
    for evaluation in file_of(unit, year=year, by=by):
        if not evaluation.is_editable:
            continue
        locked = lock_for(evaluation, Act.ANSWER, by=by)
        if not written:
            refuse_stale_statement(locked, seen=seen)
        locked.representative_name = statement.representative_name.strip()
        locked.representative_title = statement.representative_title.strip()
        locked.meeting_on = statement.meeting_on
        locked.stated_at, locked.stated_by = timezone.now(), by
        locked.save(update_fields=STATED)
        written.append(locked)
    if not written:
        raise TransitionRefused("Hồ sơ đã gửi, không sửa được phần này.")
    return written


def file_of(unit: Unit, *, year: int, by: User) -> list[Evaluation]:
    """The evaluations of a unit's yearly file, recognition first.

    Raises Unit.DoesNotExist if the unit is not visible, TransitionRefused if the file was not opened.
    """
    found = Evaluation.objects.visible_to(by).of_file(unit.pk, year).select_related("season")
    found = list(found)
    if not found:
        require_visible(unit, by=by)
        raise TransitionRefused("Đơn vị chưa có hồ sơ đánh giá năm này.")
    return found
