"""Pages of outcomes from elsewhere: record, correct, strike out, read a workbook."""

import datetime as dt
import re
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluations.models import RecordedResult
from evaluations.services.results import record_external
from tests.cast import make_unit
from tests.evaluations.test_results import FACTS, row, sheet
from units.models import Kind, ManagingLevel, SubKind

pytestmark = pytest.mark.django_db

LIST, NEW, IMPORT = "/ket-qua/khac/", "/ket-qua/khac/moi/", "/ket-qua/nhap/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def bank(cast):
    return make_unit(
        Kind.AGENCY, "Chi nhánh Ngân hàng", parent=cast.na_meo,
        sub_kind=SubKind.STATE_BODY, level=ManagingLevel.MINISTRY,
    )  # fmt: skip


def typed(unit, **changes):
    return {
        "unit": unit.pk, "scheme": "recognition", "year": "2025", "outcome": "met",
        "decision_number": "1234/QĐ-BCA", "decided_on": "1/12/2025", "organ": "Bộ trưởng Bộ Công an",
    } | changes  # fmt: skip


def upload(content):
    return SimpleUploadedFile("ket-qua.xlsx", content)


def test_province_records_and_finds_it_in_the_list(cast, bank, as_):
    client = as_(cast.binh)
    assert "Chi nhánh Ngân hàng, xã Na Mèo" in client.get(NEW).content.decode()

    answer = client.post(NEW, typed(bank))

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    page = client.get(LIST).content.decode()
    assert "1234/QĐ-BCA" in page
    assert f"{LIST}{RecordedResult.objects.get().pk}/" in page


def test_what_is_wrong_stands_beside_its_field(cast, bank, as_):
    answer = as_(cast.binh).post(NEW, typed(bank, outcome="kha"))

    assert answer.status_code == 422
    assert "Kết quả không thuộc chế độ này." in answer.content.decode()


def test_commune_is_offered_no_unit_of_the_ministry(cast, bank, as_):
    page = as_(cast.lan).get(NEW).content.decode()

    assert "Không có đơn vị nào do Bộ theo dõi" in page


def test_who_records_nothing_is_told_why(cast, as_):
    for path in (NEW, IMPORT, f"{IMPORT}mau/"):
        assert as_(cast.hoa).get(path).status_code == 403


def test_correction_and_striking_out(cast, bank, as_):
    recorded = record_external(bank, facts=FACTS, by=cast.binh)
    client, path = as_(cast.tuan), f"{LIST}{recorded.pk}/"

    assert client.post(path, typed(bank, outcome="not_met")).status_code == 422
    answer = client.post(path, typed(bank, outcome="not_met", reason="Gõ nhầm"))
    assert (answer.status_code, RecordedResult.objects.get().outcome) == (302, "not_met")
    assert "Bỏ kết quả" in client.get(f"{path}bo/").content.decode()
    assert client.post(f"{path}bo/", {"reason": ""}).status_code == 422
    assert client.post(f"{path}bo/", {"reason": "Nhầm đơn vị"}).status_code == 302
    assert not RecordedResult.objects.exists()


def test_outsider_finds_no_row_and_the_commune_only_reads_it(cast, bank, as_):
    recorded = record_external(bank, facts=FACTS, by=cast.binh)

    assert as_(cast.nga).get(f"{LIST}{recorded.pk}/").status_code == 404
    assert "1234/QĐ-BCA" not in as_(cast.nga).get(LIST).content.decode()
    assert as_(cast.lan).get(f"{LIST}{recorded.pk}/").status_code == 403
    assert "1234/QĐ-BCA" in as_(cast.lan).get(LIST).content.decode()


def test_file_is_checked_then_written_on_confirmation(cast, as_):
    client = as_(cast.lan)

    checked = client.post(IMPORT, {"file": upload(sheet(row()))})

    assert checked.status_code == 200
    assert not RecordedResult.objects.exists()
    page = checked.content.decode()
    assert "Sẽ ghi <strong>1</strong> kết quả" in page
    token = re.search(r'name="da_kiem_tra" value="([^"]+)"', page)[1]
    done = client.post(IMPORT, {"da_kiem_tra": token}, follow=True).content.decode()
    assert "Đã ghi 1 kết quả nhập từ hồ sơ giấy" in done
    assert RecordedResult.objects.get().unit == cast.che_lau
    again = client.post(IMPORT, {"file": upload(sheet(row()))}).content.decode()
    assert "Không có gì mới" in again
    assert "da_kiem_tra" not in again


def test_wrong_rows_are_listed_and_nothing_is_offered_to_write(cast, as_):
    answer = as_(cast.lan).post(IMPORT, {"file": upload(sheet(row(outcome="Tốt")))})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dòng 2, cột “Kết quả”: “Tốt” không phải là kết quả." in page
    assert "da_kiem_tra" not in page


@pytest.mark.parametrize("token", ["x", "ImtleSI:1abc:def"])
def test_forged_confirmation_writes_nothing(cast, as_, token):
    answer = as_(cast.lan).post(IMPORT, {"da_kiem_tra": token})

    assert answer.status_code == 422
    assert "hết hạn" in answer.content.decode()


def test_what_was_checked_by_another_is_judged_again(cast, as_):
    page = as_(cast.lan).post(IMPORT, {"file": upload(sheet(row()))}).content.decode()
    token = re.search(r'name="da_kiem_tra" value="([^"]+)"', page)[1]

    answer = as_(cast.nga).post(IMPORT, {"da_kiem_tra": token})

    assert answer.status_code == 422
    assert not RecordedResult.objects.exists()


@pytest.mark.parametrize("content", [b"ten,nam\n", b"PK\x03\x04"])
def test_no_workbook_is_said_in_words(cast, as_, content):
    answer = as_(cast.lan).post(IMPORT, {"file": upload(content)})

    assert answer.status_code == 422
    assert "không phải là bảng tính .xlsx" in answer.content.decode()


def test_template_is_offered_for_download(cast, as_):
    answer = as_(cast.lan).get(f"{IMPORT}mau/")

    assert answer["Content-Disposition"] == 'attachment; filename="mau-ket-qua-cac-nam.xlsx"'
    assert BytesIO(answer.content).read(2) == b"PK"
