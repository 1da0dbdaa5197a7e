"""Time what people wait for; print tables and keep the figures under .local/bench/.

    make bench                         everything (about five minutes)
    make bench ARGS="pages papers"     only these groups
    make bench ARGS=--quick            small data, one run each: does it still work?
    KEEP=1 make bench                  leave the database for looking at

Works in a database of its own that ends in `_bench`, on the server that manage.py uses. Exit code
1 when something could not be measured; a figure over its limit says FAIL and changes no exit code.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from . import loading, starting
from .place import ROOT, NoPlace, Place, bench_place
from .steps import Runs, take
from .table import Figure, closing, table

TITLES: Final = {
    "start": "Khởi động",
    "loading": "Nạp dữ liệu",
    "pages": "Trang, tệp",
    "acts": "Thao tác",
    "papers": "Văn bản PDF",
    "jobs": "Việc chạy nền",
    "scale": "Cả tỉnh",
    "entry": "Nhập liệu, 3.000 đơn vị × 40 tiêu chí",
}
INSIDE: Final = ("pages", "acts", "papers", "jobs", "scale", "entry")
ABOUT_PEERS: Final = (
    "ceuk-marking phục vụ khoảng 390 hội đồng, không làm cho 3.000 đơn vị như lượt đo ghi ở đây; số của các hệ khác\n"
    "đo qua HTTP với 2 tiến trình web trên máy 2 lõi khác, chỉ để thấy cỡ số."
)


BUSY: Final = (
    "Máy bận việc khác trong lúc đo (tải {load_after:.1f} trên {cpus} lõi): "
    "thời gian dài hơn thật, xem cột CPU.\n"
)


def about(runs: Runs, machine: dict[str, object]) -> str:
    """How the figures were taken."""
    middle = "trung vị của 3 lượt" if runs.many == 3 else "chạy một lượt, không phải trung vị"
    where = (
        f"{machine['cpus']} lõi, Python {machine['python']}, tải {machine['load']:.1f} khi bắt đầu"
    )
    return (
        f"Số của máy này lúc này ({where}): {middle}.\n"
        "Trang đo trong tiến trình bằng django.test.Client, DEBUG tắt, không qua mạng, sau một lượt làm "
        "nóng; SQL đếm ở lượt riêng.\n"
        "CPU = phần của riêng tiến trình được đo, không kể cơ sở dữ liệu và máy đang bận việc khác.\n"
        "kB = 1.000 byte; kB nén = qua đường truyền, ngưỡng 20 kB một trang."
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("groups", nargs="*", help=", ".join(TITLES))
    parser.add_argument("--quick", action="store_true", help="small data, one run each")
    parser.add_argument("--database", default="", help="its name; ends in _bench")
    asked = parser.parse_args()
    unknown = set(asked.groups) - set(TITLES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(TITLES)}")
    machine = {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    runs = Runs(1 if asked.quick else 3)
    try:
        with bench_place(asked.database, keep=os.environ.get("KEEP") == "1") as place:
            figures = measure(place, asked.groups or list(TITLES), runs)
    except NoPlace as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    machine["load_after"] = os.getloadavg()[0]
    show(figures, about(runs, machine))
    if machine["load_after"] > (os.cpu_count() or 1):
        sys.stdout.write(BUSY.format(**machine))
    sys.stdout.write(f"\n{keep(figures, machine, runs).relative_to(ROOT)}\n")
    return int(any(figure.skipped for figure in figures))


def measure(place: Place, groups: list[str], runs: Runs) -> list[Figure]:
    """The figures of the groups, in the order of TITLES; the units are loaded in any case."""
    figures = take(starting.steps(place, runs)) if "start" in groups else []
    if "loading" in groups:
        figures += take(loading.steps(place, runs))
    elif set(groups) & set(INSIDE):
        loading.load(place)
    inside = [group for group in INSIDE if group in groups]
    if inside:
        figures += _inside(place, inside, runs)
    return figures


def _inside(place: Place, groups: list[str], runs: Runs) -> list[Figure]:
    into = place.folder / "figures.json"
    quick = ["--quick"] if runs.many == 1 else []
    place.run("-m", "bench.run", *groups, *quick, f"--into={into}")
    return [Figure(**row) for row in json.loads(into.read_text(encoding="utf-8"))]


def show(figures: list[Figure], head: str) -> None:
    """Print the tables."""
    sys.stdout.write(f"{head}\n{table(figures, TITLES)}\n\n{closing(figures)}\n")
    if any(figure.peer for figure in figures):
        sys.stdout.write(f"{ABOUT_PEERS}\n")


def keep(figures: list[Figure], machine: dict[str, object], runs: Runs) -> Path:
    """Write the figures with the machine's facts; return the file."""
    now = datetime.now().astimezone()
    path = ROOT / ".local" / "bench" / f"{now:%Y%m%d-%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    report = {"at": now.isoformat(), "runs": runs.many, **machine, "figures": rows}
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
