"""Jobs on real workers: run, taken over after a kill, kept while Redis is away."""

import time

import pytest

from accounts.models import User
from jobs.models import Job
from jobs.services import enqueue, request_cancel
from tests.jobs import tasks_of_tests  # noqa: F401
from tests.workers import wait_until

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]


@pytest.fixture
def lan(transactional_db):
    return User.objects.create_user("lan", password="x", full_name="Lan")


@pytest.fixture
def waiting(tmp_path, lan):
    """Ask for a job that waits for a file; returns (job, trace of beginnings, the file)."""
    trace, go_on = tmp_path / "trace", tmp_path / "go-on"
    arguments = {"trace": str(trace), "go_on": str(go_on)}

    def ask():
        job = enqueue("tests.wait_for_file", title="Đợi", arguments=arguments, by=lan)
        return job, trace, go_on

    return ask


def state(job):
    job.refresh_from_db()
    return job.state


def begun(trace):
    return len(trace.read_text().splitlines()) if trace.exists() else 0


def results(settings):
    return len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()])


def test_job_runs_in_a_worker(celery_worker_process, lan):
    job = enqueue("tests.write_file", title="Ghi", arguments={}, by=lan)

    wait_until(lambda: state(job) == "done", 10)

    with job.result_file.open() as content:
        assert content.read().decode() == "của Lan"


def test_running_job_is_cancelled(celery_worker_process, waiting, lan):
    job, trace, _ = waiting()
    wait_until(lambda: begun(trace) == 1, 10)

    request_cancel(job, by=lan)

    wait_until(lambda: state(job) == "cancelled", 10)


def test_job_of_a_killed_worker_is_taken_over_and_done_once(
    new_worker, waiting, settings, record_property
):
    first = new_worker()
    job, trace, go_on = waiting()
    wait_until(lambda: begun(trace) == 1, 15)
    first.kill()
    killed = time.monotonic()
    new_worker()

    wait_until(lambda: begun(trace) == 2, 30)
    record_property("seconds_to_take_over", round(time.monotonic() - killed, 1))
    assert time.monotonic() - killed < 30
    go_on.touch()
    wait_until(lambda: state(job) == "done", 15)

    assert (job.attempts, begun(trace), results(settings)) == (2, 2, 1)


def test_paused_worker_cannot_finish_what_another_took_over(new_worker, waiting, settings):
    first = new_worker()
    job, trace, go_on = waiting()
    wait_until(lambda: begun(trace) == 1, 15)
    first.pause()
    new_worker()
    wait_until(lambda: begun(trace) == 2, 40)

    go_on.touch()
    first.go_on()
    wait_until(lambda: state(job) == "done", 15)
    wait_until(lambda: "taken over" in first.log.read_text(), 15)

    assert (job.attempts, results(settings)) == (2, 1)


def test_job_asked_for_while_redis_is_away_runs_when_it_is_back(
    celery_worker_process, private_valkey, lan
):
    private_valkey.stop()
    before = time.monotonic()
    job = enqueue("tests.write_file", title="Ghi", arguments={}, by=lan)
    assert time.monotonic() - before < 1.5
    time.sleep(2)
    assert state(job) == "queued"

    private_valkey.start()

    wait_until(lambda: state(job) == "done", 60)
    assert Job.objects.get().attempts == 1
