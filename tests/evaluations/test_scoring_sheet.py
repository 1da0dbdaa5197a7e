"""The scoring sheet: both versions of a disputed row, last year beside each row, where papers are kept, frozen rows."""

import datetime as dt
import gzip

import pytest
import time_machine
from django.utils.timezone import localdate

from accounts.roles import Role
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Answer, Attachment
from evaluations.selectors.conflicts import in_words
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file, return_file
from tests import story
from tests.cast import give_role, make_person
from tests.pages import address, queries_of, words
from units.coverage import Scheme
from units.models import SubKind
from units.services import UnitFacts, merge_units

pytestmark = pytest.mark.django_db

LAST_YEAR = dt.datetime(story.year() - 1, 11, 10, 3, tzinfo=dt.UTC)
LAST_NOTE = "Đã tổ chức ba buổi phát động, có danh sách."
SECRET = "Nội dung của dòng nhạy cảm"


@pytest.fixture
def file_url(cast, open_year):
    return address("file", story.year(), cast.che_lau.pk)


@pytest.fixture
def recognition(cast, open_year):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)[Scheme.RECOGNITION]


@pytest.fixture
def hai(cast):
    """Another officer of the same commune."""
    person = make_person("hai", "Lê Thị Hai")
    give_role(person, Role.OFFICER, cast.na_meo)
    return person


def row_of(evaluation, code):
    return definition_of(evaluation.season.criteria_set).row(code)


def typed(evaluation, code, *, version=0, **values):
    prefix = f"c{row_of(evaluation, code).id}"
    return {f"{prefix}-version": version} | {f"{prefix}-{key}": v for key, v in values.items()}


def verdicts(evaluation):
    rows = Answer.objects.filter(evaluation=evaluation).exclude(verdict="")
    return dict(rows.values_list("criterion__code", "verdict"))


def press(client, url, data):
    return client.post(f"{url}?tab=tt124", {"viec": "luu", "nhom": "4.1", **data})


def save(evaluation, code, verdict, *, by, version=0, note=""):
    values = AnswerValues(verdict=verdict, note=note)
    return save_answers(evaluation, {code: Typed(values, version)}, by=by)


@pytest.fixture
def disputed(cast, as_, recognition, file_url, hai):
    """Lan's section came after Hai's answer to 4.2: the page she got, and the way to press again."""
    save(recognition, "4.2", "not_met", by=hai, note="Còn một hộ vi phạm.")
    client = as_(cast.lan)
    mine = typed(recognition, "4.2", verdict="met", note="Không hộ nào vi phạm.")
    page = press(client, file_url, {**typed(recognition, "4.1.i", verdict="met"), **mine})

    def again(choice, **changes):
        choice = typed(recognition, "4.2", chon=choice, seen=1, **changes)
        return press(
            client, file_url, {**mine, **choice, **typed(recognition, "4.1.ii", verdict="met")}
        )

    return page, again


def test_disputed_row_waits_side_by_side_and_the_others_are_saved(recognition, disputed):
    page, _ = disputed

    shown = words(page)
    assert page.status_code == 200
    assert verdicts(recognition) == {"4.1.i": "met", "4.2": "not_met"}
    assert "Lê Thị Hai đã lưu một bản khác lúc" in shown
    for version in ("Không hộ nào vi phạm.", "Còn một hộ vi phạm."):
        assert version in shown
    assert f'name="c{row_of(recognition, "4.2").id}-seen" value="1"' in shown


@pytest.mark.parametrize(
    ("choice", "stored", "note"),
    [("mine", "met", "Không hộ nào vi phạm."), ("theirs", "not_met", "Còn một hộ vi phạm."),
     ("", "not_met", "Còn một hộ vi phạm.")],
)  # fmt: skip
def test_choice_in_a_dispute_without_script(recognition, disputed, choice, stored, note):
    _, again = disputed

    page = again(choice)

    answer = Answer.objects.get(evaluation=recognition, criterion__code="4.2")
    assert (answer.verdict, answer.note) == (stored, note)
    assert verdicts(recognition)["4.1.ii"] == "met"
    assert ("Không hộ nào vi phạm." in words(page)) == (choice == "")


def test_third_version_is_disputed_again(recognition, disputed, hai):
    _, again = disputed
    save(recognition, "4.2", "not_met", by=hai, version=1, note="Hai hộ vi phạm.")

    page = again("mine")

    assert "Hai hộ vi phạm." in words(page)
    assert verdicts(recognition)["4.2"] == "not_met"


