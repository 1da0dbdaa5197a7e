from collections.abc import Iterable
from typing import Final

from django.template.loader import get_template, render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..base import Cell, Table

SPECIAL_CELL: Final = "reports/_cell.html"


def to_html(table: Table) -> str:
    """Write the table as part of a page, with what it rests on above and the notes below.

    Plain cells are written here: a province has thousands, and a template takes its time for each.
    """
    lines = [{"is_counted": line.is_counted, "cells": _cells(line.cells)} for line in table.body]
    context = {"table": table, "lines": lines, "footer": _cells(table.footer)}
    return render_to_string("reports/_table.html", context)


def _cells(cells: Iterable[Cell]) -> SafeString:
    return mark_safe("".join(map(_cell, cells)))  # noqa: S308 - every part is escaped below


def _cell(cell: Cell) -> str:
    """One cell; one of a row names the row, and what is not plain is laid out by its template."""
    if cell.column.is_row_name or not cell.is_plain:
        return get_template(SPECIAL_CELL).render({"cell": cell})
    label, text = escape(cell.column.label), escape(cell.text)
    return f'<td data-label="{label}" class="{cell.form}">{text}</td>'
