"""Several criteria side by side, a version for each cell, forms that know what they were filled with."""

import datetime as dt
import gzip
import re

import pytest
from django.utils.timezone import localdate

from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import (
    Answer,
    AnswerChange,
    Evaluation,
    IncidentType,
    Purpose,
    Registration,
)
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import Statement, open_file, record_statement
from evaluations.services.incidents import IncidentDetails, add_incident, confirm_book
from evaluations.services.registrations import save_registration
from tests import story
from tests.evaluations.test_views_sheet import more_units
from tests.pages import address, queries_of, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")


def url(row, **query):
    return address("criterion_grid", story.year(), dong=row, **query)


def ids(*codes):
    definition = definition_of(story.season().criteria_set)
    return [definition.row(code).id for code in codes]


def answers(unit):
    found = Answer.objects.filter(evaluation__unit=unit, is_proposal=False)
    return {one.criterion.code: one for one in found.select_related("criterion")}


def columns(page):
    return re.findall(r'data-c="(\d+)"', page)


@pytest.mark.parametrize(
    ("asked", "count"),
    [("tt124:4.2", 1), ("tt124:4.2,4.4.b", 2), ("tt124:vu-viec", 12), ("tt124:nhom-4.4", 6)],
)
def test_criteria_stand_side_by_side(cast, open_year, as_, asked, count):
    page = words(as_(cast.lan).get(url(asked)))

    assert len(set(columns(page))) == count
    assert "selected" not in page.split("<tbody>")[1]


def test_ticked_columns_and_every_row_make_a_grid(cast, open_year, as_):
    client = as_(cast.lan)
    ticked = words(client.get(url("tt124:", cot=["4.2", "4.1.iii"])))

    every = words(client.get(url("tt124:tat-ca")))

    assert len(columns(ticked)) == 3
    assert len(set(columns(every))) == len(definition_of(story.season().criteria_set).rows)


def test_each_cell_is_saved_or_refused_by_itself(cast, open_year, as_):
    met, share = ids("4.2", "4.1.iii")
    unit = f"u{cast.che_lau.pk}"
    data = {
        f"{unit}-v": "0.0", f"{unit}c{met}-verdict": "met",
        f"{unit}c{share}-numerator": "90", f"{unit}c{share}-denominator": "80",
    }  # fmt: skip

    answer = as_(cast.lan).post(url("tt124:4.1.iii,4.2"), data)

    assert answer.status_code == 422
    assert "không được lớn hơn" in words(answer)
    assert 'value="90"' in words(answer)
    assert set(answers(cast.che_lau)) == {"4.2"}


def test_a_cell_saved_meanwhile_is_refused_only_if_it_was_touched(cast, open_year, as_):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    file = story.files(cast.che_lau)[Scheme.RECOGNITION]
    yes, no = AnswerValues(verdict="met"), AnswerValues(verdict="not_met")
    save_answers(file, {"4.2": Typed(yes), "4.1.i": Typed(yes)}, by=cast.lan)
    save_answers(file, {"4.2": Typed(no, 1)}, by=cast.lan)
    first, second = ids("4.2", "4.1.i")
    unit, client, asked = f"u{cast.che_lau.pk}", as_(cast.lan), url("tt124:4.1.i,4.2")
    seen = {f"{unit}-v": "1.1", f"{unit}c{first}-verdict": "met"}

    untouched = client.post(asked, {**seen, f"{unit}c{second}-verdict": "not_met"})
    held = answers(cast.che_lau)
    touched = client.post(asked, {**seen, f"{unit}-v": "2.1", f"{unit}c{first}-verdict": ""})

    assert untouched.status_code == 302
    assert (held["4.2"].verdict, held["4.1.i"].verdict) == ("not_met", "not_met")
    assert touched.status_code == 422
    assert "vừa lưu dòng này" in words(touched)
    assert answers(cast.che_lau)["4.2"].verdict == "not_met"
    assert AnswerChange.objects.filter(answer=held["4.2"]).count() == 2


def test_proposals_of_the_book_are_shown_and_confirmed_by_name(cast, open_year, as_):
    happened = IncidentDetails(
        occurred_on=localdate() - dt.timedelta(days=40), type=IncidentType.OTHER_CRIME,
        kept_at="Công an xã", cases=1,
    )  # fmt: skip
    add_incident(cast.che_lau, happened, by=cast.lan)
    confirm_book(cast.na_meo, year=story.year(), complete_to=localdate(), by=cast.lan)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    client, asked = as_(cast.lan), address("grid_proposals", story.year(), dong="tt124:vu-viec")
    grid = words(client.get(url("tt124:vu-viec")))

    named = words(client.get(asked))
    client.post(asked)

    assert "<small" in grid
    assert "Xác nhận đề xuất từ sổ của 1 đơn vị" in grid
    assert "Bản Ché Lầu" in named
    proposed = Answer.objects.filter(
        evaluation__unit=cast.che_lau, counts__isnull=False, criterion__answer_type="incidents"
    )
    assert set(proposed.values_list("is_proposal", flat=True)) == {False}


