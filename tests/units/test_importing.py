"""The sheet by itself: reading a file from outside, understanding rows, comparing; no database."""

import datetime as dt
import io
import re
import time
import unicodedata
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from units.importing import (
    MOST_ROWS,
    KnownUnit,
    UnreadableFile,
    make_plan,
    read_rows,
    write_workbook,
)
from units.importing.checking import Said
from units.importing.columns import COLUMNS, SHEET

TODAY = dt.date(2026, 11, 2)
HEADS = [column.heading for column in COLUMNS]
AREA = ["Khu dân cư", "bản", "Cấp xã"]


def row(name="Ché Lầu", kind="Khu dân cư", word="bản", level="Cấp xã", size="", former="", **more):
    cells = dict.fromkeys((column.name for column in COLUMNS), None)
    cells |= {
        "name": name, "kind": kind, "sub_kind": word, "managing_level": level, "enterprise_size": size,
        "former_place": former, **more,
    }  # fmt: skip
    return list(cells.values())


def book(*rows, heads=HEADS, change=lambda sheet: None):
    made = Workbook()
    sheet = made.active
    sheet.title = SHEET
    sheet.append(heads)
    for one in rows:
        sheet.append(one)
    change(sheet)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def known(unit_id=1, **said):
    full = {
        "row": 0, "name": "Bản Ché Lầu", "kind": "residential_area", "sub_kind": "ban",
        "managing_level": "commune", "enterprise_size": "", "former_place": "", "households": None,
        "members": None, "counted_on": None, "representative_name": "", "representative_title": "",
        "contact_phone": "", "valid_from": None, "legal_act": "", **said,
    }  # fmt: skip
    start = full["valid_from"]
    return KnownUnit(unit_id, Said(**full), frozenset({start}), start)


def plan(data, *there):
    return make_plan(read_rows(data), there, commune="xã Trung Hạ", today=TODAY)


def problems(data, *there):
    return [str(problem) for problem in plan(data, *there).problems]


# Files ----------------------------------------------------------------------------------------


def refusal(data, name="don-vi.xlsx"):
    with pytest.raises(UnreadableFile) as refused:
        read_rows(data, name=name)
    return str(refused.value)


def repacked(data, changed=None, added=None):
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            body = old.read(part)
            new.writestr(part.filename, (changed or {}).get(part.filename, lambda b: b)(body))
        for name, body in (added or {}).items():
            new.writestr(name, body)
    return kept.getvalue()


def test_template_is_read_back_and_has_its_lists():
    data = write_workbook()
    lists = load_workbook(io.BytesIO(data))[SHEET].data_validations.dataValidation

    assert refusal(data) == "Tệp chưa có đơn vị nào dưới dòng đầu."
    assert {str(one.sqref)[0] for one in lists} == set("CDEF")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "rỗng"),
        (b"ten,loai\n", "không phải là bảng tính"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "mật khẩu"),
        (b"PK\x03\x04broken", "không phải là bảng tính"),
        (b"x" * (3 * 1024 * 1024 + 1), "3 MB"),
    ],
)
def test_other_files_are_refused_in_words(data, said):
    assert said in refusal(data)


def test_macros_are_refused_by_name_and_by_content():
    assert "macro" in refusal(book(row()), name="a.XLSM")
    assert "macro" in refusal(repacked(book(row()), added={"xl/vbaProject.bin": b"x"}))


def test_half_a_file_is_broken():
    assert "không phải là bảng tính" in refusal(book(row())[:-200])


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = repacked(book(row()), added={"xl/media/a.bin": b"\0" * 40_000_000})

    assert len(bomb) < 100_000
    assert "quá lớn" in refusal(bomb)


def test_a_sheet_of_too_many_cells_is_refused_early():
    many = b"<row>" + b"<c/>" * 60_000 + b"</row></sheetData>"
    data = repacked(
        book(row()), {"xl/worksheets/sheet1.xml": lambda body: body.replace(b"</sheetData>", many)}
    )

    assert "quá nhiều ô" in refusal(data)


