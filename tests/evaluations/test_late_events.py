"""What happens after a file was sent: written down, weighed by the appraiser; the last tick before the decision."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import resolve, reverse
from django.utils.timezone import localdate, now

from accounts.models import AuditEvent
from antq_portal.lib.clicks import EACH_BY_ITSELF
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion
from evaluations.models import Answer, LateEvent, QuietStatement, Season, Settlement
from evaluations.selectors.late_events import lacks_statement, unsettled_events
from evaluations.services.decisions import send_to_sign
from evaluations.services.evaluations import appraise_file, reopen_appraisal
from evaluations.services.late_events import (
    LateEventDetails,
    report_late_event,
    settle_late_event,
    state_quiet,
)
from tests import story
from tests.staging import opened
from units.coverage import Scheme

pytestmark = pytest.mark.usefixtures("stage", "db")

ROW, SENSITIVE = "4.4.b", "4.3.a"
SECRET = "Báo cáo riêng số 7"
COUNTED, NO_EFFECT = Settlement.COUNTED, Settlement.NO_EFFECT


@pytest.fixture(scope="module")
def stage(held):
    """Bản Ché Lầu is in review; the window is open until tomorrow."""
    stage = opened()
    window(ends_in=1)
    story.in_review(stage.cast.che_lau, stage.cast)
    return stage


@pytest.fixture
def area(cast):
    return cast.che_lau


def window(*, ends_in):
    Season.objects.update(window_to=localdate() + dt.timedelta(days=ends_in))


def part(unit, scheme=Scheme.RECOGNITION):
    return story.files(unit)[scheme]


def details(code=ROW, **changes):
    row = Criterion.objects.filter(code=code, criteria_set=story.season().criteria_set_id).get()
    values = {
        "criterion_id": row.pk,
        "happened_on": localdate(),
        "count": 1,
        "reason": "Báo cáo 12",
    }
    return LateEventDetails(**{**values, **changes})


def reported(unit, by, code=ROW, **changes):
    return report_late_event(part(unit), details(code, **changes), by=by)


def test_both_sides_write_an_event_down_and_no_answer_changes(cast, area):
    before = list(Answer.objects.order_by("pk").values())

    by_unit = reported(area, cast.lan)
    by_appraiser = reported(area, cast.minh, count=2)

    assert (by_unit.reported_by, by_appraiser.count) == (cast.lan, 2)
    assert list(Answer.objects.order_by("pk").values()) == before
    assert unsettled_events([part(area).pk]) == {part(area).pk: 2}
    for person in (cast.hoa, cast.tuan, cast.root):
        with pytest.raises(PermissionDenied):
            reported(area, person)
    with pytest.raises(part(area).DoesNotExist):
        reported(area, cast.nga)


def test_event_lies_between_sending_and_the_end_of_the_window(cast, area):
    day = dt.timedelta(days=1)
    wrong = (
        ({"happened_on": localdate() - day}, "happened_on", "Xảy ra trước khi gửi"),
        ({"happened_on": localdate() + day}, "happened_on", "phía trước"),
        ({"criterion_id": 1}, "criterion", "không thuộc"),
        ({"exception_claimed": "khac"}, "exception_claimed", "không xét ngoại lệ"),
        ({"count": 0}, "__all__", "ít nhất là 1"),
        ({"reason": " "}, "reason", ""),
    )
    for changes, field, words in wrong:
        with pytest.raises(ValidationError) as refused:
            reported(area, cast.lan, **changes)
        assert words in str(refused.value.message_dict.get(field, refused.value.message_dict))
    part(area).season.__class__.objects.update(window_to=localdate() - day)
    with pytest.raises(ValidationError, match="Kỳ tính đến hết"):
        reported(area, cast.lan)
    assert not LateEvent.objects.exists()


def test_event_is_for_files_that_were_sent_and_not_decided(cast, open_year):
    window(ends_in=1)
    story.answered(cast.hiem, officer=cast.lan)

    with pytest.raises(TransitionRefused, match="ghi thẳng vào trả lời"):
        reported(cast.hiem, cast.lan)


def test_the_appraiser_weighs_every_event_before_confirming(cast, area):
    event = reported(area, cast.lan)
    with pytest.raises(TransitionRefused, match="chưa xử lý"):
        appraise_file(area, year=story.year(), by=cast.minh)
    for wrong, words in ((("", "Xem"), "Chọn một cách"), ((COUNTED, " "), "Ghi ý kiến")):
        with pytest.raises(ValidationError, match=words):
            settle_late_event(event, settlement=wrong[0], note=wrong[1], by=cast.minh)
    with pytest.raises(PermissionDenied):
        settle_late_event(event, settlement=COUNTED, note="Đã tính", by=cast.lan)

    settled = settle_late_event(event, settlement=COUNTED, note="Đã kết luận 4.4.b", by=cast.minh)

    assert (settled.settlement, settled.settled_by) == (COUNTED, cast.minh)
    with pytest.raises(TransitionRefused, match="Phạm Văn Minh đã xử lý"):
        settle_late_event(event, settlement=NO_EFFECT, note="Lại", by=cast.minh)
    appraise_file(area, year=story.year(), by=cast.minh)
    assert AuditEvent.objects.filter(act__startswith="late_event.").count() == 2


def test_after_the_conclusion_counting_needs_the_appraisal_opened_again(cast, area):
    appraise_file(area, year=story.year(), by=cast.minh)
    event = reported(area, cast.lan)

    with pytest.raises(TransitionRefused, match="mở lại thẩm định"):
        settle_late_event(event, settlement=COUNTED, note="Đã tính", by=cast.minh)
    reopen_appraisal(area, year=story.year(), note="Có phát sinh", by=cast.minh)

    assert settle_late_event(event, settlement=COUNTED, note="Đã tính", by=cast.minh).settled_at


def test_list_with_an_event_not_weighed_is_not_sent_to_sign(cast, open_year):
    window(ends_in=1)
    decision = story.drafted([cast.che_lau], cast)
    event = reported(cast.che_lau, cast.lan)

    with pytest.raises(TransitionRefused, match=r"Bản Ché Lầu.*chưa xử lý"):
        send_to_sign(decision, by=cast.minh)
    settle_late_event(event, settlement=NO_EFFECT, note="Được xét ngoại lệ", by=cast.minh)

    assert send_to_sign(decision, by=cast.minh).sent_by == cast.minh


def test_the_last_tick_waits_for_the_end_of_the_window(cast, area):
    year = story.year()
    with pytest.raises(TransitionRefused, match="hết kỳ mới xác nhận"):
        state_quiet(area, year=year, by=cast.minh)
    event = reported(area, cast.lan)
    window(ends_in=-1)
    assert lacks_statement(story.files(area).values()) == {
        one.pk for one in story.files(area).values()
    }
    with pytest.raises(TransitionRefused, match="chưa xử lý"):
        state_quiet(area, year=year, by=cast.minh)
    settle_late_event(event, settlement=NO_EFFECT, note="Không tính", by=cast.minh)
    for person in (cast.lan, cast.hoa, cast.tuan):
        with pytest.raises(PermissionDenied):
            state_quiet(area, year=year, by=person)

    made = state_quiet(area, year=year, by=cast.minh)

    assert [(one.stated_by, one.up_to) for one in made] == [
        (cast.minh, localdate() - dt.timedelta(days=1))
    ] * 2
    assert state_quiet(area, year=year, by=cast.minh) == []
    assert not lacks_statement(story.files(area).values())


def test_a_later_event_takes_the_last_tick_back(cast, area):
    window(ends_in=-1)
    state_quiet(area, year=story.year(), by=cast.minh)
    window(ends_in=1)

    reported(area, cast.minh)

    assert list(QuietStatement.objects.values_list("evaluation", flat=True)) == [
        part(area, Scheme.CLASSIFICATION).pk
    ]
    assert AuditEvent.objects.get(act="late_event.report").details["takes_back_statement"] is True


def test_the_database_holds_the_rules_of_late_events(cast, area):
    event = reported(area, cast.lan)
    state = {
        "settlement": COUNTED, "settled_at": now(), "settled_by": cast.minh, "settlement_note": "Đã",
    }  # fmt: skip
    cases = (
        ("late_event_counts_something", {"count": 0}),
        ("late_event_says_why", {"reason": " "}),
        ("late_event_settlement_known", {**state, "settlement": "khac"}),
        ("late_event_settled_at_iff_by", {**state, "settled_by": None}),
        ("late_event_settled_at_iff_by", {**state, "settlement_note": ""}),
    )
    for name, values in cases:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            LateEvent.objects.filter(pk=event.pk).update(**values)
    assert not LateEvent.objects.visible_to(cast.nga).exists()
    assert LateEvent.objects.visible_to(cast.tuan).exists()


def test_pages_take_an_event_and_show_it_without_the_words_of_sensitive_rows(cast, area, as_):
    url = reverse("evaluations:late_event", args=[story.year(), area.pk])
    file = reverse("evaluations:file", args=[story.year(), area.pk])
    data = {
        "criterion": details(SENSITIVE).criterion_id, "count": "1", "reason": SECRET,
        "happened_on": f"{localdate():%d/%m/%Y}",
    }  # fmt: skip

    wrong = as_(cast.lan).post(url, data | {"reason": ""})
    shown = as_(cast.lan).post(url, data, follow=True)

    assert (wrong.status_code, "Ghi căn cứ" in wrong.text) == (422, True)
    assert SECRET in shown.text
    assert SECRET not in as_(cast.tuan).get(file).text
    assert as_(cast.tuan).get(url).status_code == 403
    assert as_(cast.nga).get(url).status_code == 404
    client, event = as_(cast.minh), LateEvent.objects.get()
    settle = reverse("evaluations:late_event_settle", args=[story.year(), area.pk, event.pk])
    assert (
        "Chưa xử lý"
        in client.get(reverse("evaluations:appraisal", args=[story.year(), area.pk])).text
    )
    done = client.post(settle, {"settlement": "no_effect", "note": "Ngoài địa bàn"}, follow=True)
    assert "Không làm đổi kết luận" in done.text


def test_one_tick_for_many_units_shows_their_names(cast, area, as_):
    window(ends_in=-1)
    story.in_review(cast.hiem, cast)
    url = reverse("evaluations:quiet")
    client = as_(cast.minh)

    asked = client.get(url, {"nam": story.year(), "don_vi": area.pk})
    done = client.post(url, {"nam": story.year(), "don_vi": [area.pk, cast.hiem.pk]})

    assert ("Bản Ché Lầu" in asked.text, "Bản Hiềm" in asked.text) == (True, True)
    assert asked.text.count("data-check aria-label") == 2
    assert asked.text.count(" checked>") == 1
    assert "Đã xác nhận 2/2 đơn vị: Bản Ché Lầu, Bản Hiềm" in done.text
    assert as_(cast.lan).get(url).status_code == 403
    assert getattr(resolve(url).func, EACH_BY_ITSELF)


def test_missing_tick_warns_at_sending_to_sign_and_stops_nothing(cast, open_year, as_):
    window(ends_in=-5)
    decision = story.drafted([cast.che_lau], cast)
    client = as_(cast.minh)
    page = client.get(decision.get_absolute_url()).text
    asked = client.get(reverse("evaluations:decision_send", args=[decision.pk])).text

    state_quiet(cast.che_lau, year=story.year(), by=cast.minh)
    after = client.get(reverse("evaluations:decision_send", args=[decision.pk])).text

    assert "không phát sinh đến hết kỳ" in page
    assert "vẫn trình ký được" in asked
    assert "vẫn trình ký được" not in after
