"""Pages and files, as their usual reader asks for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from units.coverage import Scheme

from .data import Country
from .measure import page_figure, signed_in
from .steps import Runs, Step
from .table import Figure

GROUP: Final = "pages"
PAGE_MS: Final = 150.0
GRID_MS: Final = 300.0
FILE_MS: Final = 500.0
LIST_OF_ALL: Final = (
    "ceuk-marking, danh sách mọi đơn vị cho người duyệt: 2,2 s, 1.970 kB (3.000 đơn vị)"
)
DASHBOARD: Final = "ceuk-marking, bảng tổng hợp mọi phần: 10,4 s (3.000 đơn vị)"
SECTION: Final = "ceuk-marking, mở phiếu một phần 8 tiêu chí: 165 ms"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: who reads it, its address by name, what it may take."""

    name: str
    who: str
    view: str
    args: tuple[object, ...] = ()
    query: str = ""
    limit: float = PAGE_MS
    peer: str = ""

    def address(self) -> str:
        """The address; raises NoReverseMatch while there is no such page."""
        path = reverse(self.view, args=self.args)
        return f"{path}?{self.query}" if self.query else path


def pages(country: Country) -> list[Page]:
    """Every page that is measured, in the order of the year's work."""
    year, size = country.year, country.size
    file = (year, country.first("ready").pk)
    listed = len(country.areas["listed"])
    recognition = (country.decisions[Scheme.RECOGNITION].pk,)
    return [
        Page("Trang chủ, cán bộ xã", "officer", "evaluations:home"),
        Page(f"Bảng hồ sơ năm, {size} đơn vị", "officer", "evaluations:sheet", (year,), peer=LIST_OF_ALL),
        Page(f"Lưới đăng ký, {size} dòng", "officer", "evaluations:registration_grid", (year,), limit=GRID_MS),
        Page(f"Lưới theo tiêu chí, {size} dòng", "officer", "evaluations:criterion_grid", (year,), limit=GRID_MS),
        Page("Hồ sơ năm của đơn vị, thẻ TT 124", "officer", "evaluations:file", file, "tab=tt124&xem=tat-ca",
             peer=SECTION),
        Page("Hồ sơ năm của đơn vị, thẻ QĐ 510", "officer", "evaluations:file", file, "tab=qd510&xem=tat-ca",
             peer=SECTION),
        Page("Hàng chờ thẩm định", "appraiser", "evaluations:queue", peer=LIST_OF_ALL),
        Page("Trang thẩm định một hồ sơ", "appraiser", "evaluations:appraisal",
             (year, country.first("in_review").pk)),
        Page(f"Quyết định, {listed} đơn vị", "clerk", "evaluations:decision", recognition),
        Page("Báo cáo của xã, trang chung", "officer", "reports:index", peer=DASHBOARD),
        Page("Báo cáo của xã, kết quả năm", "officer", "reports:report", ("ket-qua-nam",)),
        Page("Báo cáo của xã, kết quả năm, xlsx", "officer", "reports:report", ("ket-qua-nam",),
             "dinh_dang=xlsx", FILE_MS),
        Page("Báo cáo của tỉnh, kết quả năm", "analyst", "reports:report", ("ket-qua-nam",)),
    ]  # fmt: skip


def steps(country: Country, runs: Runs) -> Iterator[Step]:
    """One step a page."""
    for page in pages(country):
        yield Step(GROUP, page.name, lambda page=page: [_measured(page, country, runs)])


def _measured(page: Page, country: Country, runs: Runs) -> Figure:
    client = signed_in(country.people[page.who])
    return page_figure(
        client, page.address(), runs=runs.many, group=GROUP, name=page.name,
        limit=page.limit, peer=page.peer,
    )  # fmt: skip
