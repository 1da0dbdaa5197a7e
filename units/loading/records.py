"""The rows of the files in `units/data/`, as they are."""

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).resolve().parent.parent / "data"
ISLANDS: Final = "island_districts_20250701"


@dataclass(frozen=True, slots=True)
class Record:
    """One unit of one era: its code, its name and the codes of what it lies in."""

    code: str
    name: str
    province_code: str = ""
    district_code: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An old unit's code and the code of one that took its place, or part of it."""

    old_code: str
    new_code: str
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later change of name of one present unit."""

    code: str
    old_name: str
    new_name: str
    effective_from: dt.date
    legal_act: str


class Files:
    """All files of one folder, each read once."""

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder

    @cached_property
    def old_provinces(self) -> dict[str, Record]:
        return self._records("legacy_provinces")

    @cached_property
    def old_districts(self) -> dict[str, Record]:
        return self._records("legacy_districts")

    @cached_property
    def old_communes(self) -> dict[str, Record]:
        return self._records("legacy_communes")

    @cached_property
    def provinces(self) -> dict[str, Record]:
        return self._records("provinces_20250701")

    @cached_property
    def communes(self) -> dict[str, Record]:
        return self._records("communes_20250701")

    @cached_property
    def commune_links(self) -> list[Link]:
        return [
            Link(row["old_code"], row["new_code"], row["is_default"] == "1")
            for row in self._rows("commune_mapping_20250701")
        ]

    @cached_property
    def island_links(self) -> list[Link]:
        return [Link(row["old_code"], row["new_code"]) for row in self._rows(ISLANDS)]

    @cached_property
    def province_amendments(self) -> list[Amendment]:
        return self._amendments("province_amendments_2026")

    @cached_property
    def commune_amendments(self) -> list[Amendment]:
        return self._amendments("commune_amendments_2026")

    def _rows(self, name: str) -> Iterator[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def _records(self, name: str) -> dict[str, Record]:
        return {
            row["code"]: Record(
                row["code"],
                row["name"],
                row.get("province_code", ""),
                row.get("district_code", ""),
            )
            for row in self._rows(name)
        }

    def _amendments(self, name: str) -> list[Amendment]:
        return [
            Amendment(
                row["code"],
                row["old_name"],
                row["new_name"],
                dt.date.fromisoformat(row["effective_from"]),
                f"Nghị quyết {row['legal_act']}",
            )
            for row in self._rows(name)
        ]
