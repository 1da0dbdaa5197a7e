"""Workbooks that people fill in: what is read, what is refused and in which words."""

import datetime as dt
import unicodedata
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from antq_portal.lib.workbooks import (
    Column,
    Problem,
    SheetRow,
    WorkbookRefused,
    read_workbook,
    template_workbook,
)

COLUMNS = (
    Column("name", "Tên đơn vị"),
    Column("day", "Ngày"),
    Column("count", "Số hộ", is_required=False),
)


def file_of(*rows, headings=("Tên đơn vị", "Ngày", "Số hộ"), change=None):
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    if change:
        change(book.active)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def problems(*rows, **more):
    return [str(one) for one in read_workbook(file_of(*rows, **more), COLUMNS).problems]


def test_rows_come_back_with_their_numbers_in_nfc():
    decomposed = unicodedata.normalize("NFD", " Bản  Hiềm ")

    found = read_workbook(file_of((decomposed, dt.date(2025, 11, 20), 43)), COLUMNS)

    row = found.rows[0]
    assert (row.number, row.text("name"), row.day("day", year=2025)) == (
        2, "Bản Hiềm", dt.date(2025, 11, 20)
    )  # fmt: skip
    assert (row.whole("count"), row.text("count")) == (43, "43")
    assert found.problems == []


def test_columns_may_stand_in_another_order_below_a_title_with_empty_rows_between():
    rows = [("x", "số hộ", "TÊN ĐƠN VỊ", "ngày"), (None, 5, "Bản A", "20/11/2025"), (None,) * 4,
            (None, None, "Bản B", "21/11/2025")]  # fmt: skip

    found = read_workbook(file_of(*rows, headings=("Danh sách",)), COLUMNS)

    assert [(row.number, row.text("name")) for row in found.rows] == [(3, "Bản A"), (5, "Bản B")]
    assert found.rows[0].day("day", year=2024) == dt.date(2025, 11, 20)


def test_empty_formula_error_and_hidden_are_named_by_row_and_column():
    def change(sheet):
        sheet.row_dimensions[5].hidden = True
        sheet["C4"].data_type = "e"

    rows = [(None, "20/11/2025"), ("=1+1", "20/11/2025"), ("A", "20/11/2025", "#REF!"),
            ("B", "20/11/2025")]  # fmt: skip

    assert problems(*rows, change=change) == [
        "Dòng 2, cột “Tên đơn vị”: để trống.",
        "Dòng 3, cột “Tên đơn vị”: công thức; dán giá trị thay cho công thức.",
        "Dòng 4, cột “Số hộ”: ô bị lỗi.",
        "Dòng 5: dòng đang bị ẩn; bỏ ẩn hoặc xóa dòng này.",
    ]


def test_missing_heading_is_named():
    with pytest.raises(WorkbookRefused, match="Không thấy cột “Ngày”"):
        read_workbook(file_of(("A", "B"), headings=("Tên đơn vị", "Gì đó")), COLUMNS)


def test_too_long_a_file_is_refused():
    with pytest.raises(WorkbookRefused, match="quá 3 dòng"):
        read_workbook(file_of(*[("A", "1/1/2025")] * 30), COLUMNS, most_rows=3)


@pytest.mark.parametrize("content", [b"", b"ten,ngay\n", b"PK\x03\x04xxxx"])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(WorkbookRefused, match=r"không phải là bảng tính \.xlsx"):
        read_workbook(content, COLUMNS)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("xl/vbaProject.bin", b"x", "macro"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "liên kết ngoài"),
        ("xl/big.xml", b" " * (41 * 1024 * 1024), "quá lớn"),
        ("xl/bomb.xml", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "khai báo XML"),
    ],
)
def test_dangerous_parts_are_refused(name, content, why):
    written = BytesIO(file_of(("A", "1/1/2025")))
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)

    with pytest.raises(WorkbookRefused, match=why):
        read_workbook(written.getvalue(), COLUMNS)


def repacked(part, *changes):
    kept = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(file_of(("A", "1/1/2025")))) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.infolist():
            body = old.read(one)
            for before, after in changes if one.filename == part else ():
                assert before in body
                body = body.replace(before, after)
            new.writestr(one.filename, body)
    return kept.getvalue()


@pytest.mark.parametrize(
    "after",
    [
        b'</sheetData><mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>',
        b'</sheetData><hyperlinks><hyperlink ref="A5:XFD1048576" location="A1"/></hyperlinks>',
        b"<row>" + b"<c/>" * 70_000 + b"</row></sheetData>",
    ],
    ids=["merged", "linked", "many"],
)
def test_few_bytes_that_ask_for_many_cells_are_refused(after):
    content = repacked("xl/worksheets/sheet1.xml", (b"</sheetData>", after))

    assert len(content) < 20_000
    with pytest.raises(WorkbookRefused, match="quá nhiều ô"):
        read_workbook(content, COLUMNS)


def test_a_declaration_behind_a_long_remark_is_refused():
    odd = b"<!--" + b"x" * 9000 + b"--><!DOCTYPE x [<!ENTITY a 'b'>]><x/>"
    written = BytesIO(file_of(("A", "1/1/2025")))
    with zipfile.ZipFile(written, "a") as packed:
        packed.writestr("xl/odd.dat", odd)

    with pytest.raises(WorkbookRefused, match="khai báo XML"):
        read_workbook(written.getvalue(), COLUMNS)


def test_a_title_over_merged_cells_is_read():
    found = read_workbook(
        file_of(("Tên đơn vị", "Ngày"), ("A", "1/1/2025"), headings=("Danh sách",),
                change=lambda sheet: sheet.merge_cells("A1:C1")), COLUMNS,
    )  # fmt: skip

    assert [row.text("name") for row in found.rows] == ["A"]


def test_a_part_that_cannot_be_unpacked_is_said_in_words():
    content = repacked("xl/worksheets/sheet1.xml", (b"Ng", b"Ng"))
    broken = content.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml", 1)

    with pytest.raises(WorkbookRefused, match="Không đọc được tệp"):
        read_workbook(broken, COLUMNS)


def test_large_file_is_refused_before_it_is_read():
    with pytest.raises(WorkbookRefused, match="lớn quá 5 MB"):
        read_workbook(BytesIO(b"x" * (6 * 1024 * 1024)), COLUMNS)


def test_file_of_broken_parts_is_refused():
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("xl/workbook.xml", "<broken")

    with pytest.raises(WorkbookRefused, match="Không đọc được tệp"):
        read_workbook(written.getvalue(), COLUMNS)


def test_template_is_read_back_and_its_text_never_starts_a_formula():
    content = template_workbook(
        "Kết quả", COLUMNS, notes=["Ghi chú"], rows=[["=1+1", "1/1/2025", 3]]
    )

    found = read_workbook(content, COLUMNS)

    assert found.rows[0].text("name") == "'=1+1"
    assert found.problems == []
    assert load_workbook(BytesIO(content)).sheetnames == ["Kết quả", "Hướng dẫn"]


def test_wrong_day_and_number_are_said_in_words():
    row = SheetRow(7, {"day": "hôm qua", "count": "nhiều"})

    with pytest.raises(ValueError, match="không phải là ngày"):
        row.day("day", year=2025)
    with pytest.raises(ValueError, match="không phải là số"):
        row.whole("count")
    assert str(Problem(7, "Ngày", "sai.")) == "Dòng 7, cột “Ngày”: sai."
