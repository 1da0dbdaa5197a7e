"""How far the next class is and what is in the way: both edges of every band, each rule, each kind of row."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.scoring import (
    AnswerValues,
    BandDefinition,
    CriterionDefinition,
    GroupDefinition,
    RuleDefinition,
    SetDefinition,
    Stage,
    distance_of,
    score,
)

BANDS = (
    BandDefinition("xuat_sac", "Xuất sắc", 1, Decimal(90)),
    BandDefinition("kha", "Khá", 2, Decimal(70)),
    BandDefinition("trung_binh", "Trung bình", 3, Decimal(50)),
    BandDefinition("yeu", "Yếu", 4, Decimal(0)),
)
RULES = (RuleDefinition("xuat_sac_needs_recognition"), RuleDefinition("veto_forces_lowest"))
ROWS = (
    ("D1", "points", 60),
    ("D2", "points", 40),
    ("D3", "bonus", 4),
    ("D4", "penalty", 5),
    ("D5", "veto", 0),
)


def row(code, kind, maximum):
    is_veto = kind == "veto"
    return CriterionDefinition(
        code=code, position=int(code[1:]), kind=kind,
        answer_type="yes_no" if is_veto else "levels",
        max_points=None if is_veto else Decimal(maximum), na_condition="không có đối tượng",
    )  # fmt: skip


SHEET = SetDefinition(
    code="test", scheme="classification",
    groups=(GroupDefinition("D", "Nhóm", tuple(row(*one) for one in ROWS)),),
    bands=BANDS, rules=RULES, declared_total=Decimal(100), bonus_cap=Decimal(3),
)  # fmt: skip


def answers(first, second, *, bonus=0, penalty=0, veto="met"):
    points = {"D1": first, "D2": second, "D3": bonus, "D4": penalty}
    found = {
        code: AnswerValues(points=Decimal(str(given)), note="Có.")
        for code, given in points.items()
        if given is not None
    }
    return found | ({"D5": AnswerValues(verdict=veto)} if veto else {})


def measured(given, *, definition=SHEET, recognised=True, stage=Stage.SELF):
    result = score(definition, given, stage=stage, recognised=recognised)
    return result, distance_of(definition, result, stage=stage, recognised=recognised)


@pytest.mark.parametrize(
    ("first", "second", "outcome", "next_class", "lacking"),
    [
        (60, 40, "xuat_sac", None, None),
        (60, 30, "xuat_sac", None, None),
        (60, "29.5", "kha", "xuat_sac", "0.5"),
        (60, 10, "kha", "xuat_sac", "20"),
        (60, "9.5", "trung_binh", "kha", "0.5"),
        (50, 0, "trung_binh", "kha", "20"),
        ("49.5", 0, "yeu", "trung_binh", "0.5"),
        (0, 0, "yeu", "trung_binh", "50"),
    ],
)
def test_distance_at_both_edges_of_every_band(first, second, outcome, next_class, lacking):
    result, found = measured(answers(first, second))

    assert result.outcome == outcome
    assert (found and found.band.code) == next_class
    assert found is None or found.lacking == Decimal(lacking)


def test_rows_are_named_with_what_each_alone_would_come_to():
    _, found = measured(answers(40, 20))

    assert [(one.line.code, one.lacking, one.total, one.outcome) for one in found.rows] == [
        ("D1", Decimal(20), Decimal(80), "kha"),
        ("D2", Decimal(20), Decimal(80), "kha"),
        ("D3", Decimal(4), Decimal(63), "trung_binh"),
    ]
    assert found.enough == ("D1",)


def test_several_rows_are_named_where_one_is_not_enough():
    _, found = measured(answers(30, 10))

    assert (found.band.code, found.lacking, found.enough) == ("trung_binh", Decimal(10), ("D1",))
    _, found = measured(answers(45, 25))
    assert (found.band.code, found.lacking) == ("xuat_sac", Decimal(20))
    assert found.enough == ("D1", "D2")


def test_missing_rows_and_taken_points_hold_the_class_back_and_what_does_not_apply_does_not():
    given = answers(None, 0, penalty=5) | {"D2": AnswerValues(verdict="na")}

    result, found = measured(given, definition=replace(SHEET, na_rule="zero"))

    assert result.total_points == 0
    assert [one.line.code for one in found.rows] == ["D1"]
    result, found = measured(answers(60, 12, penalty=5))
    assert [(one.line.code, one.lacking) for one in found.rows] == [
        ("D2", Decimal(28)), ("D4", Decimal(5)), ("D3", Decimal(4))
    ]  # fmt: skip


def test_a_rule_in_the_way_is_named_when_the_points_are_there():
    result, found = measured(answers(60, 35), recognised=False)

    assert result.trace.outcome == "xuat_sac"
    assert (result.outcome, found.band.code, found.lacking) == ("kha", "xuat_sac", 0)
    assert [(one.hit.rule, one.outcome_without) for one in found.barriers] == [
        ("xuat_sac_needs_recognition", "xuat_sac")
    ]
    assert found.enough == ()


def test_a_rule_of_the_next_class_is_named_before_the_points_are_there():
    _, found = measured(answers(60, 20), recognised=False)

    assert (found.lacking, [one.hit.is_warning for one in found.barriers]) == (Decimal(10), [False])
    _, found = measured(answers(60, 20), recognised=None)
    assert [one.hit.is_warning for one in found.barriers] == [True]
    _, found = measured(answers(60, 20), recognised=True)
    assert found.barriers == ()


def test_a_veto_tells_the_class_that_the_points_alone_would_give():
    result, found = measured(answers(60, 20, veto="not_met"))

    assert (result.outcome, result.trace.outcome) == ("yeu", "kha")
    assert (found.band.code, found.lacking) == ("trung_binh", 0)
    assert [(one.hit.rule, one.outcome_without) for one in found.barriers] == [
        ("veto_forces_lowest", "kha")
    ]


def test_the_total_says_how_it_came_about():
    result, _ = measured(answers(50, 20, bonus=4, penalty=2))

    trace = result.trace
    assert (trace.earned, trace.counted, trace.bonus, trace.bonus_counted, trace.penalty) == (
        70,
        70,
        4,
        3,
        2,
    )
    assert (trace.is_bonus_capped, trace.is_rescaled) == (True, False)
    given = answers(30, None) | {"D2": AnswerValues(verdict="na")}
    result, found = measured(given, definition=replace(SHEET, na_rule="rescale"))
    assert (result.trace.earned, result.trace.counted) == (30, 50)
    assert found.rows[0].total == 100


def test_a_sheet_without_points_has_no_distance():
    bands = (BandDefinition("met", "Đạt", 1), BandDefinition("not_met", "Chưa đạt", 2))
    definition = replace(SHEET, declared_total=None, bands=bands, scheme="recognition")

    result, found = measured({}, definition=definition)

    assert (result.trace, found) == (None, None)


halves = st.integers(0, 80).map(lambda number: Decimal(number) / 2)


@given(
    st.integers(0, 120).map(lambda number: Decimal(number) / 2), halves,
    st.sampled_from(["met", "not_met"]), st.sampled_from([True, False, None]), st.sampled_from(list(Stage)),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_following_the_advice_leads_to_the_class_named(first, second, veto, recognised, stage):
    given = answers(first, second, veto=veto)
    result, found = measured(given, recognised=recognised, stage=stage)
    if found is None:
        assert result.outcome == "xuat_sac"
        return
    best = {
        one.line.code: AnswerValues(points=one.line.max_points)
        for one in found.rows
        if one.line.code in found.enough
    }
    cleared = {"D5": AnswerValues(verdict="met")}

    after = score(SHEET, given | best | cleared, stage=stage, recognised=True)

    assert after.total_points >= found.band.min_points
    assert [band.code for band in BANDS].index(after.outcome) <= BANDS.index(found.band)
