"""Real files of other programs: a workbook of ours as LibreOffice saved it, and what is no .xlsx.

`libreoffice.xlsx` was exported, filled and saved by LibreOffice 7.4. Its identity and the ids of its two units
are placeholders, for both are of one database.
"""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from antq_portal.lib.workbooks import WorkbookRefused
from evaluations.workbooks.identity import SHEET
from evaluations.workbooks.marking import marked_workbook
from evaluations.workbooks.work import area_for_entry, plan_for
from tests import story
from tests.evaluations.workbooks.filling import Filled

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent / "files"
STRINGS = "xl/sharedStrings.xml"


def in_place(name, cast, export):
    """The file with the identity of this database; all but its strings byte by byte as it was saved."""
    column = load_workbook(BytesIO(export))[SHEET]["A"]
    words = {
        "@@CONG@@": "".join(cell.value for cell in column),
        "dv900001": f"dv{cast.che_lau.pk}",
        "dv900002": f"dv{cast.hiem.pk}",
    }
    written = BytesIO()
    with zipfile.ZipFile(FILES / name) as saved, zipfile.ZipFile(written, "w") as made:
        for part in saved.infolist():
            content = saved.read(part)
            if part.filename == STRINGS:
                for old, new in words.items():
                    content = content.replace(old.encode(), new.encode())
            made.writestr(part, content)
    return written.getvalue()


def plan(content, cast):
    return plan_for(
        content, area_for_entry(cast.lan, cast.na_meo.pk), year=story.year(), by=cast.lan
    )


def test_a_workbook_saved_by_libreoffice_is_read(cast, export):
    content = in_place("libreoffice.xlsx", cast, export)

    found = plan(content, cast)

    assert sorted((one.unit.unit_id, one.row.code) for one in found.items) == sorted(
        [(cast.che_lau.pk, "4.2"), (cast.hiem.pk, "4.1.i"), (cast.hiem.pk, "4.1.iii")]
    )
    [problem] = found.problems
    assert "(Excel đang hiện “2”)" in problem.message
    assert found.notes == []
    marked = Filled(marked_workbook(content, found))
    assert "công thức" in marked.cell(cast.hiem, "4.3.a", "counts-0").comment.text
    assert plan(marked.saved(), cast).new_count == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [("excel97.xls", "mật khẩu hoặc là Excel cũ"), ("calc.ods", "không phải là bảng tính .xlsx")],
)
def test_files_of_another_kind_are_refused(cast, name, reason):
    with pytest.raises(WorkbookRefused, match=reason):
        plan((FILES / name).read_bytes(), cast)
