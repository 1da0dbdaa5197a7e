"""How many units of one kind came out at one criterion, and which stand apart: pure, for a person to look at."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)

LEAST_UNITS: Final = 5
"""With fewer units nothing is marked: five make the smallest picture."""

FENCE: Final = Decimal("1.5")
"""How many interquartile ranges beyond a quartile still are ordinary."""

MINORITY_PERCENT: Final = 20
"""A verdict given to fewer than this share of the units stands apart."""

RULE_OF_POINTS: Final = (
    "Đánh dấu điểm nằm ngoài khoảng từ tứ phân vị dưới trừ 1,5 lần đến tứ phân vị trên cộng 1,5 lần "
    "khoảng tứ phân vị; chỉ khi có từ 5 đơn vị."
)
RULE_OF_VERDICTS: Final = "Đánh dấu kết luận mà dưới 20 % số đơn vị có; chỉ khi có từ 5 đơn vị."


@dataclass(frozen=True, slots=True)
class Spread:
    """Five figures of a row of points: smallest, quartiles with the median, largest; and how many.

    A quartile is the median of the lower or upper half; the middle value of an odd number belongs
    to neither.
    """

    count: int
    low: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    high: Decimal

    def is_apart(self, value: Decimal) -> bool:
        """Whether the value lies further than the fence beyond a quartile; on the fence it does not."""
        reach = FENCE * (self.upper - self.lower)
        is_outside = value < self.lower - reach or value > self.upper + reach
        return self.count >= LEAST_UNITS and is_outside


def spread_of(values: Iterable[Decimal]) -> Spread | None:
    """The spread of some points; None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return Spread(
        count=len(ordered),
        low=ordered[0],
        lower=_median(ordered[:half] or ordered),
        median=_median(ordered),
        upper=_median(ordered[-half:] if half else ordered),
        high=ordered[-1],
    )


def points_apart(points: Mapping[Key, Decimal]) -> frozenset[Key]:
    """Whose points stand apart from those of the others."""
    spread = spread_of(points.values())
    if spread is None:
        return frozenset()
    return frozenset(key for key, value in points.items() if spread.is_apart(value))


def verdicts_apart(verdicts: Mapping[Key, str]) -> frozenset[Key]:
    """Whose verdict only a small minority has; compares whole numbers."""
    counts = Counter(verdicts.values())
    total = counts.total()
    if total < LEAST_UNITS:
        return frozenset()
    rare = {one for one, count in counts.items() if count * 100 < MINORITY_PERCENT * total}
    return frozenset(key for key, verdict in verdicts.items() if verdict in rare)


def _median(ordered: list[Decimal]) -> Decimal:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
