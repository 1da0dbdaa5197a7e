"""Long papers are printed by the worker."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from jobs.models import Job
from reports import views
from tests.reports.conftest import YEAR
from tests.workers import run_job_inline

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client, full_year, monkeypatch):
    monkeypatch.setattr(views, "LONGEST_PDF", 5)
    client.force_login(full_year.cast.hoa)

    def get(slug="danh-sach-don-vi"):
        address = reverse("reports:report", args=[slug])
        return client.get(address, query_params={"nam": YEAR, "dinh_dang": "pdf"})

    return get


def test_long_paper_is_asked_for_once_and_printed(ask, full_year):
    first, second = ask(), ask()

    job = run_job_inline(Job.objects.get())

    assert first["Location"] == second["Location"] == job.get_absolute_url()
    assert (job.state, job.result_name[:32]) == ("done", "danh-sach-don-vi-2026-xa-na-meo-")
    with job.result_file.open() as stored:
        words = PdfReader(io.BytesIO(stored.read())).pages[0].extract_text()
    assert "Bản Ché Lầu" in words


def test_short_paper_is_handed_out_at_once(ask):
    assert ask("ket-qua-nam")["Content-Type"] == "application/pdf"


def test_paper_is_not_printed_for_who_lost_sight(ask, full_year):
    ask()
    full_year.cast.hoa.assignments.all().delete()

    job = run_job_inline(Job.objects.get())

    assert job.state == "failed"
    assert job.error == "Bạn không còn được xem báo cáo của đơn vị này."
