"""What of a person's own work is late or soon late, and of what the standing body reminded: for the first page."""

from collections import Counter
from collections.abc import Sequence

from django.utils.timezone import localdate

from units.models import Kind
from units.selectors import Place

from ..selectors.calendar import last_nudges
from ..selectors.deadlines import Step
from ..selectors.obligations import Obligation
from .areas import AreaPage
from .calendar import ALL, OVERDUE, SOON, all_obligations, calendar_url


def urgent_tasks(page: AreaPage) -> list[dict[str, object]]:
    """One task a step and kind the person may do: reminded of first, then late, then what blocks others."""
    mine = [one for one in all_obligations(page) if _is_mine(page, one)]
    return [*_nudged(page, mine), *_late(page, mine)]


def _is_mine(page: AreaPage, one: Obligation) -> bool:
    place = Place(one.unit_id, one.kind, page.area.version.path, one.acting_id)
    is_barred = page.user.pk in one.barred
    return not is_barred and any(page.area.powers.may(act, place) for act in one.acts)


def _nudged(page: AreaPage, mine: Sequence[Obligation]) -> list[dict[str, object]]:
    """The units the standing body reminded that have not moved on since."""
    ids = {one.unit_id for one in mine if one.is_of_unit}
    nudges = last_nudges(ids, year=page.year) if ids else {}
    if not nudges:
        return []
    names = {one.unit_id: one.name for one in mine if one.unit_id in nudges}
    last = max(nudges.values(), key=lambda one: one.nudged_at)
    return [
        {
            "label": f"Thường trực Ban Chỉ đạo nhắc: {_named(list(names.values()))}",
            "count": len(names),
            "url": calendar_url(page, muc=ALL) + "#danh-sach",
            "hint": f"{last.nudged_by} nhắc lần cuối ngày {last.on:%d/%m}.",
            "status": "overdue",
            "status_label": "Được nhắc",
        }
    ]


def _late(page: AreaPage, mine: Sequence[Obligation]) -> list[dict[str, object]]:
    today = localdate()
    late, soon = Counter[tuple[Step, str]](), Counter[tuple[Step, str]]()
    first: dict[tuple[Step, str], Obligation] = {}
    for one in mine:
        key = (one.step, one.kind)
        late[key] += one.is_overdue(today)
        soon[key] += one.is_soon(today)
        first.setdefault(key, one)
    tasks = []
    for key, one in first.items():
        if late[key]:
            tasks.append(_task(page, one, late[key], OVERDUE))
        if soon[key]:
            tasks.append(_task(page, one, soon[key], SOON))
    return sorted(tasks, key=lambda task: task["status"] != "overdue")


def _task(page: AreaPage, one: Obligation, count: int, how: str) -> dict[str, object]:
    asked = {"muc": how, "viec": one.step, "loai": one.kind}
    is_late = how == OVERDUE
    return {
        "label": f"{one.step.label}: {str(Kind(one.kind).label).lower()}",
        "count": count,
        "url": calendar_url(page, **asked) + "#danh-sach",
        "hint": f"{one.standing(localdate()).text} ({one.due.source.label})" if count else "",
        "status": "overdue" if is_late else "due_soon",
        "status_label": "",
    }


def _named(names: Sequence[str]) -> str:
    more = f" và {len(names) - 3} đơn vị khác" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
