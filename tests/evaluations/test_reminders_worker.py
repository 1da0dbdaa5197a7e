"""A mail truly leaves: through SMTP, and from a real worker that was told twice."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from antq_portal.celery import app
from evaluations.models import ReminderDigest
from evaluations.services.reminders import send_reminders
from tests.november import at, open_year
from tests.smtp_sink import SmtpSink
from tests.workers import wait_until


@pytest.mark.django_db
def test_a_mail_leaves_through_smtp_and_a_refused_one_is_tried_again(clock, cast, settings):
    open_year(cast)
    cast.lan.email = "lan@example.vn"
    cast.lan.save()
    clock.move_to(at(11, 12))
    with SmtpSink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        sink.refusals = 1

        first = send_reminders()
        row = ReminderDigest.objects.get()
        clock.shift(dt.timedelta(minutes=30))
        second, third = send_reminders(), send_reminders()

    assert (first.failed, row.status, row.error) == (1, "waiting", "Máy chủ thư từ chối (mã 451).")
    assert (second.sent, third.sent) == (1, 0)
    [letter] = sink.mails
    assert letter["To"] == "lan@example.vn"
    assert letter["Subject"].strip().startswith("Nhắc việc 12/11/2026")
    plain, html = letter.iter_parts()
    assert "Bản Ché Lầu" in plain.get_content()
    assert "<a href=" in html.get_content()


@pytest.mark.slow
@pytest.mark.worker
@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
def test_a_worker_told_twice_sends_one_mail(monkeypatch, request):
    with SmtpSink() as sink:
        monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{sink.port}")
        request.getfixturevalue("celery_worker_process")
        cast = request.getfixturevalue("cast")
        row = ReminderDigest.objects.create(
            user=cast.lan, day=localdate(), address="lan@example.vn", subject="Nhắc việc",
            text="Bản Ché Lầu", html="<p>Bản Ché Lầu</p>", item_count=1, composed_at=timezone.now(),
        )  # fmt: skip

        for _ in range(2):
            app.send_task("evaluations.send_reminders")

        wait_until(lambda: ReminderDigest.objects.get().status == "sent")
        app.send_task("evaluations.send_reminders")
        wait_until(lambda: len(sink.mails) > 0)

    row.refresh_from_db()
    assert [letter["To"] for letter in sink.mails] == ["lan@example.vn"]
    assert (row.attempts, row.error) == (1, "")
