"""A bulk act keeps what became of each unit, and goes back unit by unit until somebody has acted."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localtime

from criteria.exceptions import TransitionRefused
from criteria.scoring import AnswerValues
from evaluations.models import (
    Answer,
    AnswerChange,
    BulkAct,
    BulkActRow,
    Registration,
    TransitionLog,
)
from evaluations.models.bulk_acts import NO_INCIDENTS
from evaluations.selectors.bulk_acts import recent_acts, spoken_title
from evaluations.services.answers import Typed, save_answers, save_appraisal
from evaluations.services.bulk_acts import do_to_each, undo_bulk_act
from evaluations.services.evaluations import (
    appraise_file,
    submit_file,
    take_up_file,
    withdraw_file,
)
from evaluations.services.registrations import (
    accept_registration,
    save_registration,
    send_registration,
)
from evaluations.workflow import Action, Status
from tests import story
from tests.pages import address, words
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

ACTS = {Action.SUBMIT: submit_file, Action.TAKE_UP: take_up_file, Action.APPRAISE: appraise_file}


def on_files(action, units, *, by):
    """Do one act on the files of units, as the pages do."""
    year = story.year()
    runs = [(unit, lambda unit=unit: ACTS[action](unit, year=year, by=by)) for unit in units]
    return do_to_each(action, runs, year=year, by=by)


def on_registrations(action, rows, *, by):
    act = {Action.SEND: send_registration, Action.ACCEPT: accept_registration}[action]
    runs = [(row.unit, lambda row=row: act(row, by=by)) for row in rows]
    return do_to_each(action, runs, year=story.year(), by=by)


def states(*units):
    return [{one.status for one in story.files(unit).values()} for unit in units]


@pytest.fixture
def ready(cast, open_year):
    """Two areas, everything answered, nothing sent."""
    for unit in (cast.che_lau, cast.hiem):
        story.registered(unit, officer=cast.lan, appraiser=cast.minh)
        story.answered(unit, officer=cast.lan)
        story.stated(unit, officer=cast.lan)
    return cast


def test_submitting_many_is_named_and_goes_back_but_for_what_was_taken_up(ready, as_):
    cast, client = ready, as_(ready.lan)
    url = address("bulk", story.year())
    page = client.post(
        url, {"viec": "gui-tham-dinh", "don_vi": [cast.che_lau.pk, cast.hiem.pk]}, follow=True
    )
    done = BulkAct.objects.get()
    take_up_file(cast.hiem, year=story.year(), by=cast.minh)
    sheet = words(client.get(address("sheet", story.year())))
    asked = words(client.get(f"{done.get_absolute_url()}hoan-tac/"))

    after = words(client.post(f"{done.get_absolute_url()}hoan-tac/", follow=True))

    assert "xong 2/2 đơn vị" in words(page)
    title = f"gửi thẩm định 2 khu dân cư lúc {localtime(done.done_at):%H:%M}"
    assert spoken_title(done) == title
    assert f"Hoàn tác: {title}" in sheet
    assert "Hoàn tác 1 đơn vị" in asked
    assert "đã “Nhận thẩm định” lúc" in asked
    assert "Đã hoàn tác 1 đơn vị, 1 đơn vị giữ nguyên" in after
    assert states(cast.che_lau, cast.hiem) == [{Status.DRAFT}, {Status.IN_REVIEW}]
    notes = TransitionLog.objects.filter(action=Action.WITHDRAW).values_list("note", flat=True)
    assert set(notes) == {f"Hoàn tác: {title}"}
    assert recent_acts(cast.lan, year=story.year()) == []
    assert title not in words(client.get(address("sheet", story.year())))


def test_taking_up_and_appraising_go_back_step_by_step(ready):
    cast, units = ready, (ready.che_lau, ready.hiem)
    on_files(Action.SUBMIT, units, by=cast.lan)
    taken = on_files(Action.TAKE_UP, units, by=cast.minh)
    appraised = on_files(Action.APPRAISE, units, by=cast.minh)
    first = undo_bulk_act(taken, by=cast.minh)
    stayed = {row.undo_problem for row in BulkActRow.objects.filter(bulk_act=taken)}

    undo_bulk_act(appraised, by=cast.minh)
    again = states(*units)

    assert len(first) == 2
    assert all("đã “Xác nhận thẩm định”" in words for words in stayed)
    assert again == [{Status.IN_REVIEW}] * 2
    # A later step, even the way back of another act, is somebody's act: the first act stays.
    assert undo_bulk_act(taken, by=cast.minh) != []
    assert states(*units) == [{Status.IN_REVIEW}] * 2


def test_a_file_taken_up_goes_back_until_something_is_concluded(ready):
    cast, units = ready, (ready.che_lau, ready.hiem)
    on_files(Action.SUBMIT, units, by=cast.lan)
    taken = on_files(Action.TAKE_UP, units, by=cast.minh)
    answer = story.files(cast.hiem)[Scheme.RECOGNITION].answers.get(criterion__code="4.2")
    values = AnswerValues(appraised_verdict="not_met", appraisal_note="Thiếu biên bản.")
    save_appraisal(
        answer.evaluation, {"4.2": Typed(values, base_version=answer.version)}, by=cast.minh
    )

    undo_bulk_act(taken, by=cast.minh)

    assert states(*units) == [{Status.SUBMITTED}, {Status.IN_REVIEW}]
    kept = BulkActRow.objects.get(bulk_act=taken, unit=cast.hiem)
    assert "đã có ý kiến thẩm định" in kept.undo_problem
    file = story.files(cast.che_lau)[Scheme.RECOGNITION]
    assert (file.taken_up_at, file.taken_up_by) == (None, None)


def test_registrations_sent_and_accepted_go_back(cast, open_year):
    rows = [
        save_registration(story.season(), unit, story.figures(), by=cast.lan)
        for unit in (cast.che_lau, cast.hiem)
    ]
    sent = on_registrations(Action.SEND, rows, by=cast.lan)
    accepted = on_registrations(Action.ACCEPT, rows, by=cast.minh)
    undo_bulk_act(sent, by=cast.lan)
    held = set(Registration.objects.values_list("status", flat=True))

    undo_bulk_act(accepted, by=cast.minh)

    assert held == {"accepted"}
    stored = Registration.objects.values_list("status", "accepted_at", "accepted_by").distinct()
    assert list(stored) == [("sent", None, None)]


def test_one_refusal_stops_nothing_and_is_kept_in_words(cast, open_year):
    sent = save_registration(story.season(), cast.hiem, story.figures(), by=cast.lan)
    other = save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan)
    send_registration(sent, by=cast.lan)

    done = on_registrations(Action.SEND, [sent, other], by=cast.lan)

    found = {row.unit_id: row for row in done.rows.all()}
    assert "đã gửi đăng ký" in found[cast.hiem.pk].problem
    assert found[cast.che_lau.pk].registration_log.registration == other
    undo_bulk_act(done, by=cast.lan)
    assert list(Registration.objects.order_by("pk").values_list("status", flat=True)) == [
        "sent", "draft",
    ]  # fmt: skip


def test_only_who_does_the_act_undoes_it_and_outsiders_see_nothing(cast, open_year, as_):
    row = save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan)
    done = on_registrations(Action.SEND, [row], by=cast.lan)
    url = f"{done.get_absolute_url()}hoan-tac/"

    assert as_(cast.minh).post(url).status_code == 403
    assert as_(cast.van).get(url).status_code == 403
    assert as_(cast.nga).get(url).status_code == 404
    assert as_(cast.nga).get(done.get_absolute_url()).status_code == 404
    assert list(BulkAct.objects.visible_to(cast.nga)) == []
    with pytest.raises(PermissionDenied):
        undo_bulk_act(done, by=cast.minh)
    assert Registration.objects.get().status == "sent"


def test_what_has_no_way_back_says_so(cast, open_year):
    done = BulkAct.objects.create(
        action=Action.RETURN, year=story.year(), done_at=timezone.now(), done_by=cast.minh
    )

    with pytest.raises(TransitionRefused, match="không hoàn tác được"):
        undo_bulk_act(done, by=cast.minh)


def refused(name, **values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BulkActRow.objects.create(**values)


def test_constraints_of_a_bulk_act(cast, open_year):
    row = save_registration(story.season(), cast.che_lau, story.figures(), by=cast.lan)
    done = on_registrations(Action.SEND, [row], by=cast.lan)
    base = {"bulk_act": done, "unit": cast.hiem}

    refused("bulk_act_row_logged_or_refused", **base)
    refused("bulk_act_row_once_per_unit", bulk_act=done, unit=cast.che_lau, problem="Thôi.")
    refused(
        "bulk_act_row_undone_was_done",
        **base, problem="Thôi.", undone_at=done.done_at, undone_by=cast.lan,
    )  # fmt: skip
    refused("bulk_act_row_undone_at_iff_by", **base, problem="Thôi.", undone_at=done.done_at)
    with pytest.raises(IntegrityError, match="bulk_act_action_known"), transaction.atomic():
        BulkAct.objects.create(
            action=Action.ISSUE, year=story.year(), done_at=done.done_at, done_by=cast.lan
        )


def test_appraiser_takes_up_and_confirms_from_the_sheet_where_all_agrees(ready, as_):
    cast, client = ready, as_(ready.minh)
    on_files(Action.SUBMIT, (cast.che_lau, cast.hiem), by=cast.lan)
    url, both = address("bulk", story.year()), [cast.che_lau.pk, cast.hiem.pk]
    client.post(url, {"viec": "nhan-tham-dinh", "don_vi": both})
    answer = story.files(cast.hiem)[Scheme.RECOGNITION].answers.get(criterion__code="4.2")
    values = AnswerValues(appraised_verdict="not_met", appraisal_note="Thiếu biên bản.")
    save_appraisal(
        answer.evaluation, {"4.2": Typed(values, base_version=answer.version)}, by=cast.minh
    )

    page = client.post(url, {"viec": "xac-nhan-tham-dinh", "don_vi": both}, follow=True)

    assert "xong 1/2 đơn vị" in words(page)
    assert "Có chỗ khác trả lời của đơn vị" in words(page)
    assert states(cast.che_lau, cast.hiem) == [{Status.APPRAISED}, {Status.IN_REVIEW}]


# Zeros for many units ---------------------------------------------------------------------------


def zeros(client, **left_out):
    """Confirm over the web that nothing happened; the act it made."""
    url = address("no_incidents", story.year(), dong="tt124:vu-viec")
    page = client.post(url, left_out, follow=True)
    return BulkAct.objects.latest("pk"), words(page)


def counted(unit):
    """What stands in the unit's counted rows, by code."""
    rows = Answer.objects.filter(evaluation__unit=unit, criterion__answer_type="incidents")
    return {one.criterion.code: list(one.counts or ()) for one in rows.select_related("criterion")}


