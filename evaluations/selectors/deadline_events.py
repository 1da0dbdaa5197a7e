"""What was done about the days of one unit's year, as its timeline shows it."""

from ..models import Extension, Nudge
from .history_events import STEPS, Event


def deadline_events(unit_id: int, *, year: int) -> list[Event]:
    """Extensions granted and taken back, and reminders of the standing body, in no order: two queries."""
    events = []
    extensions = Extension.objects.filter(unit=unit_id, year=year)
    for one in extensions.select_related("granted_by", "ended_by"):
        until = f"đến hết ngày {one.until_on:%d/%m/%Y}"
        events.append(
            Event(
                one.granted_at, str(one.granted_by), f"Gia hạn {until}", STEPS,
                who_id=one.granted_by_id, note=one.reason, tone="info",
            )
        )  # fmt: skip
        if one.ended_at:
            events.append(
                Event(
                    one.ended_at, str(one.ended_by), f"Bỏ gia hạn {until}", STEPS,
                    who_id=one.ended_by_id, note=one.end_reason, tone="warn",
                )
            )  # fmt: skip
    nudges = Nudge.objects.filter(unit=unit_id, year=year).select_related("nudged_by")
    return events + [
        Event(
            one.nudged_at, str(one.nudged_by), "Nhắc đơn vị", STEPS,
            who_id=one.nudged_by_id, tone="warn",
        )
        for one in nudges
    ]  # fmt: skip