def test_minutes_saved_meanwhile_are_refused_and_untouched_rows_left_alone(cast, open_year, as_):
    client, asked = as_(cast.lan), url("bien-ban")
    page = words(client.get(asked))
    token = re.search(rf'name="u{cast.che_lau.pk}-nhin" value="(\w+)"', page).group(1)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    record_statement(
        cast.che_lau, year=story.year(), by=cast.lan,
        statement=Statement("Vi Văn Hai", "Trưởng bản", None),
    )  # fmt: skip
    mine = {"representative_name": "Lò Văn Păn", "representative_title": "", "meeting_on": "",
            "number": "", "kept_at": ""}  # fmt: skip
    row = {f"u{cast.che_lau.pk}-{name}": value for name, value in mine.items()}

    late = client.post(asked, {**row, f"u{cast.che_lau.pk}-nhin": token})

    assert late.status_code == 422
    assert "Bản đang lưu: Vi Văn Hai; Trưởng bản" in words(late)
    names = Evaluation.objects.filter(unit=cast.che_lau).values_list("representative_name")
    assert set(names) == {("Vi Văn Hai",)}
    assert not cast.che_lau.attachments.filter(purpose=Purpose.MINUTES).exists()


def test_a_registration_nobody_touched_is_not_called_stale(cast, open_year, as_):
    client, asked = as_(cast.lan), address("registration_grid", story.year())
    page = words(client.get(asked))
    unit = f"u{cast.che_lau.pk}"
    seen = dict(re.findall(rf'name="({unit}-\w+)"[^>]*? value="([^"]*)"', page))
    save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan)

    untouched = client.post(asked, seen)
    touched = client.post(asked, {**seen, f"{unit}-resolution_number": "09-NQ/CB"})
    again = dict(re.findall(rf'name="({unit}-\w+)"[^>]*? value="([^"]*)"', words(touched)))
    client.post(asked, again)

    assert untouched.status_code == 302
    assert touched.status_code == 422
    assert Registration.objects.get().resolution_number == "09-NQ/CB"


def weight(client, page):
    """Bytes over the wire."""
    return len(gzip.compress(client.get(page).content))


def test_a_few_bytes_a_row_and_as_many_queries_for_one_unit_as_for_thirty(cast, open_year, as_):
    """Five hundred rows of the season's sheet, two hundred of the others fit into 20 kB beside the frame."""
    client, year = as_(cast.lan), story.year()
    every, allowed = url("tt124:tat-ca"), {}
    allowed = {
        address("sheet", year): 32, address("registration_grid", year): 80, url("bien-ban"): 80,
        url("tt124:4.2"): 32, every: 450,
    }  # fmt: skip
    story.submitted(cast.che_lau, cast)
    for page in allowed:
        client.get(page)
    before = {page: (queries_of(client, page), weight(client, page)) for page in allowed}
    more_units(cast, 30)
    client.get(address("roster", year))

    after = {page: (queries_of(client, page), weight(client, page)) for page in allowed}

    asked = {page: (before[page][0], after[page][0]) for page in allowed}
    grown = {page: (after[page][1] - before[page][1]) / 30 for page in allowed}
    assert all(few == many for few, many in asked.values()), asked
    assert all(grown[page] <= allowed[page] for page in allowed), grown


def test_the_first_answer_opens_the_file(cast, open_year, as_):
    [row] = ids("4.2")
    data = {f"c{row}-version": 0, f"c{row}-verdict": "met"}
    path = address("save_row", story.year(), cast.che_lau.pk, row)
    nobody = address("save_row", story.year(), cast.che_lau.pk, 987654321)

    assert as_(cast.nga).post(path, data).status_code == 404
    assert as_(cast.minh).post(path, data).status_code in (403, 404)
    assert as_(cast.lan).post(nobody, data).status_code == 404
    assert not Evaluation.objects.exists()
    saved = as_(cast.lan).post(path, data)

    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert answers(cast.che_lau)["4.2"].verdict == "met"


def test_what_the_book_says_is_not_talked_over(cast, open_year, as_):
    """A file that opens under a zero has proposals of the book: both are shown, or the zero leaves them."""
    happened = IncidentDetails(
        occurred_on=localdate() - dt.timedelta(days=40), type=IncidentType.SERIOUS_CRIME,
        kept_at="Công an xã", cases=2,
    )  # fmt: skip
    for unit in (cast.che_lau, cast.hiem):
        add_incident(unit, happened, by=cast.lan)
    [row] = ids("4.4.b")
    data = {f"c{row}-version": 0, f"c{row}-counts-0": "0"}
    client = as_(cast.lan)

    asked = client.post(address("save_row", story.year(), cast.che_lau.pk, row), data)
    client.post(address("no_incidents", story.year(), dong="tt124:vu-viec", tru=cast.che_lau.pk))

    assert asked.status_code == 409
    assert asked.json()["theirs"]["fields"][f"c{row}-counts-0"] == "2"
    kept = Answer.objects.filter(criterion__code="4.4.b").values_list("counts", "is_proposal")
    assert list(kept) == [([2], True)] * 2
    assert len(answers(cast.hiem)) == 11
    mine = {**data, f"c{row}-version": asked.json()["version"]}
    client.post(address("save_row", story.year(), cast.che_lau.pk, row), mine)
    assert answers(cast.che_lau)["4.4.b"].counts == [0]
