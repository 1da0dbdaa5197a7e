"""Time what people wait for; print tables and keep the figures under .local/bench/.

    make bench                      everything, on the database that manage.py uses
    make bench ARGS="pages papers"  only these groups

Figures are of one machine at one moment: compare two runs of the same machine. Pages are asked
for by the demo's people, so an empty database has none to show.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antq_portal.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from antq_portal.lib.documents.pdf import render_pdf  # noqa: E402
from tests.lib import paper_samples  # noqa: E402

REPEATS: Final = 15
# fmt: off
PAGES: Final = (
    # who                 page
    ("canbo.nameo",       "/"),
    ("canbo.nameo",       "/don-vi/"),
    ("canbo.nameo",       "/ho-so/{year}/"),
    ("thamdinh.nameo",    "/tham-dinh/"),
    ("vanthu.nameo",      "/quyet-dinh/"),
    ("tonghop.thanhhoa",  "/"),
    ("tonghop.thanhhoa",  "/don-vi/"),
    ("tonghop.thanhhoa",  "/bao-cao/"),
    ("quantri.thanhhoa",  "/quan-tri/nguoi-dung/"),
    ("quantri",           "/don-vi/"),
    ("quantri",           "/bao-cao/"),
)
# fmt: on


@dataclass(frozen=True)
class Figure:
    """What one thing cost: middle and slow end in milliseconds, queries and size of the answer."""

    group: str
    name: str
    p50: float
    p95: float
    queries: int = 0
    kilobytes: float = 0
    note: str = ""


def timed(action: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of an action, in milliseconds, once warmed up."""
    action()
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        action()
        taken.append((time.perf_counter() - begun) * 1000)
    slow_end = statistics.quantiles(taken, n=20)[-1] if repeats > 1 else taken[0]
    return statistics.median(taken), slow_end


def start_figures() -> list[Figure]:
    """How long a command takes before it does anything."""
    command = [sys.executable, "manage.py", "check"]
    p50, p95 = timed(
        lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True),  # noqa: S603
        5,
    )
    return [Figure("start", "manage.py check", p50, p95)]


def page_figures() -> list[Figure]:
    """Each page, as its usual reader asks for it, without network."""
    settings.ALLOWED_HOSTS = ["testserver"]
    people = get_user_model().objects.in_bulk(field_name="username")
    return [
        page_figure(people[who], page.format(year=timezone.localdate().year))
        for who, page in PAGES
        if who in people
    ]


def page_figure(person: object, page: str) -> Figure:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    client.get(page)
    connection.force_debug_cursor = True
    reset_queries()
    response = client.get(page)
    queries = len(connection.queries)
    connection.force_debug_cursor = False
    p50, p95 = timed(lambda: client.get(page), REPEATS)
    note = "" if response.status_code == 200 else str(response.status_code)
    size = len(response.content) / 1024
    return Figure("pages", f"{person} {page}", p50, p95, queries, size, note)


def paper_figures() -> list[Figure]:
    """PDF papers, from the short certificate to a long list."""
    samples = {
        "certificate": paper_samples.certificate(),
        "recognition, 10 units": paper_samples.recognition(10),
        "recognition, 100 units": paper_samples.recognition(100),
        "classification, 40 units": paper_samples.classification(40),
    }
    figures = []
    for name, paper in samples.items():
        p50, p95 = timed(lambda paper=paper: render_pdf(paper), 3)  # type: ignore[misc]
        figures.append(Figure("papers", name, p50, p95, 0, len(render_pdf(paper)) / 1024))
    return figures


GROUPS: Final = {"start": start_figures, "pages": page_figures, "papers": paper_figures}


def show(figures: list[Figure]) -> None:
    sys.stdout.write(f"{'':<52}{'p50 ms':>9}{'p95 ms':>9}{'queries':>9}{'kB':>8}\n")
    for row in figures:
        name = f"{row.group}: {row.name}"
        sys.stdout.write(
            f"{name:<52}{row.p50:>9.1f}{row.p95:>9.1f}{row.queries:>9}{row.kilobytes:>8.0f}"
            f"  {row.note}\n"
        )


def keep(figures: list[Figure]) -> Path:
    now = datetime.now().astimezone()
    path = ROOT / ".local" / "bench" / f"{now:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count()}
    report = {"at": now.isoformat(), **machine, "figures": [asdict(row) for row in figures]}
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], default=[])
    wanted = parser.parse_args().groups or list(GROUPS)
    figures = [figure for name in wanted for figure in GROUPS[name]()]
    show(figures)
    sys.stdout.write(f"\n{keep(figures).relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
