from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from jobs.services import enqueue
from units.models import Kind, UnitVersion

from .base import BY_KIND, Parameters, Report, Table, build
from .definitions import REPORTS, SUMMARY, YEAR_RESULTS
from .forms import HTML, ReportForm
from .overview import Overview, overview_of, query_of
from .renderers import FILES, to_html
from .selectors.scopes import Scope, grouped, parameters_of, scope_of

BAD_REQUEST: Final = 400
PDF: Final = "pdf"
LONGEST_PDF: Final = 120
"""Rows of a paper that somebody waits for, about two seconds; a longer one is made by the worker."""
NO_ASSIGNMENT: Final = "Bạn chưa được phân công ở đơn vị nào nên chưa có báo cáo để xem."


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for: the form to show again, and the parameters unless something is wrong."""

    form: ReportForm
    params: Parameters | None

    @property
    def status(self) -> int:
        """400 when something is wrong, or a file is asked for and nobody knows of which unit."""
        is_unread = bool(self.form.errors)
        wants_file = self.form.cleaned_data.get("dinh_dang", HTML) != HTML
        return BAD_REQUEST if is_unread or (self.params is None and wants_file) else 200


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    context: dict[str, object] = {"form": asked.form, "params": asked.params}
    if asked.params:
        context["overview"] = _overview(request.user, asked.params)  # type: ignore[arg-type]
    return render(request, "reports/index.html", context, status=asked.status)


@require_safe
@never_cache
def report(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in REPORTS:
        raise Http404("Không có báo cáo này.")
    asked = _asked(request)
    context: dict[str, object] = {"form": asked.form, "report": REPORTS[slug]}
    params = _in_ways(REPORTS[slug], asked)
    if params is None:
        return render(request, "reports/report.html", context, status=asked.status)
    table = build(REPORTS[slug], user=request.user, params=params)  # type: ignore[arg-type]
    wanted = asked.form.cleaned_data["dinh_dang"]
    if wanted == PDF and len(table.body) > LONGEST_PDF:
        return _later(table, request.user)  # type: ignore[arg-type]
    if wanted != HTML:
        return _file(table, wanted)
    query = query_of(params)
    files = [
        {"label": file.label, "url": f"?{query}&dinh_dang={file.code}"} for file in FILES.values()
    ]
    context |= {"table": table, "html": to_html(table), "files": files, "query": query}
    return render(request, "reports/report.html", context)


def _asked(request: HttpRequest) -> Asked:
    """Read year, unit and format; raise Http404 for a unit the person may not ask for."""
    scope = scope_of(request.user)  # type: ignore[arg-type]
    if scope.is_empty:
        raise PermissionDenied(NO_ASSIGNMENT)
    form = ReportForm({"nam": str(localdate().year), **request.GET.dict()})
    is_valid = form.is_valid()
    version = _version(scope, form)
    form.offer_units(scope.choices(version, form.year), version.unit_id if version else None)
    if not is_valid or version is None:
        return Asked(form, None)
    return Asked(form, parameters_of(scope, version, form.year))


def _in_ways(report: Report, asked: Asked) -> Parameters | None:
    """The parameters with the ways to group and count, in a report that has them.

    Raises Http404 for a unit that has none below it.
    """
    if asked.params is None or not report.is_grouped:
        return asked.params
    if not asked.params.is_authority:
        raise Http404("Báo cáo này chỉ có cho tỉnh, huyện, xã.")
    ways = asked.form.cleaned_data
    params = grouped(asked.params, grouping=ways["theo"], counting=ways["cach_tinh"])
    asked.form.offer_ways(params)
    return params


def _overview(user: User, params: Parameters) -> Overview:
    """A commune's year by kind as it stands; of a province or district what is stored of all its communes."""
    if params.unit_kind not in (Kind.PROVINCE, Kind.DISTRICT):
        return overview_of(build(YEAR_RESULTS, user=user, params=params))
    table = build(SUMMARY, user=user, params=grouped(params, grouping=BY_KIND))
    return overview_of(table)


def _version(scope: Scope, form: ReportForm) -> UnitVersion | None:
    """The unit asked for, or the person's own one."""
    wanted = form.cleaned_data.get("don_vi")
    if wanted is None:
        return scope.own()
    version = scope.find(wanted)
    if version is None:
        raise Http404("Không có đơn vị này.")
    return version


def _file(table: Table, code: str) -> HttpResponse:
    file = FILES[code]
    response = HttpResponse(file.write(table), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{table.file_stem}.{code}"
    )
    return response


def _later(table: Table, user: User) -> HttpResponse:
    """Have the worker print a long report; asked for again, it is the same job."""
    params, slug = table.parameters, table.report.slug
    ways = {"grouping": params.grouping, "counting": params.counting}
    return redirect(
        enqueue(
            "reports.pdf",
            title=f"In {table.title}, {params.unit_name}",
            arguments={"slug": slug, "year": params.year, "unit": params.unit_id, **ways},
            by=user,
            province_id=params.province_id,
            deduplication_key=":".join(
                (
                    "reports.pdf",
                    str(user.pk),
                    slug,
                    str(params.year),
                    str(params.unit_id),
                    *ways.values(),
                )
            ),
        )
    )
