"""The timeline of one unit's year as a part of its page: filters, people, pages."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from django.core.paginator import Paginator

from antq_portal.lib.asked import whole

from ..selectors.history import (
    ANSWERS,
    PAPERS,
    STEPS,
    Event,
    Filter,
    history,
    matching_events,
    people_of,
)
from .file_page import FilePage, Overlay

KINDS: Final = ((STEPS, "Các bước"), (ANSWERS, "Trả lời"), (PAPERS, "Tài liệu"))
EVENTS_A_PAGE: Final = 30


def history_tab(page: FilePage, overlay: Overlay) -> dict[str, object]:
    """What the timeline reads: one page of events, chips by sort with counts, the people in it."""
    asked = page.request.GET
    events = history(page.file, by=page.user, since=page.since)
    kind = asked.get("loc", "") if asked.get("loc") in dict(KINDS) else ""
    wanted = Filter(kind, whole(asked.get("nguoi", "")))
    found = matching_events(events, wanted)
    return {
        "events": Paginator(found, EVENTS_A_PAGE).get_page(asked.get("page")),
        "chips": _chips(page, events, wanted),
        "people": people_of(events),
        "wanted": wanted,
        "new_count": sum(event.is_new for event in events),
    }


def _chips(page: FilePage, events: Sequence[Event], wanted: Filter) -> list[dict[str, object]]:
    counts = Counter(
        event.kind for event in matching_events(events, Filter(person_id=wanted.person_id))
    )
    choices = (("", "Tất cả", counts.total()), *((*one, counts[one[0]]) for one in KINDS))
    return [
        {
            "label": label,
            "count": count,
            "current": code == wanted.kind,
            "url": page.url(tab="lich-su", loc=code, nguoi=wanted.person_id),
        }
        for code, label, count in choices
    ]