def test_zeros_for_many_units_are_named_and_taken_back_but_for_what_was_changed_since(
    cast, open_year, as_
):
    client = as_(cast.lan)
    done, page = zeros(client)
    title = f"xác nhận không xảy ra cho 2 khu dân cư lúc {localtime(done.done_at):%H:%M}"
    full = counted(cast.hiem)
    recognition = story.files(cast.hiem)[Scheme.RECOGNITION]
    changed = {"4.3.a": Typed(AnswerValues(counts=(2,)), base_version=1)}
    save_answers(recognition, changed, by=cast.lan)
    asked = words(client.get(f"{done.get_absolute_url()}hoan-tac/"))

    after = words(client.post(f"{done.get_absolute_url()}hoan-tac/", follow=True))

    assert "Đã xác nhận không xảy ra cho 2 đơn vị" in page
    assert f"Hoàn tác: {title}" in page
    assert len(full) == 12
    assert not any(map(sum, full.values()))
    assert "dòng đã có người sửa từ lúc đó thì giữ nguyên" in asked
    assert "Đã hoàn tác 2 đơn vị" in after
    assert set(map(tuple, counted(cast.che_lau).values())) == {()}
    left = counted(cast.hiem)
    assert left.pop("4.3.a") == [2]
    assert set(map(tuple, left.values())) == {()}
    reasons = AnswerChange.objects.filter(
        answer__evaluation__unit=cast.che_lau, answer__criterion__answer_type="incidents", version=2
    )
    assert set(reasons.values_list("reason", flat=True)) == {f"Hoàn tác: {title}"}
    assert recent_acts(cast.lan, year=story.year()) == []


