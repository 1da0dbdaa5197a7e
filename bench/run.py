"""Measure inside the portal: `python -m bench` starts this in the environment of its place."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import django
from django.conf import settings

# Static files are not collected for a run; the pages differ by the hashes in their addresses.
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
django.setup()

from bench import acts, data, entry, pages, papers, scale, waiting  # noqa: E402 - needs the settings
from bench.steps import Runs, take  # noqa: E402
from bench.table import Figure  # noqa: E402
from criteria.services import load_criteria  # noqa: E402

GROUPS = {
    "pages": pages,
    "acts": acts,
    "papers": papers,
    "jobs": waiting,
    "scale": scale,
}
"""What is measured in the one commune year; the entry has a province of its own."""


def main() -> None:
    """Build the year, measure the groups asked for, and write the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--into", type=Path, required=True)
    asked = parser.parse_args()
    load_criteria()
    country = _country(quick=asked.quick) if set(asked.groups) - {entry.GROUP} else None
    runs = Runs(1 if asked.quick else 3)
    figures: list[Figure] = []
    for group in asked.groups:
        found = entry.steps(runs) if group == entry.GROUP else GROUPS[group].steps(country, runs)
        figures += take(found)
    asked.into.write_text(json.dumps([asdict(one) for one in figures]), encoding="utf-8")


def _country(*, quick: bool) -> data.Country:
    begun = time.perf_counter()
    country = data.build(quick=quick)
    data.analyze()
    sys.stderr.write(
        f"  xã có {country.size} khu dân cư, dựng trong {time.perf_counter() - begun:.0f} s\n"
    )
    return country


if __name__ == "__main__":
    main()
