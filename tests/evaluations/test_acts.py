"""The acts of the procedure: who, when, in which state, and what they leave behind."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.services import broken_links
from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.models import Answer, AnswerChange, Decision, Evaluation, Score, TransitionLog
from evaluations.services.answers import Typed, mend_answer, save_answers, save_appraisal
from evaluations.services.decisions import (
    approve_decision,
    discard_draft,
    issue_decision,
    send_back_decision,
    send_to_sign,
    set_item_outcome,
)
from evaluations.services.evaluations import (
    appraise_file,
    open_file,
    return_file,
    submit_file,
    take_up_file,
    withdraw_file,
)
from evaluations.services.registrations import (
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.services.rosters import freeze_roster, prepare_roster, set_not_considered
from evaluations.services.seasons import lock_season, unlock_season
from evaluations.workflow import Status
from tests import story
from tests.cast import give_role
from units.coverage import Scheme
from units.models import Unit

pytestmark = pytest.mark.usefixtures("stage", "db")

NOT_MET = {"4.4.b": AnswerValues(counts=(1,), note="Một vụ trong kỳ")}


@pytest.fixture
def sent(cast, seasons):
    return story.submitted(cast.che_lau, cast)


def test_whole_year_ends_in_a_decided_and_sealed_file(cast, seasons):
    decision = story.issued([cast.che_lau], cast)

    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert evaluation.status == Status.DECIDED
    assert evaluation.decided_outcome == "met"
    people = {evaluation.submitted_by, evaluation.appraised_by, evaluation.decided_by}
    assert people == {cast.lan, cast.minh, cast.hoa}
    assert decision.full_number == "05/QĐ-UBND"
    assert len(decision.snapshot_sha256) == 64
    assert list(broken_links()) == []
    steps = TransitionLog.objects.filter(evaluation=evaluation).values_list("action", flat=True)
    assert list(steps) == ["submit", "take_up", "appraise", "propose", "approve", "issue"]


def test_each_log_row_starts_where_the_one_before_ended(cast, seasons):
    story.issued([cast.che_lau], cast)

    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    rows = list(evaluation.log.values_list("from_status", "to_status"))
    assert [source for source, _ in rows[1:]] == [target for _, target in rows[:-1]]


def test_both_results_of_one_file_are_sent_in_one_act(cast, sent):
    assert {one.status for one in sent.values()} == {Status.SUBMITTED}
    assert sent[Scheme.RECOGNITION].self_outcome == "met"
    assert sent[Scheme.CLASSIFICATION].self_outcome in {"xuat_sac", "kha"}


def test_unregistered_unit_sends_the_classification_only(cast, seasons):
    story.answered(cast.che_lau, officer=cast.lan)
    story.stated(cast.che_lau, officer=cast.lan)

    submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    file = story.files(cast.che_lau)
    assert file[Scheme.RECOGNITION].status == Status.DRAFT
    assert file[Scheme.CLASSIFICATION].status == Status.SUBMITTED


def test_result_is_stored_line_by_line_with_its_set(cast, sent):
    score = Score.objects.get(evaluation=sent[Scheme.RECOGNITION], stage="self")

    assert score.criteria_set == sent[Scheme.RECOGNITION].season.criteria_set
    assert score.lines.count() == sent[Scheme.RECOGNITION].answers.count()
    assert all(line.explanation or line.answer_text for line in score.lines.all())


def test_role_held_elsewhere_does_not_count(cast, seasons):
    with pytest.raises(Unit.DoesNotExist):
        open_file(cast.che_lau, year=story.year(), by=cast.nga)


def test_role_held_above_gives_sight_only(cast, sent):
    with pytest.raises(PermissionDenied):
        take_up_file(cast.che_lau, year=story.year(), by=cast.tuan)
    with pytest.raises(PermissionDenied):
        open_file(cast.hiem, year=story.year(), by=cast.binh)


def test_superuser_does_no_legal_act(cast, sent):
    with pytest.raises(PermissionDenied):
        take_up_file(cast.che_lau, year=story.year(), by=cast.root)


def test_who_submitted_does_not_appraise_even_with_both_roles(cast, sent):
    give_role(cast.lan, "appraiser", cast.na_meo)

    with pytest.raises(TransitionRefused) as refused:
        take_up_file(cast.che_lau, year=story.year(), by=cast.lan)

    assert refused.value.code == "same_person"


def test_who_appraised_does_not_approve_even_with_both_roles(cast, seasons):
    decision = send_to_sign(story.drafted([cast.che_lau], cast), by=cast.minh)
    give_role(cast.minh, "approver", cast.na_meo)

    with pytest.raises(TransitionRefused) as refused:
        approve_decision(decision, by=cast.minh)

    assert refused.value.code == "same_person"
    decision.refresh_from_db()
    assert decision.status == "sent"


def test_who_submitted_does_not_approve_even_with_both_roles(cast, seasons):
    decision = send_to_sign(story.drafted([cast.che_lau], cast), by=cast.minh)
    give_role(cast.lan, "approver", cast.na_meo)

    with pytest.raises(TransitionRefused):
        approve_decision(decision, by=cast.lan)


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("submitted_by", "appraised_by", "evaluation_submitter_does_not_appraise"),
        ("appraised_by", "decided_by", "evaluation_appraiser_does_not_decide"),
        ("submitted_by", "decided_by", "evaluation_submitter_does_not_decide"),
        ("entered_by", "appraised_by", "evaluation_enterer_does_not_appraise"),
    ],
)
def test_database_refuses_one_person_in_two_steps(cast, seasons, first, second, name):
    story.approved([cast.che_lau], cast)
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    if first != "entered_by":
        Evaluation.objects.filter(pk=evaluation.pk).update(entered_by=None, entered_at=None)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(**{second: getattr(evaluation, first)})


def test_database_refuses_an_arrow_that_is_not_in_the_table(cast, sent):
    evaluation = sent[Scheme.RECOGNITION]
    row = evaluation.log.get()
    row.pk, row.action, row.to_status = None, "issue", "decided"

    with pytest.raises(IntegrityError, match="transition_is_legal"), transaction.atomic():
        row.save(force_insert=True)


def test_database_refuses_a_return_with_a_blank_reason(cast, sent):
    row = sent[Scheme.RECOGNITION].log.get()
    row.pk, row.from_status, row.action, row.to_status, row.note = (
        None,
        "in_review",
        "return",
        "returned",
        " ",
    )

    with pytest.raises(IntegrityError, match="transition_is_legal"), transaction.atomic():
        row.save(force_insert=True)


def test_log_can_be_neither_changed_nor_dropped(cast, sent):
    rows = TransitionLog.objects.filter(evaluation=sent[Scheme.RECOGNITION])

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(note="khác")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.delete()


def test_history_of_answers_can_not_be_changed(cast, sent):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AnswerChange.objects.all().update(reason="khác")


def test_withdrawn_file_may_change_again_and_forgets_who_sent_it(cast, sent):
    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)

    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert evaluation.status == Status.DRAFT
    assert evaluation.submitted_by is None


def test_file_taken_up_can_not_be_withdrawn_and_says_who_has_it(cast, sent):
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)

    with pytest.raises(TransitionRefused, match="Phạm Văn Minh"):
        withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)


def test_return_needs_a_reason_and_gives_the_file_back(cast, sent):
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    with pytest.raises(ValidationError):
        return_file(cast.che_lau, year=story.year(), note="  ", by=cast.minh)

    return_file(cast.che_lau, year=story.year(), note="Bổ sung biên bản", by=cast.minh)

    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert evaluation.status == Status.RETURNED
    assert evaluation.log.last().note == "Bổ sung biên bản"


def test_submit_names_everything_that_is_missing(cast, seasons):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)

    with pytest.raises(ValidationError) as refused:
        submit_file(cast.che_lau, year=story.year(), by=cast.lan)

    named = refused.value.message_dict
    assert {"4.1.i", "4.5.ii", "meeting_on", "minutes", "representative_name"} <= set(named)
    assert story.files(cast.che_lau)[Scheme.RECOGNITION].status == Status.DRAFT


@pytest.mark.parametrize(
    ("code", "values", "field"),
    [
        ("4.1.iii", AnswerValues(numerator=81, denominator=80), "4.1.iii.numerator"),
        ("4.4.b", AnswerValues(counts=(0,), exception_claimed="bat_kha_khang"), "4.4.b.note"),
        (
            "4.3.a",
            AnswerValues(counts=(1,), exception_claimed="bat_kha_khang", note="x"),
            "4.3.a.exception_claimed",
        ),
        ("9.9", AnswerValues(verdict="met"), "9.9"),
    ],
)
def test_wrong_answer_is_refused_at_its_place_and_nothing_is_written(
    cast, seasons, code, values, field
):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]

    with pytest.raises(ValidationError) as refused:
        save_answers(
            evaluation,
            {"4.2": Typed(AnswerValues(verdict="met")), code: Typed(values)},
            by=cast.lan,
        )

    assert field in refused.value.message_dict
    assert not Answer.objects.exists()


def test_stale_save_is_refused_and_names_who_was_faster(cast, seasons):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    save_answers(evaluation, {"4.2": Typed(AnswerValues(verdict="met"))}, by=cast.lan)

    with pytest.raises(TransitionRefused, match="Lò Thị Lan") as refused:
        save_answers(evaluation, {"4.2": Typed(AnswerValues(verdict="not_met"))}, by=cast.lan)

    assert refused.value.code == "stale"
    assert Answer.objects.get(criterion__code="4.2").verdict == "met"


def test_saving_the_same_again_changes_nothing_and_is_never_stale(cast, seasons):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    same = {"4.2": Typed(AnswerValues(verdict="met")), "4.3.a": Typed(AnswerValues(counts=(0,)))}
    save_answers(evaluation, same, by=cast.lan)

    assert save_answers(evaluation, same, by=cast.lan) == []
    assert set(evaluation.answers.values_list("version", flat=True)) == {1}


def test_classification_rows_follow_as_proposals_until_confirmed(cast, seasons):
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    file = story.files(cast.che_lau)

    save_answers(file[Scheme.RECOGNITION], {"4.2": Typed(AnswerValues(verdict="met"))}, by=cast.lan)

    row = Answer.objects.get(evaluation=file[Scheme.CLASSIFICATION], criterion__code="D1")
    assert row.is_proposal
    assert row.points == row.max_points
    assert "4.2" in row.proposed_from


def test_own_points_are_never_overwritten_by_a_proposal(cast, seasons):
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    file = story.files(cast.che_lau)
    save_answers(
        file[Scheme.CLASSIFICATION], {"D1": Typed(AnswerValues(points=2, note="x"))}, by=cast.lan
    )

    save_answers(file[Scheme.RECOGNITION], {"4.2": Typed(AnswerValues(verdict="met"))}, by=cast.lan)

    assert Answer.objects.get(criterion__code="D1").points == 2


def test_appraiser_concludes_otherwise_and_both_results_stay(cast, seasons):
    file = story.in_review(cast.che_lau, cast)
    other = Typed(
        AnswerValues(appraised_verdict="not_met", appraisal_note="Chưa thấy nghị quyết"), 1
    )

    save_appraisal(file[Scheme.RECOGNITION], {"4.1.i": other}, by=cast.minh)
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)

    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert (evaluation.self_outcome, evaluation.appraised_outcome) == ("met", "not_met")


def test_mending_a_typing_mistake_leaves_a_trace_and_is_no_keying_in(cast, seasons):
    file = story.in_review(cast.che_lau, cast)

    mend_answer(
        file[Scheme.RECOGNITION],
        "4.1.iii",
        AnswerValues(numerator=79, denominator=80),
        base_version=1,
        reason="Nhầm số",
        by=cast.minh,
    )
    appraise_file(cast.che_lau, year=story.year(), by=cast.minh)

    change = AnswerChange.objects.get(kind="mended")
    assert (change.before["numerator"], change.after["numerator"], change.reason) == (
        80,
        79,
        "Nhầm số",
    )
    assert story.files(cast.che_lau)[Scheme.RECOGNITION].appraised_outcome == "not_met"


def test_locked_season_refuses_every_act_until_it_is_opened_again(cast, sent):
    lock_season(story.season(), by=cast.thu)

    with pytest.raises(TransitionRefused, match="khóa sổ") as refused:
        take_up_file(cast.che_lau, year=story.year(), by=cast.minh)
    assert refused.value.code == "season_closed"
    with pytest.raises(TransitionRefused):
        unlock_season(story.season(), reason=" ", by=cast.thu)

    unlock_season(story.season(), reason="Sửa theo công văn", by=cast.thu)
    take_up_file(cast.che_lau, year=story.year(), by=cast.minh)


def test_only_the_administrator_of_the_province_locks(cast, seasons):
    for person in (cast.lan, cast.hoa, cast.tuan, cast.nga):
        with pytest.raises(PermissionDenied):
            lock_season(story.season(), by=person)


def test_registration_after_quarter_one_is_marked_not_refused(cast, seasons):
    late = story.figures(registered_on=story.season().register_by.replace(day=28))
    row = save_registration(story.season(), cast.che_lau, late, by=cast.lan)

    sent = send_registration(row, by=cast.lan)

    assert sent.is_late == (late.registered_on > story.season().register_by)
    assert sent.is_registered


def test_more_households_registered_than_there_are_is_refused_at_the_field(cast, seasons):
    with pytest.raises(ValidationError) as refused:
        save_registration(
            story.season(), cast.che_lau, story.figures(households_registered=90), by=cast.lan
        )

    assert "households_registered" in refused.value.message_dict


def test_who_keyed_a_registration_in_does_not_accept_it(cast, seasons):
    row = send_registration(
        save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan), by=cast.lan
    )
    give_role(cast.lan, "appraiser", cast.na_meo)

    with pytest.raises(TransitionRefused, match="không tự tiếp nhận"):
        accept_registration(row, by=cast.lan)


def test_frozen_roster_does_not_move_and_says_who_froze_it(cast, seasons):
    roster = freeze_roster(prepare_roster(cast.na_meo, year=story.year()), by=cast.minh)
    before = set(roster.entries.values_list("unit", flat=True))

    prepare_roster(cast.na_meo, year=story.year())

    assert set(roster.entries.values_list("unit", flat=True)) == before
    with pytest.raises(TransitionRefused, match="Phạm Văn Minh"):
        freeze_roster(roster, by=cast.minh)


def test_unit_not_considered_this_year_opens_no_file_and_counts_nowhere(cast, seasons):
    roster = prepare_roster(cast.na_meo, year=story.year())
    entry = roster.entries.get(unit=cast.hiem)

    set_not_considered(entry, reason="suspended", note="BCĐ thống nhất", by=cast.minh)

    assert list(roster.entries.considered().values_list("unit", flat=True)) == [cast.che_lau.pk]
    with pytest.raises(TransitionRefused, match="Không xét"):
        open_file(cast.hiem, year=story.year(), by=cast.lan)


def test_decision_sent_back_frees_its_files_with_the_reason(cast, seasons):
    decision = story.approved([cast.che_lau], cast)

    send_back_decision(decision, note="Xem lại bản Ché Lầu", by=cast.hoa)

    evaluation = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert evaluation.status == Status.APPRAISED
    assert evaluation.decided_by is None
    assert evaluation.log.last().note == "Xem lại bản Ché Lầu"


def test_discarded_draft_lets_its_files_go(cast, seasons):
    decision = story.drafted([cast.che_lau], cast)

    discard_draft(decision, by=cast.minh)

    again = story.drafted([cast.che_lau], cast, session=decision.session)
    assert again.items.count() == 1


def test_class_other_than_computed_needs_a_written_reason(cast, seasons):
    decision = story.drafted([cast.che_lau], cast, Scheme.CLASSIFICATION)
    item = decision.items.get()

    with pytest.raises(ValidationError):
        set_item_outcome(item, outcome="trung_binh", reason=" ", by=cast.minh)
    set_item_outcome(item, outcome="trung_binh", reason="Có đơn thư kéo dài", by=cast.minh)

    item.refresh_from_db()
    assert (item.outcome, item.reason) == ("trung_binh", "Có đơn thư kéo dài")


def test_recognition_outcome_can_not_be_changed_in_the_decision(cast, seasons):
    item = story.drafted([cast.che_lau], cast).items.get()

    with pytest.raises(ValidationError):
        set_item_outcome(item, outcome="not_met", reason="x", by=cast.minh)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "5a"}, "number"),
        ({"issued_on": None}, "issued_on"),
        ({"issued_on": story.localdate().replace(year=story.localdate().year + 1)}, "issued_on"),
        ({"issued_on": story.localdate().replace(year=2020)}, "issued_on"),
        ({"signer_name": " "}, "signer_name"),
        ({"signing_capacity": "vua"}, "signing_capacity"),
    ],
)
def test_wrong_numbering_is_refused_at_its_field(cast, seasons, change, field):
    decision = story.approved([cast.che_lau], cast)

    with pytest.raises(ValidationError) as refused:
        issue_decision(decision, numbering=story.numbering(**change), by=cast.van)

    assert list(refused.value.message_dict) == [field]
    decision.refresh_from_db()
    assert decision.status == "approved"


def test_number_is_used_once_a_year_by_one_authority(cast, seasons):
    first = story.issued([cast.che_lau], cast)
    second = story.approved([cast.che_lau], cast, Scheme.CLASSIFICATION, first.session)

    with pytest.raises(ValidationError, match="đã dùng"):
        issue_decision(second, numbering=story.numbering(), by=cast.van)


def test_not_met_file_is_decided_not_met(cast, seasons):
    story.appraised(cast.che_lau, cast, NOT_MET)
    session = story.session_over([cast.che_lau], cast)
    story.appraised(cast.hiem, cast)
    story.put_on_session(session, story.files(cast.hiem).values(), by=cast.minh)

    story.issued([cast.che_lau, cast.hiem], cast, session=session)

    assert story.files(cast.che_lau)[Scheme.RECOGNITION].decided_outcome == "not_met"
    assert story.files(cast.hiem)[Scheme.RECOGNITION].decided_outcome == "met"


def test_excellent_needs_recognition(cast, seasons):
    file = story.appraised(cast.che_lau, cast, NOT_MET)

    assert file[Scheme.CLASSIFICATION].appraised_outcome != "xuat_sac"


def test_every_act_leaves_one_audit_row_in_the_province_chain(cast, sent):
    acts = AuditEvent.objects.filter(province_id=cast.province.pk, unit_id=cast.che_lau.pk)

    assert acts.filter(act="evaluation.submit").count() == 2
    sealed = acts.filter(act="evaluation.submit").first().details["answers_sha256"]
    assert len(sealed) == 64


def test_outsider_sees_no_decision_until_it_names_a_unit_in_sight(cast, seasons):
    decision = story.issued([cast.che_lau], cast)

    assert not Decision.objects.visible_to(cast.nga).exists()
    assert list(Decision.objects.visible_to(cast.tuan)) == [decision]
