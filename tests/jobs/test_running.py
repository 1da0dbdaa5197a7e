"""What becomes of a job when its task ends well, badly or late."""

import datetime as dt

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone

from accounts.models import User
from jobs import registry
from jobs.exceptions import UnknownTask
from jobs.leases import Lease
from jobs.models import Job
from jobs.running import run_job
from tests.jobs import tasks_of_tests
from tests.workers import run_job_inline

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(db):
    return User.objects.create_user("lan", password="x", full_name="Lan")


def asked(lan, task, **arguments):
    return Job.objects.create(task=task, title="Việc", requested_by=lan, arguments=arguments)


def take_over(job_id):
    Job.objects.filter(pk=job_id).update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert Lease.take(job_id)


def test_done_job_keeps_file_name_and_progress(lan):
    job = run_job_inline(asked(lan, "tests.write_file"))

    assert (job.state, job.result_name, job.progress_done) == ("done", "kết quả.txt", 2)
    with job.result_file.open() as content:
        assert content.read().decode() == "của Lan"
    assert job.finished_at is not None


def test_done_job_keeps_the_address_of_its_result(lan):
    assert run_job_inline(asked(lan, "tests.link")).result_url == "/bao-cao/"


def test_job_done_once_is_not_run_again(lan):
    job = run_job_inline(asked(lan, "tests.write_file"))
    file_name = job.result_file.name

    again = run_job_inline(job)

    assert (again.attempts, again.result_file.name) == (1, file_name)


def test_failed_job_says_why_in_the_task_s_words(lan):
    job = run_job_inline(asked(lan, "tests.fail"))

    assert (job.state, job.error) == ("failed", "Tệp không có dòng nào.")


def test_registered_plain_error_keeps_its_words(lan):
    assert run_job_inline(asked(lan, "tests.break", how="plain")).error == "Không thấy xã này."


def test_unexpected_error_shows_nothing_of_the_inside(lan, caplog):
    job = run_job_inline(asked(lan, "tests.break", how="secret"))

    assert job.error == (
        f"Có lỗi khi làm việc này; người quản trị xem nhật ký máy chủ (việc số {job.pk})."
    )
    assert "password=1" in caplog.text


def test_unknown_task_fails(lan):
    assert run_job_inline(asked(lan, "tests.nothing")).state == "failed"


def test_job_of_a_person_who_left_is_not_run(lan):
    lan.is_active = False
    lan.save()

    job = run_job_inline(asked(lan, "tests.write_file"))

    assert (job.state, job.error) == (
        "failed",
        "Tài khoản của người yêu cầu đã ngừng hoạt động.",
    )


def test_cancelled_job_stops_at_its_next_progress(lan):
    job = asked(lan, "tests.write_file")
    Job.objects.update(cancel_requested_at=timezone.now())

    job = run_job_inline(job)

    assert (job.state, job.result_file.name) == ("cancelled", "")


def test_atomic_task_and_its_mark_are_one(lan):
    job = run_job_inline(asked(lan, "tests.rename"))

    lan.refresh_from_db()
    assert (job.state, lan.full_name) == ("done", "Đã đổi")


def test_atomic_task_that_lost_its_lease_leaves_nothing(lan, monkeypatch):
    monkeypatch.setitem(tasks_of_tests.STOLEN, "lease", take_over)

    job = run_job_inline(asked(lan, "tests.rename", steal="lease"))

    lan.refresh_from_db()
    assert (job.state, lan.full_name) == ("running", "Lan")


def test_task_that_lost_its_lease_takes_its_file_back(lan, settings, monkeypatch):
    job = asked(lan, "tests.wait_for_file")
    monkeypatch.setitem(registry._TASKS, "tests.wait_for_file", file_after_theft())

    job = run_job_inline(job)

    assert (job.state, job.result_file.name, stored_files(settings.MEDIA_ROOT)) == (
        "running",
        "",
        [],
    )


def file_after_theft():
    def function(context):
        context.result("a.txt", b"a")
        take_over(context.job_id)

    return registry.Task("tests.wait_for_file", function)


def stored_files(media):
    return [path for path in media.rglob("*") if path.is_file()]


def test_job_that_lost_the_database_is_left_for_another_worker(lan, monkeypatch):
    def function(context):
        raise OperationalError("the connection is closed")

    monkeypatch.setitem(registry._TASKS, "tests.link", registry.Task("tests.link", function))

    assert run_job_inline(asked(lan, "tests.link")).state == "running"


def test_job_that_runs_too_long_says_so(lan, monkeypatch):
    def function(context):
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(registry._TASKS, "tests.link", registry.Task("tests.link", function))

    assert "Việc chạy quá lâu" in run_job_inline(asked(lan, "tests.link")).error


def test_form_errors_of_a_task_are_shown(lan, monkeypatch):
    def function(context):
        raise ValidationError(["Dòng 3: thiếu tên.", "Dòng 5: sai ngày."])

    monkeypatch.setitem(registry._TASKS, "tests.link", registry.Task("tests.link", function))

    job = run_job_inline(asked(lan, "tests.link"))

    assert job.error == "Dòng 3: thiếu tên. Dòng 5: sai ngày."


def test_running_job_of_a_living_worker_is_left_alone(lan):
    job = asked(lan, "tests.write_file")
    lease = Lease.take(job.pk)

    run_job(job.pk, threaded=False)

    job.refresh_from_db()
    assert (job.state, job.lease_token) == ("running", lease.token)


def test_two_tasks_of_one_name_are_refused():
    def other(context):
        """A function of another module."""

    other.__module__ = "somewhere.tasks"

    with pytest.raises(ValueError, match=r"tests\.link"):
        registry.task("tests.link")(other)


def test_task_that_nobody_registered_is_unknown():
    with pytest.raises(UnknownTask):
        registry.find_task("tests.nothing")


def test_result_file_lies_under_a_name_that_cannot_be_guessed(lan):
    job = run_job_inline(asked(lan, "tests.write_file"))

    assert default_storage.exists(job.result_file.name)
    assert "kết quả" not in job.result_file.name
