"""Returning a file, whole or by single criteria: what opens, what stays frozen, when it is answered."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.models import Attachment, ReopenedRow, SupplementRequest, TransitionLog
from evaluations.models.attachments import Purpose
from evaluations.selectors.reopened import reopened_by_evaluation, reopened_codes
from evaluations.services.answers import Typed, save_answers, save_appraisal
from evaluations.services.attachments import PaperReference, attach, detach
from evaluations.services.evaluations import (
    appraise_file,
    return_file,
    submit_file,
    take_up_file,
    withdraw_file,
)
from evaluations.services.releases import release_file
from evaluations.workflow import Status
from tests import story
from tests.staging import opened
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

ROW, OTHER, SENSITIVE = "4.4.b", "4.1.iii", "4.3.a"
SECRET = "Nội dung không gửi qua tin nhắn"


@pytest.fixture(scope="module")
def stage(held):
    """Bản Ché Lầu is in review on both sheets."""
    stage = opened()
    story.in_review(stage.cast.che_lau, stage.cast)
    return stage


@pytest.fixture
def area(cast):
    return cast.che_lau


def part(unit, scheme=Scheme.RECOGNITION):
    return story.files(unit)[scheme]


def answer(unit, code, scheme=Scheme.RECOGNITION):
    return part(unit, scheme).answers.select_related("criterion").get(criterion__code=code)


def criterion(unit, code, scheme=Scheme.RECOGNITION):
    return answer(unit, code, scheme).criterion_id


def returned(unit, cast, *codes, scheme=Scheme.RECOGNITION, **asked):
    rows = {criterion(unit, code, scheme): f"Xem lại {code}" for code in codes}
    return return_file(unit, year=story.year(), rows=rows, by=cast.minh, **asked)


def typed(unit, code, scheme=Scheme.RECOGNITION, **changes):
    stored = answer(unit, code, scheme)
    return {code: Typed(replace(AnswerValues.of(stored), **changes), stored.version)}


def save(unit, code, scheme=Scheme.RECOGNITION, *, by, **changes):
    return save_answers(part(unit, scheme), typed(unit, code, scheme, **changes), by=by)


def sent_again(unit, cast):
    submit_file(unit, year=story.year(), by=cast.lan)


# What opens ------------------------------------------------------------------------------------


def test_only_the_named_rows_and_what_follows_from_them_open(cast, area):
    returned(area, cast, ROW)

    files = story.files(area)
    assert {one.status for one in files.values()} == {Status.RETURNED}
    assert reopened_codes(files[Scheme.RECOGNITION]) == {ROW}
    following = ReopenedRow.objects.filter(
        request__evaluation=files[Scheme.CLASSIFICATION], is_following=True
    )
    codes = set(following.values_list("criterion__code", flat=True))
    assert codes == reopened_codes(files[Scheme.CLASSIFICATION])
    assert codes
    assert all(ROW in row.reason for row in following)


def test_whole_return_opens_every_row(cast, area):
    return_file(area, year=story.year(), note="Thiếu biên bản", by=cast.minh)

    assert reopened_codes(part(area)) is None
    assert [row.criterion.code for row in save(area, OTHER, by=cast.lan, note="Mới")] == [OTHER]
    assert SupplementRequest.objects.get(evaluation=part(area)).is_partial is False


def test_rows_of_the_classification_alone_leave_the_recognition_in_review(cast, area):
    first = part(area, Scheme.CLASSIFICATION).answers.select_related("criterion").first()

    returned(area, cast, first.criterion.code, scheme=Scheme.CLASSIFICATION)

    assert part(area).status == Status.IN_REVIEW
    assert reopened_codes(part(area, Scheme.CLASSIFICATION)) == {first.criterion.code}


def test_frozen_row_is_refused_with_the_reason_and_reopened_one_is_taken(cast, area):
    returned(area, cast, ROW)

    with pytest.raises(TransitionRefused, match=f"{OTHER}: không nằm trong.*{ROW}") as refused:
        save(area, OTHER, by=cast.lan, note="Sửa thêm")
    taken = save(area, ROW, by=cast.lan, note="Đã đối chiếu sổ")

    assert refused.value.code == "reopened_rows_only"
    assert [row.criterion.code for row in taken] == [ROW]
    assert answer(area, OTHER).note != "Sửa thêm"


def test_a_frozen_row_sent_along_unchanged_stops_nothing(cast, area):
    returned(area, cast, ROW)
    both = typed(area, ROW, note="Đã xem") | typed(area, OTHER)

    assert [row.criterion.code for row in save_answers(part(area), both, by=cast.lan)] == [ROW]


def test_papers_of_frozen_rows_stay_and_those_of_reopened_ones_change(cast, area):
    returned(area, cast, ROW)
    kept, year = PaperReference(kept_at="Công an xã"), story.year()

    def add(code):
        row = answer(area, code).criterion
        return attach(
            [area], year=year, purpose=Purpose.CRITERION, criterion=row, reference=kept, by=cast.lan
        )

    with pytest.raises(TransitionRefused, match="không nằm trong"):
        add(OTHER)
    [paper] = add(ROW)
    second = PaperReference(number="02/BB", kept_at="Công an xã")
    attach([area], year=year, purpose=Purpose.MINUTES, reference=second, by=cast.lan)
    detach(paper, by=cast.lan)

    assert not Attachment.objects.filter(criterion__isnull=False).exists()
    assert Attachment.objects.filter(unit=area, purpose=Purpose.MINUTES).count() == 2


# Answering, withdrawing, asking again --------------------------------------------------------------


def test_sending_again_closes_the_request_and_conclusions_on_frozen_rows_stay(cast, area):
    conclusion = typed(area, OTHER, appraised_verdict="not_met", appraisal_note="Chưa đủ hộ")
    save_appraisal(part(area), conclusion, by=cast.minh)
    returned(area, cast, ROW)
    save(area, ROW, by=cast.lan, note="Đã đối chiếu sổ")

    sent_again(area, cast)

    request = SupplementRequest.objects.get(evaluation=part(area))
    assert (request.closed_at, request.closed_by) == (part(area).submitted_at, cast.lan)
    assert (answer(area, OTHER).appraised_verdict, answer(area, OTHER).appraisal_note) == (
        "not_met", "Chưa đủ hộ",
    )  # fmt: skip
    assert reopened_codes(part(area)) is None


def test_withdrawing_what_was_sent_again_opens_the_same_rows_only(cast, area):
    returned(area, cast, ROW)
    sent_again(area, cast)

    withdraw_file(area, year=story.year(), by=cast.lan)

    assert part(area).status == Status.DRAFT
    assert reopened_codes(part(area)) == {ROW}
    sent_again(area, cast)
    assert not SupplementRequest.objects.open().exists()


def test_a_second_return_asks_for_its_own_rows(cast, area):
    returned(area, cast, ROW)
    sent_again(area, cast)
    take_up_file(area, year=story.year(), by=cast.minh)

    returned(area, cast, OTHER)

    assert reopened_codes(part(area)) == {OTHER}
    found = reopened_by_evaluation([one.pk for one in story.files(area).values()])
    assert found[part(area).pk] == {OTHER}
    assert SupplementRequest.objects.filter(evaluation=part(area)).count() == 2


def test_a_file_that_went_back_is_not_appraised_before_it_returns(cast, area):
    returned(area, cast, ROW)

    with pytest.raises(TransitionRefused):
        appraise_file(area, year=story.year(), by=cast.minh)


def test_classification_waits_for_the_recognition_of_which_rows_went_back(cast, area):
    year, other = story.year(), part(area, Scheme.CLASSIFICATION)
    release_file(area, year=year, note="Nhầm", by=cast.minh, only={other.pk})
    returned(area, cast, ROW)
    take_up_file(area, year=year, by=cast.minh)

    with pytest.raises(TransitionRefused, match="đang trả lại bổ sung một số dòng"):
        appraise_file(area, year=year, by=cast.minh)


# What is refused ---------------------------------------------------------------------------------


def test_return_says_what_is_missing(cast, area):
    year, pk = story.year(), criterion(area, ROW)
    cases = (
        ({"rows": {}}, "note"),
        ({"rows": {pk: "  "}}, ROW),
        ({"rows": {pk: "Sửa", 999_999: "Không có"}}, "note"),
        ({"rows": {pk: "Sửa"}, "due_on": localdate() - dt.timedelta(days=1)}, "due_on"),
        ({"note": " "}, "note"),
    )
    for asked, key in cases:
        with pytest.raises(ValidationError) as refused:
            return_file(area, year=year, by=cast.minh, **asked)
        assert list(refused.value.message_dict) == [key]
    assert part(area).status == Status.IN_REVIEW


def test_only_who_appraises_at_the_exact_authority_returns_rows(cast, area):
    rows = {criterion(area, ROW): "Sửa"}

    for person in (cast.lan, cast.hoa, cast.tuan, cast.root):
        with pytest.raises(PermissionDenied):
            return_file(area, year=story.year(), rows=rows, by=person)


def test_the_reason_of_a_sensitive_row_stays_out_of_the_steps(cast, area):
    rows = {criterion(area, SENSITIVE): SECRET, criterion(area, ROW): "Xem lại số vụ"}

    return_file(area, year=story.year(), rows=rows, by=cast.minh)

    notes = set(TransitionLog.objects.filter(action="return").values_list("note", flat=True))
    assert len(notes) == 1
    [note] = notes
    assert SECRET not in note
    assert f"{ROW}: Xem lại số vụ" in note
    assert ReopenedRow.objects.get(criterion__code=SENSITIVE).reason == SECRET


def test_requests_are_seen_by_who_sees_the_unit(cast, area):
    returned(area, cast, ROW)

    assert SupplementRequest.objects.visible_to(cast.lan).count() == 2
    assert not SupplementRequest.objects.visible_to(cast.nga).exists()
    assert not ReopenedRow.objects.visible_to(cast.nga).exists()
    assert ReopenedRow.objects.visible_to(cast.tuan).exists()


def test_the_database_holds_the_rules_of_requests(cast, area):
    returned(area, cast, ROW)
    request = SupplementRequest.objects.get(evaluation=part(area))
    row = request.rows.get()
    common = {"evaluation": part(area), "asked_at": now(), "asked_by": cast.minh}
    closed = {"closed_at": now(), "closed_by": cast.lan}
    cases = {
        "supplement_request_one_open": SupplementRequest(**common, is_partial=True),
        "supplement_request_closed_at_iff_by": SupplementRequest(
            **common, is_partial=True, closed_at=now()
        ),
        "supplement_request_whole_says_why": SupplementRequest(**common, **closed, note=" "),
        "reopened_row_once_per_request": ReopenedRow(
            request=request, criterion_id=row.criterion_id, reason="Hai lần"
        ),
        "reopened_row_says_why": ReopenedRow(
            request=request, criterion_id=criterion(area, OTHER), reason=" "
        ),
    }
    for name, wrong in cases.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            wrong.save(force_insert=True)
