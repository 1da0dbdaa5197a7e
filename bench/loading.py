"""The administrative units of the whole country into an empty database, in a process of its own."""

import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import Final

from .place import ROOT, Place
from .steps import Runs, Step
from .table import Figure

GROUP: Final = "loading"
SECONDS: Final = 60.0
MEGABYTES: Final = 500.0
KILO: Final = 1024
LOADER: Final = "bench.load_units"


def steps(place: Place, runs: Runs) -> list[Step]:
    """Load copies of the empty database, the last time the database itself, which is used further."""
    return [Step(GROUP, "Nạp đơn vị hành chính cả nước", lambda: _figures(place, runs))]


def _figures(place: Place, runs: Runs) -> list[Figure]:
    loads = []
    for _ in range(runs.many - 1):
        copy = place.copy("units")
        try:
            loads.append(load(copy))
        finally:
            copy.drop()
    loads.append(load(place))
    seconds, worked, memory, counts = zip(*loads, strict=True)
    last = counts[-1]
    note = (
        f"{last['units']:,} đơn vị, {last['versions']:,} phiên bản, {last['successions']:,} kế tục"
    )
    return [
        Figure(
            group=GROUP, name="Nạp đơn vị hành chính cả nước", value=median(seconds),
            cpu=median(worked), unit="s",
            limit=SECONDS, queries=last["queries"], note=note.replace(",", ".").replace(". ", ", "),
        ),
        Figure(
            group=GROUP, name="Bộ nhớ cao nhất khi nạp (ru_maxrss)", value=median(memory), unit="MB",
            limit=MEGABYTES,
        ),
    ]  # fmt: skip


def load(place: Place) -> tuple[float, float, float, dict[str, int]]:
    """Seconds of the whole process, those of its CPU, its peak memory in megabytes, and what it said."""
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        place.python("-m", LOADER), cwd=ROOT, env=place.environment, stdout=subprocess.PIPE
    )
    assert process.stdout  # noqa: S101 - asked for above
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"bộ nạp dừng với mã {process.returncode}")
    bytes_a_unit = 1 if sys.platform == "darwin" else KILO
    worked = usage.ru_utime + usage.ru_stime
    return seconds, worked, usage.ru_maxrss * bytes_a_unit / KILO**2, json.loads(said)
