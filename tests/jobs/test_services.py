"""Asking for a job, cancelling it, trying it again, and the sweep."""

import datetime as dt
import socket
import threading
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from antq_portal.celery import app
from jobs import services
from jobs.exceptions import UnknownTask
from jobs.leases import Lease
from jobs.models import Job
from jobs.services import enqueue, request_cancel, retry, sweep_jobs
from tests.jobs import tasks_of_tests  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(db):
    return User.objects.create_user("lan", password="x")


@pytest.fixture
def nga(db):
    return User.objects.create_user("nga", password="x")


@pytest.fixture
def dead_broker():
    """An address at which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = app.conf.broker_url
    app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    yield
    app.conf.broker_url = shared


@pytest.fixture
def hanging_broker():
    """An address that accepts connections and never says a word."""
    shared = app.conf.broker_url
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        app.conf.broker_url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        yield
    app.conf.broker_url = shared


def ask(lan, **options):
    return enqueue("tests.write_file", title="Ghi tệp", arguments={}, by=lan, **options)


def test_enqueue_hands_over_on_commit_only(lan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(lan)
        job.refresh_from_db()
        assert job.dispatched_at is None

    job.refresh_from_db()
    assert (job.state, job.dispatched_at is None) == ("queued", False)


def test_enqueue_goes_away_with_its_transaction(lan):
    with transaction.atomic():
        ask(lan)
        transaction.set_rollback(True)

    assert Job.objects.count() == 0


def test_enqueue_returns_the_unfinished_job_of_the_same_key(lan, nga):
    first = ask(lan, deduplication_key="export-2026")

    assert ask(nga, deduplication_key="export-2026") == first
    assert ask(nga, deduplication_key="export-2025") != first


def test_enqueue_writes_a_new_job_when_the_one_of_that_key_has_ended(lan):
    first = request_cancel(ask(lan, deduplication_key="export-2026"), by=lan)

    assert ask(lan, deduplication_key="export-2026") != first


def test_enqueue_refuses_an_unknown_task(lan):
    with pytest.raises(UnknownTask):
        enqueue("tests.nothing", title="?", arguments={}, by=lan)


@pytest.mark.parametrize("broker", ["dead_broker", "hanging_broker"])
def test_broker_that_is_away_costs_about_a_second_and_nothing_else(
    lan, broker, request, django_capture_on_commit_callbacks
):
    request.getfixturevalue(broker)
    begun = time.monotonic()

    with django_capture_on_commit_callbacks(execute=True):
        job = ask(lan)

    assert time.monotonic() - begun < 1.5
    job.refresh_from_db()
    assert (job.state, job.dispatched_at) == ("queued", None)


def test_waiting_job_is_cancelled_at_once(lan):
    job = request_cancel(ask(lan), by=lan)

    assert (job.state, job.finished_at is None) == ("cancelled", False)


def test_running_job_is_asked_to_stop(lan):
    job = ask(lan)
    Lease.take(job.pk)

    job = request_cancel(job, by=lan)

    assert (job.state, job.cancel_requested_at is None) == ("running", False)


def test_ended_job_stays_as_it_is_when_cancelled(lan):
    job = ask(lan)
    Lease.take(job.pk).finish(Job.State.DONE)

    assert request_cancel(job, by=lan).state == "done"


def test_only_the_person_who_asked_may_cancel_or_retry(lan, nga):
    job = ask(lan)

    with pytest.raises(PermissionDenied):
        request_cancel(job, by=nga)
    with pytest.raises(PermissionDenied):
        retry(job, by=nga)


def test_retry_puts_a_failed_job_back(lan):
    job = ask(lan)
    Lease.take(job.pk).finish(Job.State.FAILED, error="hỏng")

    job = retry(job, by=lan)

    assert (job.state, job.attempts, job.error) == ("queued", 0, "")


def test_retry_returns_the_unfinished_twin(lan):
    job = request_cancel(ask(lan, deduplication_key="k"), by=lan)
    twin = ask(lan, deduplication_key="k")

    assert retry(job, by=lan) == twin


def test_retry_leaves_a_done_job_alone(lan):
    job = ask(lan)
    Lease.take(job.pk).finish(Job.State.DONE)

    assert retry(job, by=lan).state == "done"


def ago(seconds):
    return timezone.now() - dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("values", "swept"),
    [
        ({}, 1),
        ({"dispatched_at": 2}, 0),
        ({"dispatched_at": services.SECONDS_BETWEEN_HANDOVERS + 2}, 1),
    ],
)
def test_sweep_hands_over_waiting_jobs_that_were_not_just_handed_over(lan, values, swept):
    ask(lan)
    Job.objects.update(**{name: ago(seconds) for name, seconds in values.items()})

    assert sweep_jobs() == swept


def test_sweep_hands_over_a_job_whose_worker_died(lan):
    job = ask(lan)
    Lease.take(job.pk)
    Job.objects.update(dispatched_at=ago(5), leased_until=ago(1))

    assert (sweep_jobs(), sweep_jobs()) == (1, 0)


def test_sweep_survives_a_task_that_is_no_longer_registered(lan):
    Job.objects.create(task="tests.gone", title="Việc cũ", requested_by=lan)
    ask(lan)

    assert sweep_jobs() == 2


def test_sweep_gives_up_at_the_first_refusal(lan, dead_broker, caplog):
    ask(lan)
    ask(lan)

    assert sweep_jobs() == 0
    assert caplog.text.count("the broker did not take job") == 1


def test_sweep_leaves_a_job_in_hand_alone(lan):
    Lease.take(ask(lan).pk)

    assert sweep_jobs() == 0


def test_sweep_ends_a_cancelled_job_whose_worker_died(lan):
    job = ask(lan)
    Lease.take(job.pk)
    Job.objects.update(cancel_requested_at=ago(5), leased_until=ago(1))

    sweep_jobs()

    job.refresh_from_db()
    assert job.state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_only_one_sweep_works_at_a_time(lan):
    ask(lan)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [services.SWEEP_LOCK])

        assert sweep_jobs() == 0
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_for_the_same_at_once_get_one_job(lan, nga):
    got = []

    def second():
        got.append(ask(nga, deduplication_key="k"))
        connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        first = ask(lan, deduplication_key="k")
        thread.start()
        time.sleep(0.3)
    thread.join()

    assert got == [first]
