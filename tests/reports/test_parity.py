"""Every report in every format says the same: bodies and totals, read back from what was written."""

import datetime as dt
import io
import json
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from antq_portal.lib.palette import OUTCOMES
from reports.base import NO_VALUE, ColumnKind, Share
from reports.definitions import REPORTS
from reports.renderers import to_html, to_json, to_pdf, to_xlsx
from reports.renderers.json import plain_value
from reports.renderers.xlsx import escaped
from tests.reports.test_figures import table_of

pytestmark = pytest.mark.usefixtures("stage", "db")

every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


@pytest.fixture
def table(report, full_year, now):
    return table_of(report, full_year.cast.hoa, full_year.cast.na_meo, now)


class Cells(HTMLParser):
    """Reads the rows of a table's body and foot as text."""

    def __init__(self):
        super().__init__()
        self.rows, self.part, self.cell = {"tbody": [], "tfoot": []}, "", None

    def handle_starttag(self, tag, attrs):
        if tag in self.rows:
            self.part = tag
        elif tag == "tr" and self.part:
            self.rows[self.part].append([])
        elif tag in ("td", "th") and self.part:
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in self.rows:
            self.part = ""
        elif tag in ("td", "th") and self.cell is not None:
            self.rows[self.part][-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def sheet_of(table):
    return load_workbook(io.BytesIO(to_xlsx(table)))["Báo cáo"]


def first_row(sheet, table):
    """The row of the sheet on which the body begins, one past what stays frozen."""
    return int(re.sub(r"\D", "", sheet.freeze_panes))


def in_excel(cell):
    """What the sheet must hold for one cell of the table."""
    value = cell.value
    if isinstance(value, Share):
        return cell.text if value.fraction is None else pytest.approx(float(value.fraction))
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, Decimal):
        return pytest.approx(float(value))
    return value if isinstance(value, int) else escaped(cell.text) or None


@every_report
def test_page_shows_the_table(table):
    parser = Cells()
    parser.feed(to_html(table))

    assert parser.rows["tbody"] == [[cell.text for cell in line.cells] for line in table.body]
    assert parser.rows["tfoot"] == [[cell.text for cell in table.footer]]


@every_report
def test_workbook_holds_the_table(table):
    sheet = sheet_of(table)
    start, lines = first_row(sheet, table), [line.cells for line in table.body]

    rows = list(sheet.iter_rows(min_row=start, max_row=start + len(lines), values_only=True))

    expected = [[in_excel(cell) for cell in cells] for cells in (*lines, table.footer)]
    assert [list(row) for row in rows] == expected


@every_report
def test_json_holds_the_table(table):
    found = json.loads(to_json(table))

    assert found["rows"] == [
        {"is_counted": line.is_counted}
        | {cell.column.key: plain_value(cell.value) for cell in line.cells}
        for line in table.body
    ]
    assert found["totals"] == {cell.column.key: plain_value(cell.value) for cell in table.footer}
    assert found["basis"] == table.basis


@every_report
def test_paper_shows_the_totals(table):
    reader = PdfReader(io.BytesIO(to_pdf(table)))

    words = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)

    totals = " ".join(cell.text for cell in table.footer if cell.text)
    assert words.replace(" ", "").count(totals.replace(" ", "").replace("\u00a0", "")) == 1
    assert table.parameters.as_of_text in words
    assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)


@every_report
def test_workbook_is_made_to_be_printed(table):
    sheet = sheet_of(table)
    page = sheet.page_setup

    assert (page.orientation, page.paperSize, page.fitToWidth, page.fitToHeight) == (
        "landscape", 9, 1, 0,
    )  # fmt: skip
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert (
        sheet.print_title_rows == f"${first_row(sheet, table) - 2}:${first_row(sheet, table) - 1}"
    )
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == [
        table.title, "Thuộc thẩm quyền của xã Na Mèo", table.basis, "Số liệu đến 14:32 ngày 14/11/2026.",
    ]  # fmt: skip


@every_report
def test_upper_headings_are_merged_over_their_columns(table):
    sheet = sheet_of(table)
    upper = first_row(sheet, table) - 2

    merged = {
        (area.min_col, area.max_col, area.min_row, area.max_row)
        for area in sheet.merged_cells.ranges
    }

    place, expected = 1, set()
    for group in table.groups:
        last = place + len(group.columns) - 1
        expected.add((place, last, upper, upper if group.label else upper + 1))
        place = last + 1
    assert merged == expected
    assert sheet.cell(upper, 1).value == table.columns[0].label


@every_report
def test_numbers_stay_numbers_with_their_format(table):
    sheet = sheet_of(table)
    formats = {
        ColumnKind.WHOLE: "#,##0", ColumnKind.POINTS: "#,##0.00",
        ColumnKind.PERCENT: "0.0%", ColumnKind.DATE: "dd/mm/yyyy",
    }  # fmt: skip

    for place, line in enumerate(table.body):
        for column, source in enumerate(line.cells, start=1):
            cell = sheet.cell(first_row(sheet, table) + place, column)
            if source.column.kind in formats and not isinstance(cell.value, str | None):
                assert cell.number_format == formats[source.column.kind]
            assert cell.data_type != "f"


def test_share_in_excel_is_cut_and_never_a_whole(full_year, now):
    table = table_of(REPORTS["danh-sach-don-vi"], full_year.cast.hoa, full_year.cast.na_meo, now)
    sheet, keys = sheet_of(table), [column.key for column in table.columns]
    place = next(n for n, line in enumerate(table.body) if line.cells[1].value == "Bản Hiềm")

    cell = sheet.cell(first_row(sheet, table) + place, keys.index("households_share") + 1)

    assert cell.value == pytest.approx(0.999)


def test_text_that_looks_like_a_formula_stays_text(full_year, now):
    table = table_of(REPORTS["danh-sach-don-vi"], full_year.cast.hoa, full_year.cast.na_meo, now)
    names = [row[1] for row in sheet_of(table).iter_rows(values_only=True) if len(row) > 1]

    assert '\'=HYPERLINK("http://x")' in names


@pytest.mark.parametrize("sign", ["=1+1", "+84", "-x", "@cmd", "  =1", "\t=1"])
def test_every_sign_of_a_formula_is_escaped(sign):
    assert escaped(sign) == f"'{sign}"


def test_classes_have_their_colours_in_excel(full_year, now):
    table = table_of(REPORTS["danh-sach-don-vi"], full_year.cast.hoa, full_year.cast.na_meo, now)
    sheet, keys = sheet_of(table), [column.key for column in table.columns]
    column = keys.index("class_outcome") + 1

    found = {
        cell.value: cell.fill.fgColor.rgb
        for (cell,) in sheet.iter_rows(
            min_row=first_row(sheet, table), min_col=column, max_col=column
        )
        if cell.value not in (None, NO_VALUE)
    }

    assert found == {
        OUTCOMES[code].label: f"FF{OUTCOMES[code].pale.lstrip('#').upper()}"
        for code in ("xuat_sac", "kha")
    }
