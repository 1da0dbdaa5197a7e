"""The grid by criterion: shown, and saved as one form where the script does not save cell by cell."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.clicks import each_by_itself
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues

from ..forms.answers import AnswerInput, name_of, read_answer, typed_of
from ..models.bulk_acts import NO_INCIDENTS
from ..selectors.bulk_acts import recent_acts
from ..selectors.grids import answers_at
from ..services.answers import Typed, save_answers
from ..services.evaluations import open_file
from .areas import AreaPage, area_page, choose_area
from .grid_cells import KEPT, rows_html
from .grid_columns import choices
from .grid_page import FILTERS, MINUTES, SCHEMES, Cell, GridPage, GridRow
from .kinds import asked_page, kind_chips, page_chips
from .minutes_grid import minutes_grid
from .refusals import WRONG_INPUT

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@each_by_itself
@GET_OR_POST
def criterion_grid(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    if request.GET.get("dong") == MINUTES:
        return minutes_grid(page)
    grid = grid_of(page)
    if request.method == "POST":
        page.require(Act.ANSWER)
        return _save(grid)
    return _show(grid, grid.rows)


def grid_of(page: AreaPage) -> GridPage:
    """The grid that the address asks for; ticked columns (`cot`) stand for a list of codes."""
    given = page.request.GET
    scheme, _, wanted = given.get("dong", "").partition(":")
    ticked = [code for code in given.getlist("cot") if "," not in code]
    return GridPage(
        page,
        scheme if scheme in SCHEMES else "tt124",
        ",".join(ticked) or wanted,
        given.get("loai", ""),
        given.get("loc", "") if given.get("loc") in FILTERS else "",
        asked_page(page),
    )


def _save(grid: GridPage) -> HttpResponse:
    """Write each unit's changed cells by themselves; what is refused stays as typed, with the reason."""
    page, count, refused = grid.page, 0, {}
    posted = _by_cell(page.request.POST)
    for row in grid.rows:
        typed, values = _typed(row, posted)
        if not values and not typed.errors:
            continue
        wrong = _save_unit(grid, typed, values) if values else None
        if wrong is None and not typed.errors:
            count += 1
        else:
            refused[row.row.unit_id] = wrong or typed
    if count:
        messages.success(page.request, f"Đã lưu {count} đơn vị.")
    if refused:
        messages.error(page.request, f"Còn {len(refused)} đơn vị chưa lưu hết, xem chỗ đánh dấu.")
        fresh = replace(grid)
        rows = [_merged(row, refused.get(row.row.unit_id)) for row in fresh.rows]
        return _show(fresh, rows, status=WRONG_INPUT)
    if not count:
        messages.info(page.request, "Không có ô nào thay đổi.")
    return redirect(grid.here)


def _by_cell(data: QueryDict) -> dict[str, QueryDict]:
    """What was posted, sorted by the prefix of its cell; read once for all cells."""
    found: dict[str, QueryDict] = {}
    for key in data:
        prefix, dash, _ = key.partition("-")
        if dash:
            cell = found.setdefault(prefix, QueryDict(mutable=True))
            cell.setlist(key, data.getlist(key))
    return found


def _typed(row: GridRow, posted: Mapping[str, QueryDict]) -> tuple[GridRow, dict[str, Typed]]:
    """The unit's cells as typed, and the values of those that changed and can be right."""
    unit = f"u{row.row.unit_id}"
    seen = posted[unit].get(f"{unit}-v", "").split(".") if unit in posted else []
    if len(seen) != len(row.cells):
        return row, {}
    cells, values = [], {}
    for cell, version in zip(row.cells, seen, strict=True):
        shown = cell.input
        data = posted.get(shown.prefix)
        if not cell.is_editable or data is None:
            cells.append(cell)
            continue
        read, given = read_answer(shown, _complete(data, shown, version))
        if not _is_changed(cell, read):
            cells.append(cell)
            continue
        cells.append(replace(cell, input=read))
        if not read.errors:
            values[shown.row.code] = Typed(given, base_version=read.version)
    return replace(row, cells=tuple(cells)), values


def _complete(data: QueryDict, shown: AnswerInput, version: str) -> QueryDict:
    """One cell's form with the version seen, and the stored inputs that the grid does not show."""
    data[f"{shown.prefix}-version"] = version
    for name in KEPT:
        if f"{shown.prefix}-{name}" not in data and shown.typed.get(name):
            data[f"{shown.prefix}-{name}"] = shown.typed[name]
    return data


def _is_changed(cell: Cell, read: AnswerInput) -> bool:
    """Whether the person changed an input; figures offered but not stored count as changed.

    A cell saved by somebody else meanwhile is held against what stood there when the page was made.
    """
    stored = {} if cell.input.source else cell.input.typed
    if cell.answer is not None and cell.answer.version != read.version:
        stored = _stood(cell, read.version)
    shown = {name for name in read.typed if name not in ("version", "parts", *KEPT)}
    return any(str(read.typed[name]).strip() != str(stored.get(name, "")) for name in shown)


def _stood(cell: Cell, version: int) -> Mapping[str, object]:
    """What stood in the inputs at that version; nothing before the first."""
    answer = cell.answer
    if answer is None or version == 0:
        return {}
    known = set(AnswerValues.__dataclass_fields__)
    after = answers_at({answer.pk: version}).get(answer.pk, {})
    values = {name: value for name, value in after.items() if name in known}
    if values.get("points") is not None:
        values["points"] = Decimal(str(values["points"]))
    return typed_of(cell.input.row, AnswerValues(**values))  # type: ignore[arg-type]


