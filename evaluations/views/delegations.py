"""The administrator's page of delegations: who decides for whom, from when, by which paper."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from antq_portal.lib.asked import whole
from criteria.models import Delegation
from units.models import Unit, UnitVersion
from units.selectors import labels

from ..forms.delegations import DelegationEndForm, DelegationForm
from ..selectors.delegations import delegable_units, delegation_lines, possible_delegates
from ..services.authorities import delegate_units, take_units_back
from .refusals import attempt, confirmation, status_of
from .seasons import chosen_province, provinces_of


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    provinces = provinces_of(request)
    province = chosen_province(request, provinces)
    context = {
        "province": province,
        "provinces": provinces,
        "lines": delegation_lines(request.user, province),
        "add_url": f"{reverse('evaluations:delegation_new')}?tinh={province.unit_id}",
    }
    return render(request, "evaluations/delegation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_new(request: HttpRequest) -> HttpResponse:
    """First who is delegated to, then what."""
    province = chosen_province(request, provinces_of(request))
    offered = possible_delegates(province)
    asked = request.GET.get("cap", "")
    back = f"{reverse('evaluations:delegations')}?tinh={province.unit_id}"
    if not asked:
        named = labels(offered)
        context = {
            "province": province,
            "choices": [(one.unit_id, named[one.unit_id]) for one in offered],
            "back_url": back,
        }
        return render(request, "evaluations/delegation_choice.html", context)
    delegate = _delegate(offered, asked)
    data = request.POST if request.method == "POST" else None
    form = DelegationForm(data, units=delegable_units(delegate))

    def act() -> object:
        given = form.cleaned_data
        unit = Unit(pk=given["unit"]) if given["unit"] else None
        return delegate_units(
            delegate.unit, kinds=given["kinds"], unit=unit, starts_on=given["starts_on"],
            ends_on=given["ends_on"], legal_act=given["legal_act"], by=request.user,
        )  # fmt: skip

    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, f"Đã ghi ủy quyền cho {delegate.spoken_name}.")
        return redirect(back)
    context = {"form": form, "delegate": delegate, "giver": _giver(delegate), "back_url": back}
    return render(request, "evaluations/delegation_form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    provinces = {province.unit_id for province in provinces_of(request)}
    visible = Delegation.objects.visible_to(request.user).filter(delegate__province__in=provinces)
    delegation = get_object_or_404(visible.select_related("delegate"), pk=pk)
    back = f"{reverse('evaluations:delegations')}?tinh={delegation.delegate.province_id}"
    form = DelegationEndForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        ends_on = form.cleaned_data["ends_on"]
        return take_units_back(delegation, ends_on=ends_on, by=request.user)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã ghi ngày kết thúc ủy quyền.")
        return redirect(back)
    name = UnitVersion.objects.in_force().get(unit=delegation.delegate_id).spoken_name
    return confirmation(
        request,
        title=f"Kết thúc ủy quyền cho {name}",
        text="Sau ngày này, cấp ủy quyền lại thẩm định, quyết định cho các đơn vị đó. Quyết định đã ban "
        "hành và danh sách đã chốt giữ nguyên; chuyển đơn vị giữa hai danh sách đã chốt thì ghi lý do.",
        submit="Kết thúc ủy quyền",
        back_url=back,
        form=form,
    )


def _delegate(offered: list[UnitVersion], asked: str) -> UnitVersion:
    found = next((one for one in offered if one.unit_id == whole(asked)), None)
    if found is None:
        raise Http404("Không có cấp này trong tỉnh.")
    return found


def _giver(delegate: UnitVersion) -> str:
    return UnitVersion.objects.in_force().get(unit=delegate.parent_id).name
