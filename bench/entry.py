"""Entering forty criteria among three thousand units: the sheet, one save, a section, sixteen people at once."""

import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from criteria.scoring import CriterionDefinition
from evaluations.models import Answer
from units.models import Unit

from .data import analyze
from .entry_data import Entry, build
from .measure import (
    Taken,
    made_bytes,
    median_of,
    page_figure,
    queries_of,
    signed_in,
    taken,
    wanted,
)
from .steps import Runs, Step
from .table import Figure
from .web import web_server

GROUP: Final = "entry"
TAB: Final = "tab=qd510&xem=tat-ca"
SECTION: Final = "A"
SAVES: Final = 60
SECONDS: Final = 20.0
WORKERS: Final = 2
CSRF: Final = "a" * 32
CHOICES: Final = ("2,5", "1,5", "0")
SECTION_OF_PEERS: Final = (
    "ceuk-marking, mở phiếu một phần 8 tiêu chí: 165 ms (390 hội đồng, không làm cho 3.000)"
)
SAVES_OF_PEERS: Final = (
    "ceuk-marking, 16 người cùng lưu: 31,5 lượt/s, p95 572 ms; hai người cùng sửa thì còn hai dòng"
)
LIST_OF_PEERS: Final = "ceuk-marking, danh sách 3.000 đơn vị: 2,2 s, 1.970 kB"


def steps(runs: Runs) -> Iterator[Step]:
    """Three thousand files in a province of their own, then what people do with them."""

    @cache
    def entry() -> Entry:
        built = build(quick=runs.many == 1)
        analyze()
        return built

    yield Step(GROUP, "Mở một mục 8 dòng", lambda: _open(entry(), runs))
    yield Step(GROUP, "Lưu một phần 8 dòng", lambda: [_section(entry(), runs)])
    yield Step(GROUP, "Lưu một dòng", lambda: _one(entry(), runs))
    yield Step(GROUP, "16 người cùng lưu", lambda: _all_at_once(entry(), runs))
    yield Step(GROUP, "Bảng hồ sơ năm 500 dòng", lambda: [_sheet(entry(), runs)])
    yield Step(GROUP, "Hàng chờ thẩm định", lambda: [_queue(entry(), runs)])


class Typist:
    """Somebody who saves row after row of one file, each time another answer."""

    def __init__(self, entry: Entry, user: User, unit: Unit) -> None:
        self.user, self.entry, self.unit = user, entry, unit
        rows = Answer.objects.filter(evaluation__unit=unit, evaluation__season=entry.season)
        self.versions = dict(rows.values_list("criterion", "version"))
        self.saved = 0

    def next(self) -> tuple[CriterionDefinition, dict[str, object]]:
        """The row that is typed next, and what its form holds."""
        row = self.entry.rows[self.saved % len(self.entry.rows)]
        self.saved += 1
        return row, {**self.typed(row), "lan": str(uuid4())}

    def typed(self, row: CriterionDefinition) -> dict[str, object]:
        version = self.versions[row.id]
        return {
            f"c{row.id}-level": CHOICES[version % len(CHOICES)],
            f"c{row.id}-note": f"Theo sổ theo dõi, lần {version}",
            f"c{row.id}-version": version,
        }

    def address(self, row: CriterionDefinition) -> str:
        return reverse("evaluations:save_row", args=[self.entry.year, self.unit.pk, row.id])

    def save(self, client: Client) -> None:
        row, data = self.next()
        answer = wanted(client.post(self.address(row), data))
        self.versions[row.id] = json.loads(made_bytes(answer))["version"]


def _file(entry: Entry, unit: Unit) -> str:
    return f"{reverse('evaluations:file', args=[entry.year, unit.pk])}?{TAB}"


def _open(entry: Entry, runs: Runs) -> list[Figure]:
    """One section as it is opened from the chips of the sheet, then all five at once."""
    user, unit = entry.entered[0]
    client, whole = signed_in(user), _file(entry, unit)
    return [
        page_figure(
            client, f"{whole}&muc={SECTION}", runs=runs.many, group=GROUP,
            name="Mở một mục 8 dòng", limit=80.0, peer=SECTION_OF_PEERS,
        ),
        page_figure(
            client, whole, runs=runs.many, group=GROUP, name="Mở cả phiếu 40 dòng", limit=None
        ),
    ]  # fmt: skip


