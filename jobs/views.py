from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .models import Job
from .selectors import job_card
from .services import request_cancel, retry

ROWS_A_PAGE = 25


@require_safe
@never_cache
def job_list(request: HttpRequest) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user)
    page = Paginator(jobs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "cards": [(job, job_card(job)) for job in page]}
    return render(request, "jobs/job_list.html", context)


@require_safe
@never_cache
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job_of(request, pk)
    is_polled = request.htmx and not request.htmx.history_restore_request
    template = "components/_job.html" if is_polled else "jobs/job_detail.html"
    context = {"job": job_card(job), "record": job}
    return render(request, template, context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = request_cancel(_job_of(request, pk), by=request.user)
    if job.state == Job.State.DONE:
        messages.info(request, "Việc đã xong trước khi hủy.")
    return redirect(job)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(retry(_job_of(request, pk), by=request.user))


@require_safe
@never_cache
def download(request: HttpRequest, pk: int) -> FileResponse:
    job = _job_of(request, pk)
    if not job.result_file:
        raise Http404("Việc này không có tệp kết quả.")
    try:
        content = job.result_file.open("rb")
    except FileNotFoundError:
        raise Http404("Tệp kết quả không còn trong kho.") from None
    return FileResponse(content, as_attachment=True, filename=job.result_name)


def _job_of(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
