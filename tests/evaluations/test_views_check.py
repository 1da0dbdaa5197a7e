"""The page that checks the answers before they are sent: everything explained, nothing nagged twice."""

from decimal import Decimal

import pytest

from antq_portal.lib.text import number_text
from criteria.scoring import AnswerValues, Stage, score
from criteria.selectors import definition_of
from evaluations.services.answers import Typed, save_answers, values_by_code
from evaluations.services.evaluations import open_file
from tests import story
from tests.pages import address, queries_of, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")


def check_url(unit):
    return address("file", story.year(), unit.pk, buoc="kiem-tra")


def save(evaluation, by, **values):
    versions = dict(evaluation.answers.values_list("criterion__code", "version"))
    typed = {code: Typed(one, versions.get(code, 0)) for code, one in values.items()}
    save_answers(evaluation, typed, by=by)


@pytest.fixture
def answered(cast, open_year):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    return story.answered(cast.che_lau, officer=cast.lan)


def test_what_is_missing_leads_to_its_field_and_nothing_may_be_sent(cast, as_, open_year):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)

    page = words(as_(cast.lan).get(check_url(cast.che_lau)))

    row = story.files(cast.che_lau)[Scheme.RECOGNITION].season.criteria_set
    first = row.criteria.get(code="4.1.i")
    assert f"tab=tt124&amp;xem=tat-ca#c{first.pk}" in page
    assert "Ghi họ tên, chức danh đại diện đơn vị." in page
    assert "dòng chưa trả lời" in page
    assert 'value="gui"' not in page


def test_total_class_distance_and_what_if_are_said(cast, as_, answered):
    classification = answered[Scheme.CLASSIFICATION]
    save(classification, cast.lan, A1=AnswerValues(points=Decimal(0)))
    story.stated(cast.che_lau, officer=cast.lan)
    total = story_total(cast)

    page = words(as_(cast.lan).get(check_url(cast.che_lau)))

    assert f"Tổng {total}/100 điểm." in page
    assert "Riêng theo điểm là" in page
    assert "Nếu …" in page or "Đã ở mức cao nhất" in page
    assert "Đạt tiêu chuẩn khi mọi tiêu chí áp dụng đều đạt" in page
    assert page.count('value="gui"') == 1


def test_rows_in_order_are_folded_and_failed_ones_come_first(cast, as_, answered):
    save(answered[Scheme.RECOGNITION], cast.lan, **{"4.2": AnswerValues(verdict="not_met")})

    page = as_(cast.lan).get(check_url(cast.che_lau))

    [recognition, classification] = page.context["checks"]
    assert [row.row.code for row, _ in recognition["wanting"]] == ["4.2"]
    assert len(recognition["fine"]) == len(recognition["sheet"].rows) - 1
    assert classification["wanting"] == []
    assert "1 dòng cần xem" in words(page)
    assert f"Cả {len(classification['fine'])} dòng: trả lời, vì sao" in words(page)


def story_total(cast):
    one = story.files(cast.che_lau)[Scheme.CLASSIFICATION]
    result = score(definition_of(one.season.criteria_set), values_by_code(one), stage=Stage.SELF)
    return number_text(result.total_points)


def test_a_class_held_back_by_a_failed_recognition_names_the_rule(cast, as_, answered):
    everything = {
        row.criterion.code: AnswerValues(points=row.max_points)
        for row in answered[Scheme.CLASSIFICATION].answers.select_related("criterion")
        if row.max_points is not None and row.criterion.kind == "points"
    }
    save(answered[Scheme.RECOGNITION], cast.lan, **{"4.1.i": AnswerValues(verdict="not_met")})
    save(story.files(cast.che_lau)[Scheme.CLASSIFICATION], cast.lan, **everything)

    page = words(as_(cast.lan).get(check_url(cast.che_lau)))

    assert "Chỉ dòng 4.1.i chưa đạt; dòng này đạt thì đơn vị đạt tiêu chuẩn." in page
    assert "Không được công nhận an toàn về ANTT trong năm" in page
    assert "Xuất sắc còn cần được công nhận đạt tiêu chuẩn theo Thông tư 124" in page
    assert "Đủ điểm Xuất sắc" in page


def test_a_claimed_exception_says_what_its_refusal_would_do(cast, as_, answered):
    recognition = answered[Scheme.RECOGNITION]
    row = next(
        row
        for row in definition_of(recognition.season.criteria_set).rows
        if row.answer_type == "incidents" and row.exceptions
    )
    values = AnswerValues(
        counts=(1,) + (0,) * (len(row.counters) - 1), note="Báo cáo ngay.",
        exception_claimed=row.exceptions[0].code,
    )  # fmt: skip
    save(recognition, cast.lan, **{row.code: values})

    page = words(as_(cast.lan).get(check_url(cast.che_lau)))

    assert f"Nếu không được chấp nhận ngoại lệ ở dòng {row.code}" in page


def test_proposals_that_sending_confirms_are_listed(cast, as_, open_year):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    save(recognition, cast.lan, **{"4.1.i": AnswerValues(verdict="met")})

    page = words(as_(cast.lan).get(check_url(cast.che_lau)))

    assert "Gửi là xác nhận 1 dòng cổng đề xuất" in page
    assert "TT 124: 4.1.i Đạt" in page


def test_the_page_asks_the_same_however_much_was_answered(cast, as_, answered):
    client = as_(cast.lan)
    full = queries_of(client, check_url(cast.che_lau))
    open_file(cast.hiem, year=story.year(), by=cast.lan)

    assert queries_of(client, check_url(cast.hiem)) <= full <= 30
