"""A province of five thousand units over three seasons: its report, and keeping its counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from antq_portal.scale import Seeded, seed
from antq_portal.scale.seeding import largest_provinces
from evaluations.models import RosterEntry
from evaluations.selectors.summaries import live_parameters, summary_differences
from evaluations.services.summaries import (
    insert_sql,
    rebuild_summaries,
    refresh_summaries,
)
from units.models import Assignment, Unit

from .data import LONG_AGO, Country
from .measure import NotThere, median_of, page_figure, queries_of, signed_in
from .steps import Runs, Step
from .table import Figure

GROUP: Final = "scale"
REPORT_MS: Final = 150.0
REPORT_QUERIES: Final = 12
FILE_MS: Final = 2000.0
REFRESH_MS: Final = 50.0
REBUILD_TIMES: Final = 1.5
DECIDED: Final = 100
YEARS: Final = 3


@dataclass(slots=True)
class Load:
    """The seeded province and who reads it."""

    province: Unit
    analyst: User
    seeded: Seeded

    @property
    def year(self) -> int:
        """The last year that is over: everything in it is decided."""
        return self.seeded.years[-2]

    def units(self, *, of_province: bool) -> list[int]:
        """Units of one decision: of one commune's list, or of the province's own, all over it."""
        entries = RosterEntry.objects.filter(roster__year=self.year, roster__province=self.province)
        own = entries.filter(roster__authority=self.province)
        found = own if of_province else entries.exclude(pk__in=own)
        return list(found.order_by("pk").values_list("unit", flat=True)[:DECIDED])


def steps(country: Country, runs: Runs) -> Iterator[Step]:
    """Seed the largest province that the other figures do not use, then measure."""
    loads: list[Load] = []

    def load() -> Load:
        if not loads:
            loads.append(_load(country))
        return loads[0]

    yield Step(GROUP, "Báo cáo tổng hợp của tỉnh", lambda: _report(load(), runs))
    yield Step(GROUP, "Tính lại sau một quyết định", lambda: _refresh(load(), runs))
    yield Step(GROUP, "Tính lại cả năm", lambda: _rebuild(load(), runs))


def _load(country: Country) -> Load:
    province = next(one for one in largest_provinces(2) if one.pk != country.province.pk)
    seeded = seed([province], years=YEARS)
    analyst = User(username="analyst-scale", full_name="Tổng hợp")
    analyst.set_unusable_password()
    analyst.save()
    Assignment.objects.create(user=analyst, role=Role.ANALYST, unit=province, starts_on=LONG_AGO)
    return Load(province, analyst, seeded)


def _report(load: Load, runs: Runs) -> list[Figure]:
    client, path = signed_in(load.analyst), reverse("reports:report", args=["tong-hop"])
    figures = []
    for name, query, limit in (
        ("theo xã, trên địa bàn", "", REPORT_MS),
        ("theo xã, thuộc thẩm quyền", "&cach_tinh=tham-quyen", REPORT_MS),
        ("theo loại hình", "&theo=loai-hinh", REPORT_MS),
        ("theo xã, xlsx", "&dinh_dang=xlsx", FILE_MS),
    ):
        figure = page_figure(
            client, f"{path}?nam={load.year}{query}", runs=runs.many, group=GROUP,
            name=f"Báo cáo tỉnh {load.seeded.units} đơn vị, {name}", limit=limit,
        )  # fmt: skip
        if (figure.queries or 0) > REPORT_QUERIES:
            raise NotThere(f"{figure.queries} câu SQL, ngưỡng {REPORT_QUERIES}")
        figures.append(figure)
    return figures


def _refresh(load: Load, runs: Runs) -> list[Figure]:
    return [
        _refreshed(
            load, load.units(of_province=False), runs, f"Tổng hợp sau quyết định {DECIDED} đơn vị của một xã",
            limit=REFRESH_MS,
        ),
        _refreshed(
            load, load.units(of_province=True), runs, f"Tổng hợp sau quyết định của tỉnh, {DECIDED} xã",
        ),
    ]  # fmt: skip


def _refreshed(
    load: Load, units: Sequence[int], runs: Runs, name: str, *, limit: float | None = None
) -> Figure:
    """What the commit of one decision adds: its places counted again."""

    def commit() -> None:
        with transaction.atomic():
            refresh_summaries(units, year=load.year)

    commit()
    return Figure(
        group=GROUP, name=name, **median_of(commit, runs.many).fields, limit=limit,
        queries=queries_of(commit),
    )  # fmt: skip


def _rebuild(load: Load, runs: Runs) -> list[Figure]:
    """The command's count of a year beside the two bare statements it cannot do without."""
    rebuild_summaries(load.year)
    bare = median_of(lambda: _bare(load.year), runs.many)
    full = median_of(lambda: rebuild_summaries(load.year), runs.many)
    if summary_differences(load.year):
        raise NotThere("số tổng hợp không khớp")
    return [
        Figure(group=GROUP, name="Tổng hợp lại cả năm", **full.fields),
        Figure(group=GROUP, name="  riêng DELETE và INSERT … SELECT", **bare.fields),
        Figure(
            group=GROUP,
            name="  gấp",
            value=full.value / bare.value,
            unit="lần",
            limit=REBUILD_TIMES,
        ),
    ]


def _bare(year: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evaluations_summary WHERE year = %s", [year])
        cursor.execute(insert_sql(of_places=False), live_parameters(year))
