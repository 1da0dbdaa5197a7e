"""What a unit came to the year before: directly, across mergers, from paper."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from evaluations.models import RecordedResult
from evaluations.models.results import ResultSource
from evaluations.selectors.last_year import last_year_of
from tests import story
from tests.cast import version_of
from units.coverage import Scheme
from units.models import SubKind
from units.services import UnitFacts, merge_units, split_unit

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 6, 1)
ACT = "Nghị quyết 12/NQ-HĐND"
DISTRICT = "UBND huyện Quan Sơn"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        yield


def record(cast, unit, scheme, outcome, *, year=2025, source=ResultSource.PAPER, **more):
    given = {
        "decision_number": "12/QĐ-UBND", "decided_on": dt.date(year, 11, 20), "organ": DISTRICT,
        "entered_at": timezone.now(), "entered_by": cast.lan,
    }  # fmt: skip
    return RecordedResult.objects.create(
        unit=unit, unit_version=version_of(unit), province=cast.province,
        deciding_unit=cast.na_meo, year=year, scheme=scheme, source=source, outcome=outcome,
        **given | more,
    )  # fmt: skip


def last(unit, year=2026):
    return last_year_of([unit.pk], year=year).get(unit.pk)


def test_nothing_known_is_nothing_said(cast):
    assert last_year_of([cast.che_lau.pk, cast.hiem.pk], year=2026) == {}


def test_both_results_of_one_year_with_their_decision(cast):
    record(cast, cast.che_lau, Scheme.RECOGNITION, "met")
    record(cast, cast.che_lau, Scheme.CLASSIFICATION, "kha")

    found = last(cast.che_lau)

    assert found.text == ("Đạt · Khá, QĐ số 12/QĐ-UBND ngày 20/11/2025 của UBND huyện Quan Sơn")
    assert (found.short_text, found.is_same_unit) == ("Đạt · Khá", True)


def test_only_the_year_before_counts(cast):
    record(cast, cast.che_lau, Scheme.RECOGNITION, "met", year=2024)

    assert last(cast.che_lau) is None
    assert last(cast.che_lau, 2025).own.recognition.outcome == "met"


def test_decision_made_here_is_cited_with_the_authority_as_it_was_called(cast):
    with time_machine.travel(dt.datetime(2025, 11, 10, 9, 0, tzinfo=dt.UTC), tick=False):
        story.open_seasons(cast)
        story.issued([cast.che_lau], cast)

    assert last(cast.che_lau).text == ("Đạt, QĐ số 05/QĐ-UBND ngày 10/11/2025 của UBND xã Na Mèo")


def test_merged_unit_lists_all_it_came_from_and_no_class_of_its_own(cast):
    record(cast, cast.hiem, Scheme.CLASSIFICATION, "xuat_sac")
    into = UnitFacts("Sa Ná", SubKind.BAN)
    new = merge_units([cast.che_lau, cast.hiem], into=into, on=DAY, legal_act=ACT, by=cast.lan)

    found = last(new.unit)

    assert (found.own, found.is_same_unit) == (None, False)
    assert found.text == (
        "Bản Ché Lầu: chưa có kết quả; "
        "Bản Hiềm: Xuất sắc, QĐ số 12/QĐ-UBND ngày 20/11/2025 của UBND huyện Quan Sơn"
    )
    assert found.short_text == "Bản Ché Lầu: chưa có; Bản Hiềm: Xuất sắc"


def test_each_part_of_a_divided_unit_names_the_whole(cast):
    record(cast, cast.che_lau, Scheme.RECOGNITION, "not_met")
    into = [UnitFacts(name, SubKind.BAN) for name in ("Trên", "Dưới")]
    parts = split_unit(cast.che_lau, into=into, on=DAY, legal_act=ACT, by=cast.lan)

    found = last_year_of([part.unit_id for part in parts], year=2026)

    assert {one.short_text for one in found.values()} == {"Bản Ché Lầu: Chưa đạt"}


def test_twice_merged_units_are_followed_to_the_beginning(cast):
    record(cast, cast.che_lau, Scheme.CLASSIFICATION, "yeu")
    first = merge_units(
        [cast.che_lau, cast.hiem], into=UnitFacts("Sa Ná", SubKind.BAN),
        on=DAY, legal_act=ACT, by=cast.lan,
    )  # fmt: skip
    second = split_unit(
        first.unit, into=[UnitFacts(name, SubKind.BAN) for name in ("Một", "Hai")],
        on=DAY + dt.timedelta(days=1), legal_act=ACT, by=cast.lan,
    )  # fmt: skip

    assert last(second[0].unit).text.startswith("Bản Ché Lầu: Yếu, QĐ số")


def test_many_units_take_as_many_queries_as_one(cast, django_assert_num_queries):
    for unit in (cast.che_lau, cast.hiem, cast.thuy_thanh):
        record(cast, unit, Scheme.CLASSIFICATION, "kha")

    for ids in ([cast.che_lau.pk], [cast.che_lau.pk, cast.hiem.pk, cast.thuy_thanh.pk]):
        with django_assert_num_queries(3):
            assert len(last_year_of(ids, year=2026)) == len(ids)


def test_file_page_queue_and_appraisal_say_what_the_year_before_came_to(cast, as_):
    story.open_seasons(cast)
    record(cast, cast.che_lau, Scheme.CLASSIFICATION, "kha")
    story.in_review(cast.che_lau, cast)
    client = as_(cast.minh)

    pages = [
        client.get(address).content.decode()
        for address in (
            f"/ho-so/2026/{cast.che_lau.pk}/", f"/tham-dinh/2026/{cast.che_lau.pk}/", "/tham-dinh/",
        )
    ]  # fmt: skip

    cited = "Khá, QĐ số 12/QĐ-UBND ngày 20/11/2025 của UBND huyện Quan Sơn"
    assert f"Năm trước: {cited}." in pages[0]
    assert cited in pages[1]
    assert '<td data-label="Năm trước">Khá' in pages[2]
