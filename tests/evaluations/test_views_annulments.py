"""Pages of an outcome taken back, and of a commune's shares."""

import pytest
from django.urls import reverse

from evaluations.models import Annulment, Evaluation
from evaluations.services.annulments import annul_outcome
from evaluations.workflow import Status
from tests import story
from tests.shares import (
    commune_appraised,
    commune_issued,
    decided_units,
    empty_list,
    lead,
    list_units,
    open_commune_seasons,
    register,
)

pytestmark = pytest.mark.django_db
REASON = "Phát hiện vụ án nghiêm trọng xảy ra trong kỳ."


@pytest.fixture
def decision(cast):
    story.open_seasons(cast)
    return story.issued([cast.che_lau, cast.hiem], cast)


@pytest.fixture
def item(cast, decision):
    return decision.items.get(evaluation__unit=cast.che_lau)


@pytest.fixture
def listed(cast):
    story.open_seasons(cast)
    open_commune_seasons(cast)
    empty_list(cast)
    entries = list_units(cast, 25)
    register(cast, entries)
    return entries


def address(item):
    return reverse("evaluations:decision_annul", args=[item.decision_id, item.pk])


def file_url(unit, **query):
    return reverse("evaluations:file", args=[story.year(), unit.pk])


def test_the_approver_is_asked_for_the_reason_then_it_is_done(cast, item, as_):
    client = as_(cast.hoa)
    assert address(item) in client.get(item.decision.get_absolute_url()).text
    assert address(item) in client.get(file_url(cast.che_lau)).text
    asked = client.get(address(item))
    assert asked.status_code == 200
    assert "Hủy bỏ kết quả" in asked.text
    missing = client.post(address(item), {"reason": " "})
    assert missing.status_code == 422
    assert not Annulment.objects.exists()
    done = client.post(address(item), {"reason": REASON, "number": "15/QĐ-UBND"}, follow=True)
    assert "Đã hủy bỏ kết quả: 1 đơn vị" in done.text
    assert REASON in done.text
    assert "15/QĐ-UBND" in done.text


def test_others_are_neither_offered_nor_allowed_it(cast, item, as_):
    for person, status in ((cast.minh, 403), (cast.lan, 403), (cast.van, 403), (cast.nga, 404)):
        client = as_(person)
        assert client.get(address(item)).status_code == status
        assert client.post(address(item), {"reason": REASON}).status_code == status
    page = as_(cast.minh).get(item.decision.get_absolute_url())
    assert address(item) not in page.text
    assert not Annulment.objects.exists()


def test_who_comes_second_is_led_back(cast, item, as_):
    annul_outcome(item, reason=REASON, by=cast.hoa)
    again = as_(cast.hoa).get(address(item), follow=True)
    assert "Đã hủy bỏ" in again.text
    assert Annulment.objects.count() == 1


def test_file_sheet_and_home_show_what_was_taken_back(cast, item, as_):
    annul_outcome(item, reason=REASON, by=cast.hoa)
    client = as_(cast.lan)
    page = client.get(file_url(cast.che_lau)).text
    assert "Kết quả đã hủy bỏ" in page
    assert REASON in page
    sheet = client.get(reverse("evaluations:sheet", args=[story.year()]), {"buoc": "da-huy"})
    assert "Ché Lầu" in sheet.text
    assert "Hiềm" not in sheet.text
    assert client.get(reverse("evaluations:home")).status_code == 200
    history = client.get(file_url(cast.che_lau), {"tab": "lich-su"}).text
    assert "Hủy bỏ kết quả" in history


def test_the_certificate_is_no_longer_valid_and_no_longer_printed(
    cast, decision, item, as_, client
):
    annul_outcome(item, reason=REASON, by=cast.hoa)
    verify = reverse("evaluations:verify", args=[decision.verification_code])
    checked = client.get(verify, {"don_vi": cast.che_lau.pk})
    assert "không còn hiệu lực" in checked.text
    assert "Văn bản hợp lệ" not in checked.text
    assert REASON not in checked.text
    other = client.get(verify, {"don_vi": cast.hiem.pk})
    assert "Văn bản hợp lệ" in other.text
    whole = client.get(verify)
    assert "Văn bản hợp lệ" in whole.text
    assert "trong đó 1 đơn vị đã bị hủy bỏ kết quả" in whole.text
    printed = as_(cast.hoa).post(
        reverse("evaluations:certificate", args=[decision.pk, cast.che_lau.pk]), follow=True
    )
    assert "đã hủy bỏ" in printed.text
    assert printed.redirect_chain[-1][0] == decision.get_absolute_url()


def test_a_commune_s_file_shows_its_shares_and_who_holds_them_back(cast, listed, as_):
    lead(cast, listed[:17], Status.DECIDED)
    client = as_(cast.lan)
    client.post(file_url(cast.na_meo), {"viec": "mo"})
    page = client.get(file_url(cast.na_meo), {"tab": "tt124"}).text
    assert "17/25 (68,0\u00a0%)" in page
    assert "cần 18" in page
    assert "Còn vướng: 8 đơn vị" in page
    assert reverse("evaluations:file", args=[story.year(), listed[20].unit_id]) in page
    assert "ty-le-5-4" not in client.get(file_url(listed[0].unit), {"tab": "tt124"}).text


def test_who_appraises_the_commune_sees_its_shares(cast, listed, as_):
    lead(cast, listed[:17], Status.DECIDED)
    commune_appraised(cast)
    url = reverse("evaluations:appraisal", args=[story.year(), cast.na_meo.pk])
    page = as_(cast.tuan).get(url)
    assert page.status_code == 200
    assert "17/25 (68,0\u00a0%)" in page.text


def test_a_decided_commune_shows_the_figures_of_its_decision(cast, listed, as_):
    lead(cast, listed[:18], Status.DECIDED)
    commune_issued(cast)
    lead(cast, listed[18:20], Status.DECIDED)
    page = as_(cast.tuan).get(file_url(cast.na_meo), {"tab": "tt124"}).text
    assert "Số liệu chốt ngày" in page
    assert "18/25 (72,0\u00a0%)" in page
    assert "20/25" not in page


def test_the_flag_stands_on_file_sheet_decision_and_home(cast, listed, as_):
    items = decided_units(cast, listed[:18])
    decision = commune_issued(cast)
    annul_outcome(items[0], reason=REASON, by=cast.hoa)
    text = "1 đơn vị bị hủy kết quả, tỷ lệ 5.4 nay còn 17/25"
    client = as_(cast.duc)
    for url in (
        file_url(cast.na_meo),
        decision.get_absolute_url(),
        reverse("evaluations:sheet", args=[story.year()]),
        reverse("evaluations:home"),
    ):
        assert text in client.get(url).text, url
    file = Evaluation.objects.get(unit=cast.na_meo)
    assert file.decided_outcome == "met"
