"""What is refused before it is stored, and the words beside the field."""

from decimal import Decimal

import pytest

from criteria.scoring import AnswerValues, answer_problems, appraisal_problems
from tests.criteria.sheets import best_answers, reviewed

AREA = reviewed("tt124-residential-area")
AGENCY = reviewed("tt124-agency-enterprise")
POINTS = reviewed("qd510-provisional-residential-area")
POINTS_AGENCY = reviewed("qd510-provisional-agency-enterprise")
ALL_SETS = [
    *(AREA, AGENCY, POINTS, POINTS_AGENCY, reviewed("tt124-commune")),
    *(reviewed("tt124-educational-institution"), reviewed("qd510-provisional-commune")),
    reviewed("qd510-provisional-educational-institution"),
]
NA_REFUSED = ("verdict", "Văn bản không cho chọn “Không áp dụng” ở dòng này.")


@pytest.mark.parametrize("definition", ALL_SETS, ids=lambda found: found.code)
def test_a_good_answer_has_no_problem_in_any_row(definition):
    for code, values in best_answers(definition).items():
        assert answer_problems(definition.row(code), values) == []


@pytest.mark.parametrize("definition", ALL_SETS, ids=lambda found: found.code)
def test_an_empty_answer_can_be_stored(definition):
    for row in definition.rows:
        assert answer_problems(row, AnswerValues()) == []


@pytest.mark.parametrize("definition", ALL_SETS, ids=lambda found: found.code)
def test_na_is_allowed_exactly_where_the_text_says(definition):
    for row in definition.rows:
        problems = answer_problems(row, AnswerValues(verdict="na"))

        assert problems == ([] if row.na_condition else [NA_REFUSED])


@pytest.mark.parametrize(
    ("row", "given", "problem"),
    [
        (
            AREA.row("4.1.iii"),
            {"numerator": 41, "denominator": 40},
            (
                "numerator",
                "“Số hộ đã đăng ký” không được lớn hơn “Tổng số hộ cư trú tại thời điểm đăng ký”.",
            ),
        ),
        (
            AREA.row("4.1.iii"),
            {"numerator": 0, "denominator": 0},
            ("denominator", "“Tổng số hộ cư trú tại thời điểm đăng ký” phải lớn hơn 0."),
        ),
        (
            AREA.row("4.1.iii"),
            {"numerator": -1, "denominator": 40},
            ("numerator", "Số không được âm."),
        ),
        (
            AREA.row("4.1.iii"),
            {"numerator": 40},
            ("denominator", "Còn thiếu: Tổng số hộ cư trú tại thời điểm đăng ký."),
        ),
        (
            AREA.row("4.1.iii"),
            {"denominator": 40},
            ("numerator", "Còn thiếu: Số hộ đã đăng ký."),
        ),
        (AGENCY.row("6.1.v"), {"count": -1}, ("count", "Số không được âm.")),
        (
            AGENCY.row("6.1.iii"),
            {"parts_met": (1, 7)},
            ("parts_met", "Có nội dung không thuộc dòng này."),
        ),
        (
            AGENCY.row("6.1.iii"),
            {"parts_met": (1, 1)},
            ("parts_met", "Có nội dung không thuộc dòng này."),
        ),
        (
            AREA.row("4.4.d"),
            {"counts": (0, 0)},
            (
                "counts",
                "Cần đủ 3 số: Cháy, nổ nghiêm trọng; Tai nạn lao động chết người; Sự cố nghiêm trọng.",
            ),
        ),
        (AREA.row("4.4.d"), {"counts": (0, -1, 0)}, ("counts", "Số không được âm.")),
        (
            AREA.row("4.4.a"),
            {"counts": (1, 1, 1), "previous_counts": (1,)},
            (
                "previous_counts",
                "Cần đủ 3 số: Vụ phạm tội về trật tự xã hội; Vụ việc tệ nạn xã hội; Vi phạm pháp luật khác.",
            ),
        ),
        (
            AREA.row("4.3.a"),
            {"counts": (1,), "exception_claimed": "bat_kha_khang", "note": "Có."},
            ("exception_claimed", "Văn bản không nêu ngoại lệ này cho dòng này."),
        ),
        (
            AREA.row("4.4.b"),
            {"counts": (1,), "exception_claimed": "bat_kha_khang", "note": "  "},
            ("note", "Đề nghị xét ngoại lệ thì phải giải trình."),
        ),
        (
            AREA.row("4.4.b"),
            {"counts": (0,), "exception_claimed": "bat_kha_khang", "note": "Có."},
            ("exception_claimed", "Không có vụ việc thì không cần đề nghị xét ngoại lệ."),
        ),
        (
            AREA.row("4.1.i"),
            {"verdict": "sure"},
            ("verdict", "Chọn Đạt, Chưa đạt hoặc Không áp dụng."),
        ),
        (
            AREA.row("4.1.i"),
            {"verdict": "met", "count": 3},
            ("count", "Dòng này không nhận giá trị này."),
        ),
        (
            AGENCY.row("6.5.i"),
            {"verdict": "na", "numerator": 1, "denominator": 1},
            ("numerator", "Đã chọn “Không áp dụng” thì để trống."),
        ),
        (POINTS.row("A1"), {"points": Decimal("5.5")}, ("points", "Điểm chuẩn là 5.")),
        (POINTS.row("A1"), {"points": Decimal("-0.5")}, ("points", "Điểm không được âm.")),
        (
            POINTS.row("A1"),
            {"points": Decimal("4.25"), "note": "Có."},
            ("points", "Chấm theo nấc điểm, hoặc lẻ 0,5 giữa các nấc."),
        ),
        (
            POINTS.row("A1"),
            {"points": Decimal("4.5")},
            ("note", "Chấm giữa các nấc thì phải giải trình."),
        ),
        (AREA.row("4.1.i"), {"points": Decimal(1)}, ("points", "Dòng này không nhận giá trị này.")),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(row, given, problem):
    assert problem in answer_problems(row, AnswerValues(**given))


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (AREA.row("4.1.iii"), {"numerator": 0, "denominator": 40}),
        (AREA.row("4.4.b"), {"counts": (1,), "exception_claimed": "bat_kha_khang", "note": "Bão."}),
        (AREA.row("4.4.a"), {"counts": (1, 0, 0)}),
        (AGENCY.row("6.1.iii"), {"parts_met": ()}),
        (POINTS.row("A1"), {"points": Decimal("3")}),
        (POINTS.row("A1"), {"points": Decimal("4.5"), "note": "Ra nghị quyết ngày 02/4."}),
        (POINTS.row("A3"), {"points": Decimal("1.50")}),
    ],
)
def test_a_right_answer_is_taken(row, given):
    assert answer_problems(row, AnswerValues(**given)) == []


