"""One person reviews a file at a time; who takes it over says why."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.models import Evaluation, TransitionLog
from evaluations.services.answers import Typed, mend_answer, save_appraisal
from evaluations.services.evaluations import appraise_file, reopen_appraisal, return_file
from evaluations.services.reviews import take_over_file
from evaluations.workflow import Status
from tests import story
from tests.cast import give_role, make_person
from tests.staging import opened
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")


@pytest.fixture(scope="module")
def stage(held):
    """Bản Ché Lầu is in review on both sheets."""
    stage = opened()
    story.in_review(stage.cast.che_lau, stage.cast)
    return stage


@pytest.fixture
def area(cast):
    return cast.che_lau


@pytest.fixture
def other(cast):
    """A second appraiser of Na Mèo."""
    person = make_person("yen", "Lương Thị Yến")
    give_role(person, "appraiser", cast.na_meo)
    return person


def part(unit):
    return story.files(unit)[Scheme.RECOGNITION]


def test_nobody_else_writes_in_a_file_under_review(cast, area, other):
    year, row = story.year(), part(area).answers.get(criterion__code="4.4.b")
    conclusion = {"4.4.b": Typed(AnswerValues(appraisal_note="Xem"), row.version)}
    acts = (
        lambda: save_appraisal(part(area), conclusion, by=other),
        lambda: mend_answer(
            part(area),
            "4.4.b",
            AnswerValues.of(row),
            base_version=row.version,
            reason="Gõ nhầm",
            by=other,
        ),
        lambda: return_file(area, year=year, note="Thiếu", by=other),
        lambda: appraise_file(area, year=year, by=other),
    )
    for act in acts:
        with pytest.raises(TransitionRefused, match="đang thẩm định bởi Phạm Văn Minh") as refused:
            act()
        assert refused.value.code == "taken_by_other"
    assert part(area).status == Status.IN_REVIEW


def test_taking_over_says_why_and_leaves_a_trace(cast, area, other):
    year = story.year()
    for person, note in ((cast.minh, "Nghỉ ốm"), (other, "  ")):
        with pytest.raises(TransitionRefused):
            take_over_file(area, year=year, note=note, by=person)

    take_over_file(area, year=year, note="Anh Minh nghỉ ốm", by=other)

    assert part(area).taken_up_by == other
    step = TransitionLog.objects.filter(action="take_over").latest("pk")
    assert step.note == "Thay Phạm Văn Minh: Anh Minh nghỉ ốm"
    with pytest.raises(TransitionRefused, match="Lương Thị Yến"):
        return_file(area, year=year, note="Thiếu", by=cast.minh)
    appraise_file(area, year=year, by=other)
    assert part(area).appraised_by == other


def test_parts_that_two_people_review_are_taken_over_by_either(cast, area, other):
    year = story.year()
    held = Evaluation.objects.filter(unit=area, season__scheme=Scheme.CLASSIFICATION)
    held.update(taken_up_by=other)

    take_over_file(area, year=year, note="Chị Yến đi học", by=cast.minh)

    assert held.get().taken_up_by == cast.minh
    assert part(area).taken_up_by == cast.minh
    assert TransitionLog.objects.filter(action="take_over").count() == 1
    with pytest.raises(TransitionRefused, match="Bạn đang thẩm định"):
        take_over_file(area, year=year, note="Lần nữa", by=cast.minh)


def test_only_the_same_role_at_the_same_authority_takes_over(cast, area):
    for person in (cast.lan, cast.hoa, cast.tuan, cast.root):
        with pytest.raises(PermissionDenied):
            take_over_file(area, year=story.year(), note="Thay", by=person)


def test_who_opens_an_appraisal_again_reviews_it(cast, open_year, other):
    story.appraised(cast.hiem, cast)

    reopen_appraisal(cast.hiem, year=story.year(), note="Có đơn", by=other)

    assert part(cast.hiem).taken_up_by == other


def test_second_appraiser_is_told_and_may_take_over(cast, area, other, as_):
    page = reverse("evaluations:appraisal", args=[story.year(), area.pk])
    client = as_(other)

    shown = client.get(page).text
    done = client.post(
        reverse("evaluations:appraisal_take_over", args=[story.year(), area.pk]),
        {"note": "Anh Minh đi học"}, follow=True,
    )  # fmt: skip

    assert "Đang thẩm định bởi <strong>Phạm Văn Minh</strong>" in shown
    assert "Xác nhận thẩm định</button>" not in shown
    assert "Đã nhận thay" in done.text
    assert "Xác nhận thẩm định</button>" in done.text
