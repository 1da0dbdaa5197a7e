"""Figures, their limits, and the tables they are printed in; knows nothing of Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from antq_portal.lib.text import number_text

PAGE_LIMIT_KB: Final = 20.0
"""What a page may weigh on the line."""
KB: Final = 1000
NAME_WIDTH: Final = 50

PASS: Final = "PASS"  # noqa: S105 - a verdict
FAIL: Final = "FAIL"
SKIPPED: Final = "không chạy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one thing cost: the median of its runs, queries, size; or why it did not run."""

    group: str
    name: str
    value: float | None = None
    cpu: float | None = None
    """The same by the CPU of the measured process alone; does not grow with others' load."""
    unit: str = "ms"
    limit: float | None = None
    at_least: float | None = None
    """What must be reached, where more is better."""
    queries: int | None = None
    size: int | None = None
    """Bytes as made."""
    packed: int | None = None
    """Bytes that go over the line, for pages."""
    note: str = ""
    peer: str = ""
    """What another system needs for the same job."""
    skipped: str = ""

    @property
    def broken(self) -> list[str]:
        """The limits that do not hold, by their units."""
        found = []
        if self.value is not None and self.limit is not None and self.value > self.limit:
            found.append(self.unit)
        if self.value is not None and self.at_least is not None and self.value < self.at_least:
            found.append(self.unit)
        if self.packed is not None and self.packed > PAGE_LIMIT_KB * KB:
            found.append("kB")
        return found

    @property
    def verdict(self) -> str:
        """PASS, FAIL with what is over its limit, or that it did not run; empty without a limit."""
        if self.skipped:
            return SKIPPED
        if self.broken:
            return f"{FAIL} ({', '.join(self.broken)})"
        limits = (self.limit, self.at_least, self.packed)
        return PASS if any(one is not None for one in limits) else ""


COLUMNS: Final = (
    ("trung vị", 12),
    ("ngưỡng", 15),
    ("CPU", 10),
    ("SQL", 6),
    ("kB", 8),
    ("kB nén", 8),
)


def table(figures: Sequence[Figure], titles: dict[str, str]) -> str:
    """Every figure under the title of its group, as lines of text."""
    lines: list[str] = []
    for group, found in groupby(figures, key=lambda figure: figure.group):
        head = "".join(f"{label:>{width}}" for label, width in COLUMNS)
        title = titles.get(group, group)
        lines += ["", f"{title:<{NAME_WIDTH}}{head}  kết luận"]
        lines += ["─" * (NAME_WIDTH + sum(width for _, width in COLUMNS) + 12)]
        for figure in found:
            lines += _lines(figure)
    return "\n".join(lines)


def _lines(figure: Figure) -> list[str]:
    if figure.skipped:
        return [f"{figure.name:<{NAME_WIDTH}} {SKIPPED}: {figure.skipped}"]
    cells = (
        measured(figure.value, figure.unit),
        _bound(figure),
        measured(figure.cpu, figure.unit),
        "" if figure.queries is None else str(figure.queries),
        kilobytes(figure.size),
        kilobytes(figure.packed),
    )
    shown = "".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, COLUMNS, strict=True))
    lines = [f"{figure.name:<{NAME_WIDTH}}{shown}  {figure.verdict}".rstrip()]
    lines += [f"    {text}" for text in (figure.note, figure.peer) if text]
    return lines


def _bound(figure: Figure) -> str:
    if figure.limit is not None:
        return f"≤ {measured(figure.limit, figure.unit)}"
    return f"≥ {measured(figure.at_least, figure.unit)}" if figure.at_least is not None else ""


DECIMALS: Final = {"ms": 0, "MB": 0, "lượt/s": 1}
WHOLE_FROM: Final = 100


def measured(value: float | None, unit: str) -> str:
    """A value as it is printed: "84 ms", "7,12 s", "0,93 lần"."""
    if value is None:
        return ""
    decimals = DECIMALS.get(unit, 2) if value < WHOLE_FROM else 0
    return f"{_rounded(value, decimals)} {unit}".strip()


def kilobytes(size: int | None) -> str:
    """Bytes in thousands, one decimal; empty for none."""
    return "" if size is None else _rounded(size / KB, 1)


def _rounded(value: float, decimals: int) -> str:
    return number_text(round(value, decimals), decimals)


def closing(figures: Iterable[Figure]) -> str:
    """One line that counts how many limits hold."""
    verdicts = [figure.verdict for figure in figures]
    passed = verdicts.count(PASS)
    failed = sum(verdict.startswith(FAIL) for verdict in verdicts)
    return f"{passed} PASS, {failed} FAIL, {verdicts.count(SKIPPED)} {SKIPPED}"