@pytest.mark.parametrize(
    ("row", "given", "problem"),
    [
        (
            AREA.row("4.2"),
            {"verdict": "met", "appraised_verdict": "not_met"},
            ("appraisal_note", "Kết luận khác trả lời của đơn vị thì phải ghi lý do."),
        ),
        (
            AREA.row("4.4.b"),
            {"counts": (1,), "appraised_verdict": "met", "appraisal_note": "Nhẹ."},
            (
                "appraised_verdict",
                "Có vụ việc thì chỉ đạt khi chấp nhận ngoại lệ; số sai thì sửa lỗi nhập.",
            ),
        ),
        (
            AREA.row("4.2"),
            {"appraised_verdict": "na"},
            ("appraised_verdict", "Văn bản không cho chọn “Không áp dụng” ở dòng này."),
        ),
        (
            AREA.row("4.4.b"),
            {"counts": (1,), "exception_accepted": True},
            ("exception_accepted", "Đơn vị không đề nghị xét ngoại lệ."),
        ),
        (
            POINTS.row("A1"),
            {"points": Decimal(5), "appraised_points": Decimal(3)},
            ("appraisal_note", "Chấm khác điểm tự chấm thì phải ghi lý do."),
        ),
        (
            POINTS.row("A1"),
            {"points": Decimal(5), "appraised_points": Decimal(6), "appraisal_note": "Cộng."},
            ("appraised_points", "Điểm chuẩn là 5."),
        ),
        (
            POINTS.row("A1"),
            {"points": Decimal(5), "appraised_points": Decimal("4.5")},
            ("appraisal_note", "Chấm giữa các nấc thì phải giải trình."),
        ),
        (
            AREA.row("4.2"),
            {"verdict": "met", "appraised_points": Decimal(1), "appraisal_note": "Có."},
            ("appraised_points", "Dòng này không chấm điểm."),
        ),
    ],
)
def test_a_wrong_conclusion_of_the_appraiser_is_refused(row, given, problem):
    assert problem in appraisal_problems(row, AnswerValues(**given))


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (AREA.row("4.2"), {"verdict": "met"}),
        (AREA.row("4.2"), {"verdict": "met", "appraised_verdict": "met"}),
        (
            AREA.row("4.2"),
            {"verdict": "met", "appraised_verdict": "not_met", "appraisal_note": "Có gây rối."},
        ),
        (
            AREA.row("4.4.b"),
            {"counts": (1,), "exception_claimed": "bat_kha_khang", "exception_accepted": True},
        ),
        (
            AREA.row("4.4.b"),
            {
                "counts": (1,),
                "exception_claimed": "bat_kha_khang",
                "exception_accepted": True,
                "appraised_verdict": "met",
            },
        ),
        (POINTS.row("A1"), {"points": Decimal(5), "appraised_points": Decimal(5)}),
        (
            POINTS.row("A1"),
            {"points": Decimal(5), "appraised_points": Decimal(3), "appraisal_note": "Muộn."},
        ),
    ],
)
def test_a_right_conclusion_of_the_appraiser_is_taken(row, given):
    assert appraisal_problems(row, AnswerValues(**given)) == []
