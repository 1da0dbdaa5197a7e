"""Every answer type of TT 124, at the place of the law where it stands."""

import pytest

from criteria.scoring import AnswerValues, Stage, Verdict, score, score_line, suggested_verdict
from tests.criteria.sheets import best_answers, reviewed

AREA = reviewed("tt124-residential-area")
COMMUNE = reviewed("tt124-commune")
AGENCY = reviewed("tt124-agency-enterprise")
SCHOOL = reviewed("tt124-educational-institution")
RECOGNITION_SETS = [AREA, COMMUNE, AGENCY, SCHOOL]

HOUSEHOLDS = AREA.row("4.1.iii")
SERIOUS_CRIME = AREA.row("4.4.b")
FIRES = AREA.row("4.4.d")
TREND = AREA.row("4.4.a")
RECOGNISED_SHARE = COMMUNE.row("5.4.ii")
MET, NOT_MET, NA = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE


def verdict_of(row, *, stage=Stage.SELF, **values):
    return score_line(row, AnswerValues(**values), stage=stage).verdict


@pytest.mark.parametrize(
    ("row", "numerator", "denominator", "verdict", "shown"),
    [
        (HOUSEHOLDS, 25_000, 25_000, MET, "25.000/25.000 (100,0\xa0%)"),
        (HOUSEHOLDS, 24_999, 25_000, NOT_MET, "24.999/25.000 (99,9\xa0%)"),
        (HOUSEHOLDS, 0, 25_000, NOT_MET, "0/25.000 (0,0\xa0%)"),
        (RECOGNISED_SHARE, 1_400, 2_000, MET, "1.400/2.000 (70,0\xa0%)"),
        (RECOGNISED_SHARE, 1_399, 2_000, NOT_MET, "1.399/2.000 (69,9\xa0%)"),
        (RECOGNISED_SHARE, 18, 25, MET, "18/25 (72,0\xa0%)"),
        (RECOGNISED_SHARE, 16, 25, NOT_MET, "16/25 (64,0\xa0%)"),
    ],
)
def test_percentages_compare_whole_numbers(row, numerator, denominator, verdict, shown):
    values = AnswerValues(numerator=numerator, denominator=denominator)

    line = score_line(row, values, stage=Stage.SELF)

    assert (line.verdict, line.answer_text) == (verdict, shown)


def test_a_percentage_of_nothing_stays_open():
    line = score_line(HOUSEHOLDS, AnswerValues(numerator=0, denominator=0), stage=Stage.SELF)

    assert (line.verdict, line.is_missing) == ("", True)


def test_a_person_cannot_overrule_the_figures_of_the_unit():
    assert verdict_of(HOUSEHOLDS, verdict="met", numerator=1, denominator=2) == NOT_MET


@pytest.mark.parametrize(("count", "verdict"), [(0, NOT_MET), (1, MET), (7, MET)])
def test_dieu_5_khoan_1_needs_one_model(count, verdict):
    assert verdict_of(COMMUNE.row("5.1.iv"), count=count) == verdict


@pytest.mark.parametrize(
    ("parts", "verdict", "shown"),
    [
        ((1, 2, 3, 4, 5, 6), MET, "6/6 nội dung"),
        ((6, 5, 4, 3, 2), NOT_MET, "5/6 nội dung"),
        ((), NOT_MET, "0/6 nội dung"),
    ],
)
def test_dieu_6_khoan_1_needs_all_six_rules(parts, verdict, shown):
    line = score_line(AGENCY.row("6.1.iii"), AnswerValues(parts_met=parts), stage=Stage.SELF)

    assert (line.verdict, line.answer_text) == (verdict, shown)


def test_a_checklist_names_what_is_lacking():
    line = score_line(
        AGENCY.row("6.1.iii"), AnswerValues(parts_met=(2, 3, 4, 5, 6)), stage=Stage.SELF
    )

    assert line.explanation == "Còn thiếu: Bảo vệ cơ quan, doanh nghiệp. Điều 6 khoản 1"


@pytest.mark.parametrize(
    ("counts", "verdict", "shown"),
    [
        ((0, 0, 0), MET, "Không xảy ra"),
        ((0, 2, 0), NOT_MET, "Tai nạn lao động chết người: 2"),
        ((1, 0, 1), NOT_MET, "Cháy, nổ nghiêm trọng: 1; Sự cố nghiêm trọng: 1"),
    ],
)
def test_incidents_are_met_only_when_none_happened(counts, verdict, shown):
    line = score_line(FIRES, AnswerValues(counts=counts), stage=Stage.SELF)

    assert (line.verdict, line.answer_text) == (verdict, shown)


def test_dieu_4_khoan_4_diem_b_a_claim_counts_while_the_unit_judges_itself_and_is_marked():
    values = AnswerValues(counts=(1,), exception_claimed="bat_kha_khang", note="Do bão.")

    line = score_line(SERIOUS_CRIME, values, stage=Stage.SELF)

    assert (line.verdict, line.has_claim) == (MET, True)
    assert line.explanation.startswith("Đạt nếu được chấp nhận ngoại lệ: Bất khả kháng")


@pytest.mark.parametrize(
    ("accepted", "verdict", "is_missing"),
    [(True, MET, False), (False, NOT_MET, False), (None, "", True)],
)
def test_dieu_4_khoan_4_diem_b_the_appraiser_concludes_on_a_claim(accepted, verdict, is_missing):
    values = AnswerValues(
        counts=(1,), exception_claimed="phat_hien_han_che_bao_cao", exception_accepted=accepted
    )

    line = score_line(SERIOUS_CRIME, values, stage=Stage.APPRAISED)

    assert (line.verdict, line.is_missing) == (verdict, is_missing)


