"""The tree and its words: one meaning wherever a code is written down."""

from dataclasses import fields
from decimal import Decimal

import pytest

from criteria.models import AnswerType, CriterionKind, NotApplicableRule
from criteria.scoring import (
    AnswerKind,
    AnswerValues,
    NotApplicable,
    RowKind,
    Stage,
    Verdict,
    points_text,
    score,
    verdict_label,
)
from evaluations.models import Answer, scores
from evaluations.models import answers as stored
from tests.criteria.sheets import reviewed

AREA = reviewed("tt124-residential-area")
POINTS = reviewed("qd510-provisional-residential-area")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (RowKind, CriterionKind),
        (AnswerKind, AnswerType),
        (NotApplicable, NotApplicableRule),
        (Verdict, stored.Verdict),
        (Stage, scores.Stage),
    ],
)
def test_the_engine_and_the_tables_share_their_codes(ours, theirs):
    assert [str(code) for code in ours] == theirs.values


def test_values_are_taken_from_a_stored_answer():
    given = {
        "verdict": "met", "numerator": 1, "denominator": 2, "count": 3, "parts_met": [1, 2],
        "counts": [0], "previous_counts": [1], "exception_claimed": "bat_kha_khang",
        "points": Decimal(1), "note": "Có.", "appraised_verdict": "not_met",
        "appraised_points": Decimal(0), "exception_accepted": False, "appraisal_note": "Không.",
    }  # fmt: skip

    values = AnswerValues.of(Answer(**given))

    assert {field.name for field in fields(AnswerValues)} == set(given)
    for name, value in given.items():
        assert getattr(values, name) == (tuple(value) if isinstance(value, list) else value)


def test_an_empty_answer_has_the_same_values_as_none():
    assert AnswerValues.of(Answer()) == AnswerValues()


@pytest.mark.parametrize(
    ("row", "verdict", "word"),
    [
        (AREA.row("4.2"), "met", "Đạt"),
        (AREA.row("4.2"), "not_met", "Chưa đạt"),
        (AREA.row("4.2"), "na", "Không áp dụng"),
        (AREA.row("4.2"), "", ""),
        (POINTS.row("LIỆT-1"), "met", "Không vướng"),
        (POINTS.row("LIỆT-1"), "not_met", "Vướng"),
    ],
)
def test_a_verdict_has_its_word(row, verdict, word):
    assert verdict_label(row, verdict) == word


@pytest.mark.parametrize(
    ("points", "shown"), [("8.25", "8,25"), ("4.00", "4"), ("89.999", "89,99"), ("0", "0")]
)
def test_points_are_cut_for_show(points, shown):
    assert points_text(Decimal(points)) == shown


def test_outcomes_and_rows_are_found_by_code():
    assert POINTS.band("kha").label == "Khá"
    assert POINTS.row("A1").group_code == "A"
    with pytest.raises(KeyError):
        POINTS.band("tot")
    with pytest.raises(KeyError):
        POINTS.row("CONG-1")
    with pytest.raises(KeyError):
        score(AREA, {}, stage=Stage.SELF).line("A1")


def test_rows_that_are_switched_off_are_known_but_not_answered():
    assert [row.code for row in POINTS.disabled_rows] == ["CONG-1", "CONG-2", "TRU-1", "TRU-2"]
    assert not {row.code for row in POINTS.rows} & {row.code for row in POINTS.disabled_rows}


def test_sensitive_rows_take_no_evidence_file():
    assert not AREA.row("4.3.a").takes_evidence
    assert AREA.row("4.4.b").takes_evidence


def test_a_ground_has_its_words():
    assert AREA.row("4.4.b").exception_label("bat_kha_khang").startswith("Bất khả kháng")
    assert AREA.row("4.4.b").exception_label("khac") == "khac"


def test_extra_rules_are_known_by_name():
    assert POINTS.has_rule("veto_forces_lowest")
    assert POINTS.rule_value("max_share_excellent") is None
    assert not reviewed("qd510-provisional-district").has_rule("xuat_sac_needs_recognition")
