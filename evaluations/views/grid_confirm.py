"""What is confirmed for many units at once, by name: nothing happened, proposals of the registers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.roles import Act
from antq_portal.lib.asked import wholes
from antq_portal.lib.clicks import each_by_itself
from criteria.scoring import AnswerValues

from ..services.answers import Typed
from ..services.bulk_answers import answer_each
from ..services.evaluations import open_file
from ..services.refusals import refusal_of
from .areas import area_page, choose_area
from .grid_page import Cell, GridPage, GridRow
from .grids import GET_OR_POST, grid_of, write_cells


@each_by_itself
@GET_OR_POST
def no_incidents(request: HttpRequest, year: int) -> HttpResponse:
    """Confirm that nothing happened in the units whose rows are still empty, by name."""
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    page.require(Act.ANSWER)
    grid = grid_of(page)
    if not grid.is_incidents:
        raise Http404("Dòng này không đếm vụ việc.")
    rows = [row for row in grid.all_rows if _empty(row)]
    left_out, meant = _sorted(request, rows)
    if request.method == "POST" and meant:
        return _write_all_zeros(grid, meant)
    return _ask(grid, "evaluations/no_incidents.html", rows, left_out, meant)


@each_by_itself
@GET_OR_POST
def grid_proposals(request: HttpRequest, year: int) -> HttpResponse:
    """Make what the registers propose for these rows the units' own answers, by name."""
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    page.require(Act.ANSWER)
    grid = grid_of(page)
    rows = [row for row in grid.all_rows if row.proposals]
    left_out, meant = _sorted(request, rows)
    if request.method == "POST" and meant:
        return _write(
            grid,
            meant,
            lambda row: write_cells(grid, row, _proposed(row)),
            "Đã xác nhận đề xuất của",
        )
    return _ask(grid, "evaluations/grid_proposals.html", rows, left_out, meant)


def _sorted(request: HttpRequest, rows: Sequence[GridRow]) -> tuple[list[GridRow], list[GridRow]]:
    given = request.POST if request.method == "POST" else request.GET
    ids = set(wholes(given.getlist("tru")))
    left_out = [row for row in rows if row.row.unit_id in ids]
    return left_out, [row for row in rows if row.row.unit_id not in ids]


def _ask(
    grid: GridPage,
    template: str,
    rows: list[GridRow],
    left_out: list[GridRow],
    meant: list[GridRow],
) -> HttpResponse:
    context = {
        **grid.page.context("criterion_grid"),
        "grid": grid,
        "open_rows": rows,
        "left_out": left_out,
        "left_out_ids": {row.row.unit_id for row in left_out},
        "meant": meant,
        "back_url": grid.url("criterion_grid"),
    }
    return render(grid.page.request, template, context)


def _write(
    grid: GridPage,
    meant: Sequence[GridRow],
    write: Callable[[GridRow], None],
    words: str,
) -> HttpResponse:
    """Write each unit's rows by itself; a refusal of one is told by name and stops no other."""
    request, done = grid.page.request, 0
    for row in meant:
        problem = _problem(lambda row=row: write(row))
        if problem:
            messages.error(request, f"{row.row.name}: {problem}")
        else:
            done += 1
    if done:
        messages.success(request, f"{words} {done} đơn vị.")
    return redirect(grid.url("criterion_grid"))


def _write_all_zeros(grid: GridPage, meant: Sequence[GridRow]) -> HttpResponse:
    """Write each unit by itself as one bulk act, which can be undone by name."""
    runs = [
        (row.row.version.unit, lambda key, row=row: _write_zeros(grid, row, key)) for row in meant
    ]
    done = answer_each(runs, year=grid.page.year, by=grid.page.user)
    request, names = grid.page.request, {row.row.unit_id: row.row.name for row in meant}
    rows = list(done.rows.all())
    for row in rows:
        if row.problem:
            messages.error(request, f"{names[row.unit_id]}: {row.problem}")
    count = sum(row.is_done for row in rows)
    if count:
        messages.success(request, f"Đã xác nhận không xảy ra cho {count} đơn vị.")
    return redirect(grid.url("criterion_grid"))


def _problem(run: Callable[[], None]) -> str:
    try:
        return refusal_of(run)
    except PermissionDenied as denied:
        return str(denied)


def _empty(row: GridRow) -> list[Cell]:
    return [cell for cell in row.cells if cell.is_editable and cell.is_empty]


@transaction.atomic
def _write_zeros(grid: GridPage, row: GridRow, key: UUID) -> None:
    """Zeros into the empty rows of one unit; what its book proposes as the file opens is not talked over."""
    if grid.evaluation_of(row.row) is None:
        open_file(row.row.version.unit, year=grid.page.year, by=grid.page.user)
        again = replace(grid, units_only=frozenset([row.row.unit_id]))
        row = again.all_rows[0]
        grid = again
    write_cells(grid, row, _zeros(row), click_key=key)


def _zeros(row: GridRow) -> dict[str, Typed]:
    return {
        cell.input.row.code: Typed(
            AnswerValues(
                counts=tuple(0 for _ in cell.input.row.counters),
                note=cell.answer.note if cell.answer else "",
            ),
            base_version=cell.version,
        )
        for cell in _empty(row)
    }


def _proposed(row: GridRow) -> dict[str, Typed]:
    return {
        cell.input.row.code: Typed(AnswerValues.of(cell.answer), base_version=cell.version)
        for cell in row.proposals
        if cell.answer
    }
