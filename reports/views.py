from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate, localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from units.models import GRASSROOTS_KINDS, UnitVersion

from .base import Parameters, Table, build
from .definitions import REPORTS, YEAR_RESULTS
from .forms import HTML, ReportForm
from .overview import overview_of, query_of
from .renderers import FILES, to_html
from .selectors.scopes import Scope, name_in, scope_of

BAD_REQUEST: Final = 400
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
        table = build(YEAR_RESULTS, user=request.user, params=asked.params)  # type: ignore[arg-type]
        context["overview"] = overview_of(table)
    return render(request, "reports/index.html", context, status=asked.status)


@require_safe
@never_cache
def report(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in REPORTS:
        raise Http404("Không có báo cáo này.")
    asked = _asked(request)
    context: dict[str, object] = {"form": asked.form, "report": REPORTS[slug]}
    if asked.params is None:
        return render(request, "reports/report.html", context, status=asked.status)
    table = build(REPORTS[slug], user=request.user, params=asked.params)  # type: ignore[arg-type]
    wanted = asked.form.cleaned_data["dinh_dang"]
    if wanted != HTML:
        return _file(table, wanted)
    query = query_of(asked.params)
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
    return Asked(form, _parameters(scope, version, form.year))


def _version(scope: Scope, form: ReportForm) -> UnitVersion | None:
    """The unit asked for, or the person's own one."""
    wanted = form.cleaned_data.get("don_vi")
    if wanted is None:
        return scope.own()
    version = scope.find(wanted)
    if version is None:
        raise Http404("Không có đơn vị này.")
    return version


def _parameters(scope: Scope, version: UnitVersion, year: int) -> Parameters:
    return Parameters(
        year=year,
        unit_id=version.unit_id,
        province_id=version.unit.province_id or version.unit_id,
        unit_name=name_in(version, year),
        is_authority=version.unit.kind not in GRASSROOTS_KINDS,
        kinds=scope.kinds(version),
        computed_at=localtime(),
    )


def _file(table: Table, code: str) -> HttpResponse:
    file = FILES[code]
    response = HttpResponse(file.write(table), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{table.file_stem}.{code}"
    )
    return response
