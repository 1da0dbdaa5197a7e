"""A long task as its person sees it: signed in, watched, left, found again, downloaded."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from accounts.models import User
from jobs.leases import Lease
from jobs.models import Job
from tests.conftest import CHROMIUM_FLAGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
PASSWORD = "một câu dài dễ nhớ"


@pytest.fixture
def page(chromium_path, live_server, monkeypatch):
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        context = browser.new_context(base_url=live_server.url, locale="vi-VN")
        context.set_default_timeout(15_000)
        yield context.new_page()
        browser.close()
        # Inside the loop Django opened a connection that nobody closes outside of it.
        connections.close_all()


def test_progress_is_followed_to_the_file(page):
    lan = User.objects.create_user("lan", password=PASSWORD, full_name="Lò Thị Lan")
    job = Job.objects.create(task="reports.export", title="Xuất báo cáo", requested_by=lan)

    page.goto(f"/cong-viec/{job.pk}/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", name="Xuất báo cáo")).to_be_visible()
    expect(page.locator(".badge")).to_have_text("Đang chờ")

    lease = Lease.take(job.pk)
    lease.renew(progress_done=30, progress_total=40, progress_text="đang ghi dòng 30")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "75")
    expect(page.get_by_text("đang ghi dòng 30")).to_be_visible()

    page.goto("/cong-viec/")
    expect(page.get_by_role("navigation", name="Chính").locator(".count")).to_have_text("1")
    page.get_by_role("link", name="Xuất báo cáo").click()
    stored = default_storage.save("jobs/a.txt", ContentFile("kết quả".encode()))
    lease.finish(Job.State.DONE, result_file=stored, result_name="báo cáo.txt")
    link = page.get_by_role("link", name="Tải về: báo cáo.txt")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()

    assert download.value.suggested_filename == "báo cáo.txt"
    assert download.value.path().read_text() == "kết quả"


def test_waiting_job_is_cancelled_and_tried_again(page):
    lan = User.objects.create_user("lan", password=PASSWORD)
    job = Job.objects.create(task="reports.export", title="Xuất báo cáo", requested_by=lan)

    page.goto(f"/dang-nhap/?next=/cong-viec/{job.pk}/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hủy").click()
    expect(page.locator(".badge")).to_have_text("Đã hủy")
    page.get_by_role("button", name="Làm lại").click()

    expect(page.locator(".badge")).to_have_text("Đang chờ")
    assert Job.objects.get().state == "queued"
