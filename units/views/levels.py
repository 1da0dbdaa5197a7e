"""Units that the districts left behind: say who manages them now, many at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import whole, wholes

from ..forms import LevelForm
from ..models import Kind, ManagingLevel, Unit, UnitVersion
from ..selectors import Place, acting_units, labels, powers_of, refusal, unmanaged_units
from ..services import settle_levels


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest) -> HttpResponse:
    places = Unit.objects.visible_to(request.user).filter(kind__in=(Kind.COMMUNE, Kind.PROVINCE))
    place = get_object_or_404(places, pk=whole(request.GET.get("thuoc", "")))
    version = get_object_or_404(place.versions.in_force().select_related("unit"))
    if not may_settle(request, version):
        raise PermissionDenied(refusal(Act.KEEP_UNITS))
    left = unmanaged_units(version, request.user)
    ticked = set(wholes(request.POST.getlist("don_vi")))
    form = LevelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        try:
            done = settle_levels(
                [one.unit for one in left if one.unit_id in ticked],
                level=chosen["managing_level"],
                valid_from=chosen["valid_from"],
                legal_act=chosen["legal_act"],
                by=request.user,
            )
        except ValidationError as refused:
            form.show_refusal(refused)
        else:
            messages.success(request, f"Đã xác định lại cấp quản lý của {len(done)} đơn vị.")
            return redirect(place)
    context = {
        "form": form, "version": version, "left": left, "unit_labels": labels(left), "ticked": ticked
    }  # fmt: skip
    return render(request, "units/settle_levels.html", context, status=422 if form.errors else 200)


def may_settle(request: HttpRequest, place: UnitVersion) -> bool:
    """Whether the person keeps units at the commune or at the province that the place is or lies in."""
    powers = powers_of(request.user)
    levels = (ManagingLevel.COMMUNE, ManagingLevel.PROVINCE)
    at = [acting_units([place], level).get(place.unit_id) for level in levels]
    spots = [Place(0, Kind.AGENCY, place.path, authority) for authority in at if authority]
    return any(powers.may(Act.KEEP_UNITS, spot) for spot in spots)
