"""Forms that keep the register: add, correct, revise, close, head-counts."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import whole

from ..forms import ActForm, ClosingForm, HeadCountsForm, NewUnitForm, RevisionForm, UnitForm
from ..models import GRASSROOTS_KINDS, Kind, ManagingLevel, Unit, UnitVersion
from ..selectors import Place, acting_units, keeping_place, powers_of
from ..services import (
    UnitFacts,
    close_unit,
    correct_unit,
    create_unit,
    revise_unit,
    update_head_counts,
)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("thuoc", "")
    communes = Unit.objects.visible_to(request.user).filter(kind=Kind.COMMUNE)
    commune = get_object_or_404(communes, pk=whole(typed))
    version = _version_of(commune)
    require_adding(request, version)
    form = NewUnitForm(request.POST or None)

    def add() -> UnitVersion:
        chosen = form.cleaned_data
        return create_unit(
            parent=commune,
            kind=form.kind,
            facts=form.facts(),
            valid_from=chosen["valid_from"],
            legal_act=chosen["legal_act"],
            by=request.user,
        )

    if added := _act(form, add):
        messages.success(request, f"Đã thêm {added.name}.")
        return redirect(added.unit)
    title = f"Thêm đơn vị thuộc {version.spoken_name}"
    return _page(request, form, version, title=title, submit="Thêm đơn vị")


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    version = _kept_version(request, pk)
    form = UnitForm(request.POST or None, kinds=[Kind(version.unit.kind)], initial=_facts(version))
    if corrected := _act(form, lambda: correct_unit(version, facts=form.facts(), by=request.user)):
        messages.success(request, f"Đã sửa {corrected.name}.")
        return redirect(version.unit)
    lede = "Sửa chỗ ghi sai. Nếu đơn vị thật sự đổi tên, đổi loại thì dùng “Ghi thay đổi”."
    return _page(request, form, version, title=f"Sửa {version.name}", lede=lede, submit="Lưu")


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    version = _kept_version(request, pk)
    kinds = [Kind(version.unit.kind)]
    form = RevisionForm(request.POST or None, kinds=kinds, initial=_facts(version))

    def change() -> UnitVersion:
        chosen = form.cleaned_data
        return revise_unit(
            version.unit,
            valid_from=chosen["valid_from"],
            facts=form.facts(),
            legal_act=chosen["legal_act"],
            by=request.user,
        )

    if changed := _act(form, change):
        messages.success(request, f"Đã ghi thay đổi của {changed.name}.")
        return redirect(version.unit)
    title, lede = f"Ghi thay đổi của {version.name}", "Hồ sơ các năm trước giữ tên và loại cũ."
    return _page(request, form, version, title=title, lede=lede, submit="Ghi thay đổi")


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    version = _kept_version(request, pk)
    form = ClosingForm(request.POST or None)
    if _act(form, lambda: close_unit(version.unit, by=request.user, **form.cleaned_data)):
        messages.success(request, f"Đã ghi {version.name} kết thúc.")
        return redirect(version.unit)
    title, lede = f"Kết thúc {version.name}", "Đơn vị vẫn hiện trong hồ sơ các năm trước."
    return _page(request, form, version, title=title, lede=lede, submit="Ghi kết thúc")


@require_http_methods(["GET", "HEAD", "POST"])
def head_counts(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version_of(_visible_unit(request, pk))
    powers_of(request.user).require(Act.KEEP_HEAD_COUNTS, keeping_place(version))
    form = HeadCountsForm(request.POST) if request.method == "POST" else HeadCountsForm.of(version)
    unit = version.unit
    if _act(form, lambda: update_head_counts(unit, counts=form.counts(), by=request.user)):
        messages.success(request, "Đã lưu số liệu và đầu mối liên hệ.")
        return redirect(unit)
    title = f"Số liệu, đầu mối liên hệ của {version.spoken_name}"
    return _page(request, form, version, title=title, submit="Lưu số liệu")


def _act(form: ActForm, act: Callable[[], Any]) -> Any:
    """What the act returns once the form is valid; nothing when either says no."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except PermissionDenied as denied:
        # Whoever opened the page may keep units here: what is not theirs is the level they chose.
        form.show_denial(str(denied))
        return None
    except ValidationError as refused:
        form.show_refusal(refused)
        return None


def _page(request: HttpRequest, form: ActForm, version: UnitVersion, **words: str) -> HttpResponse:
    context = {"form": form, "version": version, "unit": version.unit, **words}
    status = 403 if form.is_denied else 422 if form.errors else 200
    return render(request, "units/unit_form.html", context, status=status)


def _visible_unit(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)


def _version_of(unit: Unit) -> UnitVersion:
    return get_object_or_404(unit.versions.in_force().select_related("unit"))


def _kept_version(request: HttpRequest, pk: int) -> UnitVersion:
    """The unit's version in force, for somebody who keeps the register where it lies."""
    units = Unit.objects.visible_to(request.user).filter(kind__in=GRASSROOTS_KINDS)
    version = _version_of(get_object_or_404(units, pk=pk))
    powers_of(request.user).require(Act.KEEP_UNITS, keeping_place(version))
    return version


def require_adding(request: HttpRequest, commune: UnitVersion) -> None:
    """Raise PermissionDenied unless the person may add some unit there, of whatever manager."""
    powers = powers_of(request.user)
    levels = (ManagingLevel.COMMUNE, ManagingLevel.PROVINCE)
    places = [
        Place(0, Kind.AGENCY, commune.path, acting_units([commune], level).get(commune.unit_id))
        for level in levels
    ]
    if not any(powers.may(Act.KEEP_UNITS, place) for place in places):
        powers.require(Act.KEEP_UNITS, places[0])


def _facts(version: UnitVersion) -> dict[str, str]:
    facts = UnitFacts.of(version)
    return {name: getattr(facts, name) for name in UnitForm.base_fields}
