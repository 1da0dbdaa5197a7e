"""The pages of the workbook: taken, sent back, checked, written; who may, and what is kept of it."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from criteria.scoring import AnswerValues
from evaluations.models import Answer, AnswerChange, WorkbookUpload
from evaluations.models.workbooks import KEPT
from evaluations.services.answers import Typed, save_answers
from evaluations.workbooks.marking import AUTHOR
from jobs.models import Job
from tests import story
from tests.cast import give_role, make_person
from tests.evaluations.workbooks.filling import Filled
from tests.pages import address
from tests.pages import words as page_of
from tests.workers import run_job_inline
from units.coverage import Scheme

pytestmark = pytest.mark.django_db

TAGS = re.compile(r"<[^>]+>")


def words(answer):
    """What a page says, without its tags."""
    return TAGS.sub("", page_of(answer))


SIGHTS = [("lan", 200), ("minh", 403), ("van", 403), ("tuan", 403), ("root", 403), ("nga", 404)]


@pytest.fixture
def exported(export):
    """The workbook of one unit answered and one not begun, as its officer has it."""
    return Filled(export)


@pytest.fixture
def send(cast, as_):
    """Send a workbook; return what the page answers after leading on."""

    def post(content, name="bang.xlsx", who=None):
        client = as_(who or cast.lan)
        sent = {"file": SimpleUploadedFile(name, content)}
        return client.post(address("workbook", story.year()), sent, follow=True)

    return post


def stored(unit, code, scheme=Scheme.RECOGNITION):
    return Answer.objects.filter(
        evaluation__unit=unit, evaluation__season__scheme=scheme, criterion__code=code
    ).first()


def save(cast, code, values, by=None):
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    typed = Typed(values, stored(cast.che_lau, code).version)
    save_answers(evaluation, {code: typed}, by=by or cast.lan)


@pytest.mark.parametrize(("name", "status"), SIGHTS)
def test_only_who_enters_takes_and_sends_the_workbook(cast, as_, name, status):
    client = as_(getattr(cast, name))

    for page in ("workbook", "workbook_file"):
        assert client.get(address(page, story.year(), xa=cast.na_meo.pk)).status_code == status
    sent = client.post(address("workbook", story.year(), xa=cast.na_meo.pk), {})
    assert sent.status_code == (422 if status == 200 else status)


def test_the_sheet_leads_there(cast, as_):
    shown = words(as_(cast.lan).get(address("sheet", story.year())))
    assert "Nhập từ Excel" in shown
    assert "Nhập từ Excel" not in words(as_(cast.minh).get(address("sheet", story.year())))


def test_a_workbook_goes_out_is_checked_and_written_once(cast, exported, send, as_):
    exported.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    exported.put(cast.hiem, "4.1.iii", "numerator", "1.399")
    exported.put(cast.hiem, "4.1.iii", "denominator", "1.399")
    exported.put(cast.hiem, "4.3.a", "counts-0", "nhiều")
    exported.put(cast.che_lau, "4.4.b", "counts-0", 1)
    exported.put(cast.che_lau, "4.4.b", "note", "Đã báo cáo.")
    content = exported.saved()
    before = AnswerChange.objects.count()

    checked = send(content)
    shown = words(checked)

    assert AnswerChange.objects.count() == before
    assert "Chưa ghi gì" in shown
    assert "“nhiều” không phải là số" in shown
    assert stored(cast.hiem, "4.1.i") is None

    url = checked.redirect_chain[-1][0]
    written = as_(cast.lan).post(url, follow=True)

    assert "Đã ghi 3 tiêu chí" in words(written)
    assert stored(cast.hiem, "4.1.i").verdict == "met"
    assert stored(cast.hiem, "4.1.iii").numerator == 1399
    assert stored(cast.hiem, "4.3.a") is None
    assert (stored(cast.che_lau, "4.4.b").counts, stored(cast.che_lau, "4.4.b").version) == ([1], 2)

    count = AnswerChange.objects.count()
    as_(cast.lan).post(url)
    again = send(content)
    assert "Mới 0 · đổi 0" in words(again)
    as_(cast.lan).post(again.redirect_chain[-1][0])
    assert AnswerChange.objects.count() == count


def test_what_is_wrong_comes_back_beside_the_cell_and_goes_once_mended(cast, exported, send, as_):
    exported.put(cast.che_lau, "4.1.iii", "numerator", 81)
    url = send(exported.saved()).redirect_chain[-1][0]

    marked = Filled(as_(cast.lan).get(f"{url}tep/").content)

    cell = marked.cell(cast.che_lau, "4.1.iii", "numerator")
    assert cell.comment.author == AUTHOR
    assert "không được lớn hơn" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("F8CBAD")
    [line] = list(marked.book["Lỗi"].iter_rows(min_row=2, values_only=True))
    assert line[1] == cell.coordinate
    assert "không được lớn hơn" in line[3]

    marked.put(cast.che_lau, "4.1.iii", "numerator", 79)
    mended = send(marked.saved())
    assert "cần sửa trong tệp 0" in words(mended)
    again = Filled(as_(cast.lan).get(f"{mended.redirect_chain[-1][0]}tep/").content)
    assert again.cell(cast.che_lau, "4.1.iii", "numerator").comment is None
    as_(cast.lan).post(mended.redirect_chain[-1][0])
    assert stored(cast.che_lau, "4.1.iii").numerator == 79


@pytest.mark.parametrize(
    ("choice", "for_all", "verdict"),
    [("", "web", "met"), ("", "tep", "not_met"), ("web", "tep", "met")],
)
def test_a_conflict_is_decided_by_a_person(cast, exported, send, as_, choice, for_all, verdict):
    exported.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    save(cast, "4.2", AnswerValues(verdict="met", note="Trên cổng."))

    checked = send(exported.saved())
    assert "Lò Thị Lan lúc" in words(checked)
    row = stored(cast.che_lau, "4.2")
    key = f"{cast.che_lau.pk}-{row.criterion_id}"
    data = {f"thay-{key}": row.version, "tat-ca": for_all}
    data |= {f"chon-{key}": choice} if choice else {}
    as_(cast.lan).post(checked.redirect_chain[-1][0], data)

    row.refresh_from_db()
    assert row.verdict == verdict


def test_somebody_may_save_between_check_and_write(cast, exported, send, as_):
    exported.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    exported.put(cast.che_lau, "4.1.i", "verdict", "Chưa đạt")
    save(cast, "4.2", AnswerValues(verdict="met", note="Trên cổng."))
    url = send(exported.saved()).redirect_chain[-1][0]
    seen = stored(cast.che_lau, "4.2")
    save(cast, "4.2", AnswerValues(verdict="met", note="Lần nữa."))
    save(cast, "4.1.i", AnswerValues(verdict="met", note="Lúc đang xem."))

    data = {f"thay-{cast.che_lau.pk}-{seen.criterion_id}": seen.version, "tat-ca": "tep"}
    shown = words(as_(cast.lan).post(url, data, follow=True))

    assert "lại có người vừa lưu" in shown
    assert stored(cast.che_lau, "4.2").note == "Lần nữa."
    assert stored(cast.che_lau, "4.1.i").note == "Lúc đang xem."


def test_the_same_file_may_be_filled_on_after_it_was_written(cast, exported, send, as_):
    exported.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    as_(cast.lan).post(send(exported.saved()).redirect_chain[-1][0])
    exported.put(cast.che_lau, "4.2", "note", "Họp ngày 20/11.")

    checked = send(exported.saved())

    assert "có người sửa trên cổng 0" in words(checked)
    as_(cast.lan).post(checked.redirect_chain[-1][0])
    assert stored(cast.che_lau, "4.2").note == "Họp ngày 20/11."


def test_an_upload_is_its_senders_own_and_its_bytes_go_after_a_day(cast, exported, send, as_):
    url = send(exported.saved()).redirect_chain[-1][0]
    assert as_(cast.lan).get(url).status_code == 200
    assert as_(cast.nga).get(url).status_code == 404
    assert as_(cast.minh).get(f"{url}tep/").status_code == 404

    WorkbookUpload.objects.update(uploaded_at=timezone.now() - KEPT)
    send(exported.saved())
    assert as_(cast.lan).get(url).status_code == 403
    assert sorted(bool(one.content) for one in WorkbookUpload.objects.all()) == [False, True]


def test_only_the_last_few_workbooks_of_a_person_are_kept(cast, exported, send, monkeypatch):
    monkeypatch.setattr("evaluations.services.workbooks.MOST_KEPT", 2)
    other = give_role(make_person("hai"), Role.OFFICER, cast.na_meo).user
    for who in (other, cast.lan, cast.lan, cast.lan):
        send(exported.saved(), who=who)

    uploads = WorkbookUpload.objects.order_by("pk")
    assert [one.is_kept for one in uploads] == [True, False, True, True]


def test_another_persons_export_is_taken_and_names_who_made_it(cast, exported, send):
    colleague = make_person("hanh", "Lương Thị Hạnh")
    give_role(colleague, Role.OFFICER, cast.na_meo)
    exported.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")

    shown = words(send(exported.saved(), who=colleague))

    assert "Lò Thị Lan xuất lúc" in shown
    assert "đổi 1" in shown


def test_macro_names_are_refused_before_anything_is_read(cast, send):
    answer = send(b"x", name="bang.xlsm")

    assert answer.status_code == 422
    assert "Không nhận tệp có macro" in words(answer)
    assert not WorkbookUpload.objects.exists()


def test_what_goes_out(cast, exported):
    book = exported.book
    sheet = exported.sheet()

    assert book.sheetnames[:3] == ["Hướng dẫn", "TT124 Khu dân cư", "QĐ510 Khu dân cư"]
    assert {one.title: one.sheet_state for one in book.worksheets[3:]} == {
        "_danhmuc": "hidden", "_cong": "veryHidden"
    }  # fmt: skip
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet.freeze_panes == "C6"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    entry, head = exported.cell(cast.hiem, "4.2", "verdict"), sheet.cell(5, 4)
    assert (entry.protection.locked, head.protection.locked) == (False, True)
    assert "Điều 4 khoản 1" in sheet.cell(4, 4).comment.text
    assert exported.cell(cast.che_lau, "4.2", "verdict").value == "Đạt"
    assert not [c.value for c in sheet[1] if str(c.value).startswith("4.3.a|note")]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    letter = entry.column_letter
    assert rules[f"{letter}6:{letter}7"].type == "list"
    assert all(one.size["columns"] > 1 for one in sheet.merged_cells.ranges)
    link = book["Hướng dẫn"].cell(book["Hướng dẫn"].max_row, 1).hyperlink
    assert (link.location, link.target) == ("'QĐ510 Khu dân cư'!D6", None)


def test_what_was_sent_is_shown_and_locked(cast, as_):
    story.submitted(cast.che_lau, cast)

    filled = Filled(as_(cast.lan).get(address("workbook_file", story.year())).content)

    cell = filled.cell(cast.che_lau, "4.2", "verdict")
    assert (cell.value, cell.protection.locked) == ("Đạt", True)
    assert filled.sheet().cell(cell.row, 3).value == "Hồ sơ “Đã gửi thẩm định”"


def test_proposals_are_marked_and_stay_proposals_until_changed(cast, exported, send, as_):
    proposal = Answer.objects.filter(is_proposal=True, evaluation__unit=cast.che_lau).first()
    code = proposal.criterion.code
    cell = exported.cell(cast.che_lau, code, "points", "qd510")
    assert cell.font.italic
    assert cell.fill.fgColor.rgb.endswith("FFF3CD")

    url = send(exported.saved()).redirect_chain[-1][0]
    as_(cast.lan).post(url)

    proposal.refresh_from_db()
    assert proposal.is_proposal


def test_text_that_looks_like_a_formula_stays_text(cast, as_):
    save(cast, "4.2", AnswerValues(verdict="met", note="=HYPERLINK(0)"))

    content = as_(cast.lan).get(address("workbook_file", story.year())).content

    filled = Filled(content)
    cell = filled.cell(cast.che_lau, "4.2", "note")
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(0)", "s", True)
    assert load_workbook(BytesIO(content), data_only=True) is not None


def test_a_large_file_is_written_by_a_job(cast, exported, send, as_, monkeypatch):
    monkeypatch.setattr("evaluations.views.workbooks.MOST_ITEMS_AT_ONCE", 1)
    exported.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    exported.put(cast.hiem, "4.1.i", "verdict", "Đạt")
    url = send(exported.saved()).redirect_chain[-1][0]

    answer = as_(cast.lan).post(url, {"tat-ca": "web"})

    job = Job.objects.get(task="evaluations.workbook_write")
    assert answer["Location"] == job.get_absolute_url()
    ended = run_job_inline(job)
    assert (ended.state, ended.result_url) == (Job.State.DONE, url)
    assert stored(cast.che_lau, "4.2").verdict == "not_met"
    assert stored(cast.hiem, "4.1.i").verdict == "met"
    assert "Đã ghi 2 tiêu chí" in words(as_(cast.lan).get(url))
