"""The lease on a job: taken once, kept by heartbeats, lost with the worker."""

import datetime as dt
import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from jobs import leases
from jobs.exceptions import JobCancelled, LeaseLost
from jobs.leases import Keeper, Lease
from jobs.models import Job
from tests.jobs import tasks_of_tests  # noqa: F401


@pytest.fixture
def lan(db):
    return User.objects.create_user("lan", password="x")


@pytest.fixture
def job(lan):
    return Job.objects.create(task="tests.write_file", title="Ghi tệp", requested_by=lan)


def expire(job):
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - dt.timedelta(seconds=1))


def test_lease_is_taken_once(job):
    first, second = Lease.take(job.pk), Lease.take(job.pk)

    job.refresh_from_db()
    assert (first.token, second, job.state, job.attempts) == (job.lease_token, None, "running", 1)


def test_lease_lasts_fifteen_seconds(job):
    Lease.take(job.pk)

    job.refresh_from_db()
    left = (job.leased_until - timezone.now()).total_seconds()
    assert 13 < left <= 16


def test_expired_lease_is_taken_over_and_the_old_holder_cannot_finish(job):
    old = Lease.take(job.pk)
    expire(job)

    new = Lease.take(job.pk)

    assert new is not None
    assert old.finish(Job.State.DONE) is False
    assert old.renew() == (False, False)
    assert new.finish(Job.State.DONE) is True
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_token) == ("done", 2, None)


def test_expired_lease_that_nobody_took_still_finishes(job):
    lease = Lease.take(job.pk)
    expire(job)

    assert lease.finish(Job.State.DONE) is True


def test_renewed_lease_is_not_taken_over(job):
    lease = Lease.take(job.pk)
    expire(job)

    assert lease.renew(progress_done=3) == (True, False)
    assert Lease.take(job.pk) is None
    job.refresh_from_db()
    assert job.progress_done == 3


def test_job_begun_too_often_fails_with_a_reason(job):
    for _ in range(leases.MOST_ATTEMPTS):
        assert Lease.take(job.pk) is not None
        expire(job)

    assert Lease.take(job.pk) is None
    job.refresh_from_db()
    assert (job.state, "Đã thử 5 lần" in job.error) == ("failed", True)


def test_job_cancelled_while_its_worker_died_is_not_begun_again(job):
    Lease.take(job.pk)
    Job.objects.update(cancel_requested_at=timezone.now())
    expire(job)

    assert Lease.take(job.pk) is None
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_given_back_job_waits_again(job):
    Lease.take(job.pk).give_back()

    job.refresh_from_db()
    assert (job.state, job.lease_token) == ("queued", None)


def test_keeper_tells_of_a_cancelled_job(job):
    with Keeper(Lease.take(job.pk), threaded=False) as keeper:
        keeper.check()
        Job.objects.update(cancel_requested_at=timezone.now())
        keeper.note(1, 2, "")
        with pytest.raises(JobCancelled):
            keeper.check()


def test_keeper_tells_of_a_lost_lease(job):
    with Keeper(Lease.take(job.pk), threaded=False) as keeper:
        expire(job)
        Lease.take(job.pk)
        keeper.note(1, 2, "")
        with pytest.raises(LeaseLost):
            keeper.check()


@pytest.mark.django_db(transaction=True)
def test_heartbeat_goes_on_inside_a_transaction_and_closes_its_connection(job, monkeypatch):
    monkeypatch.setattr(leases, "SECONDS_BETWEEN_BEATS", 0.2)
    monkeypatch.setattr(leases, "SECONDS_BETWEEN_PROGRESS", 0.05)
    lease = Lease.take(job.pk)
    job.refresh_from_db()
    first, before = job.leased_until, connections()

    with transaction.atomic(), Keeper(lease) as keeper:
        keeper.note(5, 10, "dòng 5")
        time.sleep(0.6)
        during = connections()
        seen = read_from_another_connection(job.pk)

    assert (seen.progress_done, seen.progress_text, during) == (5, "dòng 5", before + 1)
    assert seen.leased_until > first
    time.sleep(0.1)
    assert connections() == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_at_once_and_one_gets_it(job):
    taken = []

    def take():
        taken.append(Lease.take(job.pk))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([lease for lease in taken if lease]) == 1


def connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def read_from_another_connection(pk):
    found = []

    def read():
        found.append(Job.objects.get(pk=pk))
        connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "paused"}, "job_state_known|job_finished_iff_ended"),
        ({"state": "running"}, "job_running_iff_leased"),
        ({"state": "cancelled"}, "job_finished_iff_ended"),
        ({"state": "failed", "finished_at": timezone.now()}, "job_failed_says_why"),
    ],
)
def test_database_refuses_a_job_that_cannot_be(job, values, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**values)


def test_database_refuses_two_unfinished_jobs_of_one_key(job):
    Job.objects.create(task="x", title="x", deduplication_key="k")

    with pytest.raises(IntegrityError, match="job_once_while_unfinished"), transaction.atomic():
        Job.objects.create(task="x", title="x", deduplication_key="k")