@pytest.mark.parametrize("code", ["4.3.a", "4.3.e", "4.4.c.i", "4.5.ii"])
def test_rows_without_exception_in_the_text_take_no_claim(code):
    values = {"counts": (1,), "exception_claimed": "bat_kha_khang"}

    assert verdict_of(AREA.row(code), **values) == NOT_MET
    accepted = {**values, "exception_accepted": True}
    assert verdict_of(AREA.row(code), stage=Stage.APPRAISED, **accepted) == NOT_MET


def test_dieu_4_khoan_4_diem_d_knows_force_majeure_only():
    claimed = {"counts": (1, 0, 0), "exception_claimed": "phat_hien_han_che_bao_cao"}

    assert verdict_of(FIRES, **claimed) == NOT_MET


@pytest.mark.parametrize(
    ("now", "before", "suggested"),
    [
        ((1, 1, 1), (2, 1, 1), MET),
        ((0, 0, 0), (0, 0, 0), MET),
        ((2, 0, 0), (1, 5, 5), NOT_MET),
        ((1, 1), (2, 1, 1), ""),
        (None, (2, 1, 1), ""),
    ],
)
def test_dieu_4_khoan_4_diem_a_figures_only_suggest(now, before, suggested):
    values = AnswerValues(counts=now, previous_counts=before)

    assert suggested_verdict(TREND, values) == suggested
    assert score_line(TREND, values, stage=Stage.SELF).verdict == ""


@pytest.mark.parametrize("verdict", [MET, NOT_MET])
def test_dieu_4_khoan_4_diem_a_a_person_concludes(verdict):
    rose = AnswerValues(verdict=verdict, counts=(2, 0, 0), previous_counts=(1, 0, 0))

    line = score_line(TREND, rose, stage=Stage.SELF)

    assert line.verdict == verdict
    assert ("Khác gợi ý" in line.explanation) == (verdict == MET)


def test_not_applicable_counts_where_the_text_allows_it():
    assert verdict_of(AGENCY.row("6.1.i"), verdict="na") == NA


def test_not_applicable_stays_open_where_the_text_does_not_allow_it():
    line = score_line(AREA.row("4.1.i"), AnswerValues(verdict="na"), stage=Stage.SELF)

    assert (line.verdict, line.is_missing) == ("", True)


@pytest.mark.parametrize("definition", RECOGNITION_SETS, ids=lambda found: found.code)
def test_a_unit_that_meets_every_row_is_recognised(definition):
    result = score(definition, best_answers(definition), stage=Stage.SELF)

    assert (result.outcome, result.missing, result.total_points) == ("met", (), None)


@pytest.mark.parametrize("definition", RECOGNITION_SETS, ids=lambda found: found.code)
def test_one_row_not_met_is_enough_to_refuse(definition):
    answers = best_answers(definition)
    for row in definition.rows:
        refused = AnswerValues(appraised_verdict="not_met", appraisal_note="Không đúng.")

        result = score(definition, {**answers, row.code: refused}, stage=Stage.APPRAISED)

        assert result.outcome == "not_met"


@pytest.mark.parametrize("definition", RECOGNITION_SETS, ids=lambda found: found.code)
def test_na_of_every_row_that_allows_it_keeps_the_recognition(definition):
    answers = best_answers(definition)
    answers |= {row.code: AnswerValues(verdict="na") for row in definition.rows if row.takes_na}

    assert score(definition, answers, stage=Stage.SELF).outcome == "met"


def test_an_open_row_leaves_the_outcome_open_until_another_fails():
    answers = best_answers(AREA)
    del answers["4.2"]

    open_sheet = score(AREA, answers, stage=Stage.SELF)
    failed = score(AREA, {**answers, "4.3.a": AnswerValues(counts=(1,))}, stage=Stage.SELF)

    assert (open_sheet.outcome, [gap.code for gap in open_sheet.missing]) == ("", ["4.2"])
    assert open_sheet.missing[0].message == "Chưa trả lời. Điều 4 khoản 2"
    assert (failed.outcome, failed.is_complete) == ("not_met", False)


def test_the_appraisers_verdict_holds_and_says_so():
    row = AREA.row("4.2")
    values = AnswerValues(
        verdict="met", appraised_verdict="not_met", appraisal_note="Có ba vụ gây rối."
    )

    line = score_line(row, values, stage=Stage.APPRAISED)

    assert line.verdict == NOT_MET
    assert line.explanation == (
        "Thẩm định kết luận khác: Chưa đạt. Có ba vụ gây rối. Điều 4 khoản 2"
    )
    assert score_line(row, values, stage=Stage.SELF).verdict == MET


def test_the_appraisers_words_stay_out_of_the_result_of_a_sensitive_row():
    values = AnswerValues(
        counts=(0,), appraised_verdict="not_met", appraisal_note="Nội dung không phổ biến."
    )

    line = score_line(AREA.row("4.3.a"), values, stage=Stage.APPRAISED)

    assert line.explanation == "Thẩm định kết luận khác: Chưa đạt. Điều 4 khoản 3 điểm a"


def test_the_appraiser_who_agrees_changes_nothing():
    values = AnswerValues(verdict="met", appraised_verdict="met")
    row = AREA.row("4.2")

    assert score_line(row, values, stage=Stage.APPRAISED) == score_line(
        row, AnswerValues(verdict="met"), stage=Stage.SELF
    )


def test_texts_always_fit_their_columns():
    row = AREA.row("4.2")
    values = AnswerValues(verdict="met", appraised_verdict="not_met", appraisal_note="x" * 2000)

    line = score_line(row, values, stage=Stage.APPRAISED)

    assert len(line.explanation) == 500
