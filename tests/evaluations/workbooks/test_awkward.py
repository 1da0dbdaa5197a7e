"""Awkward workbooks: what comes back from people's machines, and what the portal makes of it.

One export of one commune; each case changes it in one way and says what the check finds.
"""

import datetime as dt
import zipfile
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font

from accounts.roles import Role
from antq_portal.lib.workbooks import WorkbookRefused
from criteria.scoring import AnswerValues
from evaluations.models import RosterEntry, Season
from evaluations.services.answers import Typed, save_answers
from evaluations.services.rosters import set_not_considered
from evaluations.services.seasons import lock_season
from evaluations.workbooks.identity import SHEET as IDENTITY
from evaluations.workbooks.work import area_for_entry, plan_for, workbook_of
from tests import story
from tests.cast import give_role, make_person, make_unit
from tests.evaluations.workbooks.filling import Filled, reordered_columns, reordered_rows, unmerged
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.django_db


@dataclass
class Expected:
    """What the check comes to; messages are parts of what is said, in order."""

    new: int = 0
    changed: int = 0
    conflicts: int = 0
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    refused: str = ""


CASES = {}


def case(name, **expected):
    def register(function):
        CASES[name] = (function, Expected(**expected))
        return function

    return register


# Nothing awkward, or harmless --------------------------------------------------------------------


@case("as it was exported")
def _(filled, cast):
    pass


@case("ordinary: one unit begun", new=3)
def _(filled, cast):
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    filled.put(cast.hiem, "4.1.iii", "numerator", 43)
    filled.put(cast.hiem, "4.1.iii", "denominator", 44)
    filled.put(cast.hiem, "4.3.a", "counts-0", 0)


@case("unlocked", changed=1)
def _(filled, cast):
    filled.sheet().protection.sheet = False
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")


@case("columns in another order", changed=1)
def _(filled, cast):
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    reordered_columns(filled)


@case("rows in another order", changed=1)
def _(filled, cast):
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    reordered_rows(filled)


@case("an extra sheet", changed=1, notes=["Trang “Nháp” không phải của cổng"])
def _(filled, cast):
    filled.book.create_sheet("Nháp")["A1"] = "tính thử"
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")


@case("an extra column", notes=["cột thêm"])
def _(filled, cast):
    sheet = filled.sheet()
    sheet.cell(filled.row(cast.che_lau), sheet.max_column + 3).value = "ghi chú riêng"


@case("sheet renamed", changed=1)
def _(filled, cast):
    filled.sheet().title = "Bản của tôi"
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")


@case("sheet deleted", notes=["Không thấy trang “QĐ510 Khu dân cư”"])
def _(filled, cast):
    del filled.book[filled.sheet("qd510").title]


@case("rows cut", notes=["không đọc 1 đơn vị (Bản Ché Lầu)"])
def _(filled, cast):
    filled.sheet().delete_rows(filled.row(cast.che_lau))


@case("pasted with formats", changed=1)
def _(filled, cast):
    cell = filled.put(cast.che_lau, "4.3.a", "counts-0", 2.0)
    cell.font, cell.number_format = Font(name="Arial", color="FF0000"), "0.00%"


@case("words by meaning", changed=0, new=3)
def _(filled, cast):
    for code, word in (("4.1.i", "x"), ("4.1.ii", " dat "), ("4.2", "CHUA ĐẠT")):
        filled.put(cast.hiem, code, "verdict", word)


@case("numbers as text; one of them over a proposal", new=2)
def _(filled, cast):
    filled.put(cast.hiem, "4.1.iii", "numerator", "1.399")
    filled.put(cast.hiem, "4.1.iii", "denominator", " 1 399 ")
    filled.put(cast.che_lau, "A1", "points", "3,5", "qd510")
    filled.put(cast.che_lau, "A1", "note", "Ban hành cuối Quý I.", "qd510")


@case("hidden row that was filled", new=1)
def _(filled, cast):
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    filled.sheet().row_dimensions[filled.row(cast.hiem)].hidden = True


@case("text that looks like a formula", new=1)
def _(filled, cast):
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    cell = filled.put(cast.hiem, "4.1.i", "note", "=2 nghị quyết")
    cell.data_type = "s"


@case("an answer wiped out", changed=1)
def _(filled, cast):
    filled.put(cast.che_lau, "4.2", "verdict", None)


# Cells that are refused, the rest is read ---------------------------------------------------------


@case("a formula", new=1, problems=["Ô là công thức"])
def _(filled, cast):
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    filled.put(cast.hiem, "4.3.a", "counts-0", "=1+1")


@case("a broken value", problems=["đang báo lỗi #REF!"])
def _(filled, cast):
    filled.put(cast.hiem, "4.3.a", "counts-0", "#REF!").data_type = "e"


@case("a column deleted", new=1, problems=["Thiếu cột “Trả lời”"])
def _(filled, cast):
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    unmerged(filled.sheet()).delete_cols(filled.column("4.2", "verdict"))


@case("a column copied", problems=["có hai lần"])
def _(filled, cast):
    sheet = filled.sheet()
    sheet.cell(1, sheet.max_column + 1).value = "4.2|verdict"


