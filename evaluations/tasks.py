"""Papers made into PDF by the worker, for the person who asked and no further than that person sees."""

from collections.abc import Callable, Sequence

from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.urls import reverse

from accounts.models import User
from antq_portal.lib.documents import Paper
from antq_portal.lib.documents.fingerprint import renderer_fingerprint
from antq_portal.lib.documents.pdf import render_pdf
from antq_portal.lib.text import slug
from antq_portal.lib.workbooks import WorkbookRefused
from criteria.exceptions import TransitionRefused
from jobs.exceptions import JobFailed
from jobs.registry import JobContext, task
from units.selectors import powers_of

from .models import Decision, DecisionItem, WorkbookUpload
from .selectors.authorities import reads_sensitive
from .selectors.papers.dossier import dossier_papers
from .selectors.papers.replies import certificate, notice, supplement_request
from .selectors.papers.session import session_papers
from .selectors.printing import (
    file_to_complete,
    file_to_print,
    item_to_print,
    session_to_print,
)
from .selectors.snapshots import sealed_paper
from .services.authorities import follow_the_calendar
from .services.papers import store_decision_pdf
from .services.reminders import send_reminders
from .services.visits import forget_old_visits
from .services.workbooks import forget_expired_workbooks
from .workbooks.work import area_for_entry, plan_of, workbook_of, write_upload
from .workbooks.writing import Choice
from .workflow import DecisionStatus

OUT_OF_SIGHT = "Không tìm thấy, hoặc bạn không còn được xem giấy tờ này."
PLAIN = (TransitionRefused,)


@task("evaluations.decision_pdf", plain_errors=PLAIN)
def decision_pdf(context: JobContext) -> None:
    """Render the sealed content of an issued decision and keep the PDF, once.

    Never reads live data. A decision that has its PDF is left as it is. The decision stands
    whether or not this succeeds.
    """
    user = _person(context)
    issued = Decision.objects.visible_to(user).filter(status=DecisionStatus.ISSUED)
    decision = issued.filter(pk=context.arguments["decision"]).first()
    if decision is None:
        raise JobFailed(OUT_OF_SIGHT)
    context.link(decision.get_absolute_url())
    if decision.pdf and decision.pdf.storage.exists(decision.pdf.name):
        return
    context.progress(0, 2, "đang dựng văn bản")
    content = _rendered(decision)
    context.progress(1, 2, "đang lưu bản PDF")
    store_decision_pdf(decision, content, fingerprint=renderer_fingerprint(), by=user)
    context.progress(2, 2, "đã lưu bản PDF")


def _rendered(decision: Decision) -> bytes:
    try:
        return render_pdf(sealed_paper(decision))
    except ValueError as unreadable:
        raise JobFailed(
            f"{unreadable} Quyết định đã ban hành vẫn có hiệu lực; báo người quản trị."
        ) from unreadable


@task("evaluations.dossier", plain_errors=PLAIN)
def dossier(context: JobContext) -> None:
    """One unit's dossier: registration, report, score sheet, minutes and proposal in one PDF."""
    user, unit, year = _person(context), context.arguments["unit"], context.arguments["year"]
    try:
        file = file_to_print(unit, year=year, by=user)
    except ObjectDoesNotExist:
        raise JobFailed(OUT_OF_SIGHT) from None
    counts = reads_sensitive(powers_of(user), file[0])
    papers = dossier_papers(file, with_sensitive_counts=counts)
    _print(context, f"ho so {year} {file[0].unit_version}", papers)


@task("evaluations.session_papers", plain_errors=PLAIN)
def papers_of_session(context: JobContext) -> None:
    """Minutes, submission and list of one appraisal session in one PDF."""
    try:
        session = session_to_print(context.arguments["session"], by=_person(context))
    except ObjectDoesNotExist:
        raise JobFailed(OUT_OF_SIGHT) from None
    _print(context, f"phien tham dinh {session.held_on:%Y %m %d}", session_papers(session))


@task("evaluations.certificate", plain_errors=PLAIN)
def print_certificate(context: JobContext) -> None:
    """Giấy công nhận of one unit of an issued decision."""
    _print_of_item(context, "giay cong nhan", certificate)