def _section(entry: Entry, runs: Runs) -> Figure:
    """Eight rows of one group, all changed, by the button of the section."""
    typist = Typist(entry, *entry.entered[0])
    client, address = signed_in(typist.user), _file(entry, typist.unit)

    def save() -> None:
        rows = [row for row in entry.rows if row.group_code == SECTION]
        data = {"viec": "luu", "nhom": SECTION, "lan": str(uuid4())}
        for row in rows:
            data |= typist.typed(row)  # type: ignore[arg-type]
            typist.versions[row.id] += 1
        wanted(client.post(address, data), 302)

    save()
    middle = median_of(save, max(runs.many, 3))
    return Figure(
        group=GROUP, name="Lưu một phần 8 dòng", **middle.fields, limit=120.0, queries=queries_of(save)
    )  # fmt: skip


def _one(entry: Entry, runs: Runs) -> list[Figure]:
    typist = Typist(entry, *entry.entered[1])
    client = signed_in(typist.user)

    def save() -> None:
        typist.save(client)

    for _ in range(5):
        save()
    times = [taken(save) for _ in range(SAVES)]
    late = statistics.quantiles([one.value for one in times], n=20)[-1]
    return [
        Figure(group=GROUP, name="Lưu một dòng", **Taken.median(times).fields, limit=30.0,
               queries=queries_of(save)),
        Figure(group=GROUP, name="  p95", value=late, limit=60.0),
    ]  # fmt: skip


def _all_at_once(entry: Entry, runs: Runs) -> list[Figure]:
    """Sixteen people save over HTTP, each row by row in a file of their own."""
    seconds = SECONDS if runs.many > 1 else 3.0
    environment = {"LOG_LEVEL": "ERROR", "DEBUG": "0"}
    typists = [Typist(entry, user, unit) for user, unit in entry.entered]
    cookies = [_cookie(typist.user) for typist in typists]
    connection.close()
    with (
        tempfile.TemporaryDirectory() as folder,
        web_server(os.environ | environment, log=Path(folder) / "web.log", workers=WORKERS) as port,
    ):
        _at_once(port, typists, cookies, seconds=2.0)
        begun = time.perf_counter()
        times = _at_once(port, typists, cookies, seconds=seconds)
        spent = time.perf_counter() - begun
    return [
        Figure(group=GROUP, name="16 người cùng lưu qua HTTP, 2 tiến trình web", unit="lượt/s",
               value=len(times) / spent, at_least=80.0, peer=SAVES_OF_PEERS),
        Figure(group=GROUP, name="  p95", value=statistics.quantiles(times, n=20)[-1], limit=250.0),
        Figure(group=GROUP, name="  trung vị", value=statistics.median(times)),
    ]  # fmt: skip


def _cookie(user: User) -> str:
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def _at_once(
    port: int, typists: list[Typist], cookies: list[str], *, seconds: float
) -> list[float]:
    """Milliseconds of every save; raises if one was refused."""
    until = time.monotonic() + seconds

    def work(typist: Typist, cookie: str) -> list[float]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        found = []
        while time.monotonic() < until:
            found.append(_timed(lambda: _save_over(line, typist, cookie)))
        line.close()
        return found

    with ThreadPoolExecutor(len(typists)) as pool:
        return [one for found in pool.map(work, typists, cookies) for one in found]


def _timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _save_over(line: http.client.HTTPConnection, typist: Typist, cookie: str) -> None:
    row, data = typist.next()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie,
        "X-CSRFToken": CSRF, "Accept-Encoding": "gzip",
    }  # fmt: skip
    line.request("POST", typist.address(row), urlencode(data), headers)
    answer = line.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"trả lời {answer.status}")
    typist.versions[row.id] += 1


def _sheet(entry: Entry, runs: Runs) -> Figure:
    address = f"{reverse('evaluations:sheet', args=[entry.year])}?xa={entry.communes[0].pk}"
    count = len(entry.areas[0])
    return page_figure(
        signed_in(entry.users[0]), address, runs=runs.many, group=GROUP,
        name=f"Bảng hồ sơ năm, {count} đơn vị", limit=200.0, peer=LIST_OF_PEERS,
    )  # fmt: skip


def _queue(entry: Entry, runs: Runs) -> Figure:
    address = f"{reverse('evaluations:queue')}?nam={entry.year}"
    return page_figure(
        signed_in(entry.appraiser), address, runs=runs.many, group=GROUP,
        name=f"Hàng chờ thẩm định, {len(entry.areas[-1])} hồ sơ (≤ 12 câu SQL)", limit=150.0,
    )  # fmt: skip