def test_only_a_disputed_row_is_refused_with_409(cast, as_, recognition, file_url, hai):
    save(recognition, "4.2", "not_met", by=hai)

    page = press(as_(cast.lan), file_url, typed(recognition, "4.2", verdict="met"))

    assert page.status_code == 409


def test_row_nobody_touched_here_follows_the_newer_answer(cast, as_, recognition, file_url, hai):
    save(recognition, "4.2", "met", by=cast.lan)
    save(recognition, "4.2", "not_met", by=hai, version=1)
    seen = typed(recognition, "4.2", verdict="met", version=1)

    page = press(as_(cast.lan), file_url, {**seen, **typed(recognition, "4.1.i", verdict="met")})

    assert page.status_code == 302
    assert verdicts(recognition) == {"4.1.i": "met", "4.2": "not_met"}


def test_answers_are_told_in_words(recognition):
    claimed = AnswerValues(counts=(1,), exception_claimed="bat_kha_khang", note="Lũ quét.")
    told = in_words(row_of(recognition, "4.4.b"), claimed)

    assert in_words(row_of(recognition, "4.2"), AnswerValues()).text == "Để trống"
    assert "đề nghị xét ngoại lệ" in told.text
    assert told.note == "Lũ quét."


@pytest.fixture
def two_years(cast):
    """Last year's file of Bản Ché Lầu was appraised; this year's is open."""
    changes = {
        "4.2": AnswerValues(verdict="met", note=LAST_NOTE),
        "4.3.a": AnswerValues(counts=(0,), note=SECRET),
    }
    with time_machine.travel(LAST_YEAR, tick=False):
        story.open_seasons(cast)
        story.appraised(cast.che_lau, cast, changes)
    story.open_seasons(cast)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)[Scheme.RECOGNITION]


def test_last_year_stands_beside_each_row(cast, as_, two_years):
    url = address("file", story.year(), cast.che_lau.pk, tab="tt124")
    client = as_(cast.lan)

    page = words(client.get(url))

    assert LAST_NOTE in page
    assert SECRET in page
    assert "thẩm định đồng ý" in page
    assert page.count('name="lay"') == 2
    assert queries_of(client, url) <= 40


def test_unit_that_took_others_places_shows_what_each_answered(cast, as_):
    with time_machine.travel(LAST_YEAR, tick=False):
        story.open_seasons(cast)
        story.appraised(cast.che_lau, cast, {"4.2": AnswerValues(verdict="met", note=LAST_NOTE)})
        story.answered(cast.hiem, officer=cast.lan)
    into = UnitFacts("Sa Ná", SubKind.BAN)
    parts = [cast.che_lau, cast.hiem]
    new = merge_units(parts, into=into, on=localdate(), legal_act="Nghị quyết 12", by=cast.lan)
    story.open_seasons(cast)
    open_file(new.unit, year=story.year(), by=cast.lan)

    page = words(as_(cast.lan).get(address("file", story.year(), new.unit.pk, tab="tt124")))

    for name in ("Bản Ché Lầu", "Bản Hiềm"):
        assert f"Năm {story.year() - 1}, {name}:" in page
    assert LAST_NOTE in page


def test_last_years_words_are_a_proposal_and_nothing_else_is_copied(cast, as_, two_years):
    row = row_of(two_years, "4.2")
    client, url = as_(cast.lan), address("file", story.year(), cast.che_lau.pk)

    answer = client.post(
        f"{url}?tab=tt124", {"viec": "luu", "lay": row.id, **typed(two_years, "4.2")}
    )
    page = words(client.get(answer.headers["Location"]))

    assert f"lay={row.id}" in answer.headers["Location"]
    assert f"{LAST_NOTE}</textarea>" in page
    assert "Giải trình lấy theo năm trước (đề xuất)" in page
    assert " checked" not in page.replace('value="" checked', "")
    assert verdicts(two_years) == {}


def test_sensitive_words_of_last_year_stay_with_its_people(cast, as_, two_years):
    url = address("file", story.year(), cast.che_lau.pk, tab="tt124")

    assert SECRET not in words(as_(cast.tuan).get(url))


