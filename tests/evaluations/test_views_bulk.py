"""One act on many ticked units: what will happen, then each unit by itself."""

import pytest

from evaluations.models import BulkAct, Registration
from evaluations.services.evaluations import open_file
from evaluations.services.registrations import save_registration, send_registration
from evaluations.workflow import RegistrationStatus, Status
from tests import story
from tests.pages import address, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")


def bulk_url(act, *units, **query):
    return address("bulk", story.year(), viec=act, don_vi=[one.pk for one in units], **query)


def written(unit, cast):
    return save_registration(story.season(), unit, story.figures(), by=cast.lan)


def test_confirmation_names_the_units_and_what_will_happen(cast, open_year, as_):
    written(cast.che_lau, cast)

    page = words(as_(cast.lan).get(bulk_url("gui-dang-ky", cast.che_lau, cast.hiem)))

    assert "Gửi đăng ký: 1 đơn vị" in page
    assert "Bỏ qua 1 đơn vị" in page
    assert Registration.objects.get().status == RegistrationStatus.DRAFT


def test_one_units_failure_stops_no_other(cast, open_year, as_):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    open_file(cast.hiem, year=story.year(), by=cast.lan)

    page = words(as_(cast.lan).post(bulk_url("gui-tham-dinh"), {
        "viec": "gui-tham-dinh", "don_vi": [cast.che_lau.pk, cast.hiem.pk],
    }, follow=True))  # fmt: skip

    assert "xong 1/2 đơn vị" in page
    assert "Ghi ngày họp đánh giá" in page or "Chưa chấm điểm" in page
    assert story.files(cast.che_lau)[Scheme.RECOGNITION].status == Status.SUBMITTED
    assert story.files(cast.hiem)[Scheme.CLASSIFICATION].status == Status.DRAFT


def test_appraiser_accepts_and_returns_registrations(cast, open_year, as_):
    for unit in (cast.che_lau, cast.hiem):
        send_registration(written(unit, cast), by=cast.lan)
    client = as_(cast.minh)

    client.post(bulk_url("tiep-nhan"), {"viec": "tiep-nhan", "don_vi": [cast.che_lau.pk]})
    silent = client.post(
        bulk_url("tra-lai-dang-ky"), {"viec": "tra-lai-dang-ky", "don_vi": [cast.hiem.pk]}
    )
    client.post(
        bulk_url("tra-lai-dang-ky"),
        {"viec": "tra-lai-dang-ky", "don_vi": [cast.hiem.pk], "ly_do": "Xem lại số hộ."},
    )

    states = dict(Registration.objects.values_list("unit", "status"))
    assert silent.status_code == 422
    assert "Ghi lý do" in words(silent)
    assert states == {cast.che_lau.pk: "accepted", cast.hiem.pk: "draft"}


def test_act_of_another_role_is_refused(cast, open_year, as_):
    send_registration(written(cast.che_lau, cast), by=cast.lan)
    data = {"viec": "tiep-nhan", "don_vi": [cast.che_lau.pk]}

    assert as_(cast.lan).get(bulk_url("tiep-nhan", cast.che_lau)).status_code == 403
    assert as_(cast.lan).post(bulk_url("tiep-nhan"), data).status_code == 403
    assert as_(cast.tuan).post(bulk_url("tiep-nhan", xa=cast.na_meo.pk), data).status_code == 403
    assert Registration.objects.get().status == RegistrationStatus.SENT


def test_units_of_another_commune_are_not_touched(cast, open_year, as_):
    written(cast.che_lau, cast)
    data = {"viec": "gui-dang-ky", "don_vi": [cast.che_lau.pk]}

    answer = as_(cast.nga).post(bulk_url("gui-dang-ky"), data)

    assert answer.status_code == 302
    assert not BulkAct.objects.exists()
    assert as_(cast.nga).get(bulk_url("gui-dang-ky", xa=cast.na_meo.pk)).status_code == 404
    assert Registration.objects.get().status == RegistrationStatus.DRAFT


def test_nothing_ticked_says_how_to_tick(cast, open_year, as_):
    assert "Chưa chọn đơn vị nào" in words(as_(cast.lan).get(bulk_url("gui-dang-ky")))


def test_unknown_act_is_not_found(cast, open_year, as_):
    assert as_(cast.lan).get(bulk_url("xoa-het", cast.che_lau)).status_code == 404