LAST = "XFD1048576"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_with(after_rows=b"", more_rows=b""):
    def change(body):
        body = body.replace(b"</sheetData>", more_rows + b"</sheetData>" + after_rows)
        return re.sub(rb"<dimension[^>]*>", b"", body)

    return repacked(book(row()), {"xl/worksheets/sheet1.xml": change})


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            sheet_with(b'<mergeCells><mergeCell ref="A5:%s"/></mergeCells>' % LAST.encode()),
            id="merged",
        ),
        pytest.param(
            sheet_with(b'<hyperlinks><hyperlink ref="5:1048576" location="A1"/></hyperlinks>'),
            id="linked",
        ),
        pytest.param(sheet_with(more_rows=b'<row r="1048576"><c r="A1048576"/></row>'), id="far"),
    ],
)
def test_few_bytes_that_ask_for_many_cells_are_refused(data):
    assert len(data) < 20_000
    assert "quá nhiều ô" in refusal(data)


def test_hidden_rows_of_a_wide_sheet_cost_no_cells():
    rows = b'<row r="3"><c r="XFD3"/></row>' + b"".join(
        b'<row r="%d" hidden="1"/>' % number for number in range(4, 2500)
    )
    before = time.process_time()

    assert len(read_rows(sheet_with(more_rows=rows))) == 1
    assert time.process_time() - before < 3


