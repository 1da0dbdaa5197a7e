import datetime as dt
from decimal import Decimal

from antq_portal.lib.seen import seen_token


def test_the_token_follows_the_values_and_not_their_order():
    first = {"name": "Lò Thị Lan", "on": dt.date(2026, 11, 27), "points": Decimal("1.50")}
    same = dict(reversed(first.items()))

    assert seen_token(first) == seen_token(same)
    assert len(seen_token(first)) == 16
    assert seen_token(first) != seen_token({**first, "name": "Lò Thị Lan "})
    assert seen_token(first) != seen_token({**first, "on": None})


def test_nothing_and_an_empty_text_are_the_same():
    assert seen_token({"on": None}) == seen_token({"on": ""})
