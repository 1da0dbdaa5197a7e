"""Appraisal sessions: who met when, over which units, with which papers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Act
from antq_portal.lib.asked import whole, wholes
from units.models import Unit
from units.selectors import Place, powers_of

from ..forms.sessions import NewSessionForm, SessionDetailsForm, shown
from ..models import AppraisalSession
from ..selectors.queue import paired, years_waiting
from ..selectors.sessions import (
    addable_files,
    evaluations_to_put,
    names_of_authorities,
    session_evaluations,
    session_list,
    session_parts,
)
from ..services.sessions import (
    change_session,
    open_session,
    put_on_session,
    take_off_session,
)
from ..workflow import DecisionStatus
from .queue import appraising
from .refusals import attempt, status_of

ROWS_A_PAGE = 25


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    powers = powers_of(request.user)
    page = Paginator(session_list(request.user), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "names": names_of_authorities([one.authority_id for one in page]),
        "may_open": bool(powers.authorities_for(Act.APPRAISE)),
    }
    return render(request, "evaluations/session_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest) -> HttpResponse:
    powers = powers_of(request.user)
    ids = appraising(powers)
    authorities = list(names_of_authorities(ids).values())
    years = years_waiting(ids) or [localdate().year]
    data = request.POST if request.method == "POST" else None
    form = NewSessionForm(data, authorities=authorities, years=years)
    opened: list[AppraisalSession] = []

    def act() -> None:
        authority = Unit.objects.get(pk=form.cleaned_data["authority"])
        year = form.cleaned_data["year"]
        opened.append(open_session(authority, year=year, details=form.details(), by=request.user))

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã lập phiên. Chọn các đơn vị được thẩm định tại phiên này.")
        return redirect(opened[0])
    context = {"form": form, "title": "Lập phiên thẩm định", "submit": "Lập phiên"}
    context["back_url"] = reverse("evaluations:sessions")
    return render(request, "evaluations/session_form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session_of(request, pk)
    _require(request, session)
    data = request.POST if request.method == "POST" else None
    form = SessionDetailsForm(data, initial=shown(session))

    def act() -> object:
        return change_session(session, details=form.details(), by=request.user)

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã lưu phiên thẩm định.")
        return redirect(session)
    context = {"form": form, "title": f"Sửa {session}", "submit": "Lưu"}
    context["back_url"] = session.get_absolute_url()
    return render(request, "evaluations/session_form.html", context, status=status_of(form))


@require_safe
def session_page(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session_of(request, pk)
    may_appraise = _may(request, session)
    evaluations = session_evaluations(session)
    parts = session_parts(session, evaluations)
    statuses = {decision.status for part in parts for decision in part.decisions}
    is_closed = DecisionStatus.ISSUED in statuses
    context = {
        "session": session,
        "authority": names_of_authorities([session.authority_id])[session.authority_id],
        "files": paired(evaluations),
        "parts": parts,
        "may_change": may_appraise and not is_closed,
        "may_draft": may_appraise,
        "addable": addable_files(request.user, session) if may_appraise and not is_closed else [],
        "papers_url": _papers_url(session) if may_appraise else "",
    }
    return render(request, "evaluations/session.html", context)


@require_POST
def session_units(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session_of(request, pk)
    _require(request, session)
    ids = wholes(request.POST.getlist("don_vi"))
    evaluations = evaluations_to_put(request.user, session, ids)
    if not evaluations:
        messages.error(request, "Chọn ít nhất một đơn vị để đưa vào phiên.")
        return redirect(session)
    if attempt(request, lambda: put_on_session(session, evaluations, by=request.user)):
        count = len({one.unit_id for one in evaluations})
        messages.success(request, f"Đã đưa {count} đơn vị vào phiên.")
    return redirect(session)


@require_POST
def session_drop(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session_of(request, pk)
    _require(request, session)
    unit_id = whole(request.POST.get("don_vi", ""))
    evaluations = session.evaluations.filter(unit=unit_id or 0)
    if attempt(request, lambda: take_off_session(session, evaluations, by=request.user)):
        messages.success(request, "Đã bỏ đơn vị khỏi phiên.")
    return redirect(session)


def _session_of(request: HttpRequest, pk: int) -> AppraisalSession:
    visible = AppraisalSession.objects.visible_to(request.user).select_related("authority")
    return get_object_or_404(visible, pk=pk)


def _place(session: AppraisalSession) -> Place:
    version = names_of_authorities([session.authority_id])[session.authority_id]
    return Place.of(version, authority_id=session.authority_id)


def _may(request: HttpRequest, session: AppraisalSession) -> bool:
    return powers_of(request.user).may(Act.APPRAISE, _place(session))


def _require(request: HttpRequest, session: AppraisalSession) -> None:
    powers_of(request.user).require(Act.APPRAISE, _place(session))


def _papers_url(session: AppraisalSession) -> str:
    try:
        return reverse("evaluations:session_papers", args=[session.pk])
    except NoReverseMatch:
        return ""
