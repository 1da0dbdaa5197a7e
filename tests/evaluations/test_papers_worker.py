"""A worker killed in the middle of a decision's PDF: another makes it, once."""

import pytest

from accounts.models import AuditEvent
from evaluations.models import Decision
from evaluations.selectors.snapshots import snapshot_digest
from jobs.models import Job
from tests import story
from tests.cast import make_cast
from tests.workers import wait_until

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(180),
]
ROWS = 600


@pytest.fixture
def decision(transactional_db, private_valkey):
    """An issued decision whose list is so long that its PDF takes some seconds."""
    cast = make_cast()
    story.open_seasons(cast)
    issued = story.issued([cast.che_lau, cast.hiem], cast)
    issued.snapshot["document"]["content"]["items"] *= ROWS // 2
    issued.snapshot_sha256 = snapshot_digest(issued.snapshot)
    Decision.objects.filter(pk=issued.pk).update(
        snapshot=issued.snapshot, snapshot_sha256=issued.snapshot_sha256
    )
    return issued


def test_pdf_is_there_once_although_the_worker_was_killed_in_the_middle(
    decision, new_worker, settings
):
    job = Job.objects.get(task="evaluations.decision_pdf")

    def is_rendering():
        job.refresh_from_db()
        return job.progress_text == "đang dựng văn bản"

    first = new_worker()
    wait_until(is_rendering, 60)
    first.kill()
    job.refresh_from_db()
    decision.refresh_from_db()
    assert (job.state, decision.pdf.name) == ("running", "")

    new_worker()
    wait_until(lambda: Decision.objects.exclude(pdf="").exists(), 60)
    wait_until(lambda: Job.objects.filter(pk=job.pk, state="done").exists(), 10)

    decision.refresh_from_db()
    job.refresh_from_db()
    assert job.attempts == 2
    assert AuditEvent.objects.filter(act="decision.pdf").count() == 1
    files = [path for path in (settings.MEDIA_ROOT / "decisions").rglob("*") if path.is_file()]
    assert [path.name for path in files] == [f"{decision.pdf_sha256}.pdf"]
    with decision.pdf.open() as stored:
        assert stored.read(5) == b"%PDF-"
