"""What the book of incidents and the register of teams propose to a file, and what they leave open."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import Answer, BookStatement, Evaluation, IncidentType, Rating
from evaluations.selectors.persons import sent_or_keyed_in
from evaluations.selectors.register_proposals import register_proposals
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file, submit_file
from evaluations.services.incidents import (
    IncidentDetails,
    add_incident,
    confirm_book,
    strike_incident,
)
from evaluations.services.register_proposals import propose_from_registers
from evaluations.services.teams import TeamDetails, TypedRating, rate_teams, save_team
from evaluations.workflow import Status
from tests import story
from tests.cast import make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind, UnitSuccession

pytestmark = pytest.mark.usefixtures("stage", "db")
T = IncidentType


@pytest.fixture
def season(cast, open_year):
    return open_year[Scheme.RECOGNITION]


@pytest.fixture
def file(cast, season):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)[Scheme.RECOGNITION]


def proposals(file):
    return register_proposals(file, definition_of(file.season.criteria_set))


def happened(cast, type_, unit=None, *, on=None, cases=1, **more):
    values = {"occurred_on": on or localdate() - dt.timedelta(days=40), "type": type_, "cases": cases,
              "kept_at": "Công an xã"}  # fmt: skip
    return add_incident(unit or cast.che_lau, IncidentDetails(**values | more), by=cast.lan)


def confirmed(cast, complete_to=None, year=None):
    BookStatement.objects.filter(authority=cast.na_meo, year=year or story.year()).delete()
    return confirm_book(
        cast.na_meo, year=year or story.year(), complete_to=complete_to or localdate(), by=cast.lan
    )


def shown_window(season):
    return f"từ {date_text(season.window_from)} đến {date_text(season.window_to)}"


# Zero -----------------------------------------------------------------------------------------


def test_book_nobody_confirmed_proposes_no_zero(file):
    assert proposals(file) == {}


def test_confirmed_book_proposes_zero_with_its_window(cast, file, season):
    confirmed(cast)

    found = proposals(file)

    assert found["4.3.a"].values == AnswerValues(counts=(0,))
    assert found["4.3.a"].source == f"Sổ vụ việc: không có vụ nào {shown_window(season)}"
    assert found["4.4.d"].values == AnswerValues(counts=(0, 0, 0))
    assert found["4.4.c.ii"].source.startswith("Sổ vụ việc: không có người nào")
    assert set(found) == {
        *(f"4.3.{letter}" for letter in "abcdđeg"),
        *("4.4.a", "4.4.b", "4.4.c.i", "4.4.c.ii", "4.4.d"),
    }


def test_book_complete_until_near_the_end_says_until_when(cast, file, season):
    near = season.window_to - dt.timedelta(days=30)
    confirmed(cast, near)

    assert proposals(file)["4.3.a"].source.endswith(f"đến {date_text(near)}")


def test_book_complete_until_long_before_the_end_proposes_no_zero(cast, file, season):
    confirmed(cast, season.window_to - dt.timedelta(days=31))

    assert proposals(file) == {}


def test_book_of_another_commune_says_nothing_here(cast, file):
    confirm_book(cast.son_thuy, year=story.year(), complete_to=localdate(), by=cast.nga)

    assert proposals(file) == {}


def test_file_sent_meanwhile_is_not_written_into(cast, file):
    Evaluation.objects.filter(pk=file.pk).update(
        status=Status.SUBMITTED, submitted_at=timezone.now(), submitted_by=cast.lan,
        self_outcome="met",
    )  # fmt: skip
    BookStatement.objects.create(
        authority=cast.na_meo, year=story.year(), complete_to=localdate(),
        confirmed_at=timezone.now(), confirmed_by=cast.lan,
    )  # fmt: skip

    assert "4.3.a" in proposals(file)
    assert propose_from_registers(file, by=cast.lan) == 0
    assert not Answer.objects.filter(evaluation=file, is_proposal=True).exists()


def test_files_are_locked_before_the_chain(cast, file):
    with CaptureQueriesContext(connection) as asked:
        team = save_team(
            cast.na_meo,
            TeamDetails("Tổ 1", dt.date(2024, 1, 1), areas=[cast.che_lau.pk]),
            by=cast.lan,
        )
        rate_teams(
            cast.na_meo, year=story.year(), typed={team.pk: TypedRating(disciplined=0)}, by=cast.lan
        )
        line = happened(cast, T.FIRE)
        strike_incident(line, reason="Ghi trùng.", by=cast.lan)
        confirm_book(cast.na_meo, year=story.year(), complete_to=localdate(), by=cast.lan)

    depth, held, early = 0, False, []
    for sql in (one["sql"] for one in asked.captured_queries):
        depth += sql.startswith("SAVEPOINT") - sql.startswith("RELEASE")
        held = depth > 0 and (held or "accounts_audithead" in sql)
        if held and "FOR UPDATE" in sql and "accounts_audithead" not in sql:
            early.append(sql[:200])
    assert early == []


# Cases ----------------------------------------------------------------------------------------


def test_cases_are_proposed_even_if_the_book_is_not_confirmed(cast, file):
    happened(cast, T.RELIGION, cases=2)

    assert set(proposals(file)) == {"4.3.c"}
    assert proposals(file)["4.3.c"].values == AnswerValues(counts=(2,))
    assert proposals(file)["4.3.c"].source.startswith("Sổ vụ việc: 2 vụ từ ")


def test_only_days_of_the_window_count(cast, file, season):
    for day in (season.window_from, season.window_to):
        happened(cast, T.RELIGION, on=day)
    happened(cast, T.RELIGION, on=season.window_from - dt.timedelta(days=1))
    happened(cast, T.RELIGION, on=season.window_to + dt.timedelta(days=1))

    assert proposals(file)["4.3.c"].values.counts == (2,)


def test_struck_line_counts_no_more(cast, file):
    line = happened(cast, T.RELIGION)
    strike_incident(line, reason="Ghi nhầm.", by=cast.lan)

    assert proposals(file) == {}


def test_people_are_counted_where_the_row_asks_for_people(cast, file):
    happened(cast, T.NEW_IN_EVILS, cases=1, people=3)

    assert proposals(file)["4.4.c.ii"].values.counts == (3,)
    assert "3 người" in proposals(file)["4.4.c.ii"].source


def test_accident_goes_to_its_own_counter_with_the_exception(cast, file):
    happened(cast, T.WORK_DEATH, exception_claimed="bat_kha_khang", paper_number="12/BC",
             paper_on=localdate())  # fmt: skip

    values = proposals(file)["4.4.d"].values
    assert (values.counts, values.exception_claimed) == ((0, 1, 0), "bat_kha_khang")
    assert "báo cáo số 12/BC" in values.note
    assert "lưu tại Công an xã" in values.note


def test_exception_is_not_claimed_for_cases_without_one(cast, file):
    happened(
        cast, T.FIRE, exception_claimed="bat_kha_khang", paper_number="12/BC", paper_on=localdate()
    )
    happened(cast, T.FIRE)  # fmt: skip

    found = proposals(file)["4.4.d"]
    assert (found.values.counts, found.values.exception_claimed) == ((2, 0, 0), "")
    assert "có vụ đề nghị xét ngoại lệ" in found.source


def test_serious_crime_is_also_one_of_the_crimes(cast, file):
    confirmed(cast)
    happened(cast, T.SERIOUS_CRIME)

    found = proposals(file)
    assert (found["4.4.a"].values.counts, found["4.4.b"].values.counts) == ((1, 0, 0), (1,))


# Against the year before ----------------------------------------------------------------------


def test_comparison_waits_for_a_complete_book(cast, file):
    happened(cast, T.SOCIAL_EVIL)

    assert "4.4.a" not in proposals(file)


def test_comparison_has_both_years_from_the_books_and_no_verdict(cast, file, season):
    happened(cast, T.SOCIAL_EVIL)
    happened(cast, T.OTHER_CRIME, on=season.window_from - dt.timedelta(days=20), cases=4)
    confirmed(cast)
    confirmed(cast, season.window_from, year=story.year() - 1)

    found = proposals(file)["4.4.a"]
    assert found.values == AnswerValues(counts=(0, 1, 0), previous_counts=(4, 0, 0))
    assert "năm trước: Sổ từ" in found.source


def test_year_before_stays_open_where_its_book_was_not_kept(cast, file):
    confirmed(cast)

    found = proposals(file)["4.4.a"]
    assert found.values == AnswerValues(counts=(0, 0, 0))
    assert "năm trước: chưa có số liệu" in found.source


# Succession -----------------------------------------------------------------------------------


def old_unit(cast, name="Cũ"):
    return make_unit(Kind.RESIDENTIAL_AREA, name, parent=cast.na_meo, sub_kind=SubKind.BAN)


def test_merged_unit_begins_with_the_sum_of_the_old_ones(cast, file):
    old = old_unit(cast)
    happened(cast, T.RELIGION, old)
    happened(cast, T.RELIGION)
    UnitSuccession.objects.create(
        predecessor=old, successor=cast.che_lau, on=localdate(), legal_act="NQ 1"
    )

    assert proposals(file)["4.3.c"].values.counts == (2,)


def test_figures_of_a_divided_unit_are_left_to_a_person(cast, file):
    old = old_unit(cast)
    confirmed(cast)
    for heir, is_main in ((cast.che_lau, True), (cast.hiem, False)):
        UnitSuccession.objects.create(
            predecessor=old, successor=heir, on=localdate(), legal_act="NQ 1", is_default=is_main
        )

    assert proposals(file) == {}


# In the file ----------------------------------------------------------------------------------


def stored(file, code):
    return file.answers.get(criterion__code=code)


def test_confirming_the_book_fills_the_open_files_with_proposals(cast, file):
    confirmed(cast)

    answer = stored(file, "4.3.a")
    assert (answer.counts, answer.is_proposal) == ([0], True)
    assert answer.proposed_from.startswith("Sổ vụ việc: không có vụ nào")


def test_answer_of_a_person_is_never_overwritten(cast, file):
    save_answers(file, {"4.3.a": Typed(AnswerValues(counts=(0,)))}, by=cast.lan)
    happened(cast, T.ANTI_STATE)
    confirmed(cast)

    answer = stored(file, "4.3.a")
    assert (answer.counts, answer.is_proposal) == ([0], False)


def test_new_line_moves_a_proposal_and_striking_it_moves_it_back(cast, file):
    confirmed(cast)
    line = happened(cast, T.ANTI_STATE)
    assert stored(file, "4.3.a").counts == [1]

    strike_incident(line, reason="Nhầm.", by=cast.lan)
    assert stored(file, "4.3.a").counts == [0]


def test_appraiser_who_keeps_the_book_keys_nothing_in(cast, file):
    add_incident(
        cast.che_lau,
        IncidentDetails(occurred_on=localdate() - dt.timedelta(days=40), type=T.FIRE, cases=1,
                        kept_at="Công an xã"),
        by=cast.minh,
    )  # fmt: skip

    answer = stored(file, "4.4.d")
    assert (answer.counts, answer.is_proposal) == ([1, 0, 0], True)
    assert sent_or_keyed_in([file.pk], cast.minh) == set()
    assert sent_or_keyed_in([file.pk], cast.lan) == set()


def test_open_row_is_not_answered_unseen_by_sending(cast, file):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    version = stored(file, "4.3.a").version
    save_answers(file, {"4.3.a": Typed(AnswerValues(), version)}, by=cast.lan)
    BookStatement.objects.create(
        authority=cast.na_meo, year=story.year(), complete_to=localdate(),
        confirmed_at=timezone.now(), confirmed_by=cast.lan,
    )  # fmt: skip

    with pytest.raises((TransitionRefused, ValidationError)):
        submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    assert stored(file, "4.3.a").counts is None


# Teams ----------------------------------------------------------------------------------------


@pytest.fixture
def team(cast, season):
    details = TeamDetails("Tổ số 1", dt.date(2024, 7, 1), areas=[cast.che_lau.pk, cast.hiem.pk])
    return save_team(cast.na_meo, details, by=cast.lan)


def rated(cast, team, year, rating=Rating.GOOD, **more):
    values = {"rating": rating, "decision_number": "31/QĐ-UBND", "decided_on": localdate()}
    typed = TypedRating(**values | more)
    return rate_teams(cast.na_meo, year=year, typed={team.pk: typed}, by=cast.lan)


def test_rating_of_the_year_before_is_used_until_this_year_s_is_there(cast, file, team):
    year = story.year()
    rated(cast, team, year - 1)
    before = proposals(file)["4.5.i"]
    rated(cast, team, year, Rating.EXCELLENT)
    after = proposals(file)["4.5.i"]

    assert (before.values.verdict, after.values.verdict) == ("met", "met")
    assert f"kết quả năm {year - 1} (15/11/{year - 2}–14/11/{year - 1})" in before.source
    assert "31/QĐ-UBND" in before.source
    assert f"Hoàn thành xuất sắc nhiệm vụ, kết quả năm {year} " in after.source


def test_one_team_speaks_for_both_areas_it_serves(cast, file, team):
    rated(cast, team, story.year())
    open_file(cast.hiem, year=story.year(), by=cast.lan)

    other = story.files(cast.hiem)[Scheme.RECOGNITION]
    assert proposals(other)["4.5.i"] == proposals(file)["4.5.i"]


def test_work_not_done_is_not_met(cast, file, team):
    rated(cast, team, story.year(), Rating.NOT_DONE)

    assert proposals(file)["4.5.i"].values.verdict == "not_met"


def test_team_not_rated_is_said_and_never_met(cast, file, team):
    assert "4.5.i" not in proposals(file)

    rated(cast, team, story.year(), Rating.NOT_RATED, decision_number="", decided_on=None)

    found = proposals(file)["4.5.i"]
    assert found.values.verdict == ""
    assert f"Tổ số 1: chưa xếp loại năm {story.year()}" in found.values.note
    assert found.source.endswith("thẩm định kết luận")
    answer = stored(file, "4.5.i")
    assert (answer.verdict, answer.is_proposal) == ("", True)


def test_not_rated_this_year_hides_the_year_before(cast, file, team):
    rated(cast, team, story.year() - 1)
    rated(cast, team, story.year(), Rating.NOT_RATED, decision_number="", decided_on=None)

    assert proposals(file)["4.5.i"].values.verdict == ""


def test_disciplined_members_are_those_of_this_year(cast, file, team):
    rated(cast, team, story.year() - 1, disciplined=2)
    assert "4.5.ii" not in proposals(file)

    rated(cast, team, story.year(), "", decision_number="", decided_on=None, disciplined=0)
    assert proposals(file)["4.5.ii"].values == AnswerValues(counts=(0,))


def test_area_served_by_two_teams_needs_both(cast, file, team):
    other = save_team(
        cast.na_meo,
        TeamDetails("Tổ số 2", dt.date(2024, 7, 1), areas=[cast.che_lau.pk]),
        by=cast.lan,
    )
    rated(cast, team, story.year())
    assert "4.5.i" not in proposals(file)

    rated(cast, other, story.year(), Rating.NOT_DONE)
    assert proposals(file)["4.5.i"].values.verdict == "not_met"
