"""One kind of unit at a time: which kinds an area has, which one a page shows, and the chips between."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from antq_portal.lib.asked import whole
from units.models import EVALUATED_KINDS, Kind

from ..models import Season
from ..selectors.sheet import SheetRow
from .areas import AreaPage


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many units of one kind an area has this year, and whether their seasons are open."""

    kind: Kind
    count: int
    has_season: bool

    @property
    def label(self) -> str:
        return str(self.kind.label)


def kind_counts(rows: Iterable[SheetRow]) -> list[KindCount]:
    """The kinds among the rows, in the order of the law."""
    found = Counter((row.version.unit.kind, row.has_season) for row in rows)
    return [
        KindCount(Kind(kind), found[kind, True] + found[kind, False], bool(found[kind, True]))
        for kind in EVALUATED_KINDS
        if found[kind, True] or found[kind, False]
    ]


def chosen_kind(asked: str, kinds: Sequence[KindCount], seasons: Sequence[Season]) -> str:
    """The kind a page shows: the one asked for, else the first that can be worked on.

    Where nothing is listed, the first kind with a season; residential areas if there is none.
    """
    if any(one.kind == asked for one in kinds):
        return asked
    open_kinds = [one.kind for one in kinds if one.has_season] or [one.kind for one in kinds]
    named = {season.unit_kind for season in seasons}
    first = next((kind for kind in EVALUATED_KINDS if kind in named), Kind.RESIDENTIAL_AREA)
    return open_kinds[0] if open_kinds else first


def kind_chips(
    page: AreaPage,
    name: str,
    kinds: Sequence[KindCount],
    current: str,
    *,
    every: int | None = None,
    **query: object,
) -> list[dict[str, object]]:
    """Chips from kind to kind; none where there is only one. `every` adds "Tất cả" with that count."""
    if len(kinds) < 2:
        return []
    chips = [_chip(page, name, "", "Mọi loại hình", every, current, query)] if every else []
    return chips + [
        _chip(page, name, one.kind.value, one.label, one.count, current, query) for one in kinds
    ]


def page_chips(
    page: AreaPage, name: str, total: int, size: int, number: int, **query: object
) -> list[dict[str, object]]:
    """Chips to the pages of a long grid, by the units on them; none where all fit on one."""
    if total <= size:
        return []
    return [
        {
            "label": f"{start + 1}–{min(start + size, total)}",
            "url": page.url(name, **{**query, "trang": place}),
            "current": place == number,
            "count": None,
        }
        for place, start in enumerate(range(0, total, size), start=1)
    ]


def asked_page(page: AreaPage) -> int:
    """Which page of a long grid the address asks for, from 1."""
    return max(whole(page.request.GET.get("trang", "")) or 1, 1)


def _chip(
    page: AreaPage,
    name: str,
    code: str,
    label: str,
    count: int | None,
    current: str,
    query: dict[str, object],
) -> dict[str, object]:
    return {
        "label": label,
        "url": page.url(name, **{**query, "loai": code}),
        "current": code == current,
        "count": count,
    }
