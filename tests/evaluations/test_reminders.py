"""Reminders by mail: when, to whom, once a person and day, and what a broken mail server leaves behind."""

import datetime as dt
import smtplib
import threading

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from accounts.roles import Role
from accounts.services import choose_reminders
from antq_portal.lib.dates import is_working_day
from evaluations.models import Nudge, ReminderDigest, RosterEntry, Season
from evaluations.selectors.reminders import is_due, people_due
from evaluations.services.deadlines import nudge_units
from evaluations.services.reminders import send_reminders
from evaluations.services.rosters import prepare_roster
from evaluations.services.seasons import lock_season
from tests import story
from tests.cast import give_role, make_person, make_unit
from tests.november import at, extended, milestones, open_year
from units.models import Kind, ManagingLevel, SubKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def written_to(year_2026, settings):
    """The cast of 2026 with addresses for officers, appraiser, approver and clerk."""
    settings.PORTAL_URL = "https://antq.example.vn"
    for name in ("lan", "minh", "hoa", "van", "nga", "binh", "tuan"):
        person = getattr(year_2026, name)
        person.email = f"{name}@example.vn"
        person.save()
    return year_2026


def receivers(day):
    return {one.user.username: one.items for one in people_due(day)}


def units_of(items):
    return {name for item in items for name in item.names}


# When -----------------------------------------------------------------------------------------


def test_reminders_go_before_on_and_more_rarely_after_the_last_day():
    last = dt.date(2026, 11, 14)
    days = [dt.date(2026, 11, 1) + dt.timedelta(days=n) for n in range(100)]

    told = [day for day in days if is_due(last, day)]

    assert [f"{day:%a %d/%m}" for day in told] == [
        "Thu 05/11", "Thu 12/11", "Fri 13/11",
        "Mon 16/11", "Wed 18/11", "Fri 20/11", "Fri 27/11", "Fri 04/12", "Fri 11/12", "Fri 18/12",
        "Fri 25/12",
    ]  # fmt: skip
    assert all(is_working_day(day) for day in told)


def test_a_last_day_on_a_working_day_is_reminded_of_on_that_day():
    last = dt.date(2026, 11, 19)

    assert [day for day in range(9, 24) if is_due(last, dt.date(2026, 11, day))] == [11, 18, 19, 20]


def test_no_reminder_on_a_holiday():
    assert not is_due(dt.date(2027, 4, 29), dt.date(2027, 4, 30))
    assert is_due(dt.date(2027, 4, 29), dt.date(2027, 5, 4))


# To whom --------------------------------------------------------------------------------------


def test_those_who_can_act_are_told_of_what_they_can_do(written_to, clock):
    cast = written_to
    story.submitted(cast.hiem, cast)
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    clock.move_to(at(11, 12))

    found = receivers(dt.date(2026, 11, 12))

    assert set(found) == {"lan", "minh", "nga"}
    assert units_of(found["lan"]) == {"Bản Ché Lầu"}
    assert [item.step for item in found["minh"]] == ["tham-dinh"]
    assert units_of(found["minh"]) == {"Bản Hiềm"}
    assert "Bản Hiềm" not in units_of(found["nga"])


def test_the_signing_waits_for_the_approver_then_for_the_clerk(written_to, clock):
    cast = written_to
    story.approved([cast.che_lau], cast)
    clock.move_to(at(11, 12))

    found = receivers(dt.date(2026, 11, 12))

    steps = {name: {(item.step, item.names) for item in items} for name, items in found.items()}
    assert steps["van"] == {("quyet-dinh", ("Bản Ché Lầu",))}
    assert steps["minh"] == {("trinh-ky", ("Bản Ché Lầu",))}
    assert "hoa" not in steps


def test_nobody_is_told_without_address_wish_account_or_work(written_to, clock):
    cast = written_to
    clock.move_to(at(11, 12))
    today = dt.date(2026, 11, 12)
    assert "lan" in receivers(today)

    choose_reminders(cast.lan, email="lan@example.vn", wants_reminders=False)
    assert "lan" not in receivers(today)
    choose_reminders(cast.lan, email="", wants_reminders=True)
    assert "lan" not in receivers(today)
    choose_reminders(cast.lan, email="lan@example.vn", wants_reminders=True)
    RosterEntry.objects.filter(unit=cast.che_lau).update(
        not_considered_reason="suspended", not_considered_note="BCĐ thống nhất."
    )
    cast.hiem.ended_on = today
    cast.hiem.save()
    assert "lan" not in receivers(today)
    cast.nga.is_active = False
    cast.nga.save()
    assert receivers(today) == {}


