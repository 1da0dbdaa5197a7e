"""Pages of decisions: drafting, sending, approving, issuing; by whom, and what is refused."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.timezone import localdate

from criteria.scoring import AnswerValues
from evaluations.models import Decision, DecisionItem
from evaluations.services.decisions import send_to_sign
from evaluations.workflow import DecisionStatus, Status
from jobs.models import Job
from tests import story
from tests.cast import give_role
from tests.evaluations.test_views_sessions import copy_files, typed
from tests.staging import opened
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

LIST = "/quyet-dinh/"
NEW = "/quyet-dinh/moi/"


@pytest.fixture(scope="module")
def stage(held):
    """Bản Ché Lầu is appraised; nothing is begun of the others."""
    stage = opened()
    story.appraised(stage.cast.che_lau, stage.cast)
    return stage


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def url(name, decision, *args):
    return reverse(f"evaluations:decision_{name}", args=[decision.pk, *args])


def numbers(**changes):
    today = f"{localdate():%d/%m/%Y}"
    data = {
        "number": "05",
        "issued_on": today,
        "signer_name": "Vi Thị Hoa",
        "signing_capacity": "tm",
    }
    return data | changes


def state(decision):
    decision.refresh_from_db()
    return decision.status


# The chain ------------------------------------------------------------------------------------


def test_whole_chain_by_posts(cast, seasons, signed_in):
    story.submitted(cast.hiem, cast)
    file = [story.year(), cast.hiem.pk]
    client = signed_in(cast.minh)
    client.post(reverse("evaluations:appraisal_take_up", args=file))
    client.post(reverse("evaluations:appraisal_confirm", args=file), {"note": ""})
    opened = client.post("/tham-dinh/phien/moi/", typed(cast))
    session_id = int(opened.url.rstrip("/").rpartition("/")[2])
    client.post(reverse("evaluations:session_units", args=[session_id]), {"don_vi": [cast.hiem.pk]})
    ready = story.files(cast.hiem)[Scheme.RECOGNITION].pk
    client.post(NEW, {"phien": session_id, "che_do": "recognition", "ho_so": [ready]})
    decision = Decision.objects.get()
    client.post(url("send", decision))
    signed_in(cast.hoa).post(url("approve", decision))
    client = signed_in(cast.van)
    client.post(url("issue", decision), numbers(xac_nhan="1"))

    decision.refresh_from_db()
    assert (decision.status, decision.full_number) == (DecisionStatus.ISSUED, "05/QĐ-UBND")
    assert story.files(cast.hiem)[Scheme.RECOGNITION].status == Status.DECIDED
    assert Job.objects.filter(task="evaluations.decision_pdf").count() == 1


def test_draft_offers_all_ready_files_ticked(cast, seasons, signed_in):
    for unit in (cast.che_lau, cast.hiem):
        story.appraised(unit, cast)
    session = story.session_over([cast.che_lau, cast.hiem], cast)

    page = signed_in(cast.minh).get(NEW, {"phien": session.pk, "che_do": "classification"}).text

    assert page.count("data-check checked") == 2
    assert "Bản Hiềm" in page


def test_draft_without_a_tick_is_refused(cast, seasons, signed_in):
    story.appraised(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)

    response = signed_in(cast.minh).post(NEW, {"phien": session.pk, "che_do": "classification"})

    assert "Chọn ít nhất một hồ sơ đã thẩm định." in response.text
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("minh", 200), ("hoa", 403), ("van", 403), ("tuan", 403), ("nga", 404)]
)
def test_drafting_is_for_the_standing_body(cast, seasons, signed_in, who, status):
    session = story.session_over([], cast)

    response = signed_in(getattr(cast, who)).get(
        NEW, {"phien": session.pk, "che_do": "recognition"}
    )

    assert response.status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("minh", 302), ("tuan", 302), ("hoa", 403), ("lan", 403)]
)
def test_drafting_without_a_session_leads_to_the_sessions(cast, seasons, signed_in, who, status):
    response = signed_in(getattr(cast, who)).get(NEW)

    assert response.status_code == status
    assert status == 403 or response["Location"] == "/tham-dinh/phien/"


@pytest.mark.parametrize("asked", [{"phien": "x", "che_do": "recognition"}, {"phien": "99999999"}])
def test_draft_of_nothing_is_not_found(cast, seasons, signed_in, asked):
    assert signed_in(cast.minh).get(NEW, asked).status_code == 404


def test_each_person_has_one_next_act(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    page = decision.get_absolute_url()

    drafted = signed_in(cast.minh).get(page).text
    waiting = signed_in(cast.hoa).get(page).text

    assert ("Trình ký</a>" in drafted, "Duyệt danh sách</a>" in drafted) == (True, False)
    assert "Đang chờ" in waiting
    assert "Duyệt danh sách</a>" not in waiting


def test_chairwoman_is_led_to_the_next_list_that_waits(cast, seasons, signed_in):
    first = send_to_sign(story.drafted([cast.che_lau], cast), by=cast.minh)
    second = send_to_sign(story.drafted([cast.hiem], cast), by=cast.minh)

    page = signed_in(cast.hoa).get(first.get_absolute_url())

    assert [one.pk for one in page.context["waiting"]] == [second.pk]
    assert second.get_absolute_url() in page.content.decode()
    assert signed_in(cast.minh).get(first.get_absolute_url()).context["waiting"] == []


def test_decision_without_submission_number_leads_to_the_session(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    decision.session.submission_number = ""
    decision.session.save()
    client = signed_in(cast.minh)

    page = client.get(decision.get_absolute_url()).text
    refused = client.post(url("send", decision), follow=True)

    assert "Ghi số tờ trình để trình ký" in page
    assert "chưa có số tờ trình" in refused.text
    assert state(decision) == DecisionStatus.DRAFT


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("send", "minh"),
        ("discard", "minh"),
        ("approve", "hoa"),
        ("send_back", "hoa"),
        ("issue", "van"),
    ],
)
@pytest.mark.parametrize("who", ["minh", "hoa", "van", "lan", "tuan", "duc", "mai", "root", "nga"])
def test_acts_are_for_their_role_at_the_exact_authority(
    cast, seasons, signed_in, act, allowed, who
):
    decision = story.drafted([cast.che_lau], cast)

    status = signed_in(getattr(cast, who)).post(url(act, decision), {"note": "x"}).status_code

    expected = 404 if who == "nga" else 302 if who == allowed else 403
    assert status == expected


def test_approver_who_appraised_is_refused_and_told_before(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    give_role(cast.minh, "approver", cast.na_meo)
    client = signed_in(cast.minh)
    client.post(url("send", decision))

    page = client.get(decision.get_absolute_url()).text
    refused = client.post(url("approve", decision), follow=True)

    assert "Bạn không duyệt được danh sách này" in page
    assert "phải là ba người khác nhau" in refused.text
    assert state(decision) == DecisionStatus.SENT


def test_approver_who_submitted_is_refused(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    signed_in(cast.minh).post(url("send", decision))
    give_role(cast.lan, "approver", cast.na_meo)

    refused = signed_in(cast.lan).post(url("approve", decision), follow=True)

    assert "phải là ba người khác nhau" in refused.text
    assert state(decision) == DecisionStatus.SENT


def test_sending_back_asks_for_a_reason(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    signed_in(cast.minh).post(url("send", decision))
    client = signed_in(cast.hoa)

    refused = client.post(url("send_back", decision), {"note": ""})
    done = client.post(url("send_back", decision), {"note": "Rà lại Bản Ché Lầu"}, follow=True)

    assert refused.status_code == 422
    assert "Rà lại Bản Ché Lầu" in done.text
    assert state(decision) == DecisionStatus.DRAFT


def test_discarding_frees_the_files(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)

    signed_in(cast.minh).post(url("discard", decision))

    assert state(decision) == DecisionStatus.DISCARDED
    assert not DecisionItem.objects.exists()


# Another class --------------------------------------------------------------------------------


def test_another_class_needs_a_reason_and_is_lit(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION)
    item = decision.items.get()
    client = signed_in(cast.minh)

    refused = client.post(url("outcome", decision, item.pk), {"outcome": "kha", "reason": ""})
    done = client.post(
        url("outcome", decision, item.pk),
        {"outcome": "kha", "reason": "Phong trào còn hình thức"},
        follow=True,
    )

    assert refused.status_code == 422
    assert "Mức khác mức tính theo điểm thì phải ghi lý do." in refused.text
    assert "Cần xem kỹ: 1 đơn vị" in done.text
    assert "Xuất sắc → Khá: Phong trào còn hình thức" in done.text


def test_unknown_class_is_refused(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION)
    item = decision.items.get()

    response = signed_in(cast.minh).post(
        url("outcome", decision, item.pk), {"outcome": "gioi", "reason": "x"}
    )

    item.refresh_from_db()
    assert response.status_code == 422
    assert item.outcome == "xuat_sac"


def test_item_of_another_decision_is_not_found(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION)

    assert signed_in(cast.minh).get(url("outcome", decision, 10**9)).status_code == 404


# Number and issue -----------------------------------------------------------------------------


def test_issuing_says_what_will_happen_before_it_happens(cast, seasons, signed_in):
    decision = story.approved([cast.che_lau], cast)

    response = signed_in(cast.van).post(url("issue", decision), numbers())

    assert response.status_code == 200
    assert "Quyết định số 05/QĐ-UBND ngày" in response.text
    assert "không sửa hay xóa được" in response.text
    assert state(decision) == DecisionStatus.APPROVED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": ""}, "Ghi số trong sổ văn bản."),
        ({"number": "05a"}, "chỉ gồm chữ số"),
        ({"number": "00"}, "chỉ gồm chữ số"),
        ({"number": "-5"}, "chỉ gồm chữ số"),
        ({"number": "٥"}, "chỉ gồm chữ số"),
        ({"issued_on": ""}, "Ghi ngày quyết định."),
        ({"issued_on": "31/12/2099"}, "Ngày quyết định còn ở phía trước."),
        ({"issued_on": "01/01/2020"}, "trước phiên thẩm định"),
        ({"signer_name": " "}, "Ghi họ tên người ký."),
        ({"signing_capacity": "vua"}, "vua"),
    ],
)
@pytest.mark.parametrize("confirmed", [{}, {"xac_nhan": "1"}])
def test_wrong_numbers_are_refused_at_their_field(
    cast, seasons, signed_in, changes, message, confirmed
):
    decision = story.approved([cast.che_lau], cast)

    response = signed_in(cast.van).post(url("issue", decision), numbers(**changes, **confirmed))

    assert response.status_code == 422
    assert message in response.text
    assert state(decision) == DecisionStatus.APPROVED


@pytest.mark.parametrize("number", ["05", "5", "005"])
def test_number_used_this_year_is_refused(cast, seasons, signed_in, number):
    story.issued([cast.che_lau], cast)
    other = story.approved([cast.hiem], cast)

    response = signed_in(cast.van).post(url("issue", other), numbers(number=number, xac_nhan="1"))

    assert response.status_code == 422
    assert "đã dùng trong năm" in response.text
    assert state(other) == DecisionStatus.APPROVED


def test_number_below_ten_is_written_with_its_zero(cast, seasons, signed_in):
    decision = story.approved([cast.che_lau], cast)

    signed_in(cast.van).post(url("issue", decision), numbers(number="7", xac_nhan="1"))

    decision.refresh_from_db()
    assert decision.full_number == "07/QĐ-UBND"


def test_second_click_on_issue_gets_calm_words(cast, seasons, signed_in):
    decision = story.approved([cast.che_lau], cast)
    client = signed_in(cast.van)
    client.post(url("issue", decision), numbers(xac_nhan="1"))

    again = client.post(url("issue", decision), numbers(number="06", xac_nhan="1"), follow=True)

    assert again.status_code == 200
    assert "số 05/QĐ-UBND; không làm lại việc “Vào số, ban hành”" in again.text
    assert Decision.objects.get().number == "05"


def test_late_day_is_marked_not_refused(cast, seasons, signed_in):
    decision = story.approved([cast.che_lau], cast)
    for season in seasons.values():
        season.decide_before = localdate() - dt.timedelta(days=1)
        season.save()
    client = signed_in(cast.van)

    done = client.post(url("issue", decision), numbers(xac_nhan="1"), follow=True)

    assert "Quá hạn quyết định" in done.text
    assert state(decision) == DecisionStatus.ISSUED


# After issue ----------------------------------------------------------------------------------


def test_issued_page_shows_pdf_state_papers_and_check(cast, seasons, signed_in):
    decision = story.issued([cast.che_lau], cast)

    page = signed_in(cast.van).get(decision.get_absolute_url()).text

    assert "Bản PDF" in page
    assert reverse("evaluations:verify", args=[decision.verification_code]) in page
    assert reverse("evaluations:certificate", args=[decision.pk, cast.che_lau.pk]) in page


def test_pdf_is_served_when_stored_and_waits_calmly_before(cast, seasons, signed_in):
    decision = story.issued([cast.che_lau], cast)
    client = signed_in(cast.van)

    waiting = client.get(url("pdf", decision))
    decision.pdf.save("qd.pdf", ContentFile(b"%PDF-1.7 x"))
    served = client.get(url("pdf", decision))

    assert (waiting.status_code, "Bản PDF đang được lập" in waiting.text) == (200, True)
    assert b"".join(served.streaming_content) == b"%PDF-1.7 x"
    assert served["Content-Disposition"] == (
        f'attachment; filename="quyet-dinh-05-{story.year()}.pdf"'
    )


def test_pdf_state_is_asked_for_alone(cast, seasons, signed_in):
    decision = story.issued([cast.che_lau], cast)

    part = signed_in(cast.van).get(decision.get_absolute_url(), headers={"HX-Request": "true"}).text

    assert part.lstrip().startswith('<section id="ban-pdf"')
    assert "<html" not in part


@pytest.mark.parametrize(("who", "status"), [("van", 404), ("nga", 404)])
def test_draft_has_no_pdf(cast, seasons, signed_in, who, status):
    decision = story.drafted([cast.che_lau], cast)

    assert signed_in(getattr(cast, who)).get(url("pdf", decision)).status_code == status


def test_not_recognised_get_a_notice_not_a_certificate(cast, seasons, signed_in):
    not_met = {"4.4.b": AnswerValues(counts=(1,), note="Một vụ trong kỳ")}
    story.appraised(cast.che_lau, cast)
    story.appraised(cast.hiem, cast, not_met)
    session = story.session_over([cast.che_lau, cast.hiem], cast)
    decision = story.issued([cast.che_lau, cast.hiem], cast, session=session)

    page = signed_in(cast.minh).get(decision.get_absolute_url()).text

    assert "Đạt tiêu chuẩn (1)" in page
    assert "Chưa đạt (1)" in page
    assert reverse("evaluations:notice", args=[decision.pk, cast.hiem.pk]) in page
    assert reverse("evaluations:certificate", args=[decision.pk, cast.hiem.pk]) not in page


# Lists and costs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("minh", 200), ("hoa", 200), ("van", 200), ("tuan", 200), ("nga", 404)],
)
def test_decision_is_seen_from_above_not_from_aside(cast, seasons, signed_in, who, status):
    decision = story.drafted([cast.che_lau], cast)

    assert signed_in(getattr(cast, who)).get(decision.get_absolute_url()).status_code == status


def test_list_filters_by_state_in_the_address(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)
    client = signed_in(cast.hoa)

    drafts = client.get(LIST, {"trang_thai": "draft", "che_do": "recognition"}).text
    sent = client.get(LIST, {"trang_thai": "sent", "nam": "x"}).text

    assert decision.get_absolute_url() in drafts
    assert decision.get_absolute_url() not in sent
    assert "Chưa có quyết định nào ở đây" in sent


def test_outsider_sees_no_decision_in_the_list(cast, seasons, signed_in):
    decision = story.drafted([cast.che_lau], cast)

    assert decision.get_absolute_url() not in signed_in(cast.nga).get(LIST).text


@pytest.mark.parametrize("count", [1, 30])
def test_decision_costs_the_same_whatever_its_length(
    cast, seasons, signed_in, count, django_assert_num_queries
):
    first = story.appraised(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)
    units = copy_files(cast, first, count - 1, session)
    decision = story.drafted([cast.che_lau, *units], cast, session=session)
    client = signed_in(cast.minh)
    client.get(decision.get_absolute_url())

    with django_assert_num_queries(17):
        response = client.get(decision.get_absolute_url())

    assert response.text.count('id="dv-') == count