def test_zeros_stay_once_the_file_went_on_or_every_row_was_written_again(ready, as_):
    cast = ready
    recognition = story.files(cast.che_lau)[Scheme.RECOGNITION]
    rows = recognition.answers.filter(criterion__answer_type="incidents")
    versions = dict(rows.values_list("criterion__code", "version"))
    emptied = {code: Typed(AnswerValues(), version) for code, version in versions.items()}
    save_answers(recognition, emptied, by=cast.lan)
    done, _ = zeros(as_(cast.lan))
    submit_file(cast.che_lau, year=story.year(), by=cast.lan)
    offered = recent_acts(cast.lan, year=story.year(), actions=(NO_INCIDENTS,))

    undo_bulk_act(done, by=cast.lan)
    sent = BulkActRow.objects.get(bulk_act=done).undo_problem
    withdraw_file(cast.che_lau, year=story.year(), by=cast.lan)
    again = {
        code: Typed(AnswerValues(counts=tuple(1 for _ in zeros)), versions[code] + 2)
        for code, zeros in counted(cast.che_lau).items()
    }
    save_answers(recognition, again, by=cast.lan)
    undo_bulk_act(done, by=cast.lan)

    assert offered == []
    assert "“Đã gửi thẩm định”; giữ nguyên" in sent
    assert "đã ghi lại lúc" in BulkActRow.objects.get(bulk_act=done).undo_problem
    assert all(all(counts) for counts in counted(cast.che_lau).values())


def test_zeros_of_others_are_taken_back_by_nobody_who_enters_nothing_there(cast, open_year, as_):
    done, _ = zeros(as_(cast.lan))
    before = counted(cast.che_lau)

    with pytest.raises(PermissionDenied):
        undo_bulk_act(done, by=cast.minh)

    assert as_(cast.minh).post(f"{done.get_absolute_url()}hoan-tac/").status_code == 403
    assert as_(cast.nga).get(f"{done.get_absolute_url()}hoan-tac/").status_code == 404
    assert counted(cast.che_lau) == before
