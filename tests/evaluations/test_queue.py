"""What the appraisal queue tells of each file before it is opened, and what it costs."""

import datetime as dt
import gzip
from copy import copy
from dataclasses import replace

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from evaluations.models import Answer, Evaluation, LateEvent, Purpose, RecordedResult
from evaluations.models.results import ResultSource
from evaluations.selectors.last_year import last_year_of
from evaluations.selectors.queue import MARKS, queue_entries
from evaluations.selectors.year_before import YearBefore, years_before
from evaluations.services.attachments import PaperReference, attach
from evaluations.services.evaluations import return_file, submit_file
from tests import story
from tests.cast import give_role, make_person, make_unit, version_of
from tests.pages import address, queries_of
from units.coverage import Scheme
from units.models import Kind, SubKind, UnitSuccession, UnitVersion

pytestmark = pytest.mark.usefixtures("stage", "db")

QUEUE = "/tham-dinh/"
MOST_QUERIES = 12
MOST_BYTES = 20_000


def entry_of(unit, person, cast):
    found = queue_entries(person, authorities=[cast.na_meo.pk], year=story.year())
    return next(entry for entry in found if entry.unit_id == unit.pk)


def recorded(cast, unit, scheme, outcome):
    return RecordedResult.objects.create(
        unit=unit, unit_version=version_of(unit), province=cast.province, year=story.year() - 1,
        deciding_unit=cast.na_meo, scheme=scheme, source=ResultSource.PAPER, outcome=outcome,
        decision_number="12/QĐ-UBND", decided_on=dt.date(story.year() - 1, 11, 20),
        organ="UBND xã Na Mèo", entered_at=timezone.now(), entered_by=cast.lan,
    )  # fmt: skip


