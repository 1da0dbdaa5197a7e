"""What a unit's yearly file holds stays true: papers, registration, proposals, results."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion, EvidenceFile
from criteria.scoring import AnswerValues
from criteria.services import load_criteria
from evaluations.models import (
    Answer,
    Attachment,
    Purpose,
    Registration,
    Roster,
    RosterEntry,
    Score,
)
from evaluations.selectors.appraisal import appraisal_sheets
from evaluations.selectors.file_sheets import file_sheets
from evaluations.selectors.files import unit_file
from evaluations.selectors.rosters import unlisted_units
from evaluations.services.answers import Typed, mend_answer, save_answers
from evaluations.services.attachments import PaperReference, attach, detach
from evaluations.services.evaluations import (
    open_file,
    return_file,
    submit_file,
    take_up_file,
    withdraw_file,
)
from evaluations.services.registrations import (
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
from tests import story
from tests.cast import make_unit
from units.coverage import Scheme
from units.models import Kind, SubKind, Unit

pytestmark = pytest.mark.usefixtures("stage", "db")

KEPT = PaperReference(number="01/BB", on=dt.date(2024, 1, 2), kept_at="Công an xã")
SECRET = "Nội dung chỉ người của hồ sơ được đọc"


def pdf(name="bien-ban.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def stored_files(media):
    return [path for path in media.rglob("*") if path.is_file()] if media.exists() else []


# Papers


def test_papers_of_a_part_that_was_sent_are_not_taken_away(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    assert {one.status for one in story.files(cast.che_lau).values()} == {"draft", "submitted"}

    with pytest.raises(TransitionRefused, match="đã gửi"):
        detach(Attachment.objects.get(purpose=Purpose.MINUTES), by=cast.lan)

    assert Attachment.objects.count() == 1


def test_criterion_of_the_part_that_was_sent_takes_no_more_papers(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    file = story.files(cast.che_lau)
    criteria = {
        scheme: one.season.criteria_set.criteria.filter(is_sensitive=False).exclude(kind="group")[0]
        for scheme, one in file.items()
    }

    def put(scheme):
        return attach(
            [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, reference=KEPT,
            criterion=criteria[scheme], by=cast.lan,
        )  # fmt: skip

    [kept] = put(Scheme.CLASSIFICATION)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    with pytest.raises(TransitionRefused, match="đã gửi"):
        put(Scheme.CLASSIFICATION)
    with pytest.raises(TransitionRefused, match="đã gửi"):
        detach(kept, by=cast.lan)
    assert put(Scheme.RECOGNITION)


def test_paper_is_attached_to_no_criterion_of_another_set(cast, seasons):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    load_criteria()
    ours = [season.criteria_set_id for season in seasons.values()]
    foreign = Criterion.objects.exclude(criteria_set__in=ours).exclude(kind="group")[0]

    with pytest.raises(ValidationError):
        attach(
            [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, reference=KEPT,
            criterion=foreign, by=cast.lan,
        )  # fmt: skip


def test_one_paper_for_many_units_may_come_with_any_iterable(cast, seasons):
    units = (unit for unit in (cast.che_lau, cast.hiem))

    made = attach(units, year=story.year(), purpose=Purpose.REGISTRATION, file=pdf(), by=cast.lan)

    assert [row.unit for row in made] == [cast.che_lau, cast.hiem]
    assert {row.evidence_file.unit for row in made} == {cast.na_meo}


def test_refused_paper_leaves_no_file_behind(cast, seasons, media):
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "THPT", parent=cast.na_meo, sub_kind=SubKind.UPPER_SECONDARY,
        level="province",
    )  # fmt: skip

    with pytest.raises(PermissionDenied):
        attach(
            [cast.che_lau, school], year=story.year(), purpose=Purpose.REGISTRATION,
            file=pdf(), by=cast.lan,
        )  # fmt: skip
    with pytest.raises(ValidationError):
        attach(
            [cast.che_lau], year=story.year(), purpose=Purpose.REGISTRATION, file=pdf(),
            reference=PaperReference(number="x" * 61), by=cast.lan,
        )  # fmt: skip

    assert not EvidenceFile.objects.exists()
    assert stored_files(media) == []


# The words of sensitive rows


def test_words_of_a_sensitive_row_do_not_go_into_the_log(cast, seasons):
    story.in_review(cast.che_lau, cast)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    values = AnswerValues(counts=(1,), note=SECRET)

    mend_answer(recognition, "4.3.a", values, base_version=1, reason=SECRET, by=cast.minh)

    event = AuditEvent.objects.get(act="answer.mend")
    assert SECRET not in f"{event.summary}{event.details}"
    assert event.details["before"]["counts"] == [0]
    assert event.details["after"]["counts"] == [1]


# Registration


def test_registration_stays_while_the_file_that_rests_on_it_is_sent(cast, seasons):
    row = save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan)
    send_registration(row, by=cast.lan)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    with pytest.raises(TransitionRefused, match="hồ sơ"):
        call_back_registration(row, by=cast.lan)
    with pytest.raises(TransitionRefused, match="hồ sơ"):
        return_registration(row, note="Sai", by=cast.minh)

    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)
    call_back_registration(row, by=cast.lan)
    assert Registration.objects.get().status == "draft"


@pytest.mark.parametrize("wrong", ["scheme", "kind", "province"])
def test_registration_is_written_into_no_season_of_others(cast, seasons, wrong):
    season = seasons[Scheme.CLASSIFICATION] if wrong == "scheme" else seasons[Scheme.RECOGNITION]
    if wrong == "kind":
        season.unit_kind = Kind.AGENCY
    if wrong == "province":
        season.province = make_unit(
            Kind.PROVINCE, "Khác", parent=cast.nation, sub_kind=SubKind.TINH
        )
    season.save()

    with pytest.raises(TransitionRefused):
        save_registration(season, cast.che_lau, story.figures(), by=cast.lan)

    assert not Registration.objects.exists()


# The list


def test_unit_left_out_after_its_file_was_opened_sends_nothing(cast, seasons):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    roster = prepare_roster(cast.na_meo, year=story.year())
    entry = roster.entries.get(unit=cast.che_lau)
    set_not_considered(entry, reason="suspended", note="BCĐ thống nhất", by=cast.minh)

    with pytest.raises(TransitionRefused, match="Không xét"):
        submit_file(cast.che_lau, year=story.year(), by=cast.lan)


def test_unit_whose_file_is_with_the_authority_is_not_left_out(cast, seasons):
    story.submitted(cast.che_lau, cast)
    roster = freeze_roster(prepare_roster(cast.na_meo, year=story.year()), by=cast.minh)
    entry = roster.entries.get(unit=cast.che_lau)

    with pytest.raises(TransitionRefused, match="hồ sơ"):
        set_not_considered(entry, reason="suspended", note="BCĐ thống nhất", by=cast.minh)
    with pytest.raises(TransitionRefused, match="hồ sơ"):
        remove_after_freezing(entry, reason="Theo công văn 1", by=cast.minh)


def test_unit_that_is_not_covered_is_not_added_by_hand(cast, seasons):
    roster = freeze_roster(prepare_roster(cast.na_meo, year=story.year()), by=cast.minh)
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Tiểu học", parent=cast.na_meo, sub_kind=SubKind.PRIMARY
    )

    with pytest.raises(TransitionRefused, match="diện"):
        add_after_freezing(roster, school, reason="Theo công văn 1", by=cast.minh)

    assert roster.entries.count() == 2


def test_a_past_year_s_list_takes_the_units_of_that_year_and_misses_no_later_ones(cast):
    past = story.year() - 1
    roster = Roster.objects.create(
        authority=cast.na_meo, province=cast.province, year=past,
        frozen_at=timezone.now(), frozen_by=cast.minh,
    )  # fmt: skip
    day = dt.date(past + 1, 1, 1)
    Unit.objects.filter(pk=cast.che_lau.pk).update(ended_on=day, ended_by_act="NQ 1")
    founded = make_unit(Kind.RESIDENTIAL_AREA, "Mới", parent=cast.na_meo, sub_kind=SubKind.BAN)
    founded.versions.update(valid_from=day)

    missing = {version.unit for version in unlisted_units(roster)}
    assert (cast.che_lau in missing, founded in missing) == (True, False)
    with pytest.raises(TransitionRefused, match="không thuộc thẩm quyền"):
        add_after_freezing(roster, founded, reason="Theo công văn 1", by=cast.minh)
    entry = add_after_freezing(roster, cast.che_lau, reason="Theo công văn 1", by=cast.minh)
    assert entry.unit_version.unit == cast.che_lau


# Proposals and results


def test_proposal_goes_when_the_answer_it_rests_on_goes(cast, seasons):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    file = story.files(cast.che_lau)
    recognition = file[Scheme.RECOGNITION]
    save_answers(recognition, {"4.2": Typed(AnswerValues(verdict="met"))}, by=cast.lan)
    proposed = Answer.objects.get(evaluation=file[Scheme.CLASSIFICATION], criterion__code="D1")
    assert proposed.points is not None

    save_answers(recognition, {"4.2": Typed(AnswerValues(), 1)}, by=cast.lan)

    proposed.refresh_from_db()
    assert (proposed.points, proposed.verdict, proposed.is_proposal) == (None, "", False)
    assert proposed.changes.count() == 2
    save_answers(recognition, {"4.2": Typed(AnswerValues(verdict="met"), 2)}, by=cast.lan)
    proposed.refresh_from_db()
    assert proposed.is_proposal
    assert proposed.points == proposed.max_points


def test_withdrawn_and_returned_files_have_no_result_of_their_own(cast, seasons):
    file = story.submitted(cast.che_lau, cast)
    assert file[Scheme.RECOGNITION].self_outcome == "met"

    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)
    assert {one.self_outcome for one in story.files(cast.che_lau).values()} == {""}
    assert {one.self_points for one in story.files(cast.che_lau).values()} == {None}

    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    return_file(cast.che_lau, year=story.year(), note="Bổ sung", by=cast.minh)
    assert {one.self_outcome for one in story.files(cast.che_lau).values()} == {""}


def test_sent_again_the_result_is_the_new_one(cast, seasons):
    story.submitted(cast.che_lau, cast)
    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    one = AnswerValues(counts=(1,), note="Một vụ")
    version = recognition.answers.get(criterion__code="4.4.b").version
    save_answers(recognition, {"4.4.b": Typed(one, version)}, by=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    file = story.files(cast.che_lau)
    score = Score.objects.get(evaluation=recognition, stage="self")
    assert (file[Scheme.RECOGNITION].self_outcome, score.outcome) == ("not_met", "not_met")
    assert file[Scheme.CLASSIFICATION].self_outcome == "kha"
    outcomes = AuditEvent.objects.filter(
        act__in=("evaluation.submit", "evaluation.withdraw"),
        subject=f"evaluation:{recognition.pk}",
    ).values_list("details__self_outcome", flat=True)
    assert list(outcomes.order_by("sequence")) == ["met", "", "not_met"]


@pytest.mark.parametrize("is_registered", [True, False])
def test_result_on_the_pages_is_the_result_that_is_stored(cast, seasons, is_registered):
    if is_registered:
        story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    page = file_sheets(unit_file(cast.lan, cast.che_lau.pk, year=story.year()))
    shown = (
        page[Scheme.CLASSIFICATION].result.outcome,
        page[Scheme.CLASSIFICATION].result.total_points,
    )

    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    file = story.files(cast.che_lau)
    stored = file[Scheme.CLASSIFICATION]
    assert (stored.self_outcome, stored.self_points) == shown
    read = {sheet.scheme: sheet for sheet in appraisal_sheets(list(file.values()))}
    assert read[Scheme.CLASSIFICATION].own.outcome == stored.self_outcome


def test_withdrawn_file_leaves_the_session_it_was_put_on(cast, seasons):
    story.submitted(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)

    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)

    assert not session.evaluations.exists()


def test_unit_that_changed_hands_stands_as_on_the_later_list(cast, seasons):
    story.submitted(cast.che_lau, cast)
    earlier = RosterEntry.objects.get(unit=cast.che_lau)
    later = RosterEntry.objects.get(unit=cast.thuy_thanh)
    RosterEntry.objects.filter(pk=later.pk).update(unit=cast.che_lau)
    RosterEntry.objects.filter(pk=earlier.pk).update(
        not_considered_reason="dissolved", not_considered_note="Sáp nhập"
    )
    assert earlier.pk < later.pk

    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    RosterEntry.objects.update(not_considered_reason="", not_considered_note="")
    RosterEntry.objects.filter(pk=later.pk).update(
        not_considered_reason="dissolved", not_considered_note="Sáp nhập"
    )
    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)
    with pytest.raises(TransitionRefused, match="Không xét"):
        submit_file(cast.che_lau, year=story.year(), by=cast.lan)
