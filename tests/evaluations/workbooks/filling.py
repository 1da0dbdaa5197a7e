"""An exported workbook as an officer fills it: cells named by unit, criterion and field."""

from io import BytesIO

from openpyxl import load_workbook

from evaluations.workbooks.layout import SHEET_MARK, UNIT_MARK


class Filled:
    """A workbook under somebody's hands."""

    def __init__(self, content):
        self.content = content
        self.book = load_workbook(BytesIO(content))

    def sheet(self, scheme="tt124"):
        mark = f"{SHEET_MARK}{scheme}:residential_area"
        return next(one for one in self.book.worksheets if self.mark_of(one) == mark)

    def mark_of(self, sheet):
        return next((c.value for c in sheet[1] if str(c.value).startswith(SHEET_MARK)), "")

    def column(self, code, field, scheme="tt124"):
        return next(c.column for c in self.sheet(scheme)[1] if c.value == f"{code}|{field}")

    def row(self, unit, scheme="tt124"):
        wanted = f"{UNIT_MARK}{unit.pk}"
        return next(c.row for c in self.sheet(scheme)["A"] if c.value == wanted)

    def cell(self, unit, code, field, scheme="tt124"):
        return self.sheet(scheme).cell(self.row(unit, scheme), self.column(code, field, scheme))

    def put(self, unit, code, field, value, scheme="tt124"):
        cell = self.cell(unit, code, field, scheme)
        cell.value = value
        return cell

    def saved(self):
        written = BytesIO()
        self.book.save(written)
        return written.getvalue()


def unmerged(sheet):
    """The sheet without merged heads and without notes, as a program that moves columns leaves it."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for cell in sheet[4]:
        cell.comment = None
    return sheet


def reordered_columns(filled):
    """Every column of criteria in the opposite order, heads and all."""
    sheet = unmerged(filled.sheet())
    rows = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_col=4)]
    for number, values in enumerate(rows, start=1):
        for place, value in enumerate(reversed(values), start=4):
            sheet.cell(number, place).value = value


def reordered_rows(filled):
    """The units from bottom to top, ids with them."""
    sheet = filled.sheet()
    rows = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_row=6)]
    for number, values in enumerate(reversed(rows), start=6):
        for place, value in enumerate(values, start=1):
            sheet.cell(number, place).value = value
