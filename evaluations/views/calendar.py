"""The calendar of an area's year: its days, who is behind, and the ways to do something about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.roles import Act
from antq_portal.lib.asked import whole
from units.models import Kind

from ..models import Extension, Nudge
from ..selectors.areas import areas_below, current_year
from ..selectors.calendar import (
    HOLIDAYS_KNOWN_TO,
    Behind,
    behind_by_step,
    busy_days,
    kind_calendars,
    kinds_listed,
    last_nudges,
)
from ..selectors.deadlines import Step, own_days
from ..selectors.extensions import standing_extensions
from ..selectors.obligations import (
    Load,
    Obligation,
    area_obligations,
    commune_loads,
    own_file_obligations,
)
from .areas import AreaPage, area_page, choose_area
from .reporters import is_reporter

OVERDUE, SOON, ALL = "qua-han", "sap-den", "tat-ca"
LEVELS: Final = {OVERDUE: "Quá hạn", SOON: "Sắp đến hạn", ALL: "Mọi việc chưa xong"}
"""The tabs of the list, the most urgent first."""
ROWS_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class LateRow:
    """One unit that is behind with one step, as the list shows it."""

    obligation: Obligation
    extension: Extension | None
    nudge: Nudge | None
    may_act: bool
    """Whether the person may extend and remind this unit."""

    @property
    def standing(self) -> object:
        return self.obligation.standing(localdate())


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    page = calendar_page(request)
    if page is None:
        return choose_area(request)
    today = localdate()
    found = all_obligations(page)
    level = _level(found, page.request)
    chosen = _chosen(found, page.request, level)
    rows = Paginator(chosen, ROWS_A_PAGE).get_page(request.GET.get("page"))
    own = own_days(page.area.version, year=page.year)
    kinds = kinds_listed(page.area, page.user, year=page.year)
    calendars = kind_calendars(
        page.area, own, kinds, seasons=page.seasons, year=page.year, today=today
    )
    may_set = page.area.may(Act.SET_DEADLINES)
    context = {
        "area": page.area,
        "year": page.year,
        "calendars": calendars[:-1] if is_reporter(page.area.powers) and len(calendars) > 1 else calendars,
        "busy": busy_days(page.year),
        "behind": [_behind_row(page, one) for one in behind_by_step(found, today=today)],
        "chips": _chips(page, found, level),
        "rows": _rows(page, rows.object_list, may_set=may_set),
        "rows_page": rows,
        "may_set": may_set,
        "milestones_url": calendar_url(page, name="milestones"),
        "nudge_url": calendar_url(page, name="nudge"),
        "loads": _load_rows(page),
        "places": [(one.unit_id, one.name) for one in _places(page)],
        "holidays_known_to": HOLIDAYS_KNOWN_TO if page.year > HOLIDAYS_KNOWN_TO else None,
    }  # fmt: skip
    return render(request, "evaluations/calendar.html", context)


def calendar_page(request: HttpRequest) -> AreaPage | None:
    """The area and year a calendar is about: `?xa=` and `?nam=`, else the person's own and now."""
    page = area_page(request, 0)
    if page is None:
        return None
    asked = whole(request.GET.get("nam", ""))
    known = {season.year for season in page.seasons}
    year = asked if asked in known else current_year(page.seasons)
    return AreaPage(request, page.area, year, page.seasons, page.is_asked)


def calendar_url(page: AreaPage, *, name: str = "calendar", **query: object) -> str:
    """The address of a page of the calendar for the same area and year."""
    asked = {"xa": page.area.pk} if page.is_asked else {}
    given = {key: value for key, value in query.items() if value not in ("", None)}
    year = {} if page.year == current_year(page.seasons) else {"nam": page.year}
    together = urlencode({**asked, **year, **given})
    path = reverse(f"evaluations:{name}")
    return f"{path}?{together}" if together else path


def all_obligations(page: AreaPage) -> list[Obligation]:
    """What the area's list and, for a commune, its own file wait for, urgent first."""
    today = localdate()
    found = area_obligations(page.user, page.area, year=page.year, seasons=page.seasons)
    if not is_reporter(page.area.powers):
        found += own_file_obligations(page.area, year=page.year, seasons=page.seasons)
    return sorted(found, key=lambda one: one.order(today))


def _is_at(level: str, one: Obligation, today: dt.date) -> bool:
    """Whether something waited for belongs to one tab of the list."""
    if level == ALL:
        return True
    return one.is_overdue(today) if level == OVERDUE else one.is_soon(today)


def _level(found: Sequence[Obligation], request: HttpRequest) -> str:
    """The tab asked for, else the first that has something in it."""
    asked = request.GET.get("muc", "")
    if asked in LEVELS:
        return asked
    today = localdate()
    held = (level for level in LEVELS if any(_is_at(level, one, today) for one in found))
    return next(held, OVERDUE)


def _chosen(found: Sequence[Obligation], request: HttpRequest, level: str) -> list[Obligation]:
    """What the address asks for: how late, which step, which kind."""
    today = localdate()
    step, kind = request.GET.get("viec", ""), request.GET.get("loai", "")
    return [
        one
        for one in found
        if _is_at(level, one, today) and step in ("", one.step) and kind in ("", one.kind)
    ]


def _behind_row(page: AreaPage, one: Behind) -> dict[str, object]:
    asked = {"viec": one.step, "loai": one.kind}
    return {
        "label": f"{Step(one.step).label}, {str(one.kind.label).lower()}",
        "overdue": one.overdue,
        "soon": one.soon,
        "overdue_url": calendar_url(page, muc=OVERDUE, **asked) + "#danh-sach",
        "soon_url": calendar_url(page, muc=SOON, **asked) + "#danh-sach",
    }


def _chips(page: AreaPage, found: Sequence[Obligation], current: str) -> list[dict[str, object]]:
    today = localdate()
    return [
        {
            "label": label,
            "url": calendar_url(page, muc=code) + "#danh-sach",
            "current": code == current,
            "count": sum(_is_at(code, one, today) for one in found),
        }
        for code, label in LEVELS.items()
    ]


def _rows(page: AreaPage, chosen: Sequence[Obligation], *, may_set: bool) -> list[LateRow]:
    ids = [one.unit_id for one in chosen]
    extensions = standing_extensions(ids, year=page.year)
    nudges = last_nudges(ids, year=page.year)
    return [
        LateRow(
            one, extensions.get(one.unit_id), nudges.get(one.unit_id),
            may_set and one.authority_id == page.area.pk and one.is_of_unit,
        )
        for one in chosen
    ]  # fmt: skip


def _load_rows(page: AreaPage) -> list[dict[str, object]]:
    """The communes of a province, those behind first; for who sees all of it."""
    area = page.area
    if area.unit.kind != Kind.PROVINCE or not area.is_seen_whole:
        return []
    return [
        _load_row(page, one) for one in commune_loads(area, year=page.year, seasons=page.seasons)
    ]


def _load_row(page: AreaPage, load: Load) -> dict[str, object]:
    query = urlencode({"xa": load.version.unit_id})
    return {
        "name": load.version.name,
        "url": f"{reverse('evaluations:calendar')}?{query}",
        "overdue": load.overdue_count,
        "soon": load.soon_count,
        "steps": [
            f"{Step(step).label.lower()} {count}" for step, count in load.overdue.most_common()
        ],
    }


def _places(page: AreaPage) -> list[object]:
    is_above = page.area.unit.kind == Kind.PROVINCE and not page.area.is_seen_whole
    return list(areas_below(page.area, page.year)) if is_above else []
