import json
from datetime import date
from decimal import Decimal

from ..base import Cell, Share, Table, Value

Plain = str | int | float | None | dict[str, int | float | None]


def to_json(table: Table) -> bytes:
    """Write the table for another program: columns, rows and totals by the columns' keys.

    Days are ISO, a percentage is its two whole numbers with the share as shown (null when there
    is no whole), a class is its code.
    """
    params = table.parameters
    content = {
        "report": table.report.slug,
        "title": table.title,
        "year": params.year,
        "unit": {"id": params.unit_id, "name": params.unit_name},
        "scope": params.scope_text,
        "grouping": params.grouping or None,
        "counting": params.counting or None,
        "computed_at": params.computed_at.isoformat(timespec="seconds"),
        "basis": table.basis,
        "notes": list(table.notes),
        "columns": [
            {"key": column.key, "label": column.label, "group": column.group, "kind": column.kind}
            for column in table.columns
        ],
        "rows": [{"is_counted": line.is_counted} | _plain(line.cells) for line in table.body],
        "totals": _plain(table.footer),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _plain(cells: tuple[Cell, ...]) -> dict[str, Plain]:
    return {cell.column.key: plain_value(cell.value) for cell in cells}


def plain_value(value: Value) -> Plain:
    """One value as JSON holds it; nothing is null, whatever the column."""
    if isinstance(value, Share):
        percent = None if value.fraction is None else float(value.fraction * 100)
        return {"part": value.part, "whole": value.whole, "percent": percent}
    if isinstance(value, date):
        return value.isoformat()
    if value == "":
        return None
    return float(value) if isinstance(value, Decimal) else value
