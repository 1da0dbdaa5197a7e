"""What must hold for every sheet: bounds, and that a better answer never gives a worse result."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.scoring import AnswerValues, RuleDefinition, Stage, score, score_line
from tests.criteria.sheets import best_answers, reviewed

AREA = reviewed("qd510-provisional-residential-area")
AGENCY = reviewed("qd510-provisional-agency-enterprise")
HOUSEHOLDS = reviewed("tt124-residential-area").row("4.1.iii")
UNITS = reviewed("tt124-commune").row("5.4.ii")
RANK = {band.code: -band.position for band in AREA.bands}

rules = st.sampled_from(["full_points", "rescale", "zero"])
stages = st.sampled_from(list(Stage))


def half_points(maximum):
    return st.integers(0, int(maximum * 2)).map(lambda halves: Decimal(halves) / 2)


@st.composite
def sheets(draw, definition=AGENCY):
    """Any sheet of that set: points anywhere, N/A where the row allows it, rows left open."""
    answers = {}
    for row in definition.rows:
        if row.kind == "veto":
            answers[row.code] = AnswerValues(verdict=draw(st.sampled_from(["met", "not_met"])))
            continue
        choice = draw(st.sampled_from(["points", "points", "points", "na", "open"]))
        if choice == "na" and row.takes_na:
            answers[row.code] = AnswerValues(verdict="na")
        elif choice == "points":
            answers[row.code] = AnswerValues(points=draw(half_points(row.max_points)), note="Có.")
    return answers


@given(sheets(), rules, stages, st.sampled_from([True, False, None]))
@settings(max_examples=60, deadline=None)
def test_a_total_lies_between_nothing_and_the_declared_total(answers, na_rule, stage, recognised):
    definition = replace(AGENCY, na_rule=na_rule)

    result = score(definition, answers, stage=stage, recognised=recognised)

    assert 0 <= result.total_points <= definition.declared_total
    assert result.outcome in RANK
    assert result.total_points == result.total_points.quantize(Decimal("0.01"))


@given(sheets(), rules, st.data())
@settings(max_examples=60, deadline=None)
def test_more_points_in_one_row_never_give_a_lower_total_or_class(answers, na_rule, data):
    definition = replace(AGENCY, na_rule=na_rule)
    scored = [
        row
        for row in AGENCY.rows
        if row.is_scored and answers.get(row.code, AnswerValues()).points is not None
    ]
    if not scored:
        return
    row = data.draw(st.sampled_from(scored))
    more = data.draw(half_points(row.max_points).filter(lambda p: p >= answers[row.code].points))

    lower = score(definition, answers, stage=Stage.SELF)
    higher = score(definition, {**answers, row.code: AnswerValues(points=more)}, stage=Stage.SELF)

    assert higher.total_points >= lower.total_points
    assert RANK[higher.outcome] >= RANK[lower.outcome]


@given(sheets())
@settings(max_examples=40, deadline=None)
def test_recognition_never_lowers_a_class(answers):
    without = score(AGENCY, answers, stage=Stage.APPRAISED, recognised=False)
    with_it = score(AGENCY, answers, stage=Stage.APPRAISED, recognised=True)

    assert RANK[with_it.outcome] >= RANK[without.outcome]
    assert with_it.total_points == without.total_points


@given(st.sampled_from([HOUSEHOLDS, UNITS]), st.integers(1, 10**9), st.data())
def test_a_percentage_is_met_exactly_from_its_threshold_on(row, whole, data):
    part = data.draw(st.integers(0, whole))
    values = AnswerValues(numerator=part, denominator=whole)

    line = score_line(row, values, stage=Stage.SELF)

    least = -(-row.threshold_percent * whole // 100)
    assert (line.verdict == "met") == (part >= least)
    if line.verdict == "not_met":
        assert f"({row.threshold_percent},0\xa0%)" not in line.answer_text


@given(st.sets(st.sampled_from([row.code for row in reviewed("tt124-residential-area").rows])))
def test_a_recognition_is_met_exactly_when_no_row_is_refused(refused):
    definition = reviewed("tt124-residential-area")
    answers = best_answers(definition)
    answers |= {code: replace(answers[code], appraised_verdict="not_met") for code in refused}

    result = score(definition, answers, stage=Stage.APPRAISED)

    assert result.outcome == ("not_met" if refused else "met")


@given(sheets(AREA))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rules_in_the_set_does_not_matter(answers):
    turned = replace(AREA, rules=tuple(reversed(AREA.rules)))
    extra = replace(AREA, rules=(*AREA.rules, RuleDefinition("max_share_excellent", "10")))

    result = score(AREA, answers, stage=Stage.APPRAISED)

    assert score(turned, answers, stage=Stage.APPRAISED) == result
    assert score(extra, answers, stage=Stage.APPRAISED) == result
