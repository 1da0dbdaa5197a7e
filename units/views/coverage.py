"""Which sub-kinds take part in a province where the law leaves it open."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.roles import Act

from ..forms import CoverageForm
from ..models import UnitVersion
from ..selectors import administered_provinces, coverage_history, coverage_lines, refusal
from ..services import choose_coverage


@require_http_methods(["GET", "HEAD", "POST"])
def coverage(request: HttpRequest) -> HttpResponse:
    provinces = administered_provinces(request.user)
    if not provinces:
        raise PermissionDenied(refusal(Act.ADMINISTER))
    province = _chosen(request, provinces)
    form = CoverageForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            choose_coverage(province=province.unit, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            messages.success(request, "Đã ghi lựa chọn của tỉnh.")
            return redirect(f"{reverse('units:coverage')}?tinh={province.unit_id}")
    context = {
        "form": form,
        "province": province,
        "provinces": provinces,
        "lines": coverage_lines(province.unit_id, day=localdate()),
        "history": coverage_history(province.unit_id),
        "today": localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "units/coverage.html", context, status=status)


def _chosen(request: HttpRequest, provinces: list[UnitVersion]) -> UnitVersion:
    asked = request.GET.get("tinh", "")
    chosen = [one for one in provinces if str(one.unit_id) == asked] if asked else provinces
    if not chosen:
        raise Http404("Không có tỉnh này trong phạm vi quản trị của bạn.")
    return chosen[0]