def test_rows_without_papers_are_counted_and_sensitive_ones_never(cast, open_year):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    answers = Answer.objects.filter(evaluation__unit=cast.che_lau).select_related("criterion")
    asking = [one.criterion for one in answers if one.criterion.evidence]
    open_rows = [
        one.criterion
        for one in answers
        if one.criterion.evidence
        and not one.criterion.is_sensitive
        and one.criterion.answer_type != "incidents"
        and one.verdict not in ("not_met", "na")
        and one.points != 0
    ]
    kept = PaperReference(kept_at="Công an xã")
    for row in open_rows[:2]:
        attach(
            [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, criterion=row,
            reference=kept, by=cast.lan,
        )  # fmt: skip
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    entry = entry_of(cast.che_lau, cast.minh, cast)

    assert len(asking) > len(open_rows) > 2
    assert (entry.bare_rows, entry.asking_rows) == (len(open_rows) - 2, len(open_rows))
    assert "thieu-minh-chung" in entry.marks
    assert entry.papers_word == "Hầu hết chưa có minh chứng"
    said = {
        bare: replace(entry, bare_rows=bare, asking_rows=10).papers_word for bare in (0, 7, 8, 10)
    }
    assert said == {
        0: "",
        7: "Thiếu minh chứng 7 dòng",
        8: "Hầu hết chưa có minh chứng",
        10: "Chưa kèm minh chứng",
    }


def test_queue_offers_the_kinds_of_its_files_only(cast, open_year, as_):
    story.submitted(cast.che_lau, cast)
    client = as_(cast.minh)

    offered = client.get(address("queue")).context["kinds"]
    asked = client.get(address("queue", loai="district")).context["kinds"]

    assert [kind for kind, _ in offered] == ["residential_area"]
    assert [kind for kind, _ in asked] == ["residential_area", "district"]


@pytest.mark.parametrize(
    ("before", "mark"),
    [("kha", "len"), ("xuat_sac", ""), (None, "moi")],
)
def test_queue_says_how_a_file_stands_against_the_year_before(cast, open_year, as_, before, mark):
    story.submitted(cast.che_lau, cast)
    if before:
        recorded(cast, cast.che_lau, Scheme.CLASSIFICATION, before)

    entry = entry_of(cast.che_lau, cast.minh, cast)

    assert entry.outcomes[Scheme.CLASSIFICATION] == "xuat_sac"
    assert entry.marks & {"len", "xuong", "moi"} == ({mark} if mark else set())
    chosen = as_(cast.minh).get(QUEUE, {"dau": mark or "xuong"}).text
    assert ("Bản Ché Lầu" in chosen) is bool(mark)


def test_a_lower_class_goes_down_and_recognition_speaks_where_no_class_does():
    before = YearBefore(own={Scheme.RECOGNITION: "met", Scheme.CLASSIFICATION: "kha"})

    assert before.change({Scheme.CLASSIFICATION: "yeu", Scheme.RECOGNITION: "met"}) == "xuong"
    assert before.change({Scheme.RECOGNITION: "not_met"}) == "xuong"
    assert before.change({Scheme.CLASSIFICATION: "kha"}) == "giu"
    assert YearBefore(of_others={1: {Scheme.CLASSIFICATION: "kha"}}).change({}) == ""


def test_year_before_is_the_same_as_everywhere_also_after_a_merger(cast, open_year):
    recorded(cast, cast.che_lau, Scheme.RECOGNITION, "met")
    recorded(cast, cast.che_lau, Scheme.CLASSIFICATION, "kha")
    merged = make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    UnitSuccession.objects.create(
        predecessor=cast.che_lau, successor=merged, on=localdate(), legal_act="NQ 1"
    )
    ids = [cast.che_lau.pk, cast.hiem.pk, merged.pk]

    found, known = years_before(ids, year=story.year()), last_year_of(ids, year=story.year())

    assert set(found) == set(known) == {cast.che_lau.pk, merged.pk}
    assert found[cast.che_lau.pk].text == known[cast.che_lau.pk].short_text == "Đạt · Khá"
    assert found[merged.pk].text == "đơn vị trước: Đạt · Khá"
    assert found[merged.pk].change({Scheme.CLASSIFICATION: "xuat_sac"}) == ""


def test_queue_tells_who_reviews_since_when_what_came_back_and_what_happened_late(
    cast, open_year, as_
):
    story.in_review(cast.che_lau, cast)
    story.in_review(cast.hiem, cast)
    return_file(cast.hiem, year=story.year(), note="Thiếu", by=cast.minh)
    submit_file(cast.hiem, year=story.year(), by=cast.lan)
    one = story.files(cast.hiem)[Scheme.RECOGNITION]
    LateEvent.objects.create(
        evaluation=one, criterion=one.answers.first().criterion, happened_on=localdate(), count=1,
        reason="Báo cáo 9", reported_at=timezone.now(), reported_by=cast.lan,
    )  # fmt: skip
    other = make_person("yen", "Lương Thị Yến")
    give_role(other, "appraiser", cast.na_meo)

    mine, theirs = as_(cast.minh).get(QUEUE).text, as_(other).get(QUEUE, {"dau": "cua-toi"}).text

    assert {"gui-lai", "phat-sinh"} <= entry_of(cast.hiem, cast.minh, cast).marks
    assert "cua-toi" in entry_of(cast.che_lau, cast.minh, cast).marks
    assert "Phạm Văn Minh, từ " in mine
    assert "còn " in mine
    assert "Gửi lại" in mine
    assert "Không có hồ sơ nào khớp bộ lọc" in theirs


def test_chips_show_only_marks_that_some_file_bears(cast, open_year, as_):
    story.submitted(cast.che_lau, cast)

    text = as_(cast.minh).get(QUEUE).text

    assert MARKS["moi"] in text
    assert MARKS["khac-biet"] not in text


@pytest.mark.slow
def test_queue_of_500_files_is_cheap(cast, open_year, as_):
    first = story.submitted(cast.che_lau, cast)
    units = [
        make_unit(Kind.RESIDENTIAL_AREA, f"Mới {place}", parent=cast.na_meo, sub_kind=SubKind.BAN)
        for place in range(499)
    ]
    versions = {one.unit_id: one for one in UnitVersion.objects.filter(unit__in=units)}
    Evaluation.objects.bulk_create(
        _copy(one, unit, versions[unit.pk]) for unit in units for one in first.values()
    )
    client = as_(cast.minh)
    client.get(QUEUE)

    queries = queries_of(client, QUEUE)
    page = client.get(QUEUE)

    assert queries <= MOST_QUERIES
    assert len(gzip.compress(page.content)) <= MOST_BYTES
    assert page.text.count('name="don_vi"') == 50


def _copy(one, unit, version):
    fresh = copy(one)
    fresh.pk, fresh.unit, fresh.unit_version = None, unit, version
    return fresh