def test_place_of_a_paper_is_written_at_once(cast, as_, recognition, file_url):
    row = row_of(recognition, "4.3.a")
    client, script = as_(cast.lan), {"HTTP_HX_REQUEST": "true"}
    pressed = {"viec": "luu-tai", "luu-tai": row.id}

    kept = client.post(f"{file_url}?tab=tt124", pressed, **script)
    wrong = client.post(f"{file_url}?tab=tt124", {**pressed, f"c{row.id}-on": "31/31"}, **script)
    unknown = client.post(f"{file_url}?tab=tt124", {**pressed, "luu-tai": "0"}, **script)

    assert [one.status_code for one in (kept, wrong, unknown)] == [200, 422, 404]
    assert "Minh chứng: 1" in words(kept)
    assert "<html" not in words(kept)
    place = Attachment.objects.get(criterion=row.id)
    assert place.kept_at.startswith("Công an xã Na Mèo")
    assert place.evidence_file is None


def test_place_of_a_paper_without_script_saves_what_was_typed_too(cast, as_, recognition, file_url):
    row = row_of(recognition, "4.2")
    data = {"viec": "luu", "luu-tai": row.id, **typed(recognition, "4.2", verdict="met")}

    answer = as_(cast.lan).post(f"{file_url}?tab=tt124", data)

    assert answer.status_code == 302
    assert verdicts(recognition) == {"4.2": "met"}
    assert Attachment.objects.filter(criterion=row.id).count() == 1


def test_rows_that_stay_as_sent_are_text_beside_those_to_complete(cast, as_, file_url):
    story.in_review(cast.che_lau, cast)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    asked, frozen = row_of(recognition, "4.4.b"), row_of(recognition, "4.2")
    return_file(
        cast.che_lau, year=story.year(), rows={asked.id: "Ghi rõ số báo cáo."}, by=cast.minh
    )
    client = as_(cast.lan)

    first = words(client.get(f"{file_url}?tab=tt124"))
    every = words(client.get(f"{file_url}?tab=tt124&xem=tat-ca"))

    assert "Ghi rõ số báo cáo." in first
    assert f'name="c{asked.id}-version"' in first
    assert f'id="c{frozen.id}"' not in first
    assert f'id="c{frozen.id}"' in every
    assert f'name="c{frozen.id}-version"' not in every
    assert "Giữ nguyên, đã khóa" in every


@pytest.mark.parametrize("part", ["tt124", "qd510"])
def test_sheet_is_light_with_everything_on_it(cast, as_, two_years, part):
    url = address("file", story.year(), cast.che_lau.pk, tab=part, xem="tat-ca")

    page = as_(cast.lan).get(url).content

    assert len(gzip.compress(page, 6)) <= 20_000


def test_one_section_by_itself_and_on_to_the_next(cast, as_, recognition, file_url):
    groups = [
        group for group in definition_of(recognition.season.criteria_set).groups if group.rows
    ]
    first, second = groups[:2]
    lan = as_(cast.lan)
    page = lan.get(address("file", story.year(), cast.che_lau.pk, tab="tt124", muc=first.code))
    shown = page.content.decode()
    assert all(f'id="c{row.id}"' in shown for row in first.rows)
    assert not any(f'id="c{row.id}"' in shown for row in second.rows)
    assert f"Mục {second.code} ›" in words(page)
    assert "Cả phiếu" in words(page)

    answered = {}
    for row in first.rows:
        values = {"happened": "no"} if row.answer_type == "incidents" else {"verdict": "met"}
        if row.answer_type in ("percentage", "comparison", "count", "checklist"):
            values = {"na": "na"} if row.takes_na else {"numerator": 9, "denominator": 9}
        answered |= typed(recognition, row.code, **values)
    url = address("file", story.year(), cast.che_lau.pk, tab="tt124", muc=first.code)
    saved = lan.post(url, {"viec": "luu", "nhom": first.code, **answered})

    assert saved.status_code == 302, words(saved)
    assert f"muc={second.code}" in saved.url or f"muc={first.code}" in saved.url
    place = int(saved.url.rpartition("#c")[2])
    code = saved.url.partition("muc=")[2].partition("&")[0].partition("#")[0]
    assert place in {row.id for group in groups if group.code == code for row in group.rows}


def test_unknown_section_shows_the_whole_sheet(cast, as_, recognition, file_url):
    url = address("file", story.year(), cast.che_lau.pk, tab="tt124", xem="tat-ca", muc="không có")

    shown = as_(cast.lan).get(url).content.decode()

    rows = definition_of(recognition.season.criteria_set).rows
    assert all(f'id="c{row.id}"' in shown for row in rows)
