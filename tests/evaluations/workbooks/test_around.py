"""The workbook in other hands and other states: a reporter's, a partial return's, last year's, a job's."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from criteria.scoring import AnswerValues, CriterionDefinition
from evaluations.models import Roster, Season
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import return_file, take_up_file
from evaluations.workbooks.cells import RawCell, canonical, read_cells
from evaluations.workbooks.work import area_for_entry, plan_for, workbook_of
from jobs.models import Job
from jobs.services import enqueue
from tests import story
from tests.cast import give_role, make_person
from tests.evaluations.workbooks.filling import Filled
from tests.pages import address, queries_of, words
from tests.workers import run_job_inline
from units.coverage import Scheme

pytestmark = pytest.mark.django_db


def taken(user, area):
    return Filled(workbook_of(user, area_for_entry(user, area.pk), story.year())[1])


def plan(filled, user, area):
    found = area_for_entry(user, area.pk)
    return plan_for(filled.saved(), found, year=story.year(), by=user)


def test_a_reporter_takes_and_brings_the_own_unit_only(cast, export, as_):
    head = make_person("truong_ban", "Vi Văn Tài")
    give_role(head, Role.REPORTER, cast.hiem)
    client = as_(head)

    filled = Filled(client.get(address("workbook_file", story.year())).content)
    ids = [cell.value for cell in filled.sheet()["A"] if cell.value]
    assert ids[1:] == [f"dv{cast.hiem.pk}"]

    whole = Filled(export)
    for unit in (cast.che_lau, cast.hiem):
        whole.put(unit, "4.2", "verdict", "Chưa đạt")
    found = plan(whole, head, cast.na_meo)
    assert [one.unit.unit_id for one in found.items] == [cast.hiem.pk]
    assert "không còn trong danh sách năm nay mà bạn nhập" in found.problems[0].message
    sent = {"file": SimpleUploadedFile("bang.xlsx", whole.saved())}
    answer = client.post(address("workbook", story.year()), sent)
    assert client.get(answer["Location"]).status_code == 200


def test_after_a_partial_return_only_the_named_rows_are_open(cast):
    story.submitted(cast.che_lau, cast)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    asked = story.files(cast.che_lau)[Scheme.RECOGNITION].answers.get(criterion__code="4.4.b")
    return_file(cast.che_lau, year=story.year(), rows={asked.criterion_id: "Xem lại"}, by=cast.minh)

    filled = taken(cast.lan, cast.na_meo)
    locked = {
        code: filled.cell(cast.che_lau, code, name).protection.locked
        for code, name in (("4.4.b", "counts-0"), ("4.2", "verdict"))
    }
    filled.put(cast.che_lau, "4.4.b", "counts-0", 1)
    filled.put(cast.che_lau, "4.2", "verdict", "Chưa đạt")
    found = plan(filled, cast.lan, cast.na_meo)

    assert locked == {"4.4.b": False, "4.2": True}
    assert [one.row.code for one in found.items] == ["4.4.b"]
    assert "giữ như đã gửi" in found.problems[0].message


def test_the_year_before_stands_beside_each_criterion(cast):
    for rows in (Season, Roster):
        rows.objects.update(year=story.year() - 1)
    story.open_seasons(cast)

    filled = taken(cast.lan, cast.na_meo)

    assert filled.cell(cast.che_lau, "4.2", "nam-truoc").value == "Đạt"
    assert filled.cell(cast.che_lau, "4.1.iii", "nam-truoc").value == "80; 80"
    assert filled.cell(cast.che_lau, "4.2", "nam-truoc").protection.locked
    assert filled.cell(cast.hiem, "4.2", "nam-truoc").value is None
    filled.put(cast.che_lau, "4.2", "nam-truoc", "Chưa đạt")
    found = plan(filled, cast.lan, cast.na_meo)
    assert (found.items, found.problems, found.notes) == ([], [], [])


def test_a_job_makes_and_writes_what_is_large(cast):
    arguments = {"area": cast.na_meo.pk, "year": story.year()}
    made = run_job_inline(
        enqueue("evaluations.workbook", title="Excel", arguments=arguments, by=cast.lan)
    )
    assert (made.state, made.result_name) == (
        Job.State.DONE, f"tu-danh-gia-{story.year()}-xa-na-meo.xlsx"
    )  # fmt: skip

    unseen = run_job_inline(
        enqueue("evaluations.workbook", title="Excel", arguments=arguments, by=cast.nga)
    )
    assert unseen.state == Job.State.FAILED


def test_a_large_area_is_made_by_the_worker_once_and_only_when_asked_by_a_post(
    cast, as_, monkeypatch
):
    monkeypatch.setattr("evaluations.views.workbooks.MOST_AT_ONCE", 1)
    client, url = as_(cast.lan), address("workbook_file", story.year())

    looked = client.get(url)
    page = words(client.get(looked.url))
    key = re.search(rf'action="{url}[^>]*>.*?name="lan" value="([^"]+)"', page, re.DOTALL).group(1)

    assert not Job.objects.exists()
    assert "bấm “Lập tệp Excel”" in page
    first, again = (client.post(url, {"lan": key}) for _ in range(2))
    made = Job.objects.get().get_absolute_url()
    assert [one.headers["Location"] for one in (first, again)] == [made, made]


def test_pages_ask_the_database_as_often_for_two_units_as_for_one(cast, as_):
    client, url = as_(cast.lan), address("workbook_file", story.year())
    queries_of(client, url)
    before = queries_of(client, url)
    story.answered(cast.hiem, officer=cast.lan)

    assert queries_of(client, url) == before


def test_no_sensitive_words_go_out_and_those_stored_stay(cast):
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    version = evaluation.answers.get(criterion__code="4.3.a").version
    values = AnswerValues(counts=(0,), note="Theo dõi tại Công an xã.")
    save_answers(evaluation, {"4.3.a": Typed(values, version)}, by=cast.lan)

    filled = taken(cast.lan, cast.na_meo)
    shown = {str(c.value) for sheet in filled.book for cells in sheet.iter_rows() for c in cells}
    assert not [one for one in shown if "Theo dõi tại" in one]
    filled.put(cast.che_lau, "4.3.a", "counts-0", 1)
    [item] = plan(filled, cast.lan, cast.na_meo).items
    assert (item.values.counts, item.values.note) == ((1,), "Theo dõi tại Công an xã.")


@pytest.mark.parametrize(
    ("value", "written"),
    [(3.0, "3"), (8.25, "8,25"), (0.1 + 0.2, "0,3"), (1399, "1399"), (True, "x"), (None, ""),
     (" Đạt\u00a0 ", "Đạt"), ("a_x000D_\nb", "a\nb"), ("Đa\u0323t", "Đạt")],
)  # fmt: skip
def test_cells_have_one_text_however_they_were_typed(value, written):
    assert canonical(value) == written


def test_words_of_a_checklist_and_a_veto_are_read_by_meaning(cast):
    veto = CriterionDefinition("V1", 1, "veto", "yes_no")
    parts = CriterionDefinition("P", 2, "requirement", "checklist", parts=("A", "B"))

    def read(row, **cells):
        found = read_cells(row, {name: RawCell("A1", one) for name, one in cells.items()}, None)
        return found.values, found.errors

    assert read(veto, verdict="không")[0].verdict == "met"
    assert read(veto, verdict="Vướng")[0].verdict == "not_met"
    assert "Chọn một trong: Không vướng; Vướng." in read(veto, verdict="Đạt")[1]["verdict"]
    assert read(parts, **{"parts-1": "x", "parts-2": None})[0].parts_met == (1,)
    assert read(parts, **{"parts-1": "Không", "parts-2": "0"})[0].parts_met == ()
    assert read(parts)[0].parts_met is None
