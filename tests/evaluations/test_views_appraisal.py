"""The appraiser's pages: the queue, one file, its acts; who may open them and what is refused."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.forms.answers import LONGEST_NOTE
from evaluations.forms.mending import MendingForm
from evaluations.models import Answer, AnswerChange, Evaluation
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import return_file, submit_file
from evaluations.services.seasons import lock_season
from evaluations.workflow import Status
from tests import story
from tests.cast import give_role, make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")

QUEUE = "/tham-dinh/"
ONE_CASE = {"4.4.b": AnswerValues(counts=(1,), exception_claimed="bat_kha_khang", note="Lũ quét")}


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def page_of(unit):
    return reverse("evaluations:appraisal", args=[story.year(), unit.pk])


def statuses(unit):
    return {one.status for one in story.files(unit).values()}


def typed_of(unit, **changes):
    """The form as the page shows it, with changes by "code-field"."""
    data = {}
    for one in story.files(unit).values():
        for answer in Answer.objects.filter(evaluation=one).select_related("criterion"):
            prefix = f"d{answer.criterion_id}"
            data |= {f"{prefix}-note": answer.appraisal_note, f"{prefix}-version": answer.version}
            for key, value in changes.items():
                code, _, name = key.rpartition("-")
                if code == answer.criterion.code:
                    data[f"{prefix}-{name}"] = value
    return data


def many_areas(cast, count):
    """Residential areas of Na Mèo beside those of the cast."""
    return [
        make_unit(
            Kind.RESIDENTIAL_AREA, f"Mới {place:02d}", parent=cast.na_meo, sub_kind=SubKind.BAN
        )
        for place in range(count)
    ]


# The queue ------------------------------------------------------------------------------------


def test_queue_shows_files_of_the_own_authority_only(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)

    own = signed_in(cast.minh).get(QUEUE)
    province = signed_in(cast.tuan).get(QUEUE)
    outsider = signed_in(cast.nga).get(QUEUE)

    assert "Bản Ché Lầu" in own.text
    assert "Bản Ché Lầu" not in province.text
    assert "Bản Ché Lầu" not in outsider.text


@pytest.mark.parametrize("who", ["lan", "hoa", "van", "thu", "root"])
def test_queue_is_for_who_appraises(cast, signed_in, who):
    response = signed_in(getattr(cast, who)).get(QUEUE)

    assert response.status_code == 403
    assert "Thường trực Ban Chỉ đạo" in response.text


def test_queue_filters_stay_in_the_address(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)
    story.in_review(cast.hiem, cast)
    client = signed_in(cast.minh)

    waiting = client.get(QUEUE, {"buoc": "cho-nhan"}).text
    found = client.get(QUEUE, {"q": "hiem"}).text
    schools = client.get(QUEUE, {"loai": "educational_institution"}).text

    assert ("Bản Ché Lầu" in waiting, "Bản Hiềm" in waiting) == (True, False)
    assert ("Bản Ché Lầu" in found, "Bản Hiềm" in found) == (False, True)
    assert "Không có hồ sơ nào khớp bộ lọc" in schools


def test_queue_marks_the_unregistered(cast, seasons, signed_in):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    response = signed_in(cast.minh).get(QUEUE, {"dau": "chua-dang-ky"})

    assert "Bản Ché Lầu" in response.text
    assert "Chưa đăng ký" in response.text


def test_bulk_take_up_asks_then_tells_what_became_of_each(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)
    story.in_review(cast.hiem, cast)
    client = signed_in(cast.minh)
    url = reverse("evaluations:queue_take_up")
    ticked = {"don_vi": [cast.che_lau.pk, cast.hiem.pk]}

    asked = client.get(url, ticked)
    done = client.post(url, ticked, follow=True)

    assert "Không gồm 1 hồ sơ" in asked.text
    assert "xong 1/2 đơn vị" in done.text
    assert statuses(cast.che_lau) == {Status.IN_REVIEW}


def test_bulk_confirm_takes_only_files_without_differences(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    story.in_review(cast.hiem, cast, ONE_CASE)
    client = signed_in(cast.minh)
    data = typed_of(cast.hiem, **{"4.4.b-accepted": "khong"})
    client.post(page_of(cast.hiem), data)
    url = reverse("evaluations:queue_appraise")

    done = client.post(url, {"don_vi": [cast.che_lau.pk, cast.hiem.pk]}, follow=True)

    assert "có chỗ khác trả lời của đơn vị" in done.text
    assert statuses(cast.che_lau) == {Status.APPRAISED}
    assert statuses(cast.hiem) == {Status.IN_REVIEW}


def test_bulk_confirm_names_a_file_with_open_rows_apart(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    story.in_review(cast.hiem, cast)
    Answer.objects.filter(evaluation__unit=cast.hiem, criterion__code="4.2").update(verdict="")
    client = signed_in(cast.minh)
    ticked = {"don_vi": [cast.che_lau.pk, cast.hiem.pk]}
    sheet = reverse("evaluations:bulk", args=[story.year()])

    asked = client.get(reverse("evaluations:queue_appraise"), ticked)
    at_the_sheet = client.get(sheet, {**ticked, "viec": "xac-nhan-tham-dinh"})
    client.post(reverse("evaluations:queue_appraise"), ticked)

    assert "Xác nhận thẩm định: 1 hồ sơ" in asked.text
    assert "Bản Hiềm: còn 1 dòng chưa có kết quả" in asked.text
    assert "Còn 1 dòng chưa có kết quả: xem tại trang của hồ sơ." in at_the_sheet.text
    assert statuses(cast.che_lau) == {Status.APPRAISED}
    assert statuses(cast.hiem) == {Status.IN_REVIEW}


def test_bulk_twice_tells_calmly_that_it_was_done(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)
    client = signed_in(cast.minh)
    url = reverse("evaluations:queue_take_up")
    client.post(url, {"don_vi": [cast.che_lau.pk]})

    again = client.post(url, {"don_vi": [cast.che_lau.pk]}, follow=True)

    assert again.status_code == 200
    assert "đang ở bước “Đang thẩm định”" in again.text


@pytest.mark.parametrize("count", [1, 30])
def test_queue_costs_the_same_whatever_its_length(
    cast, seasons, signed_in, count, django_assert_num_queries
):
    fill_queue(cast, count)
    client = signed_in(cast.minh)
    client.get(QUEUE)

    with django_assert_num_queries(QUEUE_QUERIES):
        response = client.get(QUEUE)

    assert response.text.count('name="don_vi"') == count


QUEUE_QUERIES = 12


def fill_queue(cast, count):
    """Copies of one submitted file, in as few statements as rows need."""
    first = story.submitted(cast.che_lau, cast)
    for unit in many_areas(cast, count - 1):
        version = unit.versions.get()
        for one in first.values():
            one.refresh_from_db()
            one.pk, one.unit, one.unit_version = None, unit, version
            one.save(force_insert=True)


# One file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("minh", 200), ("lan", 403), ("hoa", 403), ("tuan", 403), ("root", 403), ("nga", 404)],
)
def test_file_is_for_its_appraiser(cast, seasons, signed_in, who, status):
    story.submitted(cast.che_lau, cast)

    assert signed_in(getattr(cast, who)).get(page_of(cast.che_lau)).status_code == status


def test_file_shows_both_schemes_side_by_side(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)

    text = signed_in(cast.minh).get(page_of(cast.che_lau)).text

    assert "Công nhận đạt tiêu chuẩn An toàn về ANTT" in text
    assert "Phân loại phong trào" in text
    assert "Đồng ý với đơn vị" in text
    assert "Bộ tiêu chí tạm thời" in text


def test_no_form_stands_inside_another(cast, seasons, signed_in):
    """A browser leaves an inner form out and lets its end close the outer one."""
    story.in_review(cast.che_lau, cast)

    text = signed_in(cast.minh).get(page_of(cast.che_lau)).text

    tags = re.findall(r"</?form\b", text)
    assert tags == ["<form", "</form"] * (len(tags) // 2)


def test_take_up_leads_back_to_the_file(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)

    response = signed_in(cast.minh).post(
        reverse("evaluations:appraisal_take_up", args=[story.year(), cast.che_lau.pk]), follow=True
    )

    assert "Đã nhận thẩm định" in response.text
    assert statuses(cast.che_lau) == {Status.IN_REVIEW}


def test_who_typed_the_file_does_not_appraise_it(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)
    give_role(cast.lan, "appraiser", cast.na_meo)
    client = signed_in(cast.lan)

    page = client.get(page_of(cast.che_lau))
    response = client.post(
        reverse("evaluations:appraisal_take_up", args=[story.year(), cast.che_lau.pk]), follow=True
    )

    assert "Bạn đã nhập hoặc gửi hồ sơ này" in page.text
    assert "nên không thẩm định hồ sơ này" in response.text
    assert statuses(cast.che_lau) == {Status.SUBMITTED}


def test_other_verdict_without_reason_is_refused_beside_the_row(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    data = typed_of(cast.che_lau, **{"4.2-verdict": "not_met"})

    response = signed_in(cast.minh).post(page_of(cast.che_lau), data)

    assert response.status_code == 422
    assert "Kết luận khác trả lời của đơn vị thì phải ghi lý do." in response.text
    assert not Answer.objects.exclude(appraised_verdict="").exists()


def test_other_verdict_with_reason_is_saved_and_lit(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    changes = {"4.2-verdict": "not_met", "4.2-note": "Theo kết luận thanh tra"}

    response = signed_in(cast.minh).post(
        page_of(cast.che_lau), typed_of(cast.che_lau, **changes), follow=True
    )

    assert "Đã lưu kết luận" in response.text
    assert "Khác đơn vị 1 dòng" in response.text
    answer = Answer.objects.get(criterion__code="4.2", evaluation__unit=cast.che_lau)
    assert (answer.appraised_verdict, answer.version) == ("not_met", 2)


def test_one_wrong_row_keeps_the_other_scheme_unwritten(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    changes = {"4.2-verdict": "not_met", "4.2-note": "Có căn cứ", "A1-points": "99", "A1-note": "x"}

    response = signed_in(cast.minh).post(page_of(cast.che_lau), typed_of(cast.che_lau, **changes))

    assert response.status_code == 422
    assert "Điểm chuẩn là 5." in response.text
    assert not Answer.objects.exclude(appraised_verdict="").exists()


def test_agreeing_in_words_changes_nothing(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)

    signed_in(cast.minh).post(
        page_of(cast.che_lau), typed_of(cast.che_lau, **{"4.2-verdict": "met"})
    )

    assert not AnswerChange.objects.filter(kind="appraised").exists()


def row_of(unit, code):
    """An answer of the unit, and the address at which a script saves the conclusion on it."""
    answer = Answer.objects.get(criterion__code=code, evaluation__unit=unit)
    args = [story.year(), unit.pk, answer.criterion_id]
    return answer, reverse("evaluations:appraisal_row", args=args)


def concluded(answer, version=None, **fields):
    seen = answer.version if version is None else version
    row = f"d{answer.criterion_id}"
    return {f"{row}-version": seen, **{f"{row}-{name}": value for name, value in fields.items()}}


def test_one_row_is_saved_once_with_its_state_and_both_totals(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    answer, url = row_of(cast.che_lau, "A1")
    data = concluded(answer, points="3", note="Ban hành tháng 4") | {"lan": str(uuid4())}
    client = signed_in(cast.minh)

    said = client.post(url, data).json()
    again = client.post(url, data).json()

    version = answer.version + 1
    answer.refresh_from_db()
    assert (answer.appraised_points, answer.appraisal_note) == (3, "Ban hành tháng 4")
    assert (said["version"], said["differs"], again) == (version, True, said)
    assert f'name="d{answer.criterion_id}-version" value="{version}"' in said["row"]
    assert [re.search('id="(.*?)"', one).group(1) for one in said["totals"]] == [
        "tong-recognition",
        "tong-classification",
    ]
    assert AnswerChange.objects.filter(answer=answer, kind="appraised").count() == 1


def test_stale_conclusion_says_who_was_faster_and_shows_both(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    answer, url = row_of(cast.che_lau, "A1")
    client = signed_in(cast.minh)
    client.post(url, concluded(answer, points="3", note="Tháng 4"))

    response = client.post(url, concluded(answer, points="2", note="Tháng 6"))
    whole = client.post(page_of(cast.che_lau), concluded(answer, points="2", note="Tháng 6"))

    said = response.json()
    version = answer.version + 1
    assert (response.status_code, said["code"], said["version"]) == (409, "stale", version)
    assert said["who"] == str(cast.minh)
    assert (said["theirs"]["text"], said["mine"]["text"]) == ("3 điểm", "2 điểm")
    row = f"d{answer.criterion_id}"
    assert said["theirs"]["fields"] == {f"{row}-points": "3", f"{row}-note": "Tháng 4"}
    assert f"{cast.minh} đã lưu một bản khác lúc" in said["panel"]
    assert f"{cast.minh} vừa lưu dòng này lúc" in whole.text
    answer.refresh_from_db()
    assert (answer.appraised_points, answer.version) == (3, version)


def test_conclusion_on_a_mended_row_shows_the_answer_as_it_is_now(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    answer, url = row_of(cast.che_lau, "4.2")
    client = signed_in(cast.minh)
    mend = reverse(
        "evaluations:appraisal_mend", args=[story.year(), cast.che_lau.pk, answer.criterion_id]
    )
    client.post(mend, {"verdict": "not_met", "note": "", "reason": "Gõ nhầm", "version": 1})

    said = client.post(url, concluded(answer, verdict="met", note="Có căn cứ")).json()

    assert said["theirs"]["text"].startswith("Trả lời nay là: Chưa đạt")
    assert said["theirs"]["text"].endswith("Thẩm định: Đồng ý với đơn vị")


def test_script_is_told_why_a_conclusion_was_not_written(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    answer, url = row_of(cast.che_lau, "4.2")
    nobody = reverse("evaluations:appraisal_row", args=[story.year(), cast.che_lau.pk, 987654321])
    data = concluded(answer, verdict="not_met")
    client = signed_in(cast.minh)

    wrong, missing = client.post(url, data), client.post(nobody, data)
    give_role(cast.hoa, "appraiser", cast.na_meo)
    other = signed_in(cast.hoa).post(url, data | {f"d{answer.criterion_id}-note": "Có căn cứ"})
    officer = signed_in(cast.lan).post(url, data)
    client.logout()
    nameless = client.post(url, data)

    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
    assert wrong.json()["errors"] == {
        f"d{answer.criterion_id}-note": "Kết luận khác trả lời của đơn vị thì phải ghi lý do."
    }
    assert (missing.status_code, other.status_code, officer.status_code) == (404, 409, 403)
    assert str(cast.minh) in other.json()["message"]
    assert (nameless.status_code, nameless.json()["code"]) == (401, "signed_out")
    answer.refresh_from_db()
    assert answer.version == 1


def test_return_without_reason_is_refused_beside_the_field(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    url = reverse("evaluations:appraisal_return", args=[story.year(), cast.che_lau.pk])

    response = signed_in(cast.minh).post(url, {"note": "  "})

    assert response.status_code == 422
    assert "Chọn hoặc ghi ít nhất một lý do" in response.text
    assert statuses(cast.che_lau) == {Status.IN_REVIEW}


def test_return_with_reasons_gives_a_slip_to_paste(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    url = reverse("evaluations:appraisal_return", args=[story.year(), cast.che_lau.pk])

    response = signed_in(cast.minh).post(
        url, {"reasons": ["bien-ban"], "note": "Bổ sung trước 10/11"}, follow=True
    )

    assert statuses(cast.che_lau) == {Status.RETURNED}
    assert "PHIẾU YÊU CẦU BỔ SUNG" in response.text
    assert "1. Thiếu biên bản họp" in response.text
    assert "2. Bổ sung trước 10/11" in response.text


def test_confirm_says_the_result_then_stores_it(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    client = signed_in(cast.minh)
    url = reverse("evaluations:appraisal_confirm", args=[story.year(), cast.che_lau.pk])

    asked = client.get(url)
    done = client.post(url, {"note": ""}, follow=True)

    shown = re.search(r"Phân loại phong trào: ([\d,]+) điểm, Xuất sắc", asked.text)
    stored = story.files(cast.che_lau)[Scheme.CLASSIFICATION]
    assert shown
    assert stored.appraised_outcome == "xuat_sac"
    assert "Đã xác nhận thẩm định" in done.text


def test_undecided_exception_keeps_the_file_open(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast, ONE_CASE)
    url = reverse("evaluations:appraisal_confirm", args=[story.year(), cast.che_lau.pk])

    response = signed_in(cast.minh).post(url, {"note": ""}, follow=True)

    assert "4.4.b: Chưa kết luận đề nghị xét ngoại lệ" in response.text
    assert statuses(cast.che_lau) == {Status.IN_REVIEW}


def test_reopening_asks_for_a_reason(cast, seasons, signed_in):
    story.appraised(cast.che_lau, cast)
    client = signed_in(cast.minh)
    url = reverse("evaluations:appraisal_reopen", args=[story.year(), cast.che_lau.pk])

    refused = client.post(url, {"note": ""})
    assert refused.status_code == 422
    client.post(url, {"note": "Có đơn phản ánh"})

    assert statuses(cast.che_lau) == {Status.IN_REVIEW}


def test_mending_needs_a_reason_and_leaves_a_trace(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    answer = Answer.objects.get(criterion__code="4.1.iii", evaluation__unit=cast.che_lau)
    url = reverse(
        "evaluations:appraisal_mend", args=[story.year(), cast.che_lau.pk, answer.criterion_id]
    )
    client = signed_in(cast.minh)
    data = {"numerator": "79", "denominator": "80", "note": answer.note, "version": answer.version}

    refused = client.post(url, data)
    done = client.post(url, data | {"reason": "Gõ nhầm, theo biên bản"}, follow=True)

    answer.refresh_from_db()
    assert "Sửa lỗi nhập thì phải ghi lý do." in refused.text
    assert "Đã sửa lỗi nhập 4.1.iii" in done.text
    assert (answer.numerator, answer.answered_by) == (79, cast.lan)


def test_wrong_mended_figure_is_refused_at_its_field(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    answer = Answer.objects.get(criterion__code="4.1.iii", evaluation__unit=cast.che_lau)
    url = reverse(
        "evaluations:appraisal_mend", args=[story.year(), cast.che_lau.pk, answer.criterion_id]
    )

    response = signed_in(cast.minh).post(
        url, {"numerator": "90", "denominator": "80", "note": "", "reason": "Gõ nhầm"}
    )

    assert response.status_code == 422
    assert 'id="id_numerator_error"' in response.text
    assert AnswerChange.objects.filter(kind="mended").count() == 0


def test_mending_away_an_accepted_exception_works(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast, ONE_CASE)
    client = signed_in(cast.minh)
    client.post(page_of(cast.che_lau), typed_of(cast.che_lau, **{"4.4.b-accepted": "co"}))
    answer = Answer.objects.get(criterion__code="4.4.b", evaluation__unit=cast.che_lau)
    url = reverse(
        "evaluations:appraisal_mend", args=[story.year(), cast.che_lau.pk, answer.criterion_id]
    )

    data = {"counts_1": "0", "note": "", "reason": "Gõ nhầm số vụ", "version": answer.version}
    response = client.post(url, data)

    answer.refresh_from_db()
    assert response.status_code == 302
    assert (answer.counts, answer.exception_claimed, answer.exception_accepted) == ([0], "", None)


def test_mending_what_somebody_changed_meanwhile_is_refused_then_done_knowingly(
    cast, seasons, signed_in
):
    story.in_review(cast.che_lau, cast)
    answer = Answer.objects.get(criterion__code="4.1.iii", evaluation__unit=cast.che_lau)
    args = [story.year(), cast.che_lau.pk, answer.criterion_id]
    url, client = reverse("evaluations:appraisal_mend", args=args), signed_in(cast.minh)
    data = {"numerator": "79", "denominator": "80", "reason": "Gõ nhầm", "version": "1"}
    client.post(url, data | {"version": answer.version})

    stale = client.post(url, data | {"numerator": "78"})
    seen = re.search(r'name="version" value="(\d+)"', stale.text)
    assert "vừa lưu dòng này" in stale.text
    assert Answer.objects.get(pk=answer.pk).numerator == 79

    client.post(url, data | {"numerator": "78", "version": seen[1]})
    assert Answer.objects.get(pk=answer.pk).numerator == 78


def test_every_row_can_be_mended(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)
    client = signed_in(cast.minh)
    answers = list(Answer.objects.filter(evaluation__unit=cast.che_lau))

    assert answers
    for answer in answers:
        args = [story.year(), cast.che_lau.pk, answer.criterion_id]
        assert client.get(reverse("evaluations:appraisal_mend", args=args)).status_code == 200


def test_a_note_of_the_length_a_unit_may_write_can_be_mended(cast, seasons):
    evaluation = story.in_review(cast.che_lau, cast)[Scheme.RECOGNITION]
    answer = evaluation.answers.get(criterion__code="4.2")
    row = definition_of(evaluation.season.criteria_set).row("4.2")
    data = {"verdict": "met", "note": "x" * LONGEST_NOTE, "reason": "Gõ nhầm"}

    assert MendingForm(data, row=row, answer=answer).is_valid()
    assert not MendingForm(
        data | {"note": "x" * (LONGEST_NOTE + 1)}, row=row, answer=answer
    ).is_valid()


def test_locked_season_refuses_calmly(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)
    for season in seasons.values():
        lock_season(season, by=cast.thu)

    response = signed_in(cast.minh).post(
        reverse("evaluations:appraisal_take_up", args=[story.year(), cast.che_lau.pk]), follow=True
    )

    assert "đã khóa sổ" in response.text
    assert statuses(cast.che_lau) == {Status.SUBMITTED}


def test_sensitive_rows_show_no_files(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast)

    text = signed_in(cast.minh).get(page_of(cast.che_lau)).text

    assert "Không nhận tệp; chỉ ghi số liệu và nơi lưu." in text


def test_next_and_previous_follow_the_queue(cast, seasons, signed_in):
    story.submitted(cast.che_lau, cast)
    story.submitted(cast.hiem, cast)

    first = signed_in(cast.minh).get(page_of(cast.che_lau), {"buoc": "cho-nhan"}).text

    assert f'href="{page_of(cast.hiem)}?nam={story.year()}&amp;buoc=cho-nhan" rel="next"' in first
    assert 'rel="prev"' not in first


def test_file_costs_the_same_for_few_and_many_units(
    cast, seasons, signed_in, django_assert_max_num_queries
):
    story.in_review(cast.che_lau, cast)
    client = signed_in(cast.minh)
    client.get(page_of(cast.che_lau))

    with django_assert_max_num_queries(31):
        client.get(page_of(cast.che_lau))


def test_post_to_a_file_that_is_not_open_writes_nothing(cast, seasons, signed_in):
    story.appraised(cast.che_lau, cast)
    before = list(Evaluation.objects.values_list("pk", "status"))

    response = signed_in(cast.minh).post(
        page_of(cast.che_lau), typed_of(cast.che_lau, **{"4.2-verdict": "not_met"})
    )

    assert response.status_code == 302
    assert list(Evaluation.objects.values_list("pk", "status")) == before
    assert not Answer.objects.exclude(appraised_verdict="").exists()


def test_unit_may_drop_an_accepted_exception_after_a_return(cast, seasons, signed_in):
    story.in_review(cast.che_lau, cast, ONE_CASE)
    signed_in(cast.minh).post(
        page_of(cast.che_lau), typed_of(cast.che_lau, **{"4.4.b-accepted": "co"})
    )
    return_file(cast.che_lau, year=story.year(), note="Số vụ chưa đúng", by=cast.minh)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    answer = recognition.answers.get(criterion__code="4.4.b")

    save_answers(
        recognition, {"4.4.b": Typed(AnswerValues(counts=(0,)), answer.version)}, by=cast.lan
    )

    answer.refresh_from_db()
    assert (answer.exception_claimed, answer.exception_accepted) == ("", None)
