"""The import by its pages and service: rights, one transaction, the same file again."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import AuditEvent
from tests.cast import make_unit, version_of
from tests.units.test_importing import book, row
from units.importing import read_rows
from units.models import Kind, SubKind, Unit, UnitVersion
from units.services import SheetRefused, freeze_register, import_units, plan_import

pytestmark = pytest.mark.usefixtures("stage", "db")

URL = "/don-vi/nhap-excel/"
DAY = dt.date(2026, 11, 1)


def school(name="Trường Mầm non Na Mèo", level="Cấp xã", **more):
    return row(name, "Cơ sở giáo dục", "mầm non, nhà trẻ", level, **more)


def posted(data, name="a.xlsx"):
    return {"sheet": SimpleUploadedFile(name, data)}


@pytest.fixture
def officer(client, cast):
    client.force_login(cast.lan)
    return client


def write(client, data, url=URL):
    tried = client.post(url, posted(data))
    assert tried.status_code == 200, tried.context["problems"]
    return client.post(url, {"viec": "ghi", "bang": tried.context["carried"]})


def test_trying_writes_nothing_and_writing_writes_all(officer, cast):
    data = book(
        row("Sa Ná", households="1.399", counted_on="1/11/2026"),
        school(),
        row("Ché Lầu", contact_phone="0912"),
    )

    tried = officer.post(URL, posted(data))
    plan = tried.context["plan"]

    assert (len(plan.added), len(plan.changed), len(plan.same)) == (2, 1, 0)
    assert "Bản Sa Ná" in tried.content.decode()
    assert not AuditEvent.objects.exists()
    written = officer.post(URL, {"viec": "ghi", "bang": tried.context["carried"]})
    assert written.url == cast.na_meo.get_absolute_url()
    area = UnitVersion.objects.get(name="Bản Sa Ná")
    assert (area.households, area.counted_on, area.parent) == (
        1399,
        dt.date(2026, 11, 1),
        cast.na_meo,
    )
    assert version_of(cast.che_lau).contact_phone == "0912"
    assert sorted(AuditEvent.objects.values_list("act", flat=True)) == [
        "unit.create", "unit.create", "unit.head_counts", "unit.head_counts",
    ]  # fmt: skip


def test_same_file_again_changes_nothing(officer, cast):
    data = book(row("Sa Ná"), school(valid_from="1/9/2025", legal_act="QĐ 1"), row("Hiềm"))
    write(officer, data)
    count = AuditEvent.objects.count()

    again = officer.post(URL, posted(data))

    assert len(again.context["plan"].same) == 3
    assert again.context["carried"] == ""
    import_units(cast.na_meo, read_rows(data), by=cast.lan)
    assert AuditEvent.objects.count() == count


def test_present_list_uploaded_again_changes_nothing(officer, cast):
    for number, place in enumerate((cast.son_thuy, cast.na_meo)):
        unit = make_unit(Kind.RESIDENTIAL_AREA, "1", parent=place, sub_kind=SubKind.THON)
        if place == cast.son_thuy:
            UnitVersion.objects.create(
                unit=unit, parent=cast.na_meo, valid_from=dt.date(2025, 7, 1), name="Thôn 1", sub_kind="thon",
                path=f"{version_of(cast.na_meo).path}{unit.pk}/", managing_level="commune", sort_key="1",
                search_key="thon 1", households=number, counted_on=DAY,
            )  # fmt: skip

    listed = officer.get(URL + "mau/?hien_co=1").content
    plan = officer.post(URL, posted(listed)).context["plan"]

    assert (len(plan.same), plan.added, plan.changed, plan.problems) == (4, [], [], [])
    places = {cell.value for cell in load_workbook(io.BytesIO(listed)).worksheets[0]["G"]}
    assert places == {"Xã cũ", None, "xã Sơn Thủy", "xã Na Mèo"}


def test_one_wrong_row_writes_none(officer, cast):
    answer = officer.post(URL, posted(book(row("Sa Ná"), row("Sai", kind="x"))))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Dòng 3, cột C “Loại hình”" in page
    assert answer.context["carried"] == ""
    with pytest.raises(SheetRefused):
        import_units(cast.na_meo, read_rows(book(row("Sa Ná"), row("Sai", kind="x"))), by=cast.lan)
    assert not UnitVersion.objects.filter(name="Bản Sa Ná").exists()


def test_what_only_the_register_refuses_is_said_at_its_row_and_nothing_is_written(
    cast, monkeypatch
):
    rows = read_rows(book(row("Sa Ná"), row("Mới")))
    plan = plan_import(cast.na_meo, rows, by=cast.lan)
    assert len(plan.added) == 2
    make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    monkeypatch.setattr("units.services.importing.plan_import", lambda *given, **named: plan)

    with pytest.raises(SheetRefused) as refused:
        import_units(cast.na_meo, rows, by=cast.lan)

    assert "Dòng 3, cột B “Tên đơn vị”" in str(refused.value.plan.problems[0])
    assert not UnitVersion.objects.filter(name="Bản Sa Ná").exists()


def test_commune_officer_writes_no_unit_of_the_province(officer, cast):
    answer = officer.post(URL, posted(book(school("THPT Na Mèo", "Cấp tỉnh"))))

    assert answer.status_code == 422
    said = str(answer.context["plan"].problems[0])
    assert said.startswith(
        "Dòng 2, cột E “Cấp quản lý”: Bạn không ghi được đơn vị do cấp tỉnh quản lý"
    )


def test_district_level_is_no_choice_after_the_districts(officer):
    answer = officer.post(URL, posted(book(school(level="Cấp huyện"))))

    assert "không có đơn vị ở cấp quản lý đã chọn" in answer.content.decode()


def test_unit_of_the_province_may_stand_in_the_sheet_unchanged(officer, cast):
    make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "THPT Na Mèo", parent=cast.na_meo, sub_kind=SubKind.UPPER_SECONDARY,
        level="province",
    )  # fmt: skip
    line = ["THPT Na Mèo", "Cơ sở giáo dục", "trung học phổ thông", "Cấp tỉnh"]

    assert officer.post(URL, posted(book(row(*line)))).status_code == 200
    answer = officer.post(URL, posted(book(row(*line, contact_phone="09"))))
    assert "không thuộc quyền sửa" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lan", 200), ("minh", 200), ("thu", 200), ("binh", 200), ("root", 200), ("tuan", 200),
        ("hoa", 403), ("duc", 403), ("nga", 404),
    ],
)  # fmt: skip
def test_commune_is_chosen_from_rights(client, cast, who, status):
    client.force_login(getattr(cast, who))
    asked = f"?thuoc={cast.na_meo.pk}"

    assert client.get(URL + asked).status_code == status
    assert client.get(f"{URL}mau/{asked}").status_code == status


def test_who_has_no_commune_is_told_and_who_has_many_chooses(client, cast):
    client.force_login(cast.hoa)
    assert client.get(URL).status_code == 403
    client.force_login(cast.thu)
    assert [one.unit_id for one in client.get(URL).context["communes"]] == [
        cast.na_meo.pk,
        cast.son_thuy.pk,
    ]


def test_frozen_list_takes_the_import_from_the_officer(officer, cast, time_machine):
    freeze_register(cast.na_meo, year=dt.date.today().year)  # noqa: DTZ011

    assert officer.get(f"{URL}?thuoc={cast.na_meo.pk}").status_code == 403


def test_carried_rows_are_bound_to_person_and_commune(client, officer, cast):
    carried = officer.post(URL, posted(book(row("Sa Ná")))).context["carried"]
    for who, url in (("minh", URL), ("nga", URL), ("thu", f"{URL}?thuoc={cast.son_thuy.pk}")):
        client.force_login(getattr(cast, who))
        assert client.post(url, {"viec": "ghi", "bang": carried}).status_code == 409
    client.force_login(cast.lan)
    for spoilt in ("", "x", carried[:-1], carried.replace(carried[5], "A", 1) + "A"):
        assert client.post(URL, {"viec": "ghi", "bang": spoilt}).status_code == 409
    assert not UnitVersion.objects.filter(name="Bản Sa Ná").exists()


def test_carried_rows_end_after_an_hour(officer, time_machine):
    start = dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC)
    time_machine.move_to(start, tick=False)
    carried = officer.post(URL, posted(book(row("Sa Ná")))).context["carried"]
    time_machine.move_to(start + dt.timedelta(minutes=61), tick=False)

    assert officer.post(URL, {"viec": "ghi", "bang": carried}).status_code == 409


def test_unreadable_file_is_said_at_its_field(officer):
    answer = officer.post(URL, posted(b"ten,loai"))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["sheet"]
    assert officer.post(URL, {}).status_code == 422


def test_names_like_formulas_stay_text(officer, cast):
    make_unit(Kind.AGENCY, '=HYPERLINK("x")', parent=cast.na_meo, sub_kind=SubKind.STATE_BODY)

    listed = load_workbook(io.BytesIO(officer.get(URL + "mau/?hien_co=1").content))

    cells = [cell for cell in listed.worksheets[0]["B"] if str(cell.value).startswith("=")]
    assert [cell.data_type for cell in cells] == ["s"]


def test_trying_costs_no_more_queries_for_more_rows(cast):
    def queries(count):
        rows = read_rows(book(*(row(f"Bản {n}") for n in range(count))))
        with CaptureQueriesContext(connection) as caught:
            plan_import(cast.na_meo, rows, by=cast.lan)
        return len(caught)

    assert queries(1000) == queries(1) <= 15


def test_hundreds_of_rows_are_written(cast):
    rows = read_rows(book(*(row(f"Bản {n}") for n in range(100))))

    import_units(cast.na_meo, rows, by=cast.lan)

    assert (
        Unit.objects.filter(kind=Kind.RESIDENTIAL_AREA, versions__parent=cast.na_meo).count() == 102
    )
