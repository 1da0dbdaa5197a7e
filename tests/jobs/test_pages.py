"""The pages of long tasks: only for who asked, with and without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs.leases import Lease
from jobs.models import Job
from tests.jobs import tasks_of_tests  # noqa: F401
from tests.workers import run_job_inline

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(db):
    return User.objects.create_user("lan", password="x", full_name="Lan")


@pytest.fixture
def nga(db):
    return User.objects.create_user("nga", password="x")


@pytest.fixture
def as_lan(client, lan):
    client.force_login(lan)
    return client


def asked(lan, task="tests.write_file", **arguments):
    return Job.objects.create(
        task=task, title="Xuất báo cáo", requested_by=lan, arguments=arguments
    )


def text(answer):
    return answer.content.decode()


def test_list_shows_only_my_jobs(as_lan, lan, nga):
    mine = asked(lan)
    Job.objects.create(task="x", title="Của Nga", requested_by=nga)

    page = text(as_lan.get("/cong-viec/"))

    assert f"/cong-viec/{mine.pk}/" in page
    assert "Của Nga" not in page


def test_empty_list_says_what_will_be_here(as_lan):
    assert "Chưa có việc nào" in text(as_lan.get("/cong-viec/"))


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(path)
    return len(captured)


def test_list_asks_as_many_queries_for_thirty_jobs_as_for_one(as_lan, lan):
    asked(lan)
    one = queries(as_lan, "/cong-viec/")
    for _ in range(29):
        asked(lan)

    assert queries(as_lan, "/cong-viec/") == one


def test_waiting_job_is_polled_and_can_be_reloaded_by_hand(as_lan, lan):
    job = asked(lan)

    page = text(as_lan.get(f"/cong-viec/{job.pk}/"))

    assert f'hx-get="/cong-viec/{job.pk}/"' in page
    assert "Tải lại</a>" in page
    assert f'action="/cong-viec/{job.pk}/huy/"' in page


def test_poll_gets_the_component_alone(as_lan, lan):
    job = asked(lan)
    Lease.take(job.pk).renew(progress_done=3, progress_total=4, progress_text="đang ghi")

    part = text(as_lan.get(f"/cong-viec/{job.pk}/", headers={"HX-Request": "true"}))

    assert "<html" not in part
    assert 'value="75"' in part
    assert "đang ghi · 3/4" in part


def test_done_job_offers_its_file_and_is_not_polled(as_lan, lan):
    job = run_job_inline(asked(lan))

    page = text(as_lan.get(f"/cong-viec/{job.pk}/"))

    assert f'href="/cong-viec/{job.pk}/tai-ve/"' in page
    assert "hx-get" not in page


def test_done_job_leads_to_the_page_of_its_result(as_lan, lan):
    job = run_job_inline(asked(lan, "tests.link"))

    assert 'href="/bao-cao/">Xem kết quả' in text(as_lan.get(f"/cong-viec/{job.pk}/"))


def test_download_gives_the_file_under_its_name(as_lan, lan):
    job = run_job_inline(asked(lan))

    answer = as_lan.get(f"/cong-viec/{job.pk}/tai-ve/")

    assert b"".join(answer.streaming_content).decode() == "của Lan"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''k%E1%BA%BFt%20qu%E1%BA%A3.txt"
    )


def test_failed_job_says_why_and_is_tried_again(as_lan, lan):
    job = run_job_inline(asked(lan, "tests.fail"))

    page = text(as_lan.get(f"/cong-viec/{job.pk}/"))
    answer = as_lan.post(f"/cong-viec/{job.pk}/lam-lai/")

    job.refresh_from_db()
    assert "Tệp không có dòng nào." in page
    assert (answer.status_code, answer.url, job.state) == (302, f"/cong-viec/{job.pk}/", "queued")


def test_cancel_ends_a_waiting_job(as_lan, lan):
    job = asked(lan)

    answer = as_lan.post(f"/cong-viec/{job.pk}/huy/", follow=True)

    assert "Đã hủy" in text(answer)


def test_cancel_of_a_done_job_says_that_it_is_done(as_lan, lan):
    job = run_job_inline(asked(lan))

    answer = as_lan.post(f"/cong-viec/{job.pk}/huy/", follow=True)

    assert "Việc đã xong trước khi hủy." in text(answer)


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", ""), ("get", "tai-ve/"), ("post", "huy/"), ("post", "lam-lai/")],
)
def test_job_of_somebody_else_is_not_there(client, lan, nga, method, path):
    job = run_job_inline(asked(lan))
    client.force_login(nga)

    answer = getattr(client, method)(f"/cong-viec/{job.pk}/{path}")

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["huy/", "lam-lai/"])
def test_acts_ask_for_post(as_lan, lan, path):
    assert as_lan.get(f"/cong-viec/{asked(lan).pk}/{path}").status_code == 405


def test_download_of_a_job_without_file_is_not_there(as_lan, lan):
    assert as_lan.get(f"/cong-viec/{asked(lan).pk}/tai-ve/").status_code == 404


def test_download_of_a_file_that_is_gone_is_not_there(as_lan, lan):
    job = run_job_inline(asked(lan))
    job.result_file.storage.delete(job.result_file.name)

    assert as_lan.get(f"/cong-viec/{job.pk}/tai-ve/").status_code == 404


def test_stranger_is_sent_to_sign_in(client, lan):
    answer = client.get(f"/cong-viec/{asked(lan).pk}/")

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/dang-nhap/")
