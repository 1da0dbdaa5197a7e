"""The cells of a grid as HTML: thousands on one page, so each is a few bytes and no template."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import conditional_escape as esc
from django.utils.safestring import SafeString, mark_safe

from antq_portal.lib.text import share_text
from criteria.scoring import CriterionDefinition

from .grid_columns import NA, Column, verdict_words
from .grid_page import Cell, GridPage, GridRow
from .sheet_cells import status_html

KEPT = ("note", "exception", "points")
"""Inputs of a row that the grid does not show and must not lose."""
BETWEEN = "le"


def rows_html(grid: GridPage, rows: Sequence[GridRow]) -> SafeString:
    """Every unit as a table row: name with the versions of its cells, the cells, where its file stands."""
    start = reverse("evaluations:sheet", args=[grid.page.year])
    hides = grid.hides_sensitive
    lines = []
    for line in rows:
        pk, name = line.row.unit_id, esc(line.row.name)
        versions = f'<input type="hidden" name="u{pk}-v" value="{line.versions}">'
        link = f'<a href="{start}{pk}/?tab={grid.scheme}">{name}</a>'
        head = f'<th scope="row" class="pin" id="u{pk}">{link}{versions if line.is_editable else ""}</th>'
        cells = cells_html(line, grid.columns, hides_sensitive=hides)
        share = f'<td class="num soft">{share_html(line.cells[0])}' if grid.has_share else ""
        state = status_html(line.row.file_status)
        lines.append(f"{_errors(line, name)}<tr>{head}{cells}{share}<td>{state}</tr>")
    return mark_safe("\n".join(lines))  # noqa: S308 -- every value is escaped where it is written


def _errors(line: GridRow, name: str) -> str:
    if not line.errors:
        return ""
    words = f"<strong>{name}:</strong> {esc(' '.join(line.errors))}"
    return f'<tr class="wrong"><td colspan="40"><p class="cell-error" role="alert">{words}</p></td></tr>'


def cells_html(line: GridRow, columns: Sequence[Column], *, hides_sensitive: bool) -> SafeString:
    """Every cell of one unit from left to right; heads are `h1`, `h2`, …, the unit's name is `u<id>`."""
    by_row = {cell.input.row.id: cell for cell in line.cells}
    unit = f"u{line.row.unit_id}"
    parts = []
    for place, column in enumerate(columns, start=1):
        cell = by_row[column.row.id]
        if cell.is_editable:
            parts.append(_cell(cell, column, f"h{place} {unit}"))
        else:
            is_hidden = hides_sensitive and column.row.is_sensitive
            css = ' class="num"' if column.is_number else ""
            parts.append(f"<td{css}>{_read(cell, column, is_hidden=is_hidden)}")
    return mark_safe("".join(parts))  # noqa: S308 -- every value is escaped below


def share_html(cell: Cell) -> str:
    """The percentage of a single criterion's figures, or where unsaved figures come from."""
    answer = cell.answer
    if answer is not None and answer.numerator is not None:
        return esc(share_text(answer.numerator, answer.denominator or 0))
    return esc(cell.input.source) if cell.input.source else "–"


def _cell(cell: Cell, column: Column, labels: str) -> str:
    shown, name = cell.input, f"{cell.input.prefix}-{column.name}"
    wrong = ' aria-invalid="true"' if column.name in shown.errors else ""
    value = str(shown.typed.get(column.name) or "")
    css = ' class="prop"' if cell.is_proposal or shown.source else ""
    attributes = f'name="{name}" aria-labelledby="{labels}"{wrong}'
    tail = _kept(cell) if column.is_first else ""
    if column.is_first and cell.is_proposal and cell.answer:
        tail += f'<small title="{esc(cell.answer.proposed_from)}">đề xuất</small>'
    if column.typed_as == "number":
        return (
            f'<td{css}><input inputmode="numeric" autocomplete="off" {attributes}'
            f' value="{esc(value)}">{tail}'
        )
    options = _levels(cell) if column.typed_as == "level" else _verdicts(column.row, value)
    return f"<td{css}><select {attributes}>{options}</select>{tail}"


def _kept(cell: Cell) -> str:
    return "".join(
        f'<input type="hidden" name="{cell.input.prefix}-{name}" value="{esc(cell.input.typed[name])}">'
        for name in KEPT
        if cell.input.typed.get(name)
    )


def _verdicts(row: CriterionDefinition, chosen: str) -> str:
    return "<option value>" + "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>{word}'
        for code, word in verdict_words(row).items()
    )


def _levels(cell: Cell) -> str:
    shown = cell.input
    chosen = shown.typed.get("level", "")
    options = [(level["value"], f"{level['value']} · {level['when']}") for level in shown.levels]
    if chosen == BETWEEN:
        options.append((BETWEEN, f"{shown.typed.get('points', '')} · giữa hai nấc"))
    if shown.row.takes_na:
        options.append((NA, f"Không áp dụng: {shown.row.na_condition}"))
    return "<option value>" + "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(words)}'
        for value, words in options
    )


def _read(cell: Cell, column: Column, *, is_hidden: bool) -> str:
    """The stored answer as text; of a hidden one only that there is one."""
    if cell.answer is None:
        return "–"
    if is_hidden:
        return "đã trả lời"
    typed = cell.input.typed
    value = str(typed.get(column.name) or "")
    if column.typed_as == "verdict":
        value = verdict_words(column.row).get(value, value)
    elif value == NA:
        value = "Không áp dụng"
    elif value == BETWEEN:
        value = str(typed.get("points", ""))
    return f"{esc(value or '–')}{' · đề xuất' if cell.is_proposal and column.is_first else ''}"
