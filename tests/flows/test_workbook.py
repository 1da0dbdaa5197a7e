"""The officer takes the workbook, fills it without a line while a colleague saves, and brings it back."""

import pytest

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import DEMO_PASSWORD
from criteria.scoring import AnswerValues
from evaluations.services.answers import Typed, save_answers
from tests import story
from tests.cast import give_role
from tests.evaluations.workbooks.filling import Filled
from tests.flows.entry import out_of_reach, stored
from units.coverage import Scheme

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


def save_meanwhile(na_meo, code, values):
    hai = User.objects.create_user("canbo.hai", password=DEMO_PASSWORD, full_name="Lê Thị Hai")
    give_role(hai, Role.OFFICER, na_meo.na_meo)
    version = stored(na_meo.area, code).version
    evaluation = story.files(na_meo.area)[Scheme.RECOGNITION]
    save_answers(evaluation, {code: Typed(values, version)}, by=hai)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_workbook_there_and_back(walk_as, na_meo, tmp_path, script):
    story.answered(na_meo.area, officer=na_meo.lan)
    lan = walk_as("canbo.nameo", java_script_enabled=script)

    lan.goto(f"/ho-so/{story.year()}/")
    lan.follow("Nhập từ Excel")
    if script:
        lan.look("excel", "Lấy tệp, điền không cần mạng")
        assert out_of_reach(lan) == {}
    taken = lan.download(lan.page.get_by_role("link", name="Xuất Excel để nhập"))
    taken.save_as(tmp_path / "bang.xlsx")
    filled = Filled((tmp_path / "bang.xlsx").read_bytes())
    filled.put(na_meo.area, "4.2", "verdict", "Chưa đạt")
    filled.put(na_meo.area, "4.4.b", "counts-0", 2)
    filled.put(na_meo.area, "4.4.b", "note", "Đã báo cáo Công an huyện.")
    filled.put(na_meo.area, "4.1.iii", "numerator", 99)
    (tmp_path / "bang.xlsx").write_bytes(filled.saved())
    save_meanwhile(na_meo, "4.2", AnswerValues(verdict="met", note="Bổ sung trên cổng."))

    lan.page.get_by_label("Tệp Excel đã điền").set_input_files(tmp_path / "bang.xlsx")
    lan.press("Kiểm tra thử")
    lan.sees("Lê Thị Hai lúc")
    lan.sees("không được lớn hơn")
    if script:
        lan.look("excel-kiem-tra", "Có người đã sửa trên cổng (1)")
        assert out_of_reach(lan) == {}
    marked = lan.download(lan.page.get_by_role("link", name="Tải tệp có đánh dấu chỗ sai"))
    assert marked.suggested_filename.endswith(".xlsx")
    lan.page.get_by_role("radio", name="Tệp", exact=True).check()
    lan.press("Ghi vào hệ thống")
    lan.told("Đã ghi 2 tiêu chí")
    if script:
        lan.look("excel-ket-qua", "Đã ghi 2 tiêu chí")
        assert out_of_reach(lan) == {}

    assert stored(na_meo.area, "4.2").verdict == "not_met"
    assert stored(na_meo.area, "4.4.b").counts == [2]
    assert stored(na_meo.area, "4.1.iii").numerator == story.HOUSEHOLDS
