"""Who holds which role where, for the administrator of a province."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from antq_portal.lib.asked import whole

from ..forms import AssignmentForm, EndingForm
from ..models import Assignment, UnitVersion
from ..selectors import administered_versions, assignable_units, labels
from ..services import assign_role, end_assignment

ROWS_A_PAGE: Final = 50
STATES: Final = (("", "Đang giữ"), ("da-ket-thuc", "Đã kết thúc"), ("tat-ca", "Tất cả"))


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    found = Assignment.objects.filter(unit__in=_scope(request).values("unit"))
    words, state = request.GET.get("q", "").strip(), request.GET.get("trang_thai", "")
    if words:
        found = found.filter(
            Q(user__full_name__icontains=words) | Q(user__username__icontains=words)
        )
    if state == "da-ket-thuc":
        found = found.filter(ends_on__lt=localdate())
    elif state != "tat-ca":
        found = found.filter(Q(ends_on=None) | Q(ends_on__gte=localdate()))
    ordered = found.select_related("user").order_by("user__username", "-starts_on", "pk")
    page = Paginator(ordered, ROWS_A_PAGE).get_page(request.GET.get("page"))
    units = UnitVersion.objects.in_force().filter(unit__in=[row.unit_id for row in page])
    context = {
        "page": page,
        "unit_labels": labels(units),
        "words": words,
        "state": state,
        "chips": [
            {"label": label, "url": f"?trang_thai={code}", "current": code == state}
            for code, label in STATES
        ],
        "today": localdate(),
    }
    return render(request, "units/assignment_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    scope = _scope(request)
    asked = request.POST.get("unit") or request.GET.get("don_vi", "")
    units = assignable_units(scope, also=whole(asked))
    initial = {"unit": asked, "username": request.GET.get("tai_khoan", "")}
    form = AssignmentForm(request.POST or None, units=units, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            assignment = _assign(request, form.cleaned_data)
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            messages.success(request, f"Đã giao vai trò cho {assignment.user}.")
            return redirect("units:people")
    status = 422 if form.errors else 200
    return render(request, "units/assignment_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = Assignment.objects.filter(unit__in=_scope(request).values("unit"))
    assignment = get_object_or_404(found.select_related("user", "unit"), pk=pk)
    form = EndingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            end_assignment(assignment, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            messages.success(request, f"Đã ghi ngày kết thúc vai trò của {assignment.user}.")
            return redirect("units:people")
    version = assignment.unit.versions.in_force().get()
    context = {
        "form": form,
        "assignment": assignment,
        "unit_label": labels([version])[version.unit_id],
    }
    status = 422 if form.errors else 200
    return render(request, "units/assignment_end.html", context, status=status)


def _scope(request: HttpRequest) -> Any:
    """The units the person administers; 403 for everybody who administers none."""
    scope = administered_versions(request.user)
    if scope is None:
        raise PermissionDenied("Trang này của quản trị tỉnh. Hãy liên hệ quản trị của tỉnh mình.")
    return scope


def _assign(request: HttpRequest, chosen: dict[str, Any]) -> Assignment:
    unit = get_object_or_404(_scope(request).select_related("unit"), unit=chosen["unit"]).unit
    return assign_role(
        chosen["username"],
        role=chosen["role"],
        unit=unit,
        starts_on=chosen["starts_on"],
        ends_on=chosen["ends_on"],
        kinds=chosen["kinds"],
        by=request.user,
    )
