from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.roles import Act

from ..selectors.areas import current_year
from ..selectors.bulk_acts import recent_acts
from ..selectors.deadlines import deadline_lines, own_days
from ..selectors.rosters import is_behind_register
from ..selectors.sheet import SheetRow, filter_rows, sheet_rows
from ..selectors.standings import STAGES, stage_counts
from ..selectors.visits import changed_units
from ..services.rosters import prepare_roster
from .areas import AreaPage, area_page, choose_area
from .bulk import ACTS, ManyAct
from .kinds import kind_chips, kind_counts
from .reporters import is_reporter, reported_units
from .sheet_cells import rows_html

OFFERED: Final = (
    "tiep-nhan", "gui-dang-ky", "nhan-tham-dinh", "xac-nhan-tham-dinh", "gui-tham-dinh",
)  # fmt: skip
"""Acts offered for ticked rows; the last one a person may do is the primary one."""
UNOPENED: Final = "chua-mo-ky"
"""The stage of units without season: named once above the table, not row by row."""


@require_safe
def sheet_now(request: HttpRequest) -> HttpResponse:
    """Lead on to the sheet of the year that is open now, keeping the filters.

    Who speaks for one unit only comes to its file.
    """
    page = area_page(request, 0)
    own = _own_file(page) if page else ""
    if own:
        return redirect(own)
    address = reverse("evaluations:sheet", args=[current_year(page.seasons if page else [])])
    query = request.GET.urlencode()
    return redirect(f"{address}?{query}" if query else address)


def _own_file(page: AreaPage) -> str:
    """The address of the one file of somebody who speaks for one unit only; empty for others."""
    if not is_reporter(page.area.powers):
        return ""
    own = reported_units(page.area.powers)
    if len(own) != 1:
        return ""
    return reverse("evaluations:file", args=[current_year(page.seasons), own[0].unit_id])


@require_safe
def sheet(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    rows = listed_rows(page)
    stage, words = request.GET.get("buoc", ""), request.GET.get("tim", "").strip()
    kinds = kind_counts(rows)
    asked = request.GET.get("loai", "")
    kind = asked if len(kinds) > 1 and any(one.kind == asked for one in kinds) else ""
    of_kind = filter_rows(rows, kind=kind)
    found = filter_rows(of_kind, stage=stage, words=words)
    shown = [row for row in found if row.has_season or not row.is_considered]
    changed = changed_units(page.user, (row.unit_id for row in shown), year=year)
    acts = offered_acts(page) if any(map(_may_be_ticked, shown)) else []
    context = {
        **page.context("sheet"),
        "rows": shown,
        "total": len(rows),
        "chips": _chips(page, of_kind, stage, words=words, kind=kind),
        "workbook_url": page.url("workbook") if page.area.may(Act.ANSWER) else "",
        "workbook_file_url": page.url("workbook_file"),
        "stage": stage,
        "words": words,
        "kind": kind,
        "kinds": kind_chips(page, "sheet", kinds, kind, every=len(rows), buoc=stage, tim=words),
        "unopened": [one for one in kinds if not one.has_season],
        "acts": acts,
        "rows_html": rows_html(shown, year=year, can_be_ticked=bool(acts), changed=changed),
        "offers": recent_acts(page.user, year=page.year),
        "deadlines": deadline_lines(
            page.of_year,
            kinds=[kind] if kind else [one.kind for one in kinds],
            own=own_days(page.area.version, year=year),
        ),
    }
    return render(request, "evaluations/sheet.html", context)


def listed_rows(page: AreaPage) -> list[SheetRow]:
    """The rows of the year, the list brought up to date first."""
    follow_register(page)
    return sheet_rows(page.user, page.area, year=page.year, seasons=page.seasons)


def follow_register(page: AreaPage) -> None:
    """Write the year's open list anew when units were added, if the person works with it."""
    keeps = page.area.may(Act.ANSWER) or page.area.may(Act.FREEZE_ROSTER)
    if page.of_year and keeps and is_behind_register(page.area.unit, page.year):
        prepare_roster(page.area.unit, year=page.year)


def offered_acts(page: AreaPage) -> list[ManyAct]:
    """The bulk acts this person may do here; none once every book of the year is locked."""
    if not any(not season.is_locked for season in page.of_year):
        return []
    return [ACTS[code] for code in OFFERED if page.area.may(ACTS[code].act)]


def _may_be_ticked(row: SheetRow) -> bool:
    return row.is_considered and row.has_season


def _chips(
    page: AreaPage, rows: Sequence[SheetRow], current: str, *, words: str, kind: str
) -> list[dict[str, object]]:
    counts = stage_counts(row.standing for row in rows)
    every = {
        "label": "Tất cả",
        "url": page.url("sheet", tim=words, loai=kind),
        "current": not current,
        "count": len(rows),
    }
    return [every] + [
        {
            "label": stage.label,
            "url": page.url("sheet", buoc=stage.code, tim=words, loai=kind),
            "current": stage.code == current,
            "count": counts[stage.code],
        }
        for stage in STAGES
        if (counts[stage.code] and stage.code != UNOPENED) or stage.code == current
    ]