def test_one_long_text_in_every_cell_is_cut_before_it_is_cleaned():
    cells = (b'<row r="%d"><c r="B%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(3, 503))
    long = b"<sst><si><t>" + b"a " * 5_000_000 + b"</t></si></sst>"
    listed = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    data = repacked(
        sheet_with(more_rows=b"".join(cells)),
        {"[Content_Types].xml": lambda body: body.replace(b"</Types>", listed)},
        {"xl/sharedStrings.xml": long.replace(b"<sst>", b'<sst xmlns="%s">' % MAIN)},
    )
    before = time.process_time()

    rows = read_rows(data)

    assert (len(rows), rows[1].cells[1][:3]) == (501, "a a")
    assert time.process_time() - before < 5


@pytest.mark.parametrize("name", ["xl/odd.dat", "xl/odd.xml"])
def test_a_declaration_is_found_under_any_name_and_behind_a_long_remark(name):
    odd = b"<?xml version='1.0'?><!--" + b"x" * 9000 + b"--><!DOCTYPE x [<!ENTITY a 'b'>]><x/>"

    assert "khai báo XML" in refusal(repacked(book(row()), added={name: odd}))


def test_declared_entities_are_refused():
    lol = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    data = repacked(book(row()), {"xl/workbook.xml": lambda body: lol + body})

    assert "khai báo XML" in refusal(data)


def test_formula_without_a_kept_value_is_refused_and_with_one_is_read():
    data = book(row(), change=lambda sheet: sheet.cell(2, 8, "=40+41"))
    kept = repacked(
        data,
        {"xl/worksheets/sheet1.xml": lambda body: re.sub(rb"<v ?/>|<v></v>", b"<v>81</v>", body)},
    )

    assert "Ô H2 là công thức" in refusal(data)
    assert read_rows(kept)[0].cells[7] == "81"


def test_faults_of_excel_are_refused():
    assert "Ô H2 đang báo lỗi #N/A" in refusal(book(row(households="#N/A")))


def test_hidden_rows_are_refused():
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True

    assert "ẩn (dòng 3)" in refusal(book(row(), row("Hiềm"), change=hide))


def test_headings_in_another_order_are_refused():
    assert "Dòng 1, cột B phải là “Tên đơn vị”" in refusal(
        book(row(), heads=[HEADS[0], "Xã", *HEADS[2:]])
    )
    assert "nhiều hơn" in refusal(book(row(), heads=[*HEADS, "Ghi chú"]))


def test_more_rows_than_allowed_are_refused():
    assert str(MOST_ROWS) in refusal(
        book(*([f"{n}", f"Bản {n}", *AREA] for n in range(MOST_ROWS + 1)))
    )


def test_blank_rows_and_bare_numbers_count_as_nothing():
    assert [one.number for one in read_rows(book(row(), [2], [None, "  "], row("Hiềm")))] == [2, 5]


# Rows -----------------------------------------------------------------------------------------


def test_text_is_composed_and_spaces_made_one():
    typed = unicodedata.normalize("NFD", "  bản\u00a0 Ché\u200b  Lầu ")
    added = plan(book(row(typed, word="BẢN"))).added

    assert [change.said.name for change in added] == ["Bản Ché Lầu"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1.399", 1399), (1399, 1399), (1399.0, 1399), (1.399, 1399), (" 81 ", 81)],
)
def test_counts_as_text_or_number(typed, number):
    said = plan(book(row(households=typed, counted_on="1/11/2026"))).added[0].said

    assert said.households == number


@pytest.mark.parametrize("typed", ["1/7/2026", "01-07-2026", dt.date(2026, 7, 1)])
def test_days_as_text_or_date(typed):
    assert plan(book(row(valid_from=typed))).added[0].said.valid_from == dt.date(2026, 7, 1)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"kind": "Thôn bản"}, "Dòng 2, cột C “Loại hình”: Không có “Thôn bản”"),
        ({"kind": ""}, "Dòng 2, cột C “Loại hình”: Còn trống"),
        ({"name": ""}, "Dòng 2, cột B “Tên đơn vị”: Còn trống"),
        ({"name": "x" * 200}, "Dòng 2, cột B “Tên đơn vị”: Dài quá"),
        (
            {"word": "doanh nghiệp"},
            "Dòng 2, cột D “Tên gọi”: “doanh nghiệp” không phải tên gọi của khu dân cư",
        ),
        ({"level": "Cấp tỉnh"}, "Dòng 2, cột E “Cấp quản lý”: Khu dân cư luôn do cấp xã quản lý"),
        ({"size": "Vừa"}, "Dòng 2, cột F “Quy mô”: Chỉ doanh nghiệp"),
        ({"households": "tám"}, "Dòng 2, cột H “Số hộ”"),
        ({"households": "8,5"}, "Dòng 2, cột H “Số hộ”"),
        ({"households": -1}, "Dòng 2, cột H “Số hộ”"),
        ({"households": 10**12}, "Dòng 2, cột H “Số hộ”"),
        ({"households": 81}, "Dòng 2, cột J “Chốt ngày”: Có số liệu thì ghi ngày chốt"),
        (
            {"counted_on": "3/11/2026"},
            "Dòng 2, cột J “Chốt ngày”: Ngày chốt số liệu không thể ở tương lai",
        ),
        ({"counted_on": "31/2/2026"}, "Dòng 2, cột J “Chốt ngày”"),
    ],
)
def test_mistakes_are_said_by_row_and_column(cells, said):
    found = problems(book(row(**cells)))

    assert len(found) == 1
    assert found[0].startswith(said)


def test_all_mistakes_are_said_at_once_in_order():
    found = problems(book(row(kind="x", households="y"), row(""), row("Hiềm")))

    assert [one.split("”")[0] for one in found] == [
        "Dòng 2, cột C “Loại hình", "Dòng 2, cột H “Số hộ", "Dòng 3, cột B “Tên đơn vị",
    ]  # fmt: skip


# Against the register -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Ché Lầu", "bản ché  lầu", "BẢN CHÉ LẦU"])
def test_case_and_spaces_do_not_make_another_unit(name):
    found = plan(book(row(name)), known())

    assert (len(found.added), len(found.changed), len(found.same), found.problems) == (0, 0, 1, [])


