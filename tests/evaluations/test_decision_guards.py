"""What may stand in one decision, in which order decisions follow, and what they rest on."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from criteria.models import AuthorityRule
from criteria.scoring import AnswerValues
from evaluations.models import Decision, DecisionItem, Evaluation, RosterEntry
from evaluations.services.answers import Typed, save_appraisal
from evaluations.services.decisions import (
    discard_draft,
    draft_decision,
    issue_decision,
    send_to_sign,
)
from evaluations.services.evaluations import (
    appraise_file,
    reopen_appraisal,
    submit_file,
    take_up_file,
)
from evaluations.services.sessions import put_on_session
from tests import story
from tests.cast import version_of
from units.coverage import Scheme
from units.models import Kind

pytestmark = pytest.mark.usefixtures("stage", "db")

NOT_MET = {"4.4.b": AnswerValues(counts=(1,), note="Một vụ trong kỳ")}


def rows_of(units, scheme=Scheme.RECOGNITION):
    return Evaluation.objects.filter(
        unit__in=units, season__year=story.year(), season__scheme=scheme
    )


def test_units_decided_elsewhere_do_not_stand_in_one_decision(cast, seasons):
    for unit in (cast.che_lau, cast.hiem):
        story.appraised(unit, cast)
    session = story.session_over([cast.che_lau, cast.hiem], cast)
    # From today the province keeps for itself what one of the two comes to.
    hiem = cast.hiem.versions.get()
    hiem.managing_level = "province"
    hiem.save()
    AuthorityRule.objects.create(
        scheme=Scheme.RECOGNITION, unit_kind=Kind.RESIDENTIAL_AREA, managing_level="province",
        province=cast.province, effective_from=dt.date(2020, 1, 1), appraising_level="commune",
        deciding_level="province", organ="ubnd", procedure="grassroots-1", legal_ref="Thử",
    )  # fmt: skip

    with pytest.raises(TransitionRefused, match="Hiềm"):
        draft_decision(
            session, scheme=Scheme.RECOGNITION,
            evaluations=rows_of([cast.che_lau, cast.hiem]), by=cast.minh,
        )  # fmt: skip
    assert not DecisionItem.objects.exists()


def test_file_in_a_draft_does_not_move_to_another_session(cast, seasons):
    decision = story.drafted([cast.che_lau], cast)
    other = story.session_over([], cast)

    with pytest.raises(TransitionRefused, match="quyết định"):
        put_on_session(other, rows_of([cast.che_lau]), by=cast.minh)
    assert rows_of([cast.che_lau]).get().session_id == decision.session_id


def test_recognition_decision_of_nobody_is_not_sent_to_sign(cast, seasons):
    story.appraised(cast.che_lau, cast, NOT_MET)
    session = story.session_over([cast.che_lau], cast)
    decision = story.drafted([cast.che_lau], cast, session=session)
    Decision.objects.filter(pk=decision.pk).update(is_notice=False)

    with pytest.raises(TransitionRefused) as refused:
        send_to_sign(decision, by=cast.minh)

    assert refused.value.code == "nobody_recognised"
    assert rows_of([cast.che_lau]).get().status == "appraised"


def test_classification_waits_for_the_issued_recognition_of_the_same_units(cast, seasons):
    recognition = story.approved([cast.che_lau], cast)
    classification = story.approved(
        [cast.che_lau], cast, Scheme.CLASSIFICATION, recognition.session
    )

    with pytest.raises(TransitionRefused, match="Ché Lầu") as refused:
        issue_decision(classification, numbering=story.numbering(), by=cast.van)
    assert refused.value.code == "recognition_first"

    issue_decision(recognition, numbering=story.numbering(), by=cast.van)
    issue_decision(classification, numbering=story.numbering(number="06"), by=cast.van)


def test_recognition_is_not_opened_again_under_a_classification_that_rests_on_it(cast, seasons):
    decision = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION)
    send_to_sign(decision, by=cast.minh)

    with pytest.raises(TransitionRefused, match="phân loại"):
        reopen_appraisal(cast.che_lau, year=story.year(), note="Xem lại", by=cast.minh)
    assert rows_of([cast.che_lau]).get().status == "appraised"


def test_file_in_a_draft_is_opened_again_in_neither_part(cast, seasons):
    story.drafted([cast.che_lau], cast)

    with pytest.raises(TransitionRefused):
        reopen_appraisal(cast.che_lau, year=story.year(), note="Xem lại", by=cast.minh)

    assert {one.status for one in story.files(cast.che_lau).values()} == {"appraised"}


def test_classification_is_not_appraised_before_the_recognition_that_was_sent(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    # Registers late, after the classification was taken up.
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    with pytest.raises(TransitionRefused, match="công nhận"):
        appraise_file(cast.che_lau, year=story.year(), by=cast.minh)

    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)
    assert story.files(cast.che_lau)[Scheme.CLASSIFICATION].appraised_outcome == "xuat_sac"


def test_classification_appraised_before_a_late_recognition_is_opened_again_first(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)
    assert story.files(cast.che_lau)[Scheme.CLASSIFICATION].appraised_outcome == "kha"
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)
    session = story.session_over([cast.che_lau], cast)

    with pytest.raises(TransitionRefused, match="Ché Lầu"):
        story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION, session)


def test_both_parts_opened_again_are_scored_with_each_other_again(cast, seasons):
    story.appraised(cast.che_lau, cast)
    assert story.files(cast.che_lau)[Scheme.CLASSIFICATION].appraised_outcome == "xuat_sac"

    reopen_appraisal(cast.che_lau, year=story.year(), note="Có vụ việc", by=cast.minh)
    wrong = Typed(AnswerValues(appraised_verdict="not_met", appraisal_note="Chưa có"), 1)
    save_appraisal(story.files(cast.che_lau)[Scheme.RECOGNITION], {"4.1.i": wrong}, by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)

    file = story.files(cast.che_lau)
    assert file[Scheme.RECOGNITION].appraised_outcome == "not_met"
    assert file[Scheme.CLASSIFICATION].appraised_outcome == "kha"


def test_unit_left_out_after_it_was_appraised_is_not_decided(cast, seasons):
    story.appraised(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)
    RosterEntry.objects.filter(unit=cast.che_lau).update(
        not_considered_reason="other", not_considered_note="x"
    )

    with pytest.raises(TransitionRefused, match="Ché Lầu"):
        story.drafted([cast.che_lau], cast, session=session)


def test_voluntary_unit_gets_no_recognition(cast, seasons):
    story.appraised(cast.che_lau, cast)
    session = story.session_over([cast.che_lau], cast)
    RosterEntry.objects.filter(unit=cast.che_lau).update(coverage="voluntary")

    with pytest.raises(TransitionRefused, match="tự nguyện"):
        story.drafted([cast.che_lau], cast, session=session)
    assert story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION, session).items.count() == 1


def test_number_with_a_leading_zero_is_the_same_number(cast, seasons):
    first = story.issued([cast.che_lau], cast)
    second = story.approved([cast.che_lau], cast, Scheme.CLASSIFICATION, first.session)

    with pytest.raises(ValidationError, match="đã dùng"):
        issue_decision(second, numbering=story.numbering(number="5"), by=cast.van)


def test_discarded_draft_stays_known_by_its_files(cast, seasons):
    decision = story.drafted([cast.che_lau], cast)
    [evaluation] = decision.items.values_list("evaluation", flat=True)

    discard_draft(decision, by=cast.minh)

    kept = AuditEvent.objects.get(act="decision.draft", subject=f"decision:{decision.pk}")
    assert kept.details["evaluations"] == [evaluation]


def test_issued_files_name_the_authority_of_their_decision(cast, seasons):
    decision = story.approved([cast.che_lau], cast)
    elsewhere = version_of(cast.son_thuy)
    cast.che_lau.versions.update(parent=cast.son_thuy, path=f"{elsewhere.path}{cast.che_lau.pk}/")

    issue_decision(decision, numbering=story.numbering(), by=cast.van)

    assert rows_of([cast.che_lau]).get().deciding_unit == cast.na_meo
