"""The administrator's pages: seasons of a province, opened, dated, locked and opened again."""

from dataclasses import asdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Act
from antq_portal.lib.asked import whole
from criteria.models import CriteriaSet
from units.coverage import Scheme
from units.models import Kind, UnitVersion
from units.selectors import powers_of, refusal

from ..forms.appraisal import ReasonForm
from ..forms.seasons import OpenSeasonForm, SeasonDatesForm
from ..models import Season
from ..selectors.administration import (
    administered_provinces,
    offered_dates,
    season_slots,
    season_years,
    sets_to_open,
)
from ..selectors.mail_runs import digests_of, troubled
from ..services.seasons import DATES, change_season_dates, lock_season, open_season, unlock_season
from .refusals import attempt, confirmation, status_of

SEASON_YEARS = range(2000, 2101)


@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    provinces = provinces_of(request)
    context = {"provinces": provinces, "unsent": len(troubled(digests_of(provinces)))}
    return render(request, "evaluations/administration.html", context)


@require_safe
def seasons(request: HttpRequest) -> HttpResponse:
    provinces = provinces_of(request)
    province = chosen_province(request, provinces)
    years = season_years(province.unit_id)
    year = year_of(request)
    slots = season_slots(province.unit_id, year=year)
    context = {
        "province": province,
        "provinces": provinces,
        "year": year,
        "years": sorted({*years, year}, reverse=True),
        "slots": slots,
        "may_open_more": any(slot.may_open for slot in slots),
    }
    return render(request, "evaluations/season_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def season_open(request: HttpRequest) -> HttpResponse:
    province = chosen_province(request, provinces_of(request))
    year = year_of(request)
    kind, scheme = request.GET.get("loai", ""), request.GET.get("che_do", "")
    if kind not in Kind.values or scheme not in Scheme.values:
        raise Http404("Không có loại hình hoặc chế độ này.")
    sets = sets_to_open(province.unit_id, kind=kind, scheme=scheme, year=year)
    criteria_set = _set_of(request, sets)
    data = request.POST if request.method == "POST" else None
    offered = asdict(offered_dates(criteria_set, year))
    form = OpenSeasonForm(data, criteria_set=criteria_set, year=year, initial=offered)

    def act() -> object:
        return open_season(
            province=province.unit, scheme=scheme, unit_kind=kind, year=year,
            criteria_set=criteria_set, dates=form.dates(), by=request.user,
        )  # fmt: skip

    back = list_url(province, year)
    if data is not None and form.is_valid() and attempt(request, act, form=form):
        label = f"{Scheme(scheme).label} {year}, {Kind(kind).label.lower()}"
        messages.success(request, f"Đã mở kỳ: {label}.")
        return redirect(back)
    context = {
        "form": form,
        "province": province,
        "title": f"Mở kỳ {year}: {Kind(kind).label.lower()}",
        "scheme": Scheme(scheme),
        "criteria_set": criteria_set,
        "sets": sets,
        "back_url": back,
    }
    return render(request, "evaluations/season_open.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def season_dates(request: HttpRequest, pk: int) -> HttpResponse:
    season, province = _season(request, pk)
    data = request.POST if request.method == "POST" else None
    stored = {name: getattr(season, name) for name in DATES}
    form = SeasonDatesForm(data, scheme=season.scheme, year=season.year, initial=stored)

    def act() -> object:
        return change_season_dates(season, dates=form.dates(), by=request.user)

    back = list_url(province, season.year)
    if data is not None and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, f"Đã đổi ngày của kỳ: {season}.")
        return redirect(back)
    context = {"form": form, "title": f"Đổi ngày: {season}", "back_url": back, "season": season}
    return render(request, "evaluations/season_dates.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def season_lock(request: HttpRequest, pk: int) -> HttpResponse:
    season, province = _season(request, pk)
    back = list_url(province, season.year)
    if request.method == "POST":
        if attempt(request, lambda: lock_season(season, by=request.user)):
            messages.success(request, f"Đã khóa sổ: {season}.")
        return redirect(back)
    return confirmation(
        request,
        title=f"Khóa sổ kỳ: {season}",
        text="Từ lúc khóa, mọi việc trong kỳ (nhập, gửi, thẩm định, quyết định) của toàn tỉnh bị từ "
        "chối cho đến khi mở lại có lý do.",
        submit="Khóa sổ kỳ đánh giá",
        back_url=back,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def season_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    season, province = _season(request, pk)
    back = list_url(province, season.year)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        return unlock_season(season, reason=form.cleaned_data["note"], by=request.user)

    if request.method == "POST" and form.is_valid():
        if attempt(request, act, form=form):
            messages.success(request, f"Đã mở lại: {season}.")
        return redirect(back)
    return confirmation(
        request,
        title=f"Mở lại kỳ đã khóa sổ: {season}",
        text="Mọi việc trong kỳ lại làm được; lý do mở lại nằm trong nhật ký.",
        submit="Mở lại kỳ",
        back_url=back,
        form=form,
    )


def provinces_of(request: HttpRequest) -> list[UnitVersion]:
    """The provinces the person administers; refuses everybody else."""
    provinces = administered_provinces(powers_of(request.user))
    if not provinces:
        raise PermissionDenied(refusal(Act.ADMINISTER))
    return provinces


def chosen_province(request: HttpRequest, provinces: list[UnitVersion]) -> UnitVersion:
    asked = request.GET.get("tinh", "")
    if not asked:
        return provinces[0]
    chosen = [one for one in provinces if str(one.unit_id) == asked]
    if not chosen:
        raise Http404("Không có tỉnh này trong phạm vi quản trị của bạn.")
    return chosen[0]


def year_of(request: HttpRequest) -> int:
    """The year in the address, this year if there is none or no season can be of it."""
    asked = whole(request.GET.get("nam", ""))
    return asked if asked in SEASON_YEARS else localdate().year


def _set_of(request: HttpRequest, sets: list[CriteriaSet]) -> CriteriaSet:
    """The set asked for, else the one in force; 404 where none is published for that kind."""
    asked = request.GET.get("bo", "")
    chosen = [one for one in sets if str(one.pk) == asked] if asked else sets
    if not chosen:
        raise Http404("Chưa có bộ tiêu chí đã công bố cho loại hình và năm này.")
    return chosen[0]


def _season(request: HttpRequest, pk: int) -> tuple[Season, UnitVersion]:
    """A season the person sees and whose province the person administers: 404, 403."""
    season = get_object_or_404(Season.objects.visible_to(request.user), pk=pk)
    for province in administered_provinces(powers_of(request.user)):
        if province.unit_id == season.province_id:
            return season, province
    raise PermissionDenied(refusal(Act.ADMINISTER))


def list_url(province: UnitVersion, year: int) -> str:
    """The list of seasons of that province and year."""
    return f"{reverse('evaluations:seasons')}?tinh={province.unit_id}&nam={year}"
