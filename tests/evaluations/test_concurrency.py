"""Two people at the same moment, over real connections: one wins, the other is told who and when."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import AuditEvent
from accounts.services import broken_links
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import (
    Answer,
    Evaluation,
    ReopenedRow,
    Season,
    SupplementRequest,
    TransitionLog,
)
from evaluations.selectors.row_files import row_file
from evaluations.services.answers import Typed, save_answers
from evaluations.services.decisions import (
    approve_decision,
    issue_decision,
    send_back_decision,
    send_to_sign,
)
from evaluations.services.evaluations import (
    appraise_file,
    open_file,
    return_file,
    take_up_file,
    withdraw_file,
)
from evaluations.services.registrations import save_registration
from evaluations.services.reviews import take_over_file
from evaluations.services.row_saves import save_answer
from evaluations.services.sessions import put_on_session
from tests import story
from tests.cast import give_role, make_cast, make_person
from units.coverage import Scheme

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def country(transactional_db):
    cast = make_cast()
    story.open_seasons(cast)
    return cast


def at_once(*acts):
    """Run the acts in threads that start together; return what each returned or raised."""
    gate = threading.Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=10)
            return act()
        except (TransitionRefused, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def split(results):
    refused = [one for one in results if isinstance(one, (TransitionRefused, ValidationError))]
    return [one for one in results if one not in refused], refused


def test_two_appraisers_take_up_one_file_and_one_is_told(country):
    other = make_person("kien", "Lê Trung Kiên")
    give_role(other, "appraiser", country.na_meo)
    story.submitted(country.che_lau, country)

    won, refused = split(
        at_once(
            lambda: take_up_file(country.che_lau, year=story.year(), by=country.minh),
            lambda: take_up_file(country.che_lau, year=story.year(), by=other),
        )
    )

    assert (len(won), len(refused)) == (1, 1)
    winner = story.files(country.che_lau)[Scheme.RECOGNITION].taken_up_by
    assert str(winner) in str(refused[0])
    assert "lúc" in str(refused[0])
    assert TransitionLog.objects.filter(action="take_up").count() == 2
    assert list(broken_links()) == []


def test_withdrawing_and_taking_up_at_once_leave_one_state(country):
    file = story.submitted(country.che_lau, country)

    won, refused = split(
        at_once(
            lambda: withdraw_file(country.che_lau, year=story.year(), by=country.lan),
            lambda: take_up_file(country.che_lau, year=story.year(), by=country.minh),
        )
    )

    assert (len(won), len(refused)) == (1, 1)
    statuses = {one.status for one in story.files(country.che_lau).values()}
    assert len(statuses) == 1
    assert file[Scheme.RECOGNITION].log.exclude(action="submit").count() == 1


def test_two_officers_answer_the_same_row_and_one_answer_stays(country):
    other = make_person("son", "Vi Văn Sơn")
    give_role(other, "officer", country.na_meo)
    open_file(country.che_lau, year=story.year(), by=country.lan)
    evaluation = story.files(country.che_lau)[Scheme.RECOGNITION]

    def save(person, verdict):
        return lambda: save_answers(
            evaluation, {"4.2": Typed(AnswerValues(verdict=verdict))}, by=person
        )

    won, refused = split(at_once(save(country.lan, "met"), save(other, "not_met")))

    assert (len(won), len(refused)) == (1, 1)
    assert refused[0].code == "stale"
    answer = Answer.objects.get(criterion__code="4.2")
    assert str(answer.answered_by) in str(refused[0])


def test_one_decision_is_issued_once(country):
    decision = story.approved([country.che_lau], country)

    def issue():
        return issue_decision(decision, numbering=story.numbering(), by=country.van)

    won, refused = split(at_once(issue, issue, issue))

    assert (len(won), len(refused)) == (1, 2)
    assert AuditEvent.objects.filter(act="decision.issue").count() == 1


def test_approving_and_sending_back_at_once_leave_one_state(country):
    decision = send_to_sign(story.drafted([country.che_lau], country), by=country.minh)
    deputy = make_person("pho", "Hà Văn Phó")
    give_role(deputy, "approver", country.na_meo)

    at_once(
        lambda: approve_decision(decision, by=country.hoa),
        lambda: send_back_decision(decision, note="Xem lại", by=deputy),
    )

    decision.refresh_from_db()
    status = story.files(country.che_lau)[Scheme.RECOGNITION].status
    assert (decision.status, status) in {("approved", "approved"), ("draft", "appraised")}


def test_returning_twice_keeps_one_reason(country):
    story.in_review(country.che_lau, country)

    def give_back(reason):
        return lambda: return_file(country.che_lau, year=story.year(), note=reason, by=country.minh)

    won, refused = split(at_once(give_back("Thiếu biên bản"), give_back("Thiếu số liệu")))

    assert (len(won), len(refused)) == (1, 1)
    notes = set(TransitionLog.objects.filter(action="return").values_list("note", flat=True))
    assert len(notes) == 1


def test_two_officers_register_one_unit_and_one_is_told(country):
    other = make_person("son", "Vi Văn Sơn")
    give_role(other, "officer", country.na_meo)

    def save(person):
        return lambda: save_registration(
            story.season(), country.che_lau, story.figures(), by=person
        )

    won, refused = split(at_once(save(country.lan), save(other)))

    assert (len(won), len(refused)) == (1, 1)
    assert refused[0].code == "stale"
    assert str(won[0].entered_by) in str(refused[0])


def test_one_number_written_two_ways_is_given_once(country):
    first = story.approved([country.che_lau], country)
    second = story.approved([country.hiem], country)

    def issue(decision, number):
        return lambda: issue_decision(
            decision, numbering=story.numbering(number=number), by=country.van
        )

    won, refused = split(at_once(issue(first, "7"), issue(second, "07")))

    assert (len(won), len(refused)) == (1, 1)
    assert "đã dùng" in str(refused[0])


def test_acts_on_a_session_lock_a_file_in_the_order_acts_on_the_file_do(country):
    first_opened = story.season(Scheme.CLASSIFICATION)
    other = story.season()
    Season.objects.filter(pk=other.pk).update(year=other.year - 1)
    open_file(country.che_lau, year=story.year(), by=country.lan)
    Season.objects.filter(pk=other.pk).update(year=other.year)
    open_file(country.che_lau, year=story.year(), by=country.lan)
    file = story.submitted(country.che_lau, country)
    recognition, classification = file[Scheme.RECOGNITION], file[Scheme.CLASSIFICATION]
    assert (classification.season, classification.pk < recognition.pk) == (first_opened, True)
    session = story.session_over([], country)
    rows = Evaluation.objects.filter(unit=country.che_lau)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Evaluation.objects.select_for_update().get(pk=recognition.pk)
        waiting = pool.submit(put_and_close, session, rows, country.minh)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=1)
        Evaluation.objects.select_for_update(nowait=True).get(pk=classification.pk)
        transaction.set_rollback(True)
    assert waiting.result(timeout=10) == 2


def put_and_close(session, evaluations, person):
    try:
        return put_on_session(session, evaluations, by=person)
    finally:
        connection.close()


def test_asking_for_rows_twice_asks_once(country):
    story.in_review(country.che_lau, country)
    row = Answer.objects.get(evaluation__season__scheme=Scheme.RECOGNITION, criterion__code="4.4.b")

    def ask(by):
        return lambda: return_file(
            country.che_lau, year=story.year(), rows={row.criterion_id: "Xem lại"}, by=by
        )

    won, refused = split(at_once(ask(country.minh), ask(country.minh)))

    assert (len(won), len(refused)) == (1, 1)
    assert SupplementRequest.objects.open().count() == 2
    assert ReopenedRow.objects.filter(criterion=row.criterion_id).count() == 1


def test_one_row_typed_first_by_two_people_at_once_gets_one_answer(country):
    other = make_person("son", "Vi Văn Sơn")
    give_role(other, "officer", country.na_meo)
    file, row = one_row(country)

    won, refused = split(
        at_once(
            *(save_row_of(country, row, person, verdict)
              for person, verdict in ((country.lan, "met"), (other, "not_met")))
        )
    )  # fmt: skip

    assert (len(won), len(refused)) == (1, 1)
    assert refused[0].code == "stale"
    answer = Answer.objects.get(evaluation=file, criterion=row.id)
    assert refused[0].answer == answer
    assert str(answer.answered_by) in str(refused[0])
    assert answer.changes.count() == 1


def test_one_click_that_comes_twice_at_once_is_written_once(country):
    file, row = one_row(country)
    key = uuid4()

    saved = at_once(*[save_row_of(country, row, country.lan, "met", key)] * 3)

    assert [one.version for one in saved] == [1, 1, 1]
    answer = Answer.objects.get(evaluation=file, criterion=row.id)
    assert list(answer.changes.values_list("version", "click_key")) == [(1, key)]


def test_a_row_and_a_whole_section_at_once_leave_one_answer(country):
    file, row = one_row(country)
    typed = {row.code: Typed(AnswerValues(verdict="not_met"))}

    won, refused = split(
        at_once(
            save_row_of(country, row, country.lan, "met"),
            lambda: save_answers(file, typed, by=country.lan),
        )
    )

    assert (len(won), len(refused)) == (1, 1)
    assert Answer.objects.get(evaluation=file, criterion=row.id).changes.count() == 1


def one_row(country):
    open_file(country.che_lau, year=story.year(), by=country.lan)
    file = story.files(country.che_lau)[Scheme.RECOGNITION]
    return file, definition_of(file.season.criteria_set).row("4.2")


def save_row_of(country, row, person, verdict, key=None):
    """The act of saving that row by itself, read before anybody has written."""
    file = row_file(person, country.che_lau.pk, row.id, year=story.year())
    typed = Typed(AnswerValues(verdict=verdict))
    return lambda: save_answer(file, typed, by=person, click_key=key)


def test_taking_over_and_confirming_at_once_leave_one_reviewer(country):
    story.in_review(country.che_lau, country)
    deputy = make_person("yen", "Lương Thị Yến")
    give_role(deputy, "appraiser", country.na_meo)
    year = story.year()

    at_once(
        lambda: appraise_file(country.che_lau, year=year, by=country.minh),
        lambda: take_over_file(country.che_lau, year=year, note="Nghỉ ốm", by=deputy),
    )

    found = {
        (one.status, one.taken_up_by, one.appraised_by)
        for one in story.files(country.che_lau).values()
    }
    assert found in (
        {("appraised", country.minh, country.minh)},
        {("in_review", deputy, None)},
    )
