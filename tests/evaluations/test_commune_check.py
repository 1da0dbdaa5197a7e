"""A commune's 5.2 beside the sum of its residential areas and its book of incidents."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import IncidentType
from evaluations.selectors.commune_check import commune_check
from evaluations.selectors.register_proposals import register_proposals
from evaluations.services.answers import Typed, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.incidents import IncidentDetails, add_incident, confirm_book
from tests import story
from tests.pages import address, words
from tests.staging import Stage, peopled
from units.coverage import Scheme
from units.models import Kind

pytestmark = pytest.mark.usefixtures("stage", "db")
T = IncidentType


@pytest.fixture(scope="module")
def stage(held):
    """The commune's own file is open."""
    cast = peopled().cast
    seasons = story.open_seasons(cast, kinds=(Kind.RESIDENTIAL_AREA, Kind.COMMUNE))
    open_file(cast.na_meo, year=story.year(), by=cast.lan)
    return Stage(cast, seasons)


@pytest.fixture
def commune_file(cast):
    return story.files(cast.na_meo)[Scheme.RECOGNITION]


def happened(cast, unit, type_=T.DISPUTE, cases=1):
    return add_incident(
        unit,
        IncidentDetails(occurred_on=localdate() - dt.timedelta(days=40), type=type_, cases=cases,
                        kept_at="Công an xã"),
        by=cast.lan,
    )  # fmt: skip


def said(file, cast, **counts):
    file.refresh_from_db()
    versions = dict(file.answers.values_list("criterion__code", "version"))
    rows = {
        f"5.2/{code}": Typed(AnswerValues(counts=(number,)), versions.get(f"5.2/{code}", 0))
        for code, number in counts.items()
    }
    save_answers(file, rows, by=cast.lan)


def check(file, *, reads_sensitive=True):
    definition = definition_of(file.season.criteria_set)
    answers = {one.criterion.code: one for one in file.answers.select_related("criterion")}
    return commune_check(file, definition, answers, reads_sensitive=reads_sensitive)


def row(file, code):
    return next(one for one in check(file).rows if one.row.code == f"5.2/{code}")


def test_book_proposes_the_sum_of_areas_and_the_commune_s_own(cast, commune_file):
    for unit, cases in ((cast.che_lau, 1), (cast.hiem, 2), (cast.na_meo, 3)):
        happened(cast, unit, cases=cases)

    found = register_proposals(commune_file, definition_of(commune_file.season.criteria_set))

    assert found["5.2/4.3.e"].values.counts == (6,)
    assert "6 vụ" in found["5.2/4.3.e"].source


def test_other_communes_count_for_themselves(cast, commune_file):
    add_incident(
        cast.thuy_thanh,
        IncidentDetails(occurred_on=localdate() - dt.timedelta(days=40), type=T.DISPUTE, cases=1,
                        kept_at="Công an xã"),
        by=cast.nga,
    )  # fmt: skip

    found = register_proposals(commune_file, definition_of(commune_file.season.criteria_set))

    assert not [code for code in found if code.startswith("5.2/")]


def test_confirmed_book_proposes_zero_for_the_commune_and_leaves_4_2_and_5_1_open(
    cast, commune_file
):
    confirm_book(cast.na_meo, year=story.year(), complete_to=localdate(), by=cast.lan)

    found = register_proposals(commune_file, definition_of(commune_file.season.criteria_set))

    assert found["5.2/4.3.a"].values.counts == (0,)
    assert {"5.1.iv", "5.2/4.2", "5.2/4.4.c.iii", "5.3.ii"} & set(found) == set()


def test_only_files_that_were_sent_are_summed(cast, commune_file):
    story.submitted(cast.che_lau, cast, {"4.3.e": AnswerValues(counts=(2,))})
    story.answered(cast.hiem, officer=cast.lan, changes={"4.3.e": AnswerValues(counts=(5,))})

    found = check(commune_file)

    assert (found.sent, found.opened) == (1, 2)
    assert row(commune_file, "4.3.e").areas == "2"


def test_commune_that_says_less_than_its_areas_is_lit(cast, commune_file):
    story.submitted(cast.che_lau, cast, {"4.3.e": AnswerValues(counts=(2,))})
    said(commune_file, cast, **{"4.3.e": 1, "4.3.a": 0})

    assert row(commune_file, "4.3.e").differs
    assert not row(commune_file, "4.3.a").differs


def test_commune_may_say_more_than_its_areas_but_not_other_than_its_book(cast, commune_file):
    story.submitted(cast.che_lau, cast, {"4.3.e": AnswerValues(counts=(2,))})
    said(commune_file, cast, **{"4.3.e": 3})
    assert not row(commune_file, "4.3.e").differs

    happened(cast, cast.na_meo, cases=4)
    found = row(commune_file, "4.3.e")
    assert (found.areas, found.book, found.said, found.differs) == ("2", "4", "3", True)


def test_commune_is_lit_where_an_area_does_not_meet_what_it_says_it_meets(cast, commune_file):
    story.submitted(cast.che_lau, cast, {"4.2": AnswerValues(verdict="not_met")})
    save_answers(commune_file, {"5.2/4.2": Typed(AnswerValues(verdict="met"))}, by=cast.lan)

    found = row(commune_file, "4.2")
    assert (found.areas, found.said, found.differs) == ("1 khu chưa đạt", "Đạt", True)


def test_sensitive_rows_are_left_out_for_who_may_not_read_them(commune_file):
    codes = {one.row.code for one in check(commune_file, reads_sensitive=False).rows}

    assert "5.2/4.4.b" in codes
    assert "5.2/4.3.a" not in codes


def test_other_units_have_no_such_table(cast, commune_file):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)

    assert check(story.files(cast.che_lau)[Scheme.RECOGNITION]) is None


def test_table_stands_on_the_commune_s_page(cast, commune_file, as_):
    story.submitted(cast.che_lau, cast, {"4.3.e": AnswerValues(counts=(2,))})
    said(commune_file, cast, **{"4.3.e": 0})

    page = words(as_(cast.lan).get(address("file", story.year(), cast.na_meo.pk, tab="tt124")))

    assert "Mục 5.2 đối chiếu" in page
    assert "Cộng 1/1 hồ sơ khu dân cư đã gửi" in page
    assert "≠ khác" in page
