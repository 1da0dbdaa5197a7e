"""Asking for papers, and keeping the one PDF of an issued decision."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from jobs.models import Job
from jobs.services import enqueue
from units.coverage import Scheme

from ..models import Decision, Evaluation
from ..selectors.printing import (
    file_to_complete,
    file_to_print,
    item_to_print,
    session_to_print,
)
from ..workflow import DecisionStatus, Status
from .decisions import ask_for_decision_pdf


def ask_for_dossier(unit_id: int, *, year: int, by: User) -> Job:
    """Ask for one unit's dossier as one PDF; return the job. Raises Evaluation.DoesNotExist."""
    file = file_to_print(unit_id, year=year, by=by)
    return _ask_for_file("evaluations.dossier", "In bộ hồ sơ", file, by=by)


def ask_for_supplement_request(unit_id: int, *, year: int, by: User) -> Job:
    """Ask for the request to complete one unit's file; return the job.

    Raises Evaluation.DoesNotExist, PermissionDenied.
    """
    file = file_to_complete(unit_id, year=year, by=by)
    return _ask_for_file("evaluations.supplement_request", "In phiếu bổ sung", file, by=by)


def ask_for_session_papers(session_id: int, *, by: User) -> Job:
    """Ask for minutes, submission and list of one session as one PDF; return the job.

    Raises AppraisalSession.DoesNotExist, PermissionDenied.
    """
    session = session_to_print(session_id, by=by)
    return enqueue(
        "evaluations.session_papers",
        title=f"In giấy tờ: {session}",
        arguments={"session": session.pk},
        by=by,
        province_id=session.province_id,
        deduplication_key=f"session-papers:{session.pk}:{by.pk}",
    )


def ask_for_certificate(decision_id: int, unit_id: int, *, by: User) -> Job:
    """Ask for the certificate of one unit; return the job. Raises DecisionItem.DoesNotExist."""
    return _ask_for_item("certificate", "In Giấy công nhận", decision_id, unit_id, by=by)


def ask_for_notice(decision_id: int, unit_id: int, *, by: User) -> Job:
    """Ask for the notice to a unit not recognised; return the job. Raises DecisionItem.DoesNotExist."""
    return _ask_for_item("notice", "In thông báo kết quả", decision_id, unit_id, by=by)


def ask_for_lost_pdf(decision_id: int, *, by: User) -> Job:
    """Ask again for the PDF of an issued decision whose first job failed; return the job.

    Raises Decision.DoesNotExist, TransitionRefused if the decision is not issued or has its PDF.
    """
    decision = Decision.objects.visible_to(by).get(pk=decision_id)
    if decision.status != DecisionStatus.ISSUED:
        raise TransitionRefused("Quyết định chưa ban hành nên chưa có bản PDF.")
    if decision.pdf and default_storage.exists(decision.pdf.name):
        raise TransitionRefused("Quyết định đã có bản PDF, không lập lại.", code="stale")
    return ask_for_decision_pdf(decision, by=by)


def store_decision_pdf(decision: Decision, content: bytes, *, fingerprint: str, by: User) -> bool:
    """Keep the PDF of an issued decision, once; say whether this call did it.

    A second call changes nothing. If the stored file was lost, the same bytes bring it back;
    other bytes raise TransitionRefused. The file is named after its content, so that a call that
    died half-way leaves nothing to clear up.
    """
    digest = hashlib.sha256(content).hexdigest()
    if decision.pdf_sha256:
        return _bring_back(decision, content, digest=digest)
    name = f"decisions/{decision.year}/{digest}.pdf"
    _keep(name, content)
    with transaction.atomic():
        open_row = Decision.objects.filter(
            pk=decision.pk, status=DecisionStatus.ISSUED, pdf="",
            snapshot_sha256=decision.snapshot_sha256,
        )  # fmt: skip
        is_first = open_row.update(pdf=name, pdf_sha256=digest, pdf_fingerprint=fingerprint) == 1
        if is_first:
            record_audit(
                "decision.pdf", by=by, subject=f"decision:{decision.pk}",
                summary=f"Lập PDF {decision.noun} {decision.full_number}",
                province_id=decision.province_id, unit_id=decision.authority_id,
                details={
                    "snapshot_sha256": decision.snapshot_sha256, "pdf_sha256": digest,
                    "fingerprint": fingerprint,
                },
            )  # fmt: skip
    return is_first


def _bring_back(decision: Decision, content: bytes, *, digest: str) -> bool:
    if default_storage.exists(decision.pdf.name):
        return False
    if digest != decision.pdf_sha256:
        raise TransitionRefused(
            "Tệp PDF đã mất và bộ dựng PDF nay khác trước nên không dựng lại đúng từng byte được; "
            "người quản trị khôi phục tệp từ bản sao lưu.",
            code="pdf_differs",
        )
    _keep(decision.pdf.name, content)
    return True


def _keep(name: str, content: bytes) -> None:
    """Store a file under exactly this name, in place of one that was cut short."""
    if default_storage.exists(name):
        with default_storage.open(name) as kept:
            if kept.read() == content:
                return
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))


def _ask_for_file(task: str, what: str, file: list[Evaluation], *, by: User) -> Job:
    first = file[0]
    year = first.season.year
    return enqueue(
        task,
        title=f"{what} {year}: {first.unit_version}",
        arguments={"unit": first.unit_id, "year": year},
        by=by,
        province_id=first.province_id,
        deduplication_key=f"{task}:{first.unit_id}:{year}:{by.pk}",
    )


def _ask_for_item(paper: str, what: str, decision_id: int, unit_id: int, *, by: User) -> Job:
    item = item_to_print(decision_id, unit_id, by=by)
    if item.decision.scheme != Scheme.RECOGNITION:
        raise TransitionRefused("Quyết định phân loại không có Giấy công nhận và thông báo.")
    if item.evaluation.status == Status.ANNULLED:
        raise TransitionRefused(
            f"{item.evaluation.unit_version}: kết quả đã hủy bỏ, không in giấy tờ theo kết quả đó nữa."
        )
    return enqueue(
        f"evaluations.{paper}",
        title=f"{what}: {item.evaluation.unit_version}",
        arguments={"decision": item.decision_id, "unit": item.evaluation.unit_id},
        by=by,
        province_id=item.decision.province_id,
        deduplication_key=f"{paper}:{item.pk}:{by.pk}",
    )