def test_empty_cells_change_nothing():
    there = known(households=81, counted_on=TODAY, contact_phone="0912")

    assert len(plan(book(row()), there).same) == 1


def test_changed_cells_are_told():
    there = known(households=81, counted_on=dt.date(2026, 1, 1))
    changed = plan(book(row(households=85, counted_on=TODAY)), there).changed[0]

    assert changed.words == ["Số hộ: 81 → 85", "Chốt ngày: 01/01/2026 → 02/11/2026"]
    assert (changed.changes_facts, changed.changes_details) == (False, True)


def test_same_unit_twice_in_one_file_is_refused():
    assert problems(book(row("Mới"), row("mới"))) == [
        "Dòng 3, cột B “Tên đơn vị”: Trùng với dòng 2."
    ]


def three_of_one_name():
    return [
        known(number, name="Thôn 1", sub_kind="thon", former_place=place)
        for number, place in ((1, "xã Trung Xuân"), (2, "xã Trung Tiến"), (3, ""))
    ]


@pytest.mark.parametrize(
    ("former", "unit_id"),
    [("xã Trung Xuân", 1), ("Trung Tiến", 2), ("trung tien cũ", 2), ("xã Trung Hạ", 3)],
)
def test_names_of_a_merged_commune_are_told_apart_by_the_former_one(former, unit_id):
    data = book(row("Thôn 1", word="thôn", former=former, households=9, counted_on=TODAY))

    assert plan(data, *three_of_one_name()).changed[0].known.unit_id == unit_id


@pytest.mark.parametrize("former", ["", "xã Sơn Thủy"])
def test_a_name_that_fits_several_or_none_is_no_guess(former):
    found = problems(book(row("Thôn 1", word="thôn", former=former)), *three_of_one_name())

    assert len(found) == 1
    assert "cột G “Xã cũ”" in found[0]
    assert "xã Trung Xuân; xã Trung Tiến; xã Trung Hạ" in found[0]


@pytest.mark.parametrize(
    ("cells", "column"),
    [({"word": "thôn"}, "D"), ({"kind": "Cơ quan", "word": "cơ quan nhà nước"}, "C")],
)
def test_same_bare_name_under_another_word_is_no_guess(cells, column):
    found = problems(book(row("Ché Lầu", **cells)), known(name="Bản Ché Lầu"))

    assert f"cột {column} " in found[0]


def test_enterprise_without_a_size_is_not_yet_measured():
    data = book(row("Công ty A", "Doanh nghiệp", "doanh nghiệp"))

    assert plan(data).added[0].said.enterprise_size == "unknown"


def company(**said):
    return known(
        name="Công ty A", kind="enterprise", sub_kind="enterprise", enterprise_size="small", **said
    )


def test_a_dated_change_needs_its_paper_and_a_later_day():
    there = company(valid_from=dt.date(2025, 7, 1))

    def dated(**cells):
        return book(row("Công ty A", "Doanh nghiệp", "doanh nghiệp", size="Vừa", **cells))

    assert plan(dated(), there).changed[0].is_revision is False
    assert plan(dated(valid_from="1/7/2025"), there).changed[0].is_revision is False
    assert (
        plan(dated(valid_from="1/1/2026", legal_act="QĐ 1"), there).changed[0].is_revision is True
    )
    assert "cột O “Căn cứ”" in problems(dated(valid_from="1/1/2026"), there)[0]
    assert (
        "cột N “Có từ ngày”" in problems(dated(valid_from="1/1/2025", legal_act="QĐ 1"), there)[0]
    )


def test_thousand_rows_are_read_and_compared_in_a_few_seconds():
    data = book(*(row(f"Bản {n}", households=n, counted_on=TODAY) for n in range(MOST_ROWS)))
    there = [known(n, name=f"Bản {n}") for n in range(500)]
    started = time.monotonic()

    found = plan(data, *there)

    assert (len(found.added), len(found.changed), found.problems) == (500, 500, [])
    assert time.monotonic() - started < 10
