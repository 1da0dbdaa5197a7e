"""The pages and files as a person asks for them, and who is not told."""

import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import load_workbook

from accounts.roles import Role
from evaluations.services.summaries import rebuild_summaries
from reports.definitions import REPORTS
from tests.cast import give_role, make_person
from tests.reports.conftest import YEAR, add_area
from units.models import Kind

pytestmark = pytest.mark.usefixtures("stage", "db")

every_report = pytest.mark.parametrize("slug", REPORTS)


@pytest.fixture
def page_of(client, full_year):
    """Asks for an address as somebody."""

    def ask(who, name="reports:index", *args, **query):
        client.force_login(who)
        return client.get(reverse(name, args=args), query_params=query)

    return ask


@every_report
def test_report_opens_on_the_own_commune(slug, page_of, full_year):
    cast = full_year.cast

    page = page_of(cast.hoa, "reports:report", slug, nam=YEAR)

    assert page.status_code == 200
    assert page.context["table"].parameters.unit_id == cast.na_meo.pk
    assert "Thuộc thẩm quyền của xã Na Mèo" in page.text


def test_year_is_this_year_unless_told(page_of, full_year):
    page = page_of(full_year.cast.hoa)

    assert page.context["overview"].table.parameters.year == localdate().year


def test_overview_shows_the_figures_of_the_report(page_of, full_year):
    cast = full_year.cast

    overview = page_of(cast.hoa, nam=YEAR).context["overview"]
    table = page_of(cast.hoa, "reports:report", "ket-qua-nam", nam=YEAR).context["table"]

    assert [(tile.label, tile.figure, tile.note) for tile in overview.tiles] == [
        ("Thuộc diện", "7", "đơn vị"),
        ("Đã đăng ký", "3", "42,8\u00a0% số thuộc diện"),
        ("Đã gửi thẩm định", "3", "hồ sơ công nhận"),
        ("Đã có quyết định", "2", "hồ sơ công nhận"),
        ("Đạt tiêu chuẩn", "1", "14,2\u00a0% số thuộc diện"),
    ]
    assert [tile.figure for tile in overview.tiles] == [
        table.total(key).text for key in ("considered", "registered", "submitted", "decided", "met")
    ]
    assert {part["label"]: part["count"] for part in overview.classes} == {
        "Xuất sắc": 1, "Khá": 2, "Trung bình": 0, "Yếu": 0, "Chưa phân loại": 3,
    }  # fmt: skip


def test_province_opens_on_all_its_communes_and_chooses_one(page_of, full_year):
    cast = full_year.cast
    rebuild_summaries(YEAR)

    own = page_of(cast.tuan, nam=YEAR)
    chosen = page_of(cast.tuan, nam=YEAR, don_vi=cast.na_meo.pk)

    choices = [label for _, label in own.context["form"].fields["don_vi"].widget.choices]
    assert choices == ["Tỉnh Thanh Hóa", "Xã Na Mèo", "Xã Sơn Thủy"]
    assert "Trên địa bàn tỉnh Thanh Hóa" in own.text
    assert [tile.figure for tile in own.context["overview"].tiles] == ["10", "4", "4", "3", "2"]
    assert chosen.context["overview"].tiles[0].figure == "7"


@every_report
@pytest.mark.parametrize("wanted", ["html", "xlsx", "pdf", "json"])
def test_outsider_is_not_told_that_it_is_there(slug, wanted, page_of, full_year):
    cast = full_year.cast

    page = page_of(
        cast.nga, "reports:report", slug, nam=YEAR, don_vi=cast.na_meo.pk, dinh_dang=wanted
    )

    assert page.status_code == 404


@pytest.mark.parametrize("unit", [0, 999_999_999, 10**30])
def test_unknown_unit_is_not_found(unit, page_of, full_year):
    assert page_of(full_year.cast.hoa, nam=YEAR, don_vi=unit).status_code == 404


def test_unknown_report_is_not_found(page_of, full_year):
    assert page_of(full_year.cast.hoa, "reports:report", "khong-co").status_code == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"nam": "abc"}, "Năm phải là số có bốn chữ số"),
        ({"nam": "1999"}, "Chọn năm từ 2022 đến"),
        ({"nam": str(YEAR + 2)}, "Chọn năm từ 2022 đến"),
        ({"nam": ""}, "Trường này là bắt buộc"),
        ({"nam": YEAR, "don_vi": "xã"}, "Không đọc được mã đơn vị"),
        ({"nam": YEAR, "dinh_dang": "doc"}, "Chỉ có định dạng html, xlsx, pdf, json."),
    ],
)
@pytest.mark.parametrize("name", ["reports:index", "reports:report"])
def test_wrong_question_is_answered_in_words(name, query, message, page_of, full_year):
    args = [] if name == "reports:index" else ["ket-qua-nam"]

    page = page_of(full_year.cast.hoa, name, *args, **query)

    assert page.status_code == 400
    assert message in page.text