UNREAD = "Trang “TT124 Khu dân cư”: không đọc"


@case("a unit twice", problems=["có ở nhiều dòng"], notes=[f"{UNREAD} 1 đơn vị (Bản Hiềm)"])
def _(filled, cast):
    sheet, number = filled.sheet(), filled.row(cast.hiem)
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    for cell in list(sheet[number]):
        sheet.cell(sheet.max_row + (cell.column == 1), cell.column).value = cell.value


@case("a row of one's own", problems=["không có mã đơn vị"])
def _(filled, cast):
    sheet = filled.sheet()
    number = sheet.max_row + 1
    sheet.cell(number, 2).value = "Bản Mới"
    sheet.cell(number, filled.column("4.1.i", "verdict")).value = "Đạt"


@case(
    "names sorted without their ids",
    problems=["không khớp mã ẩn", "không khớp mã ẩn"],
    notes=[UNREAD],
)
def _(filled, cast):
    sheet = filled.sheet()
    one, two = (sheet.cell(filled.row(unit), 2) for unit in (cast.che_lau, cast.hiem))
    one.value, two.value = two.value, one.value


@case("ids wiped out", problems=["không còn mã đơn vị nào"], notes=[UNREAD])
def _(filled, cast):
    for cell in filled.sheet()["A"][1:]:
        cell.value = None


@case("merged cells", problems=["Ô đang bị gộp", "Ô đang bị gộp"])
def _(filled, cast):
    row, column = filled.row(cast.che_lau), filled.column("4.1.iii", "numerator")
    filled.sheet().merge_cells(
        start_row=row, end_row=row, start_column=column, end_column=column + 1
    )


@case("a day where a number belongs", problems=["đang là ngày (02/01/2026)"])
def _(filled, cast):
    filled.put(cast.hiem, "4.3.a", "counts-0", dt.date(2026, 1, 2))


@case("TCVN3", problems=["mã cũ TCVN3"])
def _(filled, cast):
    cell = filled.put(cast.che_lau, "4.2", "note", "Héi nghÞ th«n")
    cell.font = Font(name=".VnTime")


@case("VNI", problems=["mã cũ VNI"])
def _(filled, cast):
    filled.put(cast.che_lau, "4.2", "note", "Hoäi nghò xaõ, coù bieân baûn")


@case("a word nobody offers", problems=["Không hiểu “tạm được”"])
def _(filled, cast):
    filled.put(cast.che_lau, "4.2", "verdict", "tạm được")


@case(
    "what the form refuses too",
    problems=["không được lớn hơn", "không phải là số", "Điểm chuẩn là"],
)
def _(filled, cast):
    filled.put(cast.che_lau, "4.1.iii", "numerator", 81)
    filled.put(cast.hiem, "4.3.a", "counts-0", "hai")
    filled.put(cast.che_lau, "A1", "points", 99, "qd510")


@case("a sheet copied", problems=["là bản sao"], notes=[UNREAD])
def _(filled, cast):
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    filled.book.copy_worksheet(filled.sheet())


# What happened on the portal meanwhile ------------------------------------------------------------


def save(cast, code, values):
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    version = evaluation.answers.get(criterion__code=code).version
    save_answers(evaluation, {code: Typed(values, version)}, by=cast.lan)


@case("a month without a line", changed=1, conflicts=1)
def _(filled, cast):
    save(cast, "4.2", AnswerValues(verdict="met", note="Bổ sung trên cổng."))
    save(cast, "4.1.i", AnswerValues(verdict="met", note="Chỉ trên cổng."))
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    filled.put(cast.che_lau, "4.3.a", "counts-0", 3)


@case("the same cell typed on both sides, another one only on the portal")
def _(filled, cast):
    save(cast, "4.2", AnswerValues(verdict="not_met", note="Thêm trên cổng."))
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")


@case("not applicable on the portal, counted in the file", conflicts=1)
def _(filled, cast):
    evaluation = story.files(cast.che_lau)[Scheme.CLASSIFICATION]
    version = evaluation.answers.get(criterion__code="C2").version
    typed = {"C2": Typed(AnswerValues(verdict="na"), version)}
    save_answers(evaluation, typed, by=cast.lan)
    filled.put(cast.che_lau, "C2", "points", 0, "qd510")


@case("left the list meanwhile", problems=["không còn trong danh sách"])
def _(filled, cast):
    entry = RosterEntry.objects.get(unit=cast.hiem, roster__year=story.year())
    leave_out(entry, cast)
    filled.put(cast.hiem, "4.1.i", "verdict", "Đạt")


def leave_out(entry, cast):
    set_not_considered(entry, reason="founded_late", note="Mới lập.", by=cast.minh)


@case("sent meanwhile", problems=["Hồ sơ “Đã gửi thẩm định”: 1 tiêu chí"])
def _(filled, cast):
    story.submitted(cast.che_lau, cast)
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")


@case("locked meanwhile", problems=["Kỳ đánh giá đã khóa sổ: 1 tiêu chí"])
def _(filled, cast):
    lock_season(story.season(Scheme.RECOGNITION), by=cast.thu)
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")


