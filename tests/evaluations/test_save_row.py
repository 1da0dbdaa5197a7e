"""One answer saves itself: what it answers, what it refuses, and that nothing is written twice or over somebody."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from accounts.roles import Role
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Answer, AnswerChange, Evaluation
from evaluations.selectors.row_files import row_file
from evaluations.services.answers import Typed, save_answers, values_by_code
from evaluations.services.evaluations import open_file, return_file, submit_file
from evaluations.services.row_saves import save_answer
from evaluations.services.seasons import lock_season
from tests import story
from tests.cast import give_role, make_person
from tests.pages import address
from units.coverage import Scheme
from units.models import Unit

pytestmark = pytest.mark.usefixtures("stage", "db")

QUERIES = 13
"""Session, person, roles, version, evaluations, three for the authority, registration, answers,
reopened rows, one that writes, and what the sources say."""


@pytest.fixture
def opened(cast, open_year):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)


def row_of(evaluation, code):
    return definition_of(evaluation.season.criteria_set).row(code)


def post(client, evaluation, code, *, version=0, key=None, **typed):
    row = row_of(evaluation, code)
    data = {f"c{row.id}-{name.replace('_', '-')}": value for name, value in typed.items()}
    data |= {f"c{row.id}-version": version, "lan": key or str(uuid4())}
    url = address("save_row", story.year(), evaluation.unit_id, row.id)
    return client.post(url, data)


def answer_of(evaluation, code):
    return Answer.objects.get(evaluation=evaluation, criterion__code=code)


def chain(answer):
    """Version, values before and after of each change, in order."""
    rows = answer.changes.order_by("version")
    return [(one.version, one.before.get("verdict"), one.after["verdict"]) for one in rows]


def test_a_row_is_saved_with_its_trace_and_the_running_result(cast, as_, opened):
    recognition = opened[Scheme.RECOGNITION]
    client = as_(cast.lan)

    saved = post(client, recognition, "4.2", verdict="met", note="Theo sổ")

    answer, data = answer_of(recognition, "4.2"), saved.json()
    assert (saved.status_code, data["version"]) == (200, 1)
    assert data["at"] == f"{localtime(answer.answered_at):%H:%M}"
    assert f'id="c{row_of(recognition, "4.2").id}-state"' in data["row"]
    assert 'id="ket-qua"' in data["running"]
    assert (answer.verdict, answer.note, answer.answered_by) == ("met", "Theo sổ", cast.lan)
    assert chain(answer) == [(1, None, "met")]
    recognition.refresh_from_db()
    assert recognition.entered_by == cast.lan


def test_a_save_asks_the_database_few_times(cast, as_, opened):
    classification, client = opened[Scheme.CLASSIFICATION], as_(cast.lan)
    post(client, classification, "A3", level="1,5")

    with CaptureQueriesContext(connection) as caught:
        saved = post(client, classification, "A3", version=1, level="3")

    assert saved.json()["version"] == 2
    assert len(caught) <= QUERIES, [one["sql"][:90] for one in caught]


def test_the_same_click_writes_once_and_gets_the_same_answer(cast, as_, opened):
    recognition, client, key = opened[Scheme.RECOGNITION], as_(cast.lan), str(uuid4())

    first = post(client, recognition, "4.2", key=key, verdict="met")
    again = post(client, recognition, "4.2", key=key, verdict="met")
    later = post(client, recognition, "4.2", version=1, verdict="not_met")
    too_late = post(client, recognition, "4.2", key=key, verdict="met")
    other_words = post(client, recognition, "4.2", key=key, verdict="not_met", note="khác")

    assert [one.json()["version"] for one in (first, again, later, too_late)] == [1, 1, 2, 1]
    assert (other_words.status_code, other_words.json()["code"]) == (409, "stale")
    assert chain(answer_of(recognition, "4.2")) == [(1, None, "met"), (2, "met", "not_met")]

    new_words = post(client, recognition, "4.2", version=2, key=key, verdict="met", note="khác")
    assert (new_words.status_code, new_words.json()["version"]) == (200, 3)


def test_saving_what_stands_there_already_writes_nothing(cast, as_, opened):
    recognition, client = opened[Scheme.RECOGNITION], as_(cast.lan)
    post(client, recognition, "4.2", verdict="met")

    same = post(client, recognition, "4.2", version=1, verdict="met")
    empty = post(client, recognition, "4.1.i")

    assert (same.json()["version"], empty.json()["version"]) == (1, 0)
    assert AnswerChange.objects.filter(answer__evaluation=recognition).count() == 1


def test_who_was_slower_is_told_who_when_and_what(cast, as_, opened):
    recognition = opened[Scheme.RECOGNITION]
    other = make_person("hai", "Lê Thị Hai")
    give_role(other, Role.OFFICER, cast.na_meo)
    row = row_of(recognition, "4.2")
    post(as_(other), recognition, "4.2", verdict="not_met", note="Có vụ việc")
    client = as_(cast.lan)

    late = post(client, recognition, "4.2", verdict="met")
    kept_mine = post(client, recognition, "4.2", version=1, verdict="met")

    told = late.json()
    assert (late.status_code, told["code"], told["version"]) == (409, "stale", 1)
    assert (told["who"], told["theirs"]["text"]) == ("Lê Thị Hai", "Chưa đạt")
    assert told["theirs"]["fields"][f"c{row.id}-verdict"] == "not_met"
    assert told["theirs"]["fields"][f"c{row.id}-note"] == "Có vụ việc"
    assert told["mine"]["text"] == "Đạt"
    assert "Giữ của tôi" in told["panel"]
    assert "ngày" in told["at"]
    assert kept_mine.json()["version"] == 2
    assert chain(answer_of(recognition, "4.2")) == [(1, None, "not_met"), (2, "not_met", "met")]


def test_wrong_input_says_where_and_writes_nothing(cast, as_, opened):
    recognition, client = opened[Scheme.RECOGNITION], as_(cast.lan)

    unread = post(client, recognition, "4.1.iii", numerator="x", denominator="5")
    above = post(client, recognition, "4.1.iii", numerator="6", denominator="5")

    for answer in (unread, above):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert list(answer.json()["errors"]) == ["numerator"]
        assert "error" in answer.json()["row"]
    assert not Answer.objects.filter(evaluation=recognition).exists()


def test_a_script_is_told_and_never_led_away(cast, as_, opened):
    recognition = opened[Scheme.RECOGNITION]
    row = row_of(recognition, "4.2")
    page = f"http://testserver/ho-so/{story.year()}/1/?tab=tt124"
    url = address("save_row", story.year(), recognition.unit_id, row.id)

    signed_out = Client().post(url, {}, headers={"referer": page})
    elsewhere = Client().post(url, {}, headers={"referer": "https://evil.example/x"})
    outsider = post(as_(cast.nga), recognition, "4.2", verdict="met")
    above = post(as_(cast.tuan), recognition, "4.2", verdict="met")
    no_row = as_(cast.lan).post(address("save_row", story.year(), recognition.unit_id, 0), {})

    asked = f"/dang-nhap/?next=%2Fho-so%2F{story.year()}%2F1%2F%3Ftab%3Dtt124"
    assert (signed_out.status_code, signed_out.json()) == (
        401, {"code": "signed_out", "login": asked},
    )  # fmt: skip
    assert elsewhere.json()["login"] == "/dang-nhap/?next=%2F"
    assert [outsider.status_code, above.status_code, no_row.status_code] == [404, 403, 404]
    assert "Cán bộ phụ trách" in above.json()["message"]
    assert not Answer.objects.filter(evaluation=recognition).exists()


def test_a_file_that_may_not_change_says_why(cast, as_, open_year):
    file = story.submitted(cast.che_lau, cast)
    recognition = file[Scheme.RECOGNITION]
    client = as_(cast.lan)

    sent = post(client, recognition, "4.2", version=1, verdict="not_met")
    lock_season(recognition.season, by=cast.thu)
    locked = post(client, recognition, "4.2", version=1, verdict="not_met")

    assert (sent.status_code, sent.json()["code"]) == (409, "wrong_state")
    assert "Đã gửi thẩm định" in sent.json()["message"]
    assert (locked.status_code, locked.json()["code"]) == (409, "season_closed")
    assert answer_of(recognition, "4.2").version == 1


def test_only_the_rows_asked_for_may_change_in_a_returned_file(cast, as_, open_year):
    recognition = story.in_review(cast.che_lau, cast)[Scheme.RECOGNITION]
    asked = {row_of(recognition, "4.2").id: "Ghi rõ số vụ việc."}
    return_file(cast.che_lau, year=story.year(), note="", rows=asked, by=cast.minh)
    client = as_(cast.lan)

    frozen = post(client, recognition, "4.1.i", version=1, verdict="not_met")
    reopened = post(client, recognition, "4.2", version=1, verdict="not_met")

    assert (frozen.status_code, frozen.json()["code"]) == (409, "reopened_rows_only")
    assert (reopened.status_code, reopened.json()["version"]) == (200, 2)


def test_a_row_by_itself_and_a_whole_section_propose_the_same(cast, open_year):
    """The classification follows alike, whichever way its sources were saved."""
    for unit in (cast.che_lau, cast.hiem):
        open_file(unit, year=story.year(), by=cast.lan)
    whole, single = story.files(cast.che_lau), story.files(cast.hiem)
    answers = story.good_answers(
        definition_of(whole[Scheme.RECOGNITION].season.criteria_set),
        households=story.HOUSEHOLDS, random=story.Random(1),
    )  # fmt: skip

    save_answers(
        whole[Scheme.RECOGNITION], {code: Typed(one) for code, one in answers.items()}, by=cast.lan
    )
    for code, one in answers.items():
        row = row_of(single[Scheme.RECOGNITION], code)
        file = row_file(cast.lan, cast.hiem.pk, row.id, year=story.year())
        save_answer(file, Typed(one), by=cast.lan)

    for scheme in Scheme:
        assert values_by_code(single[scheme]) == values_by_code(whole[scheme])


def test_a_row_read_before_the_file_was_sent_is_not_written_after(cast, open_year):
    """What was checked without a lock is checked again by the statement that writes."""
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    file = story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    recognition = file[Scheme.RECOGNITION]
    row = row_of(recognition, "4.2")
    read = row_file(cast.lan, cast.che_lau.pk, row.id, year=story.year())
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    with pytest.raises(TransitionRefused) as refused:
        save_answer(read, Typed(AnswerValues(verdict="not_met"), 1), by=cast.lan)

    assert refused.value.code == "wrong_state"
    assert chain(answer_of(recognition, "4.2")) == [(1, None, "met")]
    assert Evaluation.objects.get(pk=recognition.pk).status == "submitted"


def test_sight_read_in_memory_is_sight_asked_of_the_database(cast, open_year):
    """The short way to a row and `visible_to` name the same units for everybody."""
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    row = row_of(story.files(cast.che_lau)[Scheme.RECOGNITION], "4.2")

    def sees(person):
        try:
            return row_file(person, cast.che_lau.pk, row.id, year=story.year()) is not None
        except Unit.DoesNotExist:
            return False

    people = [cast.lan, cast.minh, cast.hoa, cast.tuan, cast.nga, cast.thu, cast.root]
    asked = [Unit.objects.visible_to(one).filter(pk=cast.che_lau.pk).exists() for one in people]

    assert [sees(one) for one in people] == asked
    assert set(asked) == {True, False}


def test_a_statement_typed_over_somebody_elses_is_refused_once_with_who_and_what(cast, as_, opened):
    url = address("file", story.year(), cast.che_lau.pk, tab="tai-lieu")
    other = make_person("hai", "Lê Thị Hai")
    give_role(other, Role.OFFICER, cast.na_meo)
    mine = {
        "viec": "khai", "representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản",
        "meeting_on": story.figures().registered_on.strftime("%d/%m/%Y"),
    }  # fmt: skip

    def seen_on(page):
        return re.search(r'name="nhin" value="([0-9a-f]+)"', page.content.decode()).group(1)

    first = seen_on(as_(cast.lan).get(url))
    theirs = as_(other).post(url, {**mine, "representative_name": "Vi Văn Thu", "nhin": first})
    client = as_(cast.lan)
    late = client.post(url, {**mine, "nhin": first})
    kept = client.post(url, {**mine, "nhin": seen_on(late)})

    assert [theirs.status_code, late.status_code, kept.status_code] == [302, 422, 302]
    assert "Lê Thị Hai vừa ghi phần này lúc" in late.content.decode()
    assert "Vi Văn Thu, Trưởng bản" in late.content.decode()
    opened[Scheme.RECOGNITION].refresh_from_db()
    stated = opened[Scheme.RECOGNITION]
    assert (stated.representative_name, stated.stated_by) == ("Lò Văn Păn", cast.lan)
