from collections.abc import Callable, Mapping
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import wholes
from antq_portal.lib.clicks import each_by_itself
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues

from ..forms.answers import AnswerInput, is_posted, name_of, read_answer
from ..services.answers import Typed, save_answers
from ..services.bulk_acts import refusal_of
from ..services.evaluations import open_file
from .areas import AreaPage, area_page, choose_area
from .grid_page import MINUTES, SCHEMES, Cell, GridPage, GridRow, choices
from .kinds import kind_chips
from .minutes_grid import minutes_grid
from .refusals import WRONG_INPUT

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
KEPT = ("note", "exception", "points")
"""Inputs of a row that the grid does not show and must not lose."""


@each_by_itself
@GET_OR_POST
def criterion_grid(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    if request.GET.get("dong") == MINUTES:
        return minutes_grid(page)
    grid = _grid_of(page)
    if request.method == "POST":
        page.require(Act.ANSWER)
        return _save(grid)
    return _show(grid, grid.rows)


@each_by_itself
@GET_OR_POST
def no_incidents(request: HttpRequest, year: int) -> HttpResponse:
    """Confirm that nothing happened in the units whose rows are still empty, by name."""
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    page.require(Act.ANSWER)
    grid = _grid_of(page)
    if not grid.is_incidents:
        raise Http404("Dòng này không đếm vụ việc.")
    given = request.POST if request.method == "POST" else request.GET
    left_out = set(wholes(given.getlist("tru")))
    open_rows = [row for row in grid.rows if row.is_editable and _empty_codes(row)]
    meant = [row for row in open_rows if row.row.unit_id not in left_out]
    if request.method == "POST" and meant:
        return _write_zeros(grid, meant)
    context = {
        **page.context("criterion_grid"),
        "grid": grid,
        "open_rows": open_rows,
        "left_out": [row for row in open_rows if row.row.unit_id in left_out],
        "left_out_ids": left_out,
        "meant": meant,
        "back_url": grid.url("criterion_grid", dong=grid.code),
    }
    return render(request, "evaluations/no_incidents.html", context)


def _grid_of(page: AreaPage) -> GridPage:
    scheme, _, wanted = page.request.GET.get("dong", "").partition(":")
    kind = page.request.GET.get("loai", "")
    return GridPage(page, scheme if scheme in SCHEMES else "tt124", wanted, kind)


def _save(grid: GridPage) -> HttpResponse:
    """Write each unit's changed cells by themselves; what is refused stays as typed, with the reason."""
    page, count, refused = grid.page, 0, {}
    for row in grid.rows:
        typed, values = _typed(row, page.request.POST)
        if not values:
            continue
        if typed.errors:
            refused[row.row.unit_id] = typed
            continue
        wrong = _save_unit(grid, typed, values)
        if wrong is None:
            count += 1
        else:
            refused[row.row.unit_id] = wrong
    if count:
        messages.success(page.request, f"Đã lưu {count} đơn vị.")
    if refused:
        messages.error(page.request, f"Còn {len(refused)} đơn vị chưa lưu, xem chỗ đánh dấu.")
        fresh = GridPage(page, grid.scheme, grid.wanted, grid.asked_kind)
        rows = [refused.get(row.row.unit_id, row) for row in fresh.rows]
        return _show(fresh, rows, status=WRONG_INPUT)
    if not count:
        messages.info(page.request, "Không có ô nào thay đổi.")
    return redirect(grid.url("criterion_grid", dong=grid.code))


def _typed(row: GridRow, data: QueryDict) -> tuple[GridRow, dict[str, Typed]]:
    """The unit's cells as typed, and the values of those that changed."""
    cells, values = [], {}
    for cell in row.cells:
        shown = cell.input
        if not row.is_editable or not is_posted(shown, data):
            cells.append(cell)
            continue
        read, given = read_answer(shown, _with_kept(data, shown))
        if _is_changed(cell, read):
            cells.append(Cell(read, cell.answer))
            values[shown.row.code] = Typed(given, base_version=read.version)
        else:
            cells.append(cell)
    return replace(row, cells=tuple(cells)), values


def _with_kept(data: QueryDict, shown: AnswerInput) -> QueryDict:
    """The posted form with the stored inputs that the grid does not show."""
    merged = data.copy()
    for name in KEPT:
        if f"{shown.prefix}-{name}" not in data and shown.typed.get(name):
            merged[f"{shown.prefix}-{name}"] = shown.typed[name]
    return merged


def _is_changed(cell: Cell, read: AnswerInput) -> bool:
    """Whether an input differs from what is stored; figures offered but not stored count as changed."""
    if read.errors:
        return True
    stored = {} if cell.input.source else cell.input.typed
    shown = {name for name in read.typed if name not in ("version", "parts", *KEPT)}
    return any(str(read.typed[name]).strip() != str(stored.get(name, "")) for name in shown)


def _save_unit(grid: GridPage, typed: GridRow, values: Mapping[str, Typed]) -> GridRow | None:
    """Save one unit's cells in one transaction; None when written, else the row with the reasons."""
    try:
        _write(grid, typed, values)
    except ValidationError as invalid:
        return _with_errors(typed, invalid)
    except TransitionRefused as refused:
        current = {cell.input.prefix: cell.answer.version for cell in typed.cells if cell.answer}
        cells = tuple(
            replace(cell, input=replace(cell.input, version=current.get(cell.input.prefix, 0)))
            for cell in typed.cells
        )
        more = " Lưu lần nữa để giữ trả lời của bạn." if refused.code == "stale" else ""
        return replace(typed, cells=cells, error=f"{refused}{more}")
    except (PermissionDenied, ObjectDoesNotExist) as denied:
        return replace(typed, error=str(denied))
    return None


@transaction.atomic
def _write(grid: GridPage, row: GridRow, values: Mapping[str, Typed]) -> None:
    page, unit = grid.page, row.row.version.unit
    evaluation = grid.evaluation_of(row.row)
    if evaluation is None:
        opened = open_file(unit, year=page.year, by=page.user)
        evaluation = next(one for one in opened if one.season.scheme == SCHEMES[grid.scheme])
    save_answers(evaluation, values, by=page.user)


def _with_errors(typed: GridRow, invalid: ValidationError) -> GridRow:
    found = invalid.message_dict if hasattr(invalid, "error_dict") else {"": invalid.messages}
    cells = []
    for cell in typed.cells:
        code = cell.input.row.code
        errors = {
            name_of(key.removeprefix(code).removeprefix(".")): texts[0]
            for key, texts in found.items()
            if key == code or key.startswith(f"{code}.")
        }
        cells.append(replace(cell, input=replace(cell.input, errors=errors)) if errors else cell)
    marked = replace(typed, cells=tuple(cells))
    return marked if marked.errors else replace(marked, error=" ".join(invalid.messages))


def _empty_codes(row: GridRow) -> list[str]:
    return [
        cell.input.row.code
        for cell in row.cells
        if cell.answer is None or (cell.answer.counts is None and not cell.answer.verdict)
    ]


def _write_zeros(grid: GridPage, meant: list[GridRow]) -> HttpResponse:
    """Write "không xảy ra" into the empty rows of each unit, one unit by itself."""
    page = grid.page
    problems = {row.row.name: _problem(_zeros(grid, row)) for row in meant}
    failed = {name: words for name, words in problems.items() if words}
    for name, words in failed.items():
        messages.error(page.request, f"{name}: {words}")
    done = len(problems) - len(failed)
    if done:
        messages.success(page.request, f"Đã xác nhận không xảy ra cho {done} đơn vị.")
    return redirect(grid.url("criterion_grid", dong=grid.code))


def _problem(run: Callable[[], None]) -> str:
    try:
        return refusal_of(run)
    except PermissionDenied as denied:
        return str(denied)


def _zeros(grid: GridPage, row: GridRow) -> Callable[[], None]:
    empty = set(_empty_codes(row))
    values = {
        cell.input.row.code: Typed(
            AnswerValues(
                counts=tuple(0 for _ in cell.input.row.counters),
                note=cell.answer.note if cell.answer else "",
            ),
            base_version=cell.version,
        )
        for cell in row.cells
        if cell.input.row.code in empty
    }
    return lambda: _write(grid, row, values)


def _show(grid: GridPage, rows: list[GridRow], *, status: int = 200) -> HttpResponse:
    page = grid.page
    editable = [row for row in rows if row.is_editable]
    empty = [row for row in editable if _empty_codes(row)]
    context = {
        **page.context("criterion_grid"),
        "grid": grid,
        "rows": rows,
        "choices": choices(page, grid.code, grid.kind),
        "kinds": kind_chips(page, "criterion_grid", grid.kinds, grid.kind),
        "kind": grid.asked_kind,
        "form_url": grid.url("criterion_grid", dong=grid.code),
        "may_edit": bool(editable),
        "empty_count": len(empty),
        "none_url": grid.url("no_incidents", dong=grid.code) if grid.is_incidents else "",
    }
    return render(page.request, "evaluations/criterion_grid.html", context, status=status)
