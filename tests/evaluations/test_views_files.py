"""The yearly file of one unit: who sees it, how answers are saved, sent and taken back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.roles import Role
from criteria.models import Criterion
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Answer, Attachment, Evaluation, Purpose, Registration
from evaluations.services.answers import Typed, save_answers
from evaluations.services.attachments import PaperReference, attach
from evaluations.services.evaluations import open_file, return_file, submit_file
from evaluations.services.seasons import lock_season
from evaluations.views import section_acts
from evaluations.workflow import Status
from tests import story
from tests.cast import give_role, make_person
from tests.pages import address, queries_of, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

SECRET = "Lời giải trình riêng của dòng nhạy cảm"


@pytest.fixture
def file_url(cast, open_year):
    return address("file", story.year(), cast.che_lau.pk)


@pytest.fixture
def opened(cast, open_year):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)


def row_of(evaluation, code):
    return definition_of(evaluation.season.criteria_set).row(code)


def typed(evaluation, code, *, version=0, **values):
    """The inputs of one row as a form posts them."""
    prefix = f"c{row_of(evaluation, code).id}"
    return {f"{prefix}-version": version} | {f"{prefix}-{key}": v for key, v in values.items()}


def answer_of(evaluation, code):
    return Answer.objects.get(evaluation=evaluation, criterion__code=code)


def tab(url, name="tt124", **query):
    return f"{url}?tab={name}" + "".join(f"&{key}={value}" for key, value in query.items())


def picture(name="bien-ban.png"):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


@pytest.mark.parametrize(
    ("name", "status"),
    [("lan", 200), ("minh", 200), ("hoa", 200), ("van", 200), ("tuan", 200), ("thu", 200),
     ("root", 200), ("nga", 404)],
)  # fmt: skip
@pytest.mark.parametrize("part", ["dang-ky", "tt124", "qd510", "tai-lieu", "lich-su"])
def test_file_is_seen_in_scope(cast, as_, file_url, name, status, part):
    story.submitted(cast.che_lau, cast)

    assert as_(getattr(cast, name)).get(tab(file_url, part)).status_code == status


def test_file_that_was_not_begun_offers_to_begin(cast, as_, file_url):
    client = as_(cast.lan)

    assert "Bắt đầu tự đánh giá" in words(client.get(tab(file_url)))
    answer = client.post(file_url, {"viec": "mo"})

    assert answer.status_code == 302
    assert Evaluation.objects.filter(unit=cast.che_lau).count() == 2
    assert "Bắt đầu tự đánh giá" not in words(client.get(tab(file_url)))


def test_who_may_not_answer_is_refused_with_the_reason(cast, as_, file_url):
    client = as_(cast.van)

    assert "Bắt đầu tự đánh giá" not in words(client.get(tab(file_url)))
    answer = client.post(file_url, {"viec": "mo"})

    assert answer.status_code == 403
    assert "Việc này của" in words(answer)
    assert not Evaluation.objects.exists()


def test_nothing_is_chosen_beforehand(cast, as_, opened, file_url):
    page = words(as_(cast.lan).get(tab(file_url)))

    assert 'value="met"' in page
    assert " checked" not in page.replace('value="" checked', "")


def test_section_is_saved_and_leads_on(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    data = {"viec": "luu", "nhom": "4.1", **typed(recognition, "4.1.i", verdict="met")}
    data |= typed(recognition, "4.1.iii", numerator="1.080", denominator="1.080")

    answer = as_(cast.lan).post(tab(file_url), data)

    assert answer.status_code == 302
    assert f"#c{row_of(recognition, '4.1.ii').id}" in answer.headers["Location"]
    assert answer_of(recognition, "4.1.i").verdict == "met"
    assert answer_of(recognition, "4.1.iii").numerator == 1080


def test_wrong_input_is_said_at_its_place_and_nothing_is_written(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    data = {"viec": "luu", "nhom": "4.1", **typed(recognition, "4.1.i", verdict="met")}
    data |= typed(recognition, "4.1.iii", numerator="90", denominator="8x")

    answer = as_(cast.lan).post(tab(file_url), data)

    assert answer.status_code == 422
    page = words(answer)
    assert "“8x” không phải là số" in page
    assert 'value="8x"' in page
    assert f'href="#c{row_of(recognition, "4.1.iii").id}"' in page
    assert not Answer.objects.filter(evaluation=recognition).exists()


def test_more_than_all_households_is_refused(cast, as_, opened, file_url):
    data = typed(opened[Scheme.RECOGNITION], "4.1.iii", numerator="90", denominator="80")

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert "“Số hộ đã đăng ký” không được lớn hơn" in words(answer)


def test_incidents_are_counted_or_did_not_happen(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    data = typed(recognition, "4.4.b", happened="no")
    data |= typed(recognition, "4.4.d", happened="yes", **{"counts-0": "1"})

    as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert answer_of(recognition, "4.4.b").counts == [0]
    assert answer_of(recognition, "4.4.d").counts == [1, 0, 0]


def test_what_happened_must_be_counted(cast, as_, opened, file_url):
    data = typed(opened[Scheme.RECOGNITION], "4.4.b", happened="yes")

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert "Ghi số vụ việc đã xảy ra." in words(answer)


def test_claimed_exception_needs_an_explanation(cast, as_, opened, file_url):
    claimed = {"happened": "yes", "counts-0": "1", "exception": "bat_kha_khang"}
    data = typed(opened[Scheme.RECOGNITION], "4.4.b", **claimed)

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert answer.status_code == 422
    assert "phải giải trình" in words(answer)


def test_nothing_happened_fills_only_the_empty_rows_of_the_section(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    data = {"viec": "khong-xay-ra", "nhom": "4.3"}
    for code in ("4.3.a", "4.3.b", "4.3.c"):
        data |= typed(recognition, code)
    data |= typed(recognition, "4.3.d", happened="yes", **{"counts-0": "2"})

    as_(cast.lan).post(tab(file_url), data)

    assert [answer_of(recognition, code).counts for code in ("4.3.a", "4.3.c")] == [[0], [0]]
    assert answer_of(recognition, "4.3.d").counts == [2]
    assert not Answer.objects.filter(criterion__code="4.3.g", evaluation=recognition).exists()


def test_comparison_needs_both_years_and_a_conclusion(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    figures = {f"counts-{n}": "1" for n in range(3)} | {f"previous-{n}": "2" for n in range(2)}
    client = as_(cast.lan)

    wrong = client.post(tab(file_url), {"viec": "luu", **typed(recognition, "4.4.a", **figures)})
    figures |= {"previous-2": "3", "verdict": "met"}
    client.post(tab(file_url), {"viec": "luu", **typed(recognition, "4.4.a", **figures)})

    assert "Còn thiếu" in words(wrong)
    assert answer_of(recognition, "4.4.a").previous_counts == [2, 2, 3]


def test_points_are_levels_or_half_steps_with_an_explanation(cast, as_, opened, file_url):
    classification = opened[Scheme.CLASSIFICATION]
    client, url = as_(cast.lan), tab(file_url, "qd510")

    client.post(url, {"viec": "luu", **typed(classification, "B3", level="3")})
    half = typed(classification, "B4", level="le", points="2,5")
    refused = client.post(url, {"viec": "luu", **half})
    client.post(url, {"viec": "luu", **half, **typed(classification, "B4", note="Hai đợt.")})

    assert answer_of(classification, "B3").points == 3
    assert "Chấm giữa các nấc thì phải giải trình." in words(refused)
    assert str(answer_of(classification, "B4").points) == "2.50"


def test_not_applicable_shows_its_condition(cast, as_, opened, file_url):
    classification = opened[Scheme.CLASSIFICATION]
    client, url = as_(cast.lan), tab(file_url, "qd510", xem="tat-ca")

    assert "Không có mô hình riêng" in words(client.get(url))
    client.post(url, {"viec": "luu", **typed(classification, "C2", level="na")})

    assert answer_of(classification, "C2").verdict == "na"


def test_proposals_are_marked_and_open_rows_come_first(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    save_answers(recognition, {"4.2": Typed(AnswerValues(verdict="met"))}, by=cast.lan)
    client = as_(cast.lan)

    first = words(client.get(tab(file_url, "qd510")))
    every = words(client.get(tab(file_url, "qd510", xem="tat-ca")))

    assert "dòng cần chấm" in first
    assert "đề xuất: TT 124: 4.2 Đạt" not in first
    assert "đề xuất: TT 124: 4.2 Đạt" in every


def test_running_result_says_the_class_and_the_way_to_the_next(cast, as_, file_url):
    story.answered(cast.che_lau, officer=cast.lan)

    page = words(as_(cast.lan).get(tab(file_url, "qd510")))

    assert "Theo trả lời hiện nay" in page
    assert "/100 điểm" in page


def test_household_figures_are_offered_from_the_registration(cast, as_, open_year, file_url):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)

    page = words(as_(cast.lan).get(tab(file_url)))

    assert "Lấy từ bản đăng ký" in page
    assert "Bản đăng ký ghi ngày" in page


def test_sensitive_words_stay_with_the_people_of_the_file(cast, as_, file_url):
    changes = {"4.3.a": AnswerValues(counts=(0,), note=SECRET)}
    story.submitted(cast.che_lau, cast, changes)
    viewer = make_person("xem")
    give_role(viewer, Role.VIEWER, cast.na_meo)

    for reader in (cast.lan, cast.minh, cast.hoa):
        assert SECRET in words(as_(reader).get(tab(file_url)))
    for other in (cast.tuan, cast.van, viewer, cast.root):
        page = words(as_(other).get(tab(file_url)))
        assert SECRET not in page
        assert "Đã trả lời; nội dung chỉ người của hồ sơ này được xem" in page


def test_a_section_overtaken_at_every_try_is_not_called_saved(
    cast, as_, opened, file_url, monkeypatch
):
    monkeypatch.setattr(section_acts, "MOST_TRIES", 0)
    data = typed(opened[Scheme.RECOGNITION], "4.2", verdict="met")

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert (answer.status_code, Answer.objects.filter(criterion__code="4.2").count()) == (409, 0)
    assert "Chưa ghi gì; bấm Lưu lần nữa." in words(answer)


def test_where_a_sensitive_paper_is_kept_stays_with_the_people_of_the_file(
    cast, as_, opened, file_url
):
    row = Criterion.objects.get(pk=row_of(opened[Scheme.RECOGNITION], "4.3.a").id)
    attach(
        [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, criterion=row,
        reference=PaperReference(kept_at=SECRET), by=cast.lan,
    )  # fmt: skip
    viewer = make_person("xem")
    give_role(viewer, Role.VIEWER, cast.na_meo)
    pages = (
        tab(file_url), tab(file_url, "tai-lieu"), tab(file_url, "lich-su"),
        address("shared_papers", story.year()),
    )  # fmt: skip

    shown = [[SECRET in words(as_(one).get(page)) for page in pages] for one in (cast.lan, viewer)]

    assert shown == [[True] * 4, [False] * 4]


def test_paper_of_a_row_is_kept_with_its_answer(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    data = typed(recognition, "4.1.i", verdict="met", number="03-NQ/CB", on="12/2", file=picture())

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    paper = Attachment.objects.get(criterion__code="4.1.i")
    assert answer.status_code == 302
    assert paper.evidence_file.content_type == "image/png"
    assert (paper.reference_number, paper.reference_on.year) == ("03-NQ/CB", story.year())


def test_sensitive_row_takes_no_file(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    client = as_(cast.lan)
    data = typed(recognition, "4.3.a", happened="no", file=picture())
    prefix = f"c{row_of(recognition, '4.3.a').id}"

    assert f'name="{prefix}-file"' not in words(client.get(tab(file_url)))
    refused = client.post(tab(file_url), {"viec": "luu", **data})
    kept = typed(recognition, "4.3.a", happened="no", kept_at="Công an xã Na Mèo")
    client.post(tab(file_url), {"viec": "luu", **kept})

    assert refused.status_code == 422
    assert list(Attachment.objects.values_list("kept_at", "evidence_file")) == [
        ("Công an xã Na Mèo", None)
    ]


def test_bad_file_leaves_no_answer_behind(cast, as_, opened, file_url):
    recognition = opened[Scheme.RECOGNITION]
    bad = SimpleUploadedFile("a.png", b"khong phai anh", content_type="image/png")
    data = typed(recognition, "4.1.i", verdict="met", file=bad)

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert answer.status_code == 422
    assert "Nhận tệp PDF" in words(answer)
    assert not Answer.objects.filter(evaluation=recognition).exists()


def test_stored_file_is_served_to_who_sees_the_unit(cast, as_, opened):
    attach([cast.che_lau], year=story.year(), purpose=Purpose.OTHER, file=picture(), by=cast.lan)
    url = address("evidence", Attachment.objects.get().evidence_file_id)

    answer = as_(cast.minh).get(url)

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"
    assert as_(cast.nga).get(url).status_code == 404


def statement(**changes):
    given = {"viec": "khai", "representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản",
             "meeting_on": "1/1", "kept_at": "Công an xã Na Mèo", "number": "01/BB", "on": "1/1"}  # fmt: skip
    return given | changes


def test_statement_and_minutes_are_recorded_together(cast, as_, opened, file_url):
    answer = as_(cast.lan).post(tab(file_url, "tai-lieu"), statement())

    assert answer.status_code == 302
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert evaluation.representative_name == "Lò Văn Păn"
    assert Attachment.objects.get(purpose=Purpose.MINUTES).kept_at == "Công an xã Na Mèo"


def test_statement_errors_stand_beside_their_fields(cast, as_, opened, file_url):
    future = f"31/12/{story.year() + 1}"
    client, url = as_(cast.lan), tab(file_url, "tai-lieu")

    empty = client.post(url, statement(representative_name="", kept_at="", number="7"))
    late = client.post(url, statement(meeting_on=future))

    assert empty.status_code == late.status_code == 422
    assert "Ghi họ tên đại diện đơn vị." in words(empty)
    assert "Chọn tệp, hoặc ghi nơi lưu bản giấy." in words(empty)
    assert "Ngày họp còn ở phía trước." in words(late)


def test_paper_is_removed_after_asking(cast, as_, opened, file_url):
    kept = PaperReference(kept_at="UBND xã")
    attach([cast.che_lau], year=story.year(), purpose=Purpose.OTHER, reference=kept, by=cast.lan)
    url = f"{file_url}?buoc=bo-tai-lieu&tl={Attachment.objects.get().pk}"
    client = as_(cast.lan)

    asked = words(client.get(url))
    client.post(url)

    assert "Bỏ tài liệu khỏi hồ sơ" in asked
    assert not Attachment.objects.exists()


def test_check_page_names_what_is_missing_with_links(cast, as_, opened, file_url):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)

    page = words(as_(cast.lan).get(f"{file_url}?buoc=kiem-tra"))

    assert "Chưa gửi được" in page
    assert "Biên bản họp" in page
    assert f"#c{row_of(opened[Scheme.RECOGNITION], '4.2').id}" in page
    assert 'value="gui"' not in page


def test_complete_file_is_checked_sent_and_withdrawn(cast, as_, open_year, file_url):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    client = as_(cast.lan)

    assert 'value="gui"' in words(client.get(f"{file_url}?buoc=kiem-tra"))
    after = client.post(file_url, {"viec": "gui"}, follow=True)
    sent = {one.status for one in story.files(cast.che_lau).values()}
    page = words(client.get(tab(file_url)))
    client.post(f"{file_url}?buoc=rut")
    back = {one.status for one in story.files(cast.che_lau).values()}

    assert sent == {Status.SUBMITTED}
    following = address("file", story.year(), cast.hiem.pk)
    link = f'<a href="{following}"><strong>Bản Hiềm</strong></a>'
    assert f"Hồ sơ tiếp: {link}, còn 1 hồ sơ." in words(after)
    assert "Hồ sơ tiếp" not in page
    assert "Rút lại để sửa" in page
    assert 'value="luu"' not in page
    assert back == {Status.DRAFT}


def test_sending_an_incomplete_file_says_why_and_writes_nothing(cast, as_, opened, file_url):
    answer = as_(cast.lan).post(file_url, {"viec": "gui"}, follow=True)

    assert "Ghi ngày họp đánh giá" in words(answer)
    assert {one.status for one in story.files(cast.che_lau).values()} == {Status.DRAFT}


def test_unregistered_unit_is_told_that_only_the_classification_goes(cast, as_, opened, file_url):
    page = words(as_(cast.lan).get(f"{file_url}?buoc=kiem-tra"))

    assert "chưa đăng ký nên phần này chưa gửi được" in page


@pytest.mark.parametrize("act", ["gui", "rut", "khai", "luu"])
def test_acts_of_the_unit_are_refused_to_others(cast, as_, file_url, act):
    sent = story.submitted(cast.che_lau, cast)
    data = {
        "viec": act,
        **statement(viec=act),
        **typed(sent[Scheme.RECOGNITION], "4.2", verdict="met"),
    }

    assert as_(cast.hoa).post(tab(file_url), data).status_code in (403, 422)
    assert as_(cast.nga).post(tab(file_url), data).status_code == 404
    assert {one.status for one in story.files(cast.che_lau).values()} == {Status.SUBMITTED}


def test_unknown_act_is_not_found(cast, as_, file_url):
    assert as_(cast.lan).post(file_url, {"viec": "khac"}).status_code == 404


def test_answers_of_a_sent_file_are_refused_as_a_conflict(cast, as_, file_url):
    sent = story.submitted(cast.che_lau, cast)
    data = typed(sent[Scheme.RECOGNITION], "4.2", verdict="not_met", version=1)

    answer = as_(cast.lan).post(tab(file_url), {"viec": "luu", **data})

    assert answer.status_code == 409
    assert "không sửa được" in words(answer)


def test_returned_file_shows_the_reason_on_top(cast, as_, file_url):
    story.in_review(cast.che_lau, cast)
    return_file(cast.che_lau, year=story.year(), note="Bổ sung nơi lưu biên bản.", by=cast.minh)

    page = words(as_(cast.lan).get(tab(file_url)))
    whole = words(as_(cast.lan).get(tab(file_url, xem="tat-ca")))

    assert "Bổ sung nơi lưu biên bản." in page
    assert page.count('<details class="group-fold">') == page.count('class="criteria-group"') > 0
    assert "group-fold" not in whole


def test_file_under_appraisal_says_by_whom(cast, as_, file_url):
    story.in_review(cast.che_lau, cast)

    assert "Đang thẩm định bởi <strong>Phạm Văn Minh</strong>" in words(as_(cast.lan).get(file_url))
    assert "Mở trang thẩm định" in words(as_(cast.minh).get(file_url))


def test_locked_season_closes_the_file(cast, as_, opened, file_url, open_year):
    for season in open_year.values():
        lock_season(season, by=cast.thu)

    page = words(as_(cast.lan).get(tab(file_url)))

    assert "Đã khóa sổ" in page
    assert 'value="luu"' not in page


def test_registration_of_one_unit_is_saved_and_corrected(cast, as_, file_url):
    client, url, prefix = as_(cast.lan), tab(file_url, "dang-ky"), f"u{cast.che_lau.pk}"
    good = {f"{prefix}-version": 0, f"{prefix}-registered_on": "1/2",
            f"{prefix}-households_registered": "80", f"{prefix}-households_total": "80"}  # fmt: skip

    wrong = client.post(url, {"viec": "dang-ky", **good, f"{prefix}-households_registered": "99"})
    saved = client.post(url, {"viec": "dang-ky", **good})

    assert wrong.status_code == 422
    assert "lớn hơn tổng số hộ" in words(wrong)
    assert saved.status_code == 302
    assert Registration.objects.get().households_registered == 80
    assert "viec=gui-dang-ky" in words(client.get(url))


def test_history_tells_steps_and_changes(cast, as_, file_url):
    story.appraised(cast.che_lau, cast)

    page = words(as_(cast.tuan).get(tab(file_url, "lich-su")))

    for told in ("Gửi đăng ký", "Tiếp nhận đăng ký", "Nhập trả lời", "Cổng đề xuất", "Kèm tài liệu",
                 "Gửi thẩm định", "Nhận thẩm định", "Xác nhận thẩm định"):  # fmt: skip
        assert told in page


def test_history_tells_every_step_in_its_order_however_quick(cast, as_, file_url):
    files = story.in_review(cast.che_lau, cast)
    return_file(cast.che_lau, year=story.year(), note="Ghi lại 4.2.", by=cast.minh)
    row = files[Scheme.RECOGNITION].answers.get(criterion__code="4.2")
    mended = {"4.2": Typed(AnswerValues(verdict="not_met"), row.version)}
    save_answers(files[Scheme.RECOGNITION], mended, by=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    events = as_(cast.minh).get(tab(file_url, "lich-su")).context["events"]

    told = [event.what for event in events if "đề xuất" not in event.what]
    assert told[:5] == [
        "Gửi thẩm định", "Nhập trả lời", "Trả lại bổ sung", "Nhận thẩm định", "Gửi thẩm định"
    ]  # fmt: skip


def test_file_names_the_decision_that_ended_its_year(cast, as_, file_url):
    decision = story.issued([cast.che_lau], cast)
    client = as_(cast.lan)

    for part in ("tt124", "lich-su"):
        page = words(client.get(tab(file_url, part)))
        assert f'href="{decision.get_absolute_url()}">05/QĐ-UBND</a>' in page


def test_reporter_works_on_the_own_unit_only(cast, as_, open_year, file_url):
    head = make_person("truong", "Lò Văn Păn")
    give_role(head, Role.REPORTER, cast.che_lau)
    client = as_(head)

    assert client.get(file_url).status_code == 200
    assert client.get(address("file", story.year(), cast.hiem.pk)).status_code == 404
    assert client.post(file_url, {"viec": "mo"}).status_code == 302
    assert "Soạn nốt rồi gửi thẩm định" in words(client.get("/"))
    assert "Bản Hiềm" not in words(client.get(address("sheet", story.year())))


@pytest.mark.parametrize("part", ["tt124", "qd510", "dang-ky", "tai-lieu"])
def test_file_asks_the_database_a_fixed_number_of_times(cast, as_, file_url, part):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    client, url = as_(cast.lan), tab(file_url, part)
    client.get(url)
    few = queries_of(client, url)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)

    many = queries_of(client, url)

    assert many <= few + 2, "who keyed it in, and what answers followed from"
    assert many <= (36 if part == "tt124" else 31)