def _save_unit(grid: GridPage, typed: GridRow, values: Mapping[str, Typed]) -> GridRow | None:
    """Save one unit's cells, together or else each that can be; None when all were, else the row with why not."""
    try:
        write_cells(grid, typed, values)
    except (ValidationError, TransitionRefused):
        marked = typed
        for code, one in values.items():
            marked = _save_cell(grid, marked, code, one)
        return None if marked == typed else marked
    except (PermissionDenied, ObjectDoesNotExist) as denied:
        return replace(typed, error=str(denied))
    return None


def _save_cell(grid: GridPage, row: GridRow, code: str, typed: Typed) -> GridRow:
    """Write one cell by itself; the row, with the reason in the cell where it was refused."""
    try:
        write_cells(grid, row, {code: typed})
    except ValidationError as invalid:
        return _with_errors(row, code, invalid)
    except TransitionRefused as refused:
        more = " Lưu lần nữa để giữ trả lời của bạn." if refused.code == "stale" else ""
        return _marked(row, code, {"": f"{refused}{more}"}, is_stale=refused.code == "stale")
    except (PermissionDenied, ObjectDoesNotExist) as denied:
        return replace(row, error=str(denied))
    return row


@transaction.atomic
def write_cells(
    grid: GridPage, row: GridRow, values: Mapping[str, Typed], *, click_key: UUID | None = None
) -> None:
    """Save some cells of one unit together, its file opened if need be."""
    page, unit = grid.page, row.row.version.unit
    evaluation = grid.evaluation_of(row.row)
    if evaluation is None:
        opened = open_file(unit, year=page.year, by=page.user)
        evaluation = next(one for one in opened if one.season.scheme == SCHEMES[grid.scheme])
    save_answers(evaluation, values, by=page.user, click_key=click_key)


def _with_errors(row: GridRow, code: str, invalid: ValidationError) -> GridRow:
    found = invalid.message_dict if hasattr(invalid, "error_dict") else {"": invalid.messages}
    errors = {
        name_of(key.removeprefix(code).removeprefix(".")): texts[0] for key, texts in found.items()
    }
    return _marked(row, code, errors)


def _marked(
    row: GridRow, code: str, errors: Mapping[str, str], *, is_stale: bool = False
) -> GridRow:
    """The row with what is wrong in one cell; a stale one carries the new version, so saving again keeps it."""
    cells = []
    for cell in row.cells:
        if cell.input.row.code == code:
            version = cell.answer.version if is_stale and cell.answer else cell.version
            changed = replace(cell.input, errors={**cell.input.errors, **errors}, version=version)
            cell = replace(cell, input=changed)
        cells.append(cell)
    return replace(row, cells=tuple(cells))


def _merged(fresh: GridRow, refused: GridRow | None) -> GridRow:
    """What stands there now, but for the cells that were refused: those stay as typed."""
    if refused is None:
        return fresh
    cells = tuple(
        old if old.input.errors else new
        for new, old in zip(fresh.cells, refused.cells, strict=True)
    )
    return replace(fresh, cells=cells, error=refused.error)


def _show(grid: GridPage, rows: list[GridRow], *, status: int = 200) -> HttpResponse:
    page = grid.page
    context = {
        **page.context("criterion_grid"),
        "grid": grid,
        "lines": rows,
        "rows_html": rows_html(grid, rows),
        "choices": choices(page, list(SCHEMES.items()), grid.code, grid.kind, MINUTES),
        "kinds": kind_chips(page, "criterion_grid", grid.kinds, grid.kind),
        "kind": grid.asked_kind,
        "filters": _filters(grid),
        "pages": page_chips(
            page,
            "criterion_grid",
            len(grid.kept),
            grid.rows_a_page,
            grid.number,
            dong=grid.code,
            loc=grid.filter,
            loai=grid.asked_kind,
        ),
        "form_url": grid.here,
        "may_edit": any(row.is_editable for row in rows),
        **_asking(grid),
    }
    return render(page.request, "evaluations/criterion_grid.html", context, status=status)


def _asking(grid: GridPage) -> dict[str, object]:
    """What may be confirmed for many units at once, with how many and where."""
    may = grid.page.area.may(Act.ANSWER) and grid.season and not grid.season.is_locked
    if not may:
        return {}
    asked = {
        "proposed_count": len(grid.counts["de-xuat"]),
        "proposed_url": grid.url("grid_proposals"),
    }
    if grid.is_incidents:
        asked |= {
            "empty_count": len(grid.counts["con-trong"]),
            "none_url": grid.url("no_incidents"),
            "offers": recent_acts(grid.page.user, year=grid.page.year, actions=(NO_INCIDENTS,)),
        }
    return asked


def _filters(grid: GridPage) -> list[dict[str, object]]:
    counts = grid.counts
    return [
        {
            "label": label,
            "url": grid.url("criterion_grid", loc=code),
            "current": code == grid.filter,
            "count": len(counts[code]),
        }
        for code, label in FILTERS.items()
        if not code or counts[code] or code == grid.filter
    ]
