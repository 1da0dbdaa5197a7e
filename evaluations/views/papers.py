"""Asking for papers: each page puts a job into the queue and shows it; a draft is shown at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from antq_portal.lib.documents.pdf import render_pdf
from criteria.exceptions import TransitionRefused
from jobs.models import Job

from ..selectors.papers.decisions import decision_paper
from ..selectors.printing import decision_to_preview
from ..services.papers import (
    ask_for_certificate,
    ask_for_dossier,
    ask_for_lost_pdf,
    ask_for_notice,
    ask_for_session_papers,
    ask_for_supplement_request,
)
from ..workflow import DecisionStatus

View = Callable[..., HttpResponse]


def or_back(page: str, *names: str) -> Callable[[Callable[..., Any]], View]:
    """Answer with where the view leads; 404 for what is not seen, back to the page when refused.

    `names` are the parts of the address that the page takes.
    """

    def decorate(lead: Callable[..., Any]) -> View:
        @wraps(lead)
        def view(request: HttpRequest, **place: int) -> HttpResponse:
            try:
                found = lead(request, **place)
            except ObjectDoesNotExist:
                raise Http404 from None
            except TransitionRefused as refused:
                messages.error(request, str(refused))
                return redirect(f"evaluations:{page}", *(place[name] for name in names))
            return found if isinstance(found, HttpResponse) else redirect(found)

        return view

    return decorate


@require_POST
@or_back("file", "year", "unit_id")
def dossier(request: HttpRequest, year: int, unit_id: int) -> Job:
    return ask_for_dossier(unit_id, year=year, by=request.user)


@require_POST
@or_back("appraisal", "year", "unit_id")
def supplement_request(request: HttpRequest, year: int, unit_id: int) -> Job:
    return ask_for_supplement_request(unit_id, year=year, by=request.user)


@require_POST
@or_back("session", "pk")
def session_papers(request: HttpRequest, pk: int) -> Job:
    return ask_for_session_papers(pk, by=request.user)


@require_POST
@or_back("decision", "pk")
def certificate(request: HttpRequest, pk: int, unit_id: int) -> Job:
    return ask_for_certificate(pk, unit_id, by=request.user)


@require_POST
@or_back("decision", "pk")
def notice(request: HttpRequest, pk: int, unit_id: int) -> Job:
    return ask_for_notice(pk, unit_id, by=request.user)


@require_POST
@or_back("decision", "pk")
def decision_pdf_again(request: HttpRequest, pk: int) -> Job:
    return ask_for_lost_pdf(pk, by=request.user)


@require_safe
@never_cache
@or_back("decision", "pk")
def decision_preview(request: HttpRequest, pk: int) -> HttpResponse:
    decision = decision_to_preview(pk, by=request.user)
    if decision.status == DecisionStatus.ISSUED:
        return redirect(decision)
    content = render_pdf(decision_paper(decision))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="du-thao-quyet-dinh-{pk}.pdf"'
    return response