@task("evaluations.notice", plain_errors=PLAIN)
def print_notice(context: JobContext) -> None:
    """Thông báo kết quả xét duyệt to one unit that is not yet recognised."""
    _print_of_item(context, "thong bao", notice)


@task("evaluations.supplement_request", plain_errors=PLAIN)
def print_supplement_request(context: JobContext) -> None:
    """Phiếu yêu cầu bổ sung hồ sơ to one unit."""
    unit, year = context.arguments["unit"], context.arguments["year"]
    try:
        file = file_to_complete(unit, year=year, by=_person(context))
    except ObjectDoesNotExist:
        raise JobFailed(OUT_OF_SIGHT) from None
    name = f"phieu bo sung {year} {file[0].unit_version}"
    _print(context, name, [supplement_request(file)])


def _print_of_item(context: JobContext, what: str, build: Callable[[DecisionItem], Paper]) -> None:
    decision, unit = context.arguments["decision"], context.arguments["unit"]
    try:
        item = item_to_print(decision, unit, by=_person(context))
    except ObjectDoesNotExist:
        raise JobFailed(OUT_OF_SIGHT) from None
    try:
        paper = build(item)
    except ValueError as unreadable:
        raise JobFailed(str(unreadable)) from unreadable
    _print(context, f"{what} {item.decision.year} {item.evaluation.unit_version}", [paper])


def _print(context: JobContext, name: str, papers: Sequence[Paper]) -> None:
    """Lay the papers out one by one, saying how far it is, and keep the PDF as the result."""
    context.progress(0, len(papers), "đang dựng văn bản")
    content = render_pdf(
        papers, lambda done, total: context.progress(done, total, f"đã dựng {done}/{total} văn bản")
    )
    context.result(f"{slug(name)}.pdf", content)


def _person(context: JobContext) -> User:
    if context.user is None:
        raise JobFailed("Việc này cần biết ai yêu cầu.")
    return context.user


@task("evaluations.workbook", plain_errors=PLAIN)
def workbook(context: JobContext) -> None:
    """The workbook of a large area's year, to fill in."""
    user, year = _person(context), context.arguments["year"]
    context.progress(0, 1, "đang lập tệp Excel")
    try:
        area = area_for_entry(user, context.arguments["area"])
    except (ObjectDoesNotExist, PermissionDenied):
        raise JobFailed(OUT_OF_SIGHT) from None
    context.result(*workbook_of(user, area, year))
    context.progress(1, 1, "đã lập tệp")


@task("evaluations.workbook_write", plain_errors=(*PLAIN, WorkbookRefused))
def workbook_write(context: JobContext) -> None:
    """Write a checked workbook with many changes, unit by unit; a second run finds nothing left to do."""
    user = _person(context)
    upload = WorkbookUpload.objects.visible_to(user).filter(pk=context.arguments["upload"]).first()
    if upload is None:
        raise JobFailed(OUT_OF_SIGHT)
    context.link(reverse("evaluations:workbook_check", args=[upload.year, upload.pk]))
    choices = {key: Choice(*one) for key, one in context.arguments["choices"].items()}
    try:
        plan = plan_of(upload, by=user)
    except (ObjectDoesNotExist, PermissionDenied):
        raise JobFailed(OUT_OF_SIGHT) from None
    write_upload(
        upload, plan, choices, by=user,
        on_unit=lambda done, total, name: context.progress(done, total, f"đang ghi {name}"),
    )  # fmt: skip


@shared_task(name="evaluations.follow_the_calendar")
def follow_the_calendar_task() -> None:
    """Move files and open lists to who holds them from today; beat calls it after midnight."""
    follow_the_calendar()


@shared_task(name="evaluations.forget_old_visits")
def forget_old_visits_task() -> None:
    """Forget who looked at files of bygone years; beat calls it once a night."""
    forget_old_visits()


@shared_task(name="evaluations.send_reminders")
def send_reminders_task() -> None:
    """Send today's reminder mails that have not left; beat calls it every half hour of a working day."""
    send_reminders()


@shared_task(name="evaluations.forget_workbooks")
def forget_workbooks_task() -> None:
    """Wipe uploaded workbooks that are older than a day; beat calls it at night."""
    forget_expired_workbooks()