def test_a_person_with_two_roles_hears_of_a_unit_once(written_to, clock):
    cast = written_to
    give_role(cast.lan, Role.REPORTER, cast.che_lau)
    head = make_person("truong", email="truong@example.vn")
    give_role(head, Role.REPORTER, cast.che_lau)
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    clock.move_to(at(11, 12))

    found = receivers(dt.date(2026, 11, 12))

    names = [name for item in found["lan"] for name in item.names]
    assert names.count("Bản Ché Lầu") == 1
    assert [(item.names, item.url) for item in found["truong"]] == [
        (("Bản Ché Lầu",), f"https://antq.example.vn/ho-so/2026/{cast.che_lau.pk}/")
    ]


def test_a_province_managed_unit_is_the_province_s_to_remind(written_to, clock):
    cast = written_to
    make_unit(
        Kind.RESIDENTIAL_AREA, "Khu tập thể", parent=cast.na_meo, sub_kind=SubKind.KHU,
        level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    prepare_roster(cast.province, year=2026)
    clock.move_to(at(11, 12))

    found = receivers(dt.date(2026, 11, 12))

    assert units_of(found["binh"]) == {"Khu tập thể"}
    assert "Khu tập thể" not in units_of(found["lan"])


def test_milestone_and_extension_move_the_reminder(written_to, clock):
    cast = written_to
    milestones(cast, submit_by=6)
    clock.move_to(at(11, 9))
    assert "Bản Ché Lầu" in units_of(receivers(dt.date(2026, 11, 9))["lan"])

    extended(cast, 18)
    assert units_of(receivers(dt.date(2026, 11, 9))["lan"]) == {"Bản Hiềm"}
    clock.move_to(at(11, 17))
    told = receivers(dt.date(2026, 11, 17))["lan"]
    assert [(item.names, item.is_overdue) for item in told] == [(("Bản Ché Lầu",), False)]
    clock.move_to(at(11, 19))
    assert "Bản Ché Lầu" in units_of(receivers(dt.date(2026, 11, 19))["lan"])


def test_a_locked_year_reminds_nobody(written_to, clock):
    for season in Season.objects.all():
        lock_season(season, by=written_to.thu)
    clock.move_to(at(11, 12))

    assert receivers(dt.date(2026, 11, 12)) == {}


def test_a_nudge_joins_the_next_mail_once(written_to, clock):
    cast = written_to
    clock.move_to(at(11, 10))
    assert send_reminders().sent == 0
    nudge_units(cast.na_meo, [cast.che_lau.pk], year=2026, by=cast.minh)
    clock.move_to(at(11, 10, 10))

    assert (send_reminders().sent, send_reminders().sent) == (1, 0)
    clock.move_to(at(11, 11))
    assert send_reminders().sent == 0

    [letter] = mail.outbox
    assert "Thường trực Ban Chỉ đạo nhắc" in letter.body
    assert letter.to == ["lan@example.vn"]
    assert Nudge.objects.count() == 1


# The mail -------------------------------------------------------------------------------------


def test_one_digest_a_person_and_day_says_what_is_due_and_no_more(written_to, clock):
    cast = written_to
    story.registered(cast.che_lau, officer=cast.lan, appraiser=cast.minh)
    clock.move_to(at(11, 12))

    first, second = send_reminders(), send_reminders()

    assert (first.composed, first.sent, second.composed, second.sent) == (2, 2, 0, 0)
    letter = next(one for one in mail.outbox if one.to == ["lan@example.vn"])
    assert letter.subject == "Nhắc việc 12/11/2026: 2 việc sắp đến hạn"
    assert "Gửi thẩm định, khu dân cư, Xã Na Mèo" in letter.body
    assert "Chậm nhất thứ Bảy 14/11 · còn 2 ngày làm việc" in letter.body
    assert f"https://antq.example.vn/lich/?xa={cast.na_meo.pk}" in letter.body
    assert "https://antq.example.vn/nhac-viec/" in letter.body
    html, kind = letter.alternatives[0]
    assert (kind, "<script" in html, "Bản Hiềm" in html) == ("text/html", False, True)
    row = ReminderDigest.objects.get(user=cast.lan)
    assert letter.extra_headers["Message-ID"] == f"<nhac-viec.{row.pk}.20261112@antq.example.vn>"
    assert (row.status, row.attempts) == ("sent", 1)


def test_a_dry_run_shows_the_mails_and_writes_nothing(written_to, clock, capsys):
    clock.move_to(at(11, 12))

    call_command("send_reminders", dry_run=True)
    shown = capsys.readouterr().out
    call_command("send_reminders")

    assert "Đến: lan@example.vn" in shown
    assert "2 thư sẽ gửi; chưa gửi gì." in shown
    assert capsys.readouterr().out == "Soạn 2, gửi 2, chưa gửi được 0 thư.\n"
    assert ReminderDigest.objects.count() == 2


class Broken(EmailBackend):
    """A mail server with one fault, told by the class's `fault`."""

    fault = None
    at_open = False

    def open(self):
        if self.at_open:
            raise type(self).fault
        return super().open()

    def send_messages(self, messages):
        if type(self).fault:
            raise type(self).fault
        return super().send_messages(messages)


@pytest.mark.parametrize(
    ("fault", "at_open", "status", "words"),
    [
        (ConnectionRefusedError(), True, "waiting", "không mở cửa"),
        (
            smtplib.SMTPAuthenticationError(535, b"no"),
            True,
            "waiting",
            "không nhận tên hoặc mật khẩu",
        ),
        (smtplib.SMTPRecipientsRefused({}), False, "waiting", "không nhận địa chỉ người nhận"),
        (smtplib.SMTPDataError(451, b"later"), False, "waiting", "mã 451"),
        (TimeoutError(), False, "unclear", "không trả lời kịp"),
    ],
)
def test_a_mail_server_s_fault_is_kept_in_plain_words_and_tried_again_unless_unclear(
    written_to, clock, settings, monkeypatch, fault, at_open, status, words
):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    monkeypatch.setattr(Broken, "fault", fault)
    monkeypatch.setattr(Broken, "at_open", at_open)
    clock.move_to(at(11, 12))

    failed = send_reminders()

    row = ReminderDigest.objects.get(user=written_to.lan)
    assert (failed.sent, failed.failed, row.status, words in row.error) == (0, 2, status, True)
    monkeypatch.setattr(Broken, "fault", None)
    monkeypatch.setattr(Broken, "at_open", False)
    clock.move_to(at(11, 12, 9, 30))
    again = send_reminders()
    row.refresh_from_db()
    assert (again.sent, row.status) == ((2, "sent") if status == "waiting" else (1, "unclear"))


def test_a_line_that_breaks_leaves_the_mails_after_it_for_the_next_run(
    written_to, clock, settings, monkeypatch
):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    monkeypatch.setattr(Broken, "fault", smtplib.SMTPServerDisconnected("gone"))
    clock.move_to(at(11, 12))

    assert (send_reminders().failed, states()) == (2, ["unclear", "waiting"])

    monkeypatch.setattr(Broken, "fault", None)
    clock.move_to(at(11, 12, 9, 30))
    assert (send_reminders().sent, states()) == (1, ["unclear", "sent"])


def states():
    return list(ReminderDigest.objects.order_by("pk").values_list("status", flat=True))


def test_what_a_dead_worker_left_is_unclear_and_what_a_day_left_is_given_up(written_to, clock):
    cast = written_to
    clock.move_to(at(11, 12))
    send_reminders()
    ReminderDigest.objects.filter(user=cast.lan).update(status="sending", sent_at=None)
    ReminderDigest.objects.filter(user=cast.nga).update(status="waiting", sent_at=None)
    clock.move_to(at(11, 12, 9, 10))
    mail.outbox.clear()

    assert send_reminders().sent == 1
    assert ReminderDigest.objects.get(user=cast.lan).status == "sending"
    ReminderDigest.objects.filter(user=cast.nga).update(status="waiting", sent_at=None)
    clock.move_to(at(11, 14, 9, 20))
    send_reminders()

    states = dict(ReminderDigest.objects.values_list("user__username", "status"))
    assert states == {"lan": "unclear", "nga": "given_up"}
    assert [one.to for one in mail.outbox] == [["nga@example.vn"]]


def test_who_switched_off_meanwhile_gets_nothing(written_to, clock):
    cast = written_to
    clock.move_to(at(11, 12))
    send_reminders()
    ReminderDigest.objects.filter(user=cast.lan).update(status="waiting", sent_at=None)
    choose_reminders(cast.lan, email="lan@example.vn", wants_reminders=False)
    mail.outbox.clear()

    assert send_reminders().sent == 0
    assert ReminderDigest.objects.get(user=cast.lan).status == "given_up"
    assert mail.outbox == []


def test_the_database_keeps_one_digest_a_person_and_day(written_to):
    values = {"user": written_to.lan, "day": dt.date(2026, 11, 12), "address": "lan@example.vn",
              "subject": "x", "text": "x", "html": "x", "item_count": 1, "composed_at": at(11, 12)}  # fmt: skip
    ReminderDigest.objects.create(**values)
    for name, changes in (
        ("reminder_digest_one_per_day", {}),
        ("reminder_digest_says_something", {"item_count": 0, "day": dt.date(2026, 11, 13)}),
        ("reminder_digest_status_known", {"status": "lost", "claimed_at": at(11, 12), "day": dt.date(2026, 11, 13)}),
        ("reminder_digest_begun_is_claimed", {"status": "sending", "day": dt.date(2026, 11, 13)}),
        ("reminder_digest_sent_iff_dated",
         {"status": "sent", "claimed_at": at(11, 12), "day": dt.date(2026, 11, 13)}),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ReminderDigest.objects.create(**{**values, **changes})


# Pages ----------------------------------------------------------------------------------------


def test_everybody_chooses_for_themselves(written_to, as_):
    client = as_(written_to.lan)

    page = client.get("/nhac-viec/").content.decode()
    wrong = client.post("/nhac-viec/", {"email": "lan@", "wants_reminders": "on"})
    off = client.post("/nhac-viec/", {"email": "lan.moi@example.vn"}, follow=True)

    written_to.lan.refresh_from_db()
    assert 'value="lan@example.vn"' in page
    assert (wrong.status_code, "Địa chỉ chưa đúng" in wrong.content.decode()) == (422, True)
    assert "Từ nay không gửi thư nhắc việc." in off.content.decode()
    assert (written_to.lan.email, written_to.lan.wants_reminders) == ("lan.moi@example.vn", False)
    event = AuditEvent.objects.get(act="account.reminders")
    assert "example.vn" not in f"{event.summary}{event.details}"


def test_the_administrator_sees_what_did_not_leave_and_why(
    written_to, clock, settings, monkeypatch, as_
):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    monkeypatch.setattr(Broken, "fault", ConnectionRefusedError())
    monkeypatch.setattr(Broken, "at_open", True)
    clock.move_to(at(11, 12))
    send_reminders()
    client = as_(written_to.thu)

    front = client.get("/quan-tri/").content.decode()
    page = client.get("/quan-tri/thu-nhac-viec/").content.decode()

    assert "Chưa gửi được" in front
    assert "Lò Thị Lan" in page
    assert "Máy chủ thư không mở cửa" in page
    assert as_(written_to.lan).get("/quan-tri/thu-nhac-viec/").status_code == 403


# Two clocks at once ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_runs_at_once_send_one_mail_each(clock, cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    open_year(cast)
    for name in ("lan", "nga"):
        person = getattr(cast, name)
        person.email = f"{name}@example.vn"
        person.save()
    clock.move_to(at(11, 12))

    def run():
        try:
            send_reminders()
        finally:
            connection.close()

    runs = [threading.Thread(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()

    assert sorted(one.to[0] for one in mail.outbox) == ["lan@example.vn", "nga@example.vn"]
    assert set(ReminderDigest.objects.values_list("status", flat=True)) == {"sent"}
