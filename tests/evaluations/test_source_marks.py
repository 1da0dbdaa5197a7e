"""Rows whose source moved on since they were answered: marked, followed or kept, never overwritten."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from evaluations.models import IncidentType, SourceValue
from evaluations.models.answers import ChangeKind
from evaluations.selectors.source_marks import source_marks
from evaluations.services.answers import Typed, mend_answer, rows_of, save_answers
from evaluations.services.evaluations import open_file
from evaluations.services.incidents import (
    IncidentDetails,
    add_incident,
    confirm_book,
    strike_incident,
)
from evaluations.services.source_choices import follow_source, keep_answer, mend_by_source
from tests import story
from tests.pages import address, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

MET, NOT_MET = AnswerValues(verdict="met"), AnswerValues(verdict="not_met")


@pytest.fixture
def files(cast, open_year):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return story.files(cast.che_lau)


def save(evaluation, by, **values):
    versions = dict(evaluation.answers.values_list("criterion__code", "version"))
    typed = {code: Typed(one, versions.get(code, 0)) for code, one in values.items()}
    save_answers(evaluation, typed, by=by)


def source(files, by, verdict):
    """Answer 4.1.i, from which A1 follows: met gives 5 points, not met leaves the row to a person."""
    save(files[Scheme.RECOGNITION], by, **{"4.1.i": verdict})


def answer(files, code="A1", scheme=Scheme.CLASSIFICATION):
    return files[scheme].answers.get(criterion__code=code)


def points(files, by, number):
    save(files[Scheme.CLASSIFICATION], by, A1=AnswerValues(points=Decimal(number)))


def mark(files, code="A1", scheme=Scheme.CLASSIFICATION):
    evaluation = files[scheme]
    definition = definition_of(evaluation.season.criteria_set)
    marks = source_marks(
        [evaluation], {evaluation.pk: definition}, {evaluation.pk: rows_of(evaluation)}
    )
    return marks.get(definition.row(code).id)


def test_a_proposal_follows_its_source_and_is_never_marked(cast, files):
    source(files, cast.lan, MET)
    assert (answer(files).is_proposal, answer(files).points) == (True, 5)
    source(files, cast.lan, NOT_MET)

    assert mark(files) is None
    assert answer(files).points is None


def test_a_confirmed_row_is_marked_when_its_source_changes_and_keeps_its_value(cast, files):
    source(files, cast.lan, MET)
    points(files, cast.lan, 5)
    assert mark(files) is None
    source(files, cast.lan, NOT_MET)

    found = mark(files)

    assert (found.before, found.now, found.values) == ("5/5 điểm", "chưa cho giá trị", None)
    assert (answer(files).points, answer(files).is_proposal) == (5, False)
    assert found.changed_by == str(cast.lan)


def test_the_mark_goes_when_the_source_changes_back(cast, files):
    source(files, cast.lan, MET)
    points(files, cast.lan, 3)
    source(files, cast.lan, NOT_MET)
    assert mark(files) is not None
    source(files, cast.lan, MET)

    assert mark(files) is None
    assert answer(files).points == 3


def test_a_row_answered_before_its_source_is_marked_unless_it_agrees(cast, files):
    points(files, cast.lan, 3)
    source(files, cast.lan, MET)

    found = mark(files)

    assert (found.before, found.now, found.values.points) == ("chưa cho giá trị", "5/5 điểm", 5)
    points(files, cast.lan, 5)
    assert mark(files) is None


def test_following_the_source_writes_its_value_with_a_trace_and_keeps_the_note(cast, files):
    save(files[Scheme.CLASSIFICATION], cast.lan, A1=AnswerValues(points=Decimal(3), note="Muộn."))
    source(files, cast.lan, MET)
    stored = answer(files)

    followed = follow_source(
        files[Scheme.CLASSIFICATION], stored.criterion_id, base_version=stored.version, by=cast.lan
    )

    assert (followed.points, followed.note, followed.proposed_from) == (
        5,
        "Muộn.",
        "TT 124: 4.1.i Đạt",
    )
    assert mark(files) is None
    change = followed.changes.latest("pk")
    assert (change.kind, change.reason) == (ChangeKind.ENTERED, "Lấy theo nguồn")
    with pytest.raises(TransitionRefused, match="không còn khác"):
        follow_source(
            files[Scheme.CLASSIFICATION],
            stored.criterion_id,
            base_version=followed.version,
            by=cast.lan,
        )


def test_keeping_the_answer_takes_the_mark_away_until_the_source_changes_again(cast, files):
    source(files, cast.lan, MET)
    points(files, cast.lan, 3)
    source(files, cast.lan, NOT_MET)
    stored = answer(files)

    kept = keep_answer(
        files[Scheme.CLASSIFICATION], stored.criterion_id, base_version=stored.version, by=cast.lan
    )

    assert (kept.points, kept.version, mark(files)) == (3, stored.version + 1, None)
    source(files, cast.lan, MET)
    assert mark(files).before == "chưa cho giá trị"


def test_who_may_not_answer_or_saw_an_older_answer_is_refused(cast, files):
    points(files, cast.lan, 3)
    source(files, cast.lan, MET)
    stored, one = answer(files), files[Scheme.CLASSIFICATION]

    with pytest.raises(PermissionDenied):
        follow_source(one, stored.criterion_id, base_version=stored.version, by=cast.minh)
    with pytest.raises(type(one).DoesNotExist):
        keep_answer(one, stored.criterion_id, base_version=stored.version, by=cast.nga)
    with pytest.raises(TransitionRefused) as stale:
        follow_source(one, stored.criterion_id, base_version=stored.version - 1, by=cast.lan)
    assert stale.value.code == "stale"
    assert answer(files).points == 3


def test_mending_at_the_appraisal_marks_the_row_that_followed_and_mends_it(cast, as_, open_year):
    files = story.in_review(cast.che_lau, cast)
    recognition, classification = files[Scheme.RECOGNITION], files[Scheme.CLASSIFICATION]
    definition = definition_of(classification.season.criteria_set)
    row = next(
        row for row in definition.rows
        if row.proposal_rule == "all_met" and len(row.levels) == 2 and len(row.proposal_sources) == 1
    )  # fmt: skip
    before = answer(files, row.code)
    source_row = definition_of(recognition.season.criteria_set).row(row.proposal_sources[0])
    wrong = AnswerValues(counts=(1,) * len(source_row.counters)) if source_row.counters else NOT_MET
    mend_answer(
        recognition,
        source_row.code,
        wrong,
        base_version=answer(files, source_row.code, Scheme.RECOGNITION).version,
        reason="Nhầm.",
        by=cast.minh,
    )

    assert mark(files, row.code) is not None
    page = words(as_(cast.minh).get(address("appraisal", story.year(), cast.che_lau.pk)))
    assert "Nguồn đã đổi" in page
    assert f'value="{before.criterion_id}-{before.version}"' in page
    url = address("appraisal_follow", story.year(), cast.che_lau.pk)
    sent = as_(cast.minh).post(url, {"lay": f"{before.criterion_id}-{before.version}"})

    assert sent.status_code == 302
    assert answer(files, row.code).points == row.levels[-1].points
    assert mark(files, row.code) is None
    assert answer(files, row.code).changes.latest("pk").reason.startswith("Lấy theo nguồn: TT 124")
    with pytest.raises(TransitionRefused):
        mend_by_source(classification, before.criterion_id, base_version=9, by=cast.minh)


def test_the_book_of_incidents_marks_a_confirmed_row_also_after_sending(cast, open_year):
    confirm_book(cast.na_meo, year=story.year(), complete_to=timezone.localdate(), by=cast.lan)
    row = definition_of(open_year[Scheme.RECOGNITION].criteria_set).row("4.4.a")
    quiet = (0,) * len(row.counters)
    same = AnswerValues(verdict="met", counts=quiet, previous_counts=quiet)
    files = story.in_review(cast.che_lau, cast, changes={"4.4.a": same})
    before = answer(files, "4.3.a", Scheme.RECOGNITION)
    assert mark(files, "4.3.a", Scheme.RECOGNITION) is None
    details = IncidentDetails(
        occurred_on=timezone.localdate() - dt.timedelta(days=40), type=IncidentType.ANTI_STATE,
        cases=1, kept_at="Công an xã",
    )  # fmt: skip

    incident = add_incident(cast.che_lau, details, by=cast.lan)

    found = mark(files, "4.3.a", Scheme.RECOGNITION)
    assert (found.before, found.now) == ("Không xảy ra", "1 vụ")
    assert answer(files, "4.3.a", Scheme.RECOGNITION).counts == before.counts
    strike_incident(incident, reason="Ghi nhầm.", by=cast.lan)
    assert mark(files, "4.3.a", Scheme.RECOGNITION) is None


def test_pages_show_the_mark_and_post_the_choice(cast, as_, files):
    points(files, cast.lan, 3)
    source(files, cast.lan, MET)
    stored, client = answer(files), as_(cast.lan)
    sheet = address("file", story.year(), cast.che_lau.pk, tab="qd510", xem="tat-ca")
    check = address("file", story.year(), cast.che_lau.pk, buoc="kiem-tra")
    key = f"{stored.criterion_id}-{stored.version}"

    for url in (sheet, check):
        page = words(client.get(url))
        assert "trước chưa cho giá trị, nay <strong>5/5 điểm</strong>" in page
        assert f'name="lay" value="{key}"' in page
    read_only = words(as_(cast.hoa).get(sheet))
    assert "Nguồn đã đổi" in read_only
    assert 'name="lay"' not in read_only
    assert as_(cast.hoa).post(sheet, {"viec": "nguon", "lay": key}).status_code == 403
    assert as_(cast.lan).post(sheet, {"viec": "nguon", "lay": "x"}).status_code == 404

    sent = as_(cast.lan).post(sheet, {"viec": "nguon", "lay": key, "ve": "kiem-tra"})

    assert (sent.status_code, sent.headers["Location"]) == (302, check)
    assert "Nguồn đã đổi" not in words(as_(cast.lan).get(sheet))


def test_constraints_hold_what_a_source_says(cast, files):
    source(files, cast.lan, MET)
    stored = SourceValue.objects.filter(evaluation=files[Scheme.CLASSIFICATION]).first()
    for name, wrong in (
        ("source_value_names_source", {"source": ""}),
        ("source_value_names_source_before", {"before": {"points": "1"}, "before_source": ""}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SourceValue.objects.filter(pk=stored.pk).update(**wrong)
    with pytest.raises(IntegrityError, match="source_value_once_per_row"), transaction.atomic():
        SourceValue.objects.create(
            evaluation=stored.evaluation, criterion=stored.criterion, changed_at=timezone.now(),
            changed_by=cast.lan,
        )  # fmt: skip
    assert not SourceValue.objects.visible_to(cast.nga).exists()
    assert SourceValue.objects.visible_to(cast.tuan).exists()
