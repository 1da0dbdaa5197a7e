"""A locked season refuses every act in it, and nothing is half-written."""

import datetime as dt

import pytest

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.models import Attachment, Purpose, Season
from evaluations.services.answers import Typed, save_answers
from evaluations.services.attachments import PaperReference, attach, detach
from evaluations.services.decisions import discard_draft, set_item_outcome
from evaluations.services.registrations import (
    accept_registration,
    call_back_registration,
    return_registration,
    save_registration,
    send_registration,
)
from evaluations.services.rosters import (
    add_after_freezing,
    freeze_roster,
    prepare_roster,
    remove_after_freezing,
    set_not_considered,
)
from evaluations.services.seasons import lock_season, open_season
from evaluations.services.sessions import (
    SessionDetails,
    change_session,
    open_session,
    put_on_session,
)
from tests import story
from tests.cast import make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind

pytestmark = pytest.mark.usefixtures("stage", "db")

KEPT = PaperReference(number="01/BB", on=dt.date(2024, 1, 2), kept_at="Công an xã")


def lock_all(cast):
    for season in Season.objects.all():
        lock_season(season, by=cast.thu)


def refused(act):
    with pytest.raises(TransitionRefused) as caught:
        act()
    assert caught.value.code == "season_closed"


def test_season_is_not_opened_on_a_set_of_another_province(cast, seasons):
    season = seasons[Scheme.RECOGNITION]
    theirs = season.criteria_set
    theirs.province = make_unit(Kind.PROVINCE, "Khác", parent=cast.nation, sub_kind=SubKind.TINH)

    with pytest.raises(TransitionRefused, match="tỉnh khác"):
        open_season(
            province=cast.province, scheme=season.scheme, unit_kind=season.unit_kind,
            year=story.year() + 1, criteria_set=theirs, dates={}, by=cast.thu,
        )  # fmt: skip


def test_locked_season_refuses_papers(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    lock_all(cast)

    for purpose in (Purpose.MINUTES, Purpose.REGISTRATION, Purpose.OTHER):
        refused(
            lambda purpose=purpose: attach(
                [cast.che_lau], year=story.year(), purpose=purpose, reference=KEPT, by=cast.lan
            )
        )
    refused(lambda: detach(Attachment.objects.get(), by=cast.lan))
    assert Attachment.objects.count() == 1


def test_locked_season_refuses_papers_of_its_own_criteria(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    criterion = recognition.season.criteria_set.criteria.get(code="4.2")
    lock_season(recognition.season, by=cast.thu)

    refused(
        lambda: attach(
            [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, reference=KEPT,
            criterion=criterion, by=cast.lan,
        )
    )  # fmt: skip


def test_locked_season_refuses_registrations_answers_and_statements(cast, seasons):
    row = save_registration(story.season(), cast.hiem, story.figures(), by=cast.lan)
    sent = send_registration(
        save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan), by=cast.lan
    )
    story.answered(cast.che_lau, officer=cast.lan)
    file = story.files(cast.che_lau)
    lock_all(cast)

    refused(lambda: save_registration(story.season(), cast.hiem, story.figures(), by=cast.lan))
    refused(lambda: send_registration(row, by=cast.lan))
    refused(lambda: call_back_registration(sent, by=cast.lan))
    refused(lambda: return_registration(sent, note="x", by=cast.minh))
    refused(lambda: accept_registration(sent, by=cast.minh))
    refused(lambda: story.stated(cast.che_lau, officer=cast.lan))
    one = {"4.2": Typed(AnswerValues(verdict="not_met"), 1)}
    refused(lambda: save_answers(file[Scheme.RECOGNITION], one, by=cast.lan))


def test_locked_season_refuses_sessions(cast, seasons):
    story.appraised(cast.che_lau, cast)
    session = story.session_over([], cast)
    filled = story.session_over([cast.che_lau], cast)
    details = SessionDetails(held_on=story.localdate(), chair="Khác")
    lock_all(cast)

    files = story.files(cast.che_lau).values()
    refused(lambda: put_on_session(session, files, by=cast.minh))
    refused(lambda: change_session(filled, details=details, by=cast.minh))
    refused(lambda: open_session(cast.na_meo, year=story.year(), details=details, by=cast.minh))


def test_locked_season_refuses_changes_of_a_draft(cast, seasons):
    decision = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION)
    item = decision.items.get()
    lock_all(cast)

    refused(lambda: set_item_outcome(item, outcome="yeu", reason="x", by=cast.minh))
    refused(lambda: discard_draft(decision, by=cast.minh))


def test_locked_season_keeps_its_list(cast, seasons):
    roster = freeze_roster(prepare_roster(cast.na_meo, year=story.year()), by=cast.minh)
    entry = roster.entries.get(unit=cast.hiem)
    new = make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    lock_all(cast)

    refused(lambda: set_not_considered(entry, reason="other", note="x", by=cast.minh))
    refused(lambda: remove_after_freezing(entry, reason="x", by=cast.minh))
    refused(lambda: add_after_freezing(roster, new, reason="x", by=cast.minh))


def test_list_that_was_never_frozen_does_not_follow_the_register_into_a_locked_year(cast, seasons):
    roster = prepare_roster(cast.na_meo, year=story.year())
    lock_all(cast)
    make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)

    prepare_roster(cast.na_meo, year=story.year())

    assert roster.entries.count() == 2
