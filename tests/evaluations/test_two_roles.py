"""One person with two roles never acts twice on one file where two persons are asked for."""

import datetime as dt

import pytest
from django.utils import timezone

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.selectors.areas import area_of
from evaluations.selectors.authorities import reads_sensitive
from evaluations.selectors.work import news
from evaluations.services.answers import Typed, mend_answer, save_answers, save_appraisal
from evaluations.services.decisions import approve_decision, send_to_sign
from evaluations.services.evaluations import appraise_file, submit_file, take_up_file, withdraw_file
from evaluations.services.registrations import (
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.reviews import take_over_file
from tests import story
from tests.cast import give_role, make_person
from units.coverage import Scheme
from units.models import Kind
from units.selectors import powers_of

pytestmark = pytest.mark.usefixtures("stage", "db")

CONCLUSION = Typed(AnswerValues(appraised_verdict="not_met", appraisal_note="Chưa thấy"), 1)


@pytest.fixture
def other(cast):
    """A second officer of Na Mèo."""
    person = make_person("son", "Vi Văn Sơn")
    give_role(person, "officer", cast.na_meo)
    return person


def refused(act):
    with pytest.raises(TransitionRefused) as caught:
        act()
    assert caught.value.code == "same_person"


def test_who_keyed_in_writes_no_conclusion_and_mends_nothing(cast, seasons):
    file = story.in_review(cast.che_lau, cast)
    give_role(cast.lan, "appraiser", cast.na_meo)
    values = AnswerValues(numerator=79, denominator=80)
    recognition = file[Scheme.RECOGNITION]

    refused(lambda: save_appraisal(recognition, {"4.1.i": CONCLUSION}, by=cast.lan))
    refused(
        lambda: mend_answer(
            recognition, "4.1.iii", values, base_version=1, reason="Nhầm", by=cast.lan
        )
    )


def test_who_keyed_in_first_does_not_appraise_after_somebody_else_keyed_in_again(
    cast, seasons, other
):
    give_role(cast.lan, "appraiser", cast.na_meo)
    story.registered(cast.che_lau, officer=other, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=other)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    save_answers(recognition, {"4.2": Typed(AnswerValues(verdict="not_met"), 1)}, by=cast.lan)
    save_answers(recognition, {"4.2": Typed(AnswerValues(verdict="met"), 2)}, by=other)
    story.stated(cast.che_lau, officer=other)
    submit_file(cast.che_lau, year=story.year(), by=other)

    refused(lambda: take_up_file(cast.che_lau, year=story.year(), by=cast.lan))


def test_who_sent_it_before_it_was_withdrawn_does_not_appraise(cast, seasons, other):
    story.registered(cast.che_lau, officer=other, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=other)
    story.stated(cast.che_lau, officer=other)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    withdraw_file(cast.che_lau, year=story.year(), by=other)
    # What was proposed became the sender's answers; the other one says them again.
    file = story.files(cast.che_lau)[Scheme.CLASSIFICATION]
    rows = {
        one.criterion.code: Typed(AnswerValues.of(one), one.version)
        for one in file.answers.select_related("criterion").filter(answered_by=cast.lan)
    }
    for code, one in rows.items():
        said = AnswerValues(points=one.values.points, verdict=one.values.verdict, note="Như cũ")
        rows[code] = Typed(said, one.base_version)
    save_answers(file, rows, by=other)
    submit_file(cast.che_lau, year=story.year(), by=other)
    give_role(cast.lan, "appraiser", cast.na_meo)

    refused(lambda: take_up_file(cast.che_lau, year=story.year(), by=cast.lan))


def test_who_sent_a_registration_does_not_accept_it(cast, seasons, other):
    row = save_registration(story.season(), cast.che_lau, story.figures(), by=other)
    send_registration(row, by=cast.lan)
    give_role(cast.lan, "appraiser", cast.na_meo)

    refused(lambda: accept_registration(row, by=cast.lan))


def test_who_keyed_in_does_not_approve(cast, seasons, other):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=other)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)
    session = story.session_over([cast.che_lau], cast)
    decision = send_to_sign(story.drafted([cast.che_lau], cast, session=session), by=cast.minh)
    give_role(cast.lan, "approver", cast.na_meo)

    refused(lambda: approve_decision(decision, by=cast.lan))


def test_who_wrote_a_conclusion_does_not_approve_what_another_confirmed(cast, seasons):
    deputy = make_person("pho", "Hà Văn Phó")
    give_role(deputy, "appraiser", cast.na_meo)
    file = story.in_review(cast.che_lau, cast)
    accepted = Typed(AnswerValues(appraised_verdict="met"), 1)
    take_over_file(cast.che_lau, year=story.year(), note="Đồng chí Minh đi họp.", by=deputy)
    save_appraisal(file[Scheme.RECOGNITION], {"4.1.i": accepted}, by=deputy)
    take_over_file(cast.che_lau, year=story.year(), note="Đã về.", by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)
    session = story.session_over([cast.che_lau], cast)
    decision = send_to_sign(story.drafted([cast.che_lau], cast, session=session), by=cast.minh)
    give_role(deputy, "approver", cast.na_meo)

    refused(lambda: approve_decision(decision, by=deputy))


def test_who_sent_it_to_sign_does_not_approve(cast, seasons):
    deputy = make_person("pho", "Hà Văn Phó")
    give_role(deputy, "appraiser", cast.na_meo)
    decision = send_to_sign(story.drafted([cast.che_lau], cast), by=deputy)
    give_role(deputy, "approver", cast.na_meo)

    refused(lambda: approve_decision(decision, by=deputy))


def test_role_for_some_kinds_reads_no_sensitive_row_of_another_kind(cast, seasons):
    story.submitted(cast.che_lau, cast)
    person = make_person("kien", "Lê Trung Kiên")
    give_role(person, "clerk", cast.na_meo)
    give_role(person, "officer", cast.na_meo, kinds=[Kind.EDUCATIONAL_INSTITUTION])

    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert not reads_sensitive(powers_of(person), recognition)


def test_news_tell_of_no_unit_out_of_sight(cast, seasons):
    story.in_review(cast.che_lau, cast)
    viewer = make_person("xem", "Lê Thị Xem")
    give_role(viewer, "viewer", cast.na_meo, kinds=[Kind.EDUCATIONAL_INSTITUTION])
    since = timezone.now() - dt.timedelta(days=1)

    def told(person):
        area = area_of(powers_of(person), asked=cast.na_meo.pk)
        return [one.what for one in news(person, area, since=since)]

    assert told(viewer) == []
    assert told(cast.hoa) == ["Nhận thẩm định", "Gửi thẩm định"]
