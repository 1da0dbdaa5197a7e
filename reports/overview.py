"""The first page of the reports: a year's figures at a glance, all read off one drawn-up table."""

from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from .base import BY_COMMUNE, Parameters, Share, Table
from .definitions import REPORTS, SUMMARY
from .definitions.year_results import CLASSES

CLASS_KEYS: Final = (*CLASSES, "unclassified")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the overview, its note, and where it leads."""

    label: str
    figure: str
    note: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows of one unit's year."""

    table: Table
    tiles: tuple[Tile, ...]
    classes: tuple[dict[str, object], ...]
    """Parts of the bar: the four classes and what is not classified."""
    class_columns: tuple[dict[str, str], ...]
    class_rows: tuple[list[str], ...]
    class_totals: list[str]
    reports: tuple[dict[str, str], ...]

    @property
    def has_units(self) -> bool:
        return bool(self.table.total("considered").value)


def overview_of(table: Table) -> Overview:
    """Lay out the figures of the year's results; computes nothing that the table does not hold."""
    columns = {column.key: column for column in table.columns}
    name, last = table.report.name_column.key, "remark" if "remark" in columns else "met_share"
    keys = (name, "considered", *CLASS_KEYS, last)
    rows = [{cell.column.key: cell.text for cell in line.cells} for line in table.body]
    query = query_of(replace(table.parameters, grouping="", counting=""))
    return Overview(
        table=table,
        tiles=_tiles(table),
        classes=tuple(_part(table, key) for key in CLASS_KEYS),
        class_columns=tuple(
            {"label": columns[key].label, "kind": "num" if columns[key].is_number else ""}
            for key in keys
        ),
        class_rows=tuple([row[key] for key in keys] for row in rows),
        class_totals=[table.total(key).text for key in keys],
        reports=tuple(
            {
                "label": report.title,
                "url": f"{reverse('reports:report', args=[report.slug])}?{query}",
                "hint": report.summary,
            }
            for report in REPORTS.values()
            if table.parameters.is_authority or not report.is_grouped
        ),
    )


def query_of(params: Parameters) -> str:
    """Year and unit as they stand in an address, and the ways of a report that is grouped."""
    ways = {"theo": params.grouping, "cach_tinh": params.counting}
    asked = {"nam": params.year, "don_vi": params.unit_id}
    return urlencode(asked | {key: way for key, way in ways.items() if way})


def _tiles(table: Table) -> tuple[Tile, ...]:
    def text(key: str) -> str:
        return table.total(key).text

    links = _links(table.parameters)
    return (
        Tile("Thuộc diện", text("considered"), "đơn vị", links["listed"]),
        Tile(
            "Đã đăng ký",
            text("registered"),
            _of_all(table, "registered_share"),
            links["registered"],
        ),
        Tile("Đã gửi thẩm định", text("submitted"), "hồ sơ công nhận", links["listed"]),
        Tile("Đã có quyết định", text("decided"), "hồ sơ công nhận", links["decided"]),
        Tile(
            "Đạt tiêu chuẩn", text("met"), _of_all(table, "met_share"), links["decided"], tone="ok"
        ),
    )


def _of_all(table: Table, key: str) -> str:
    """A share and what it is of; where there is none, only the words for that."""
    cell = table.total(key)
    is_known = isinstance(cell.value, Share) and cell.value.whole
    return f"{cell.text} số thuộc diện" if is_known else cell.text


def _links(params: Parameters) -> dict[str, str]:
    """Where the figures lead: the year's sheet with its filters, the one unit's file, or commune by commune."""
    if not params.is_authority:
        page = reverse("evaluations:file", args=[params.year, params.unit_id])
        return dict.fromkeys(("listed", "registered", "decided"), page)
    if params.grouping:
        query = query_of(replace(params, grouping=BY_COMMUNE))
        page = f"{reverse('reports:report', args=[SUMMARY.slug])}?{query}"
        return dict.fromkeys(("listed", "registered", "decided"), page)
    sheet = f"{reverse('evaluations:sheet', args=[params.year])}?xa={params.unit_id}"
    return {
        "listed": sheet,
        "registered": f"{sheet}&buoc=da-dang-ky",
        "decided": f"{sheet}&buoc=co-quyet-dinh",
    }


def _part(table: Table, key: str) -> dict[str, object]:
    cell = table.total(key)
    colour = {"outcome": key} if key in CLASSES else {"tone": "grey"}
    return {**colour, "label": cell.column.label, "count": cell.value or 0}
