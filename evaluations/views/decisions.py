"""Decisions: the list, one decision with its next act, drafting, and its PDF."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Act
from antq_portal.lib.asked import whole, wholes
from antq_portal.lib.text import slug
from jobs.selectors import JobCard, job_card
from units.coverage import Scheme
from units.selectors import Place, Powers, powers_of, refusal

from ..models import AppraisalSession, Decision
from ..selectors.decisions import (
    DecisionLine,
    decision_lines,
    decision_list,
    decision_years,
    done_before_by,
    notices_of,
    pdf_job,
    ready_evaluations,
    share_notice,
    status_counts,
    waiting_for,
)
from ..selectors.late_events import names_without_statement
from ..selectors.queue import paired
from ..selectors.sessions import names_of_authorities
from ..selectors.steps import decision_events
from ..services.decisions import draft_decision
from ..workflow import ARROWS, Action, DecisionStatus
from .after_decision import decision_flags, with_annul_urls
from .refusals import attempt
from .reporters import is_reporter

ROWS_A_PAGE = 25
ACTS = {
    "send": (Action.PROPOSE, Act.PREPARE_DECISION),
    "discard": (Action.DISCARD, Act.PREPARE_DECISION),
    "approve": (Action.APPROVE, Act.APPROVE),
    "send_back": (Action.SEND_BACK, Act.APPROVE),
    "issue": (Action.ISSUE, Act.ISSUE),
}
WAITS_FOR = {
    DecisionStatus.DRAFT: "Thường trực Ban Chỉ đạo trình ký",
    DecisionStatus.SENT: "người có thẩm quyền duyệt danh sách",
    DecisionStatus.APPROVED: "văn thư vào số, ban hành",
}


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    scheme = request.GET.get("che_do", "")
    scheme = scheme if scheme in Scheme.values else ""
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isdecimal() and len(asked) <= 4 else None
    status = request.GET.get("trang_thai", "")
    status = status if status in DecisionStatus.values else ""
    found = decision_list(request.user, status=status, scheme=scheme, year=year)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "names": names_of_authorities([one.authority_id for one in page]),
        "chips": _chips(request, status, status_counts(request.user, scheme=scheme, year=year)),
        "years": decision_years(request.user),
        "year": year,
        "status": status,
        "scheme": scheme,
        "schemes": Scheme.choices,
    }
    return render(request, "evaluations/decision_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: HttpRequest) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not asked.get("phien"):
        return _to_sessions(request)
    session, scheme = _session_of(request, asked.get("phien", "")), asked.get("che_do", "")
    if scheme not in Scheme.values:
        raise Http404("Không có chế độ này.")
    place = place_of(session.authority_id)
    powers_of(request.user).require(Act.PREPARE_DECISION, place)
    ready = ready_evaluations(request.user, session, scheme=scheme)
    ticked = set(wholes(asked.getlist("ho_so")))
    made: list[Decision] = []

    def act() -> None:
        chosen = [one for one in ready if one.pk in ticked]
        made.append(draft_decision(session, scheme=scheme, evaluations=chosen, by=request.user))

    if request.method == "POST" and attempt(request, act):
        messages.success(request, "Đã lập dự thảo. Xem lại danh sách rồi trình ký.")
        return redirect(made[0])
    context = {
        "session": session,
        "scheme": Scheme(scheme),
        "files": paired(ready),
        "ticked": ticked or {one.pk for one in ready},
        "met_count": sum(one.appraised_outcome == "met" for one in ready),
        "is_recognition": scheme == Scheme.RECOGNITION,
    }
    return render(request, "evaluations/decision_new.html", context)


def _to_sessions(request: HttpRequest) -> HttpResponse:
    """A decision is drafted over a session: lead there whoever drafts anywhere; 403 for others."""
    if not powers_of(request.user).authorities_for(Act.PREPARE_DECISION):
        raise PermissionDenied(refusal(Act.PREPARE_DECISION))
    messages.info(request, "Chọn phiên thẩm định, rồi lập dự thảo quyết định từ phiên đó.")
    return redirect("evaluations:sessions")


@require_safe
@never_cache
def decision_page(request: HttpRequest, pk: int) -> HttpResponse:
    decision = decision_of(request, pk)
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "evaluations/_decision_pdf.html", _pdf(request, decision))
    lines = with_annul_urls(decision_lines(decision, request.user), request.user)
    powers, place = powers_of(request.user), place_of(decision.authority_id)
    may = {name: may_do(decision, name, powers, place) for name in ACTS}
    is_recognition = decision.scheme == Scheme.RECOGNITION
    context = {
        "decision": decision,
        "authority": names_of_authorities([decision.authority_id])[decision.authority_id],
        "is_recognition": is_recognition,
        "groups": _groups(lines, is_recognition=is_recognition, is_notice=decision.is_notice),
        "flagged": [line for line in lines if line.flags],
        "notices": notices_of(lines),
        "annulled": [line for line in lines if line.annulment],
        "ground_flags": decision_flags(decision, lines),
        "share_notice": "" if is_recognition else share_notice(lines),
        "shown": len(lines),
        "total": decision.items.count(),
        "may": may,
        "may_preview": any(
            powers.may(act, place) for act in (Act.PREPARE_DECISION, Act.APPROVE, Act.ISSUE)
        ),
        "may_open_session": not is_reporter(powers),
        "silent": names_without_statement(decision) if may["send"] else [],
        "blocked": done_before_by(request.user, lines) if may["approve"] else [],
        "waits_for": ""
        if any(may.values())
        else WAITS_FOR.get(DecisionStatus(decision.status), ""),
        "waiting": waiting_for(powers, besides=decision),
        "events": decision_events(decision),
        **_pdf(request, decision),
    }
    return render(request, "evaluations/decision.html", context)


@require_safe
@never_cache
def decision_pdf(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    decision = decision_of(request, pk)
    if decision.status != DecisionStatus.ISSUED:
        raise Http404("Quyết định chưa ban hành.")
    stored = _stored(decision)
    if stored is None:
        context = {"decision": decision, **_pdf(request, decision)}
        return render(request, "evaluations/decision_pdf_waiting.html", context)
    name = f"{slug(decision.noun)}-{decision.number}-{decision.year}.pdf"
    return FileResponse(stored, as_attachment=True, filename=name, content_type="application/pdf")


def decision_of(request: HttpRequest, pk: int) -> Decision:
    """The decision the person may see, or 404."""
    visible = Decision.objects.visible_to(request.user).select_related(
        "authority", "session", "drafted_by", "approved_by", "issued_by"
    )
    return get_object_or_404(visible, pk=pk)


def place_of(authority_id: int) -> Place:
    """The place of an authority itself, where its own acts are done."""
    return Place.of(names_of_authorities([authority_id])[authority_id], authority_id=authority_id)


def may_do(decision: Decision, name: str, powers: Powers, place: Place) -> bool:
    """Whether the person does this act there, and the decision stands where it can be done."""
    action, act = ACTS[name]
    return (decision.procedure, decision.status, action) in ARROWS and powers.may(act, place)


def _session_of(request: HttpRequest, asked: str) -> AppraisalSession:
    visible = AppraisalSession.objects.visible_to(request.user).select_related("authority")
    return get_object_or_404(visible, pk=whole(asked) or 0)


def _groups(
    lines: list[DecisionLine], *, is_recognition: bool, is_notice: bool
) -> list[tuple[str, str, list[DecisionLine]]]:
    """The list in its parts, each with a heading and what becomes of it."""
    if not is_recognition:
        return [("Danh sách phân loại", "Cả bốn mức in trong phụ lục của quyết định.", lines)]
    if is_notice:
        text = "Có tên trong thông báo này; mỗi đơn vị nhận thêm Thông báo nêu rõ lý do."
        return [("Chưa đạt", text, lines)]
    met = [line for line in lines if line.is_met]
    not_met = [line for line in lines if not line.is_met]
    groups = [("Đạt tiêu chuẩn", "In trong quyết định; mỗi đơn vị nhận một Giấy công nhận.", met)]
    if not_met:
        text = "Không in trong quyết định; mỗi đơn vị nhận Thông báo kết quả xét duyệt kèm lý do."
        groups.append(("Chưa đạt", text, not_met))
    return groups


def _chips(request: HttpRequest, status: str, counts: dict[str, int]) -> list[dict[str, object]]:
    def chip(code: str, label: str, count: int) -> dict[str, object]:
        query = request.GET.copy()
        query.pop("page", None)
        query["trang_thai"] = code
        return {
            "label": label,
            "url": f"?{query.urlencode()}",
            "current": code == status,
            "count": count,
        }

    chips = [chip("", "Tất cả", sum(counts.values()))]
    return chips + [chip(one.value, one.label, counts.get(one.value, 0)) for one in DecisionStatus]


def _stored(decision: Decision) -> object | None:
    """The stored PDF, opened; None while there is none."""
    if not decision.pdf:
        return None
    try:
        return decision.pdf.open("rb")
    except FileNotFoundError:
        return None


def _pdf(request: HttpRequest, decision: Decision) -> dict[str, object]:
    """How the PDF of an issued decision stands: there, being made, or failed."""
    if decision.status != DecisionStatus.ISSUED:
        return {"decision": decision, "has_pdf": False, "job": None}
    has_pdf = bool(decision.pdf) and decision.pdf.storage.exists(decision.pdf.name)
    job = None if has_pdf else pdf_job(decision)
    return {"decision": decision, "has_pdf": has_pdf, "job": _card(job_card(job)) if job else None}


def _card(card: JobCard) -> JobCard:
    """A job as everybody sees it here: only who asked for it may open or cancel it."""
    return replace(card, page_url="", poll_url="", cancel_url="", retry_url="", file_url="")