# Files of something else --------------------------------------------------------------------------


@case("another year", refused="Tệp này của năm khác")
def _(filled, cast):
    area = area_for_entry(cast.lan, cast.na_meo.pk)
    return workbook_of(cast.lan, area, story.year() - 1)[1]


@case("another commune", refused="Tệp này của nơi khác (Xã Sơn Thủy")
def _(filled, cast):
    area = area_for_entry(cast.nga, cast.son_thuy.pk)
    return workbook_of(cast.nga, area, story.year())[1]


@case("another province", refused="Tệp này của tỉnh khác (Tỉnh Nghệ An")
def _(filled, cast):
    nghe_an = make_unit(
        Kind.PROVINCE, "Nghệ An", parent=cast.nation, sub_kind=SubKind.TINH, level="ministry"
    )
    person = make_person("an", "Nguyễn Văn An")
    give_role(person, Role.OFFICER, nghe_an)
    area = area_for_entry(person, nghe_an.pk)
    return workbook_of(person, area, story.year())[1]


@case("other criteria", refused="Bộ tiêu chí của trang “TT124 Khu dân cư” đã đổi")
def _(filled, cast):
    season = story.season(Scheme.RECOGNITION)
    other = season.criteria_set
    other.pk, other.code, other.source_sha256 = None, "khac", "b" * 64
    other.published_at = None
    other.save()
    Season.objects.filter(pk=season.pk).update(criteria_set=other)


@case("identity tampered with", refused="Phần nhận dạng của tệp đã bị sửa")
def _(filled, cast):
    cell = filled.book[IDENTITY]["A1"]
    cell.value = cell.value[:40] + ("A" if cell.value[40] != "A" else "B") + cell.value[41:]


@case("identity of another file", refused="Phần nhận dạng của tệp đã bị sửa")
def _(filled, cast):
    filled.book[IDENTITY]["A1"].value += "x"


@case("hidden sheet deleted", refused="không do cổng xuất ra")
def _(filled, cast):
    del filled.book[IDENTITY]


@case("a chart under the hidden sheet's name", refused="không do cổng xuất ra")
def _(filled, cast):
    del filled.book[IDENTITY]
    chart = BarChart()
    chart.add_data(Reference(filled.sheet(), min_col=1, min_row=1, max_row=3))
    filled.book.create_chartsheet(IDENTITY).add_chart(chart)


@case("a workbook of somebody's own", refused="không do cổng xuất ra")
def _(filled, cast):
    written = BytesIO()
    Workbook().save(written)
    return written.getvalue()


@case("empty", refused="không phải là bảng tính")
def _(filled, cast):
    return b""


@case("no workbook at all", refused="không phải là bảng tính")
def _(filled, cast):
    return b"%PDF-1.4 " * 100


@case("xls, or locked by a password", refused="mật khẩu hoặc là Excel cũ")
def _(filled, cast):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000


def repacked(content, name, body):
    written = BytesIO(content)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, body)
    return written.getvalue()


@case("macros", refused="có macro")
def _(filled, cast):
    return repacked(filled.content, "xl/vbaProject.bin", b"x")


@case("a bomb", refused="giải nén ra quá lớn")
def _(filled, cast):
    return repacked(filled.content, "xl/media/big.bin", b"\0" * (41 * 1024 * 1024))


@case("one cell far off on a sheet of one's own", refused="“Nháp” có ô ghi ở rất xa (đến XFD2000)")
def _(filled, cast):
    filled.book.create_sheet("Nháp")["XFD2000"] = "tính thử"


@case("one cell far off beside the units", refused="có ô ghi ở rất xa")
def _(filled, cast):
    filled.sheet()["XFD2000"] = "ghi chú riêng"


@case("too large", refused="lớn quá 5 MB")
def _(filled, cast):
    return filled.content + b"\0" * (5 * 1024 * 1024)


@case("cut off on the way", refused="không phải là bảng tính")
def _(filled, cast):
    return filled.content[: len(filled.content) // 2]


# Telling ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_awkward_workbook(name, cast, export):
    change, expected = CASES[name]
    filled = Filled(export)

    content = change(filled, cast)
    content = filled.saved() if content is None else content
    area = area_for_entry(cast.lan, cast.na_meo.pk)
    if expected.refused:
        with pytest.raises(WorkbookRefused) as refused:
            plan_for(content, area, year=story.year(), by=cast.lan)
        assert expected.refused in str(refused.value)
        return
    plan = plan_for(content, area, year=story.year(), by=cast.lan)

    said = [problem.message for problem in plan.problems]
    assert (plan.new_count, plan.changed_count, len(plan.conflicts), len(said)) == (
        expected.new, expected.changed, expected.conflicts, len(expected.problems)
    ), (plan.items, said)  # fmt: skip
    assert all(part in message for part, message in zip(expected.problems, said, strict=True)), said
    assert len(plan.notes) == len(expected.notes), plan.notes
    assert all(part in note for part, note in zip(expected.notes, plan.notes, strict=True))
