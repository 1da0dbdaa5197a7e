"""A source that moved on since a person answered: against the plain truth, in any order of events."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.proposals.drift import Drift, Said, follow, is_drifted

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
VALUES = {
    "": Said(),
    "a": Said({"points": "5"}, "Nguồn A"),
    "b": Said({"points": "3"}, "Nguồn B"),
    "c": Said({"verdict": "na"}, "Nguồn C"),
}


@given(st.lists(st.sampled_from(["", "a", "b", "c", "answer"]), max_size=14))
@settings(max_examples=200, deadline=None)
def test_a_row_is_drifted_exactly_when_the_source_differs_from_when_it_was_answered(events):
    known, answered_at, says, based_on = None, None, "", None
    for number, event in enumerate(events):
        now = START + dt.timedelta(minutes=number)
        if event == "answer":
            answered_at, based_on = now, says
            continue
        says = event
        known = follow(known, VALUES[event], answered_at=answered_at, at=now)

    if known is None:
        assert says == ""
        return
    assert known.now == VALUES[says]
    if answered_at is not None:
        assert is_drifted(known, answered_at=answered_at) == (says != based_on)
        if says != based_on:
            assert known.before == VALUES[based_on]


def test_other_words_for_the_same_values_are_no_change():
    known = Drift(Said({"points": "5"}, "80/80"), Said(), START)

    found = follow(
        known, Said({"points": "5"}, "79/80"), answered_at=START, at=START + dt.timedelta(1)
    )

    assert (found.now.source, found.changed_at, found.before) == ("79/80", START, Said())