def test_person_without_assignment_is_told_why(page_of, full_year):
    page = page_of(make_person("moi"))

    assert page.status_code == 403


def test_superuser_chooses_first(page_of, full_year):
    cast = full_year.cast

    page = page_of(cast.root, "reports:report", "ket-qua-nam", nam=YEAR)
    file = page_of(cast.root, "reports:report", "ket-qua-nam", nam=YEAR, dinh_dang="xlsx")
    chosen = page_of(cast.root, "reports:report", "ket-qua-nam", nam=YEAR, don_vi=cast.na_meo.pk)

    assert (page.status_code, file.status_code, chosen.status_code) == (200, 400, 200)
    assert "Chọn đơn vị để xem số liệu" in page.text


def test_reporter_sees_the_own_unit_only(page_of, full_year):
    cast = full_year.cast
    reporter = make_person("truongban")
    give_role(reporter, Role.REPORTER, cast.che_lau)

    page = page_of(reporter, "reports:report", "danh-sach-don-vi", nam=YEAR)

    assert [line.cells[1].text for line in page.context["table"].body] == ["Bản Ché Lầu"]
    assert page.context["table"].parameters.scope_text == "bản Ché Lầu"
    for unit in (cast.na_meo, cast.hiem, cast.thuy_thanh):
        refused = page_of(reporter, "reports:report", "danh-sach-don-vi", nam=YEAR, don_vi=unit.pk)
        assert refused.status_code == 404


def test_viewer_of_schools_opens_a_commune(page_of, full_year):
    cast = full_year.cast
    viewer = make_person("giaoduc")
    give_role(viewer, Role.VIEWER, cast.province, kinds=[Kind.EDUCATIONAL_INSTITUTION])

    page = page_of(viewer, "reports:report", "danh-sach-don-vi", nam=YEAR, don_vi=cast.na_meo.pk)

    assert [line.cells[1].text for line in page.context["table"].body] == ["Trường TH&THCS Na Mèo"]
    assert page_of(viewer, nam=YEAR, don_vi=cast.che_lau.pk).status_code == 404


@every_report
@pytest.mark.parametrize(("wanted", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")])
def test_file_is_handed_out_under_its_name(slug, wanted, begins, page_of, full_year):
    file = page_of(full_year.cast.hoa, "reports:report", slug, nam=YEAR, dinh_dang=wanted)

    ways = "-loai-hinh-tham-quyen" if REPORTS[slug].is_grouped else ""
    name = f"{slug}-{YEAR}-xa-na-meo{ways}-{localdate():%Y%m%d}.{wanted}"
    assert file.status_code == 200
    assert file["Content-Disposition"] == f'attachment; filename="{name}"'
    assert file.content.startswith(begins)


def test_files_say_what_the_page_says(page_of, full_year):
    def ask(wanted):
        return page_of(
            full_year.cast.hoa, "reports:report", "ket-qua-nam", nam=YEAR, dinh_dang=wanted
        )

    table = ask("html").context["table"]
    totals = json.loads(ask("json").content)["totals"]
    last = [
        row
        for row in load_workbook(io.BytesIO(ask("xlsx").content)).active.iter_rows(values_only=True)
        if row[0] == "Tổng cộng"
    ]

    assert totals["met"] == last[0][7] == table.total("met").value == 1


@every_report
def test_page_asks_a_constant_number_of_queries(slug, client, full_year, django_assert_num_queries):
    cast = full_year.cast
    client.force_login(cast.hoa)
    address = reverse("reports:report", args=[slug])
    client.get(address, query_params={"nam": YEAR})
    with CaptureQueriesContext(connection) as few:
        client.get(address, query_params={"nam": YEAR})

    full_year.list_units(cast.na_meo, *(add_area(cast.na_meo, f"Mới {n}") for n in range(30)))

    with django_assert_num_queries(len(few)):
        client.get(address, query_params={"nam": YEAR})
