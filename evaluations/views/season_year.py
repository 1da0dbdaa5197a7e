"""Opening a whole year: every kind and both schemes on one page, with one submit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ..forms.season_year import year_form
from ..selectors.administration import season_offers, season_slots
from ..services.seasons import open_seasons
from .refusals import WRONG_INPUT, attempt
from .seasons import chosen_province, list_url, provinces_of, year_of


@require_http_methods(["GET", "HEAD", "POST"])
def season_open_all(request: HttpRequest) -> HttpResponse:
    """Offer the dates of the law for every season still to open; open the ticked ones together."""
    province = chosen_province(request, provinces_of(request))
    year = year_of(request)
    offers = season_offers(province.unit_id, year=year)
    form = year_form(offers, year=year, data=request.POST if request.method == "POST" else None)
    back = list_url(province, year)

    def act() -> None:
        opened, existing = open_seasons(
            province=province.unit, year=year, openings=form.openings(), by=request.user
        )
        if opened:
            messages.success(request, f"Đã mở {len(opened)} kỳ của năm {year}.")
        for season in existing:
            messages.info(request, f"Kỳ đã có sẵn, giữ nguyên: {season}.")

    if request.method == "POST" and form.is_valid() and attempt(request, act):
        return redirect(back)
    context = {
        "form": form,
        "province": province,
        "year": year,
        "back_url": back,
        "existing": [
            slot.season for slot in season_slots(province.unit_id, year=year) if slot.season
        ],
    }
    status = WRONG_INPUT if request.method == "POST" else 200
    return render(request, "evaluations/season_open_all.html", context, status=status)
