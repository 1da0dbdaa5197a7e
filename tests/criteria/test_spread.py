"""Which units stand apart at one criterion: both edges of each rule, and nothing with too few."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.scoring.spread import points_apart, spread_of, verdicts_apart


def numbered(values):
    return {place: Decimal(str(value)) for place, value in enumerate(values)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5], (5, 5, 5, 5, 5)),
        ([1, 3], (1, 1, 2, 3, 3)),
        ([1, 2, 3], (1, 1, 2, 3, 3)),
        ([1, 2, 3, 4], (1, "1.5", "2.5", "3.5", 4)),
        ([1, 2, 3, 4, 5], (1, "1.5", 3, "4.5", 5)),
        ([5, 4, 3, 2, 1, 0], (0, 1, "2.5", 4, 5)),
    ],
)
def test_quartiles_are_the_medians_of_the_halves(values, expected):
    found = spread_of(numbered(values).values())

    assert (found.low, found.lower, found.median, found.upper, found.high) == tuple(
        Decimal(str(one)) for one in expected
    )
    assert found.count == len(values)


def test_points_on_the_fence_are_ordinary_and_beyond_it_stand_apart():
    ordinary = [4, 4, 6, 6, 6, 8, 8]
    assert points_apart(numbered([*ordinary, "12.5"])) == frozenset()
    assert points_apart(numbered([*ordinary, 13])) == {7}
    assert points_apart(numbered([*ordinary, "-0.5"])) == frozenset()
    assert points_apart(numbered([*ordinary, -1])) == {7}


def test_where_nearly_all_agree_every_other_one_stands_apart():
    assert points_apart(numbered([5, 5, 5, 5, 5, 4])) == {5}
    assert points_apart(numbered([5, 5, 5, 5, 4])) == frozenset()


def test_with_fewer_than_five_units_nothing_stands_apart():
    assert points_apart(numbered([5, 5, 5, 0])) == frozenset()
    assert points_apart({}) == frozenset()
    assert verdicts_apart(dict(enumerate(["met", "met", "met", "not_met"]))) == frozenset()


@pytest.mark.parametrize(
    ("met", "not_met", "apart"), [(4, 1, 0), (5, 1, 1), (8, 2, 0), (9, 2, 2), (3, 3, 0), (0, 6, 0)]
)
def test_a_verdict_below_a_fifth_of_the_units_stands_apart(met, not_met, apart):
    verdicts = dict(enumerate(["met"] * met + ["not_met"] * not_met))

    found = verdicts_apart(verdicts)

    assert len(found) == apart
    assert all(verdicts[key] == "not_met" for key in found)


@given(st.lists(st.integers(0, 40).map(lambda number: Decimal(number) / 2), max_size=30))
@settings(max_examples=80, deadline=None)
def test_fewer_than_half_stand_apart_and_the_median_never_does(values):
    found = points_apart(dict(enumerate(values)))

    assert len(found) * 2 <= len(values)
    spread = spread_of(values)
    assert spread is None or not spread.is_apart(spread.median)
    assert (
        spread is None or spread.low <= spread.lower <= spread.median <= spread.upper <= spread.high
    )
