"""The page that returns a file or single rows, the clock on both sides, what is shown when it comes back."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from criteria.scoring import AnswerValues
from evaluations.models import Answer, SupplementRequest
from evaluations.selectors.appraisal import appraisal_sheets
from evaluations.selectors.papers.replies import supplement_request
from evaluations.selectors.supplements import asked_of_unit
from evaluations.services.answers import Typed, save_answers, save_appraisal
from evaluations.services.evaluations import return_file, submit_file, take_up_file
from evaluations.workflow import Status
from tests import story
from tests.staging import opened
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

ROW, OTHER, SENSITIVE = "4.4.b", "4.1.iii", "4.3.a"
SECRET = "Chi tiết chỉ trên cổng"


@pytest.fixture(scope="module")
def stage(held):
    """Bản Ché Lầu is in review on both sheets."""
    stage = opened()
    story.in_review(stage.cast.che_lau, stage.cast)
    return stage


@pytest.fixture
def area(cast):
    return cast.che_lau


def url(unit, name="appraisal"):
    return reverse(f"evaluations:{name}", args=[story.year(), unit.pk])


def answer(unit, code, scheme=Scheme.RECOGNITION):
    return Answer.objects.select_related("criterion").get(
        evaluation=story.files(unit)[scheme], criterion__code=code
    )


def asked(unit):
    return asked_of_unit(list(story.files(unit).values()))


def returned(unit, cast, reasons, **more):
    rows = {answer(unit, code).criterion_id: why for code, why in reasons.items()}
    return_file(unit, year=story.year(), rows=rows, by=cast.minh, **more)


def changed(unit, cast, code, values):
    typed = {code: Typed(values, answer(unit, code).version)}
    save_answers(story.files(unit)[Scheme.RECOGNITION], typed, by=cast.lan)


def row_again(unit, code):
    sheets = appraisal_sheets(list(story.files(unit).values()))
    return next(row.again for row in sheets[0].rows if row.row.code == code)


def test_ticked_rows_lead_to_the_page_that_returns_them(cast, area, as_):
    client, pk = as_(cast.minh), answer(area, ROW).criterion_id
    led = client.post(url(area), {"viec": "tra-lai", "bo_sung": [pk]})
    page = client.get(led.url)

    assert f"dong={pk}" in led.url
    assert page.text.index(f"chon-{pk}") < page.text.index("chon-") + 5
    assert f'name="chon-{pk}" aria-label="Trả lại {ROW}" id="id_chon-{pk}" checked' in page.text
    assert "Sửa lỗi nhập" in page.text


def test_returning_two_rows_says_what_opens_and_until_when(cast, area, as_):
    client = as_(cast.minh)
    first, second = answer(area, ROW).criterion_id, answer(area, SENSITIVE).criterion_id
    due = localdate() + dt.timedelta(days=4)
    data = {
        "scope": "dong", f"chon-{first}": "on", f"ly-do-{first}": "Ghi lại số vụ",
        f"chon-{second}": "on", f"ly-do-{second}": SECRET, "due_on": f"{due:%d/%m/%Y}",
    }  # fmt: skip

    page = client.post(url(area, "appraisal_return"), data, follow=True)
    to_unit = as_(cast.lan).get(url(area, "file"))
    seen_only = as_(cast.tuan).get(url(area, "file"))

    assert {one.status for one in story.files(area).values()} == {Status.RETURNED}
    assert f"Tiêu chí {ROW} (" in page.text
    assert "Trả lại hôm nay, hạn" in page.text
    assert "Trả lại hôm nay, hạn" in to_unit.text
    assert SECRET in to_unit.text
    assert SECRET not in seen_only.text
    slip = asked(area).slip("Bản Ché Lầu")
    assert SECRET not in slip
    assert "Các tiêu chí khác giữ nguyên như đã gửi." in slip
    assert f"{due:%d/%m/%Y}" in slip
    assert "<" not in slip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"scope": "dong"}, "Chọn ít nhất một tiêu chí"),
        ({"scope": "dong", "chon": "on"}, f"{ROW}: ghi lý do trả lại dòng này."),
        ({"scope": "dong", "ly-do": "Sai"}, f"{ROW}: đã ghi lý do mà chưa chọn dòng này."),
        ({"scope": "ca"}, "Chọn hoặc ghi ít nhất một lý do"),
        ({"scope": "ca", "note": "Thiếu", "due_on": "01/01/2020"}, "Hạn bổ sung đã qua."),
    ],
)
def test_page_says_beside_the_row_what_is_missing(cast, area, as_, data, words):
    pk = answer(area, ROW).criterion_id
    named = {f"{name}-{pk}" if name in ("chon", "ly-do") else name: v for name, v in data.items()}

    page = as_(cast.minh).post(url(area, "appraisal_return"), named)

    assert page.status_code == 422
    assert words in page.text
    assert not SupplementRequest.objects.exists()


def test_paper_lists_the_rows_and_the_day(cast, area):
    due = localdate() + dt.timedelta(days=4)
    returned(
        area, cast, {ROW: "Ghi lại số vụ", SENSITIVE: SECRET}, note="Xem cả biên bản", due_on=due
    )

    paper = supplement_request(list(story.files(area).values()))

    assert [item.ref for item in paper.items] == ["Hồ sơ", SENSITIVE, ROW]
    assert paper.due_on == due
    assert SECRET not in str(paper)


def test_clock_counts_days_and_marks_what_is_over(cast, area):
    returned(area, cast, {ROW: "Sửa"}, due_on=localdate())
    day = SupplementRequest.objects.latest("pk").asked_at - dt.timedelta(days=3)
    SupplementRequest.objects.update(asked_at=day, due_on=localdate() - dt.timedelta(days=1))

    found = asked(area)

    assert found.is_overdue
    assert found.clock.startswith("Trả lại 3 ngày, hạn ")
    assert found.clock.endswith("quá hạn 1 ngày")


def test_appraiser_sees_what_changed_since_the_return(cast, area, as_):
    stored = AnswerValues.of(answer(area, OTHER))
    conclusion = AnswerValues(appraised_verdict="not_met", appraisal_note="Số hộ chưa khớp")
    typed = {OTHER: Typed(conclusion, answer(area, OTHER).version)}
    save_appraisal(story.files(area)[Scheme.RECOGNITION], typed, by=cast.minh)
    returned(area, cast, {ROW: "Xem lại", OTHER: "Đếm lại hộ"})
    changed(area, cast, OTHER, AnswerValues(numerator=77, denominator=80, note="Đếm lại"))

    assert asked(area).codes == [OTHER, ROW]
    submit_file(area, year=story.year(), by=cast.lan)
    take_up_file(area, year=story.year(), by=cast.minh)

    mended, left = row_again(area, OTHER), row_again(area, ROW)
    assert (mended.is_changed, mended.word, mended.reason) == (True, "Đã sửa", "Đếm lại hộ")
    assert f"{stored.numerator}/{stored.denominator}" in mended.before
    assert mended.has_old_conclusion
    assert (left.is_changed, left.word) == (False, "Không sửa")
    assert row_again(area, SENSITIVE) is None
    page = as_(cast.minh).get(url(area)).text
    assert "Kết luận của bạn ghi trước khi đơn vị sửa" in page
    assert "Từ lần trả lại:" in page


def test_after_a_whole_return_only_what_changed_is_marked(cast, area):
    return_file(area, year=story.year(), note="Đếm lại", by=cast.minh)
    changed(area, cast, OTHER, AnswerValues(numerator=77, denominator=80))
    submit_file(area, year=story.year(), by=cast.lan)

    assert row_again(area, OTHER).word == "Đã sửa"
    assert row_again(area, ROW) is None
