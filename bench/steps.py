"""One thing to measure, and what happens when it is not there."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .table import SKIPPED, Figure


@dataclass(frozen=True, slots=True)
class Runs:
    """How often a thing is run for its median."""

    many: int = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to measure: its group and name, and what yields its figures."""

    group: str
    name: str
    measure: Callable[[], list[Figure]]

    def figures(self) -> list[Figure]:
        """The figures, or one that says why there are none: the rest is still measured."""
        try:
            return self.measure()
        except Exception as reason:
            said = " ".join(str(reason).split())[:160] or type(reason).__name__
            return [Figure(group=self.group, name=self.name, skipped=said)]


def take(steps: Iterable[Step]) -> list[Figure]:
    """Measure one step after another, saying on standard error which one is on."""
    figures: list[Figure] = []
    for step in steps:
        sys.stderr.write(f"  {step.name} …\n")
        found = step.figures()
        figures += found
        for figure in found:
            if figure.skipped:
                sys.stderr.write(f"    {SKIPPED}: {figure.skipped}\n")
    return figures
