"""Points, total and class of a classification: every band edge, N/A rule and named rule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from criteria.scoring import (
    AnswerValues,
    BandDefinition,
    CriterionDefinition,
    GroupDefinition,
    LevelDefinition,
    RuleDefinition,
    RuleHit,
    SetDefinition,
    Stage,
    score,
    score_line,
    share_warning,
)
from tests.criteria.sheets import best_answers, reviewed

BANDS = (
    BandDefinition("xuat_sac", "Xuất sắc", 1, Decimal(90)),
    BandDefinition("kha", "Khá", 2, Decimal(70)),
    BandDefinition("trung_binh", "Trung bình", 3, Decimal(50)),
    BandDefinition("yeu", "Yếu", 4, Decimal(0)),
)
CLASSIFICATION_SETS = [
    reviewed(f"qd510-provisional-{kind}")
    for kind in (
        *(
            "residential-area",
            "commune",
            "agency-enterprise",
            "educational-institution",
            "district",
        ),
    )
]


def row(code, maximum, *, kind="points", na=""):
    return CriterionDefinition(
        code=code,
        position=int(code[1:]),
        kind=kind,
        answer_type="yes_no" if kind == "veto" else "levels",
        max_points=None if kind == "veto" else Decimal(maximum),
        levels=()
        if kind == "veto"
        else (LevelDefinition(Decimal(maximum), "đủ"), LevelDefinition(Decimal(0), "không")),
        na_condition=na,
        legal_ref="Điều 6",
    )


def sheet(*rows, na_rule="full_points", rules=(), bonus_cap=3):
    return SetDefinition(
        code="thu",
        scheme="classification",
        groups=(GroupDefinition("A", "Nhóm", rows),),
        bands=BANDS,
        rules=tuple(RuleDefinition(*rule) for rule in rules),
        declared_total=Decimal(100),
        bonus_cap=Decimal(bonus_cap),
        na_rule=na_rule,
    )


ONE_ROW = sheet(row("A1", 100))


def points(**given):
    return {code: AnswerValues(points=Decimal(str(value))) for code, value in given.items()}


@pytest.mark.parametrize("definition", CLASSIFICATION_SETS, ids=lambda found: found.code)
def test_full_points_in_every_row_are_a_hundred(definition):
    result = score(definition, best_answers(definition), stage=Stage.SELF, recognised=True)

    assert (result.total_points, result.outcome, result.rule_hits) == (100, "xuat_sac", ())
    assert result.missing == ()


@pytest.mark.parametrize(
    ("total", "band"),
    [
        ("100", "xuat_sac"), ("90", "xuat_sac"), ("89.99", "kha"), ("89.5", "kha"), ("70", "kha"),
        ("69.99", "trung_binh"), ("50", "trung_binh"), ("49.99", "yeu"), ("0.5", "yeu"), ("0", "yeu"),
    ],
)  # fmt: skip
def test_both_edges_of_every_band(total, band):
    assert score(ONE_ROW, points(A1=total), stage=Stage.SELF).outcome == band


def test_the_class_is_that_of_the_reviewed_sets():
    for definition in CLASSIFICATION_SETS:
        assert definition.bands == BANDS


def test_a_row_without_points_is_missing_and_counts_nothing_so_far():
    result = score(sheet(row("A1", 60), row("A2", 40)), points(A1=60), stage=Stage.SELF)

    assert (result.total_points, result.outcome) == (60, "trung_binh")
    assert [(gap.code, gap.message) for gap in result.missing] == [("A2", "Chưa chấm điểm. Điều 6")]


NA_SHEET = {"rows": (row("A1", 60), row("A2", 30), row("A3", 10, na="Không có lực lượng bảo vệ"))}


@pytest.mark.parametrize(
    ("na_rule", "first", "second", "total", "band"),
    [
        ("full_points", 60, 20, "90", "xuat_sac"),
        ("full_points", 60, 19.5, "89.5", "kha"),
        ("zero", 60, 30, "90", "xuat_sac"),
        ("zero", 60, 29.5, "89.5", "kha"),
        ("rescale", 60, 21, "90", "xuat_sac"),
        ("rescale", 60, 20.5, "89.44", "kha"),
        ("rescale", 60, 30, "100", "xuat_sac"),
    ],
)
def test_what_a_row_without_object_counts(na_rule, first, second, total, band):
    definition = sheet(*NA_SHEET["rows"], na_rule=na_rule)
    answers = {**points(A1=first, A2=second), "A3": AnswerValues(verdict="na")}

    result = score(definition, answers, stage=Stage.SELF)

    assert (result.total_points, result.outcome, result.missing) == (Decimal(total), band, ())
    assert result.line("A3").verdict == "na"


def test_rescaling_cuts_and_never_lifts_a_total_over_a_class():
    definition = sheet(row("A1", 90), row("A2", 10, na="Không có"), na_rule="rescale")
    answers = {**points(A1="80.99"), "A2": AnswerValues(verdict="na")}

    result = score(definition, answers, stage=Stage.SELF)

    assert (result.total_points, result.outcome) == (Decimal("89.98"), "kha")


def test_a_sheet_without_any_object_has_no_points_to_rescale():
    definition = sheet(row("A1", 100, na="Không có"), na_rule="rescale")

    result = score(definition, {"A1": AnswerValues(verdict="na")}, stage=Stage.SELF)

    assert (result.total_points, result.outcome) == (0, "yeu")


def test_na_is_missing_where_the_row_does_not_allow_it():
    result = score(ONE_ROW, {"A1": AnswerValues(verdict="na")}, stage=Stage.SELF)

    assert (result.total_points, [gap.code for gap in result.missing]) == (0, ["A1"])


BONUS_SHEET = sheet(row("A1", 100), row("A2", 5, kind="bonus"), row("A3", 3, kind="penalty"))


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"A1": 80}, 80),
        ({"A1": 80, "A2": 2}, 82),
        ({"A1": 80, "A2": 5}, 83),
        ({"A1": 99, "A2": 5}, 100),
        ({"A1": 80, "A3": 3}, 77),
        ({"A1": 2, "A3": 3}, 0),
        ({"A1": 80, "A2": 5, "A3": 3}, 80),
        ({"A1": 100, "A3": 3}, 97),
    ],
)
def test_bonus_is_capped_penalties_are_taken_off_and_the_total_stays_in_bounds(given, total):
    result = score(BONUS_SHEET, points(**given), stage=Stage.SELF)

    assert (result.total_points, result.missing) == (total, ())


NEEDS_RECOGNITION = sheet(row("A1", 100), rules=[("xuat_sac_needs_recognition",)])


@pytest.mark.parametrize(
    ("stage", "recognised", "given", "band", "is_warning"),
    [
        (Stage.SELF, True, 95, "xuat_sac", None),
        (Stage.SELF, False, 95, "kha", False),
        (Stage.SELF, None, 95, "xuat_sac", True),
        (Stage.APPRAISED, True, 95, "xuat_sac", None),
        (Stage.APPRAISED, False, 95, "kha", False),
        (Stage.APPRAISED, None, 95, "kha", False),
        (Stage.APPRAISED, False, 89.5, "kha", None),
        (Stage.APPRAISED, False, 40, "yeu", None),
    ],
)
def test_xuat_sac_needs_recognition(stage, recognised, given, band, is_warning):
    result = score(NEEDS_RECOGNITION, points(A1=given), stage=stage, recognised=recognised)

    assert result.outcome == band
    assert [hit.is_warning for hit in result.rule_hits] == (
        [] if is_warning is None else [is_warning]
    )


VETO = sheet(row("A1", 100), row("A2", 0, kind="veto"), rules=[("veto_forces_lowest",)])


@pytest.mark.parametrize(("verdict", "band"), [("met", "xuat_sac"), ("not_met", "yeu")])
def test_veto_forces_lowest(verdict, band):
    answers = {**points(A1=100), "A2": AnswerValues(verdict=verdict)}

    result = score(VETO, answers, stage=Stage.SELF)

    assert (result.total_points, result.outcome) == (100, band)
    hits = (RuleHit("veto_forces_lowest", "Vướng A2: xếp loại Yếu."),)
    assert result.rule_hits == (hits if verdict == "not_met" else ())


def test_a_veto_row_must_be_answered():
    result = score(VETO, points(A1=100), stage=Stage.SELF)

    assert [gap.code for gap in result.missing] == ["A2"]


def test_rules_do_nothing_unless_the_set_switches_them_on():
    plain = replace(VETO, rules=())
    answers = {**points(A1=100), "A2": AnswerValues(verdict="not_met")}

    assert score(plain, answers, stage=Stage.APPRAISED, recognised=False).outcome == "xuat_sac"


def test_veto_comes_after_the_need_of_recognition():
    both = replace(VETO, rules=(*VETO.rules, RuleDefinition("xuat_sac_needs_recognition")))
    answers = {**points(A1=100), "A2": AnswerValues(verdict="not_met")}

    result = score(both, answers, stage=Stage.APPRAISED, recognised=False)

    assert result.outcome == "yeu"
    assert [hit.rule for hit in result.rule_hits] == [
        *("xuat_sac_needs_recognition", "veto_forces_lowest"),
    ]


@pytest.mark.parametrize(
    ("best", "others", "warns"), [(2, 8, False), (3, 7, True), (0, 5, False), (1, 4, False)]
)
def test_max_share_excellent_warns_over_a_decision(best, others, warns):
    definition = sheet(row("A1", 100), rules=[("max_share_excellent", "20")])
    outcomes = ["xuat_sac"] * best + ["kha"] * others

    warning = share_warning(definition, outcomes)

    assert (warning is not None) == warns
    if warns:
        assert warning == RuleHit(
            "max_share_excellent", "3/10 đơn vị đề nghị Xuất sắc, vượt tỷ lệ 20 %.", is_warning=True
        )


def test_max_share_excellent_is_off_without_a_value():
    assert share_warning(ONE_ROW, ["xuat_sac"]) is None


@pytest.mark.parametrize(
    ("given", "points_found", "explanation"),
    [
        ({"points": Decimal(100)}, 100, "Mức: đủ. Điều 6"),
        (
            {"points": Decimal("50.5"), "note": "Gần đủ."},
            Decimal("50.5"),
            "Mức giữa hai nấc. Điều 6",
        ),
        (
            {
                "points": Decimal(100),
                "appraised_points": Decimal(60),
                "appraisal_note": "Thiếu sổ.",
            },
            60,
            "Thẩm định kết luận khác: 60 điểm. Thiếu sổ. Điều 6",
        ),
        ({"points": Decimal(100), "appraised_points": Decimal(100)}, 100, "Mức: đủ. Điều 6"),
        (
            {"verdict": "na", "appraised_points": Decimal(10)},
            10,
            "Thẩm định kết luận khác: 10 điểm. Điều 6",
        ),
        (
            {"points": Decimal(100), "appraised_verdict": "na"},
            100,
            "Thẩm định kết luận khác: Không áp dụng. Điều 6",
        ),
    ],
)
def test_points_of_the_appraiser_hold(given, points_found, explanation):
    line = score_line(row("A1", 100, na="Không có"), AnswerValues(**given), stage=Stage.APPRAISED)

    assert (line.points, line.explanation) == (points_found, explanation)


def test_points_are_shown_with_a_decimal_comma():
    line = score_line(
        row("A1", 4), AnswerValues(points=Decimal("1.50"), note="Có."), stage=Stage.SELF
    )

    assert line.answer_text == "1,5/4 điểm"
