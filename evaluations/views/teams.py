"""The register of security teams: formed, changed, rated for a year in one table."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import whole
from units.models import Kind, Unit
from units.selectors import powers_of, refusal

from ..forms.teams import RatingRow, TeamForm, rating_row, read_ratings
from ..models import SecurityTeam
from ..models.teams import window_text
from ..selectors.areas import Area, area_of, areas_below
from ..selectors.incidents import book_years
from ..selectors.teams import areas_of, team_lines
from ..services.teams import rate_teams, save_team
from .areas import choose_area
from .refusals import WRONG_INPUT, attempt, spoken, status_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
FIRST_YEAR = 2000


@GET_OR_POST
def teams(request: HttpRequest) -> HttpResponse:
    area, year = _area(request), _year(request)
    if area is None:
        return choose_area(request)
    may_keep = area.is_commune and area.may(Act.KEEP_BOOK)
    lines = team_lines(request.user, area, year) if area.is_commune else []  # type: ignore[arg-type]
    rows = [rating_row(line.team, line.rating, year, line.areas) for line in lines]
    status = 200
    if request.method == "POST":
        if not may_keep:
            raise PermissionDenied(refusal(Act.KEEP_BOOK))
        if _rate(request, area, year, rows):
            return redirect(_address(area, year))
        status = WRONG_INPUT
    context = {
        "area": area, "year": year, "window": window_text(year), "rows": rows, "may_keep": may_keep,
        "years": book_years(area.unit), "new_url": _address(area, year, "team_new"),
        "form_url": _address(area, year),
        "places": [] if area.is_commune else _communes(area, year),
    }  # fmt: skip
    return render(request, "evaluations/team_list.html", context, status=status)


@GET_OR_POST
def team_new(request: HttpRequest) -> HttpResponse:
    area = _area(request)
    if area is None or not area.is_commune:
        raise Http404("Chọn xã trước.")
    return _form_page(request, area, None)


@GET_OR_POST
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = SecurityTeam.objects.visible_to(request.user)  # type: ignore[arg-type]
    team = get_object_or_404(rows, pk=pk)
    area = area_of(powers_of(request.user), asked=team.commune_id)  # type: ignore[arg-type]
    if area is None:
        raise Http404("Không có tổ này.")
    return _form_page(request, area, team)


def _form_page(request: HttpRequest, area: Area, team: SecurityTeam | None) -> HttpResponse:
    if not area.may(Act.KEEP_BOOK):
        raise PermissionDenied(refusal(Act.KEEP_BOOK))
    data = request.POST if request.method == "POST" else None
    form = TeamForm(data, areas=areas_of(area.version), initial=_shown(team))

    def save() -> None:
        save_team(area.unit, form.details(), by=request.user, team=team)  # type: ignore[arg-type]

    if data is not None and form.is_valid() and attempt(request, save, form=form):
        messages.success(request, f"Đã lưu {form.cleaned_data['name']}.")
        return redirect(_address(area, _year(request)))
    context = {
        "form": form, "title": f"Sửa {team.name}" if team else "Thêm tổ bảo vệ an ninh, trật tự",
        "submit": "Lưu", "back_url": _address(area, _year(request)),
        "lede": f"{area.name}. Không ghi tên thành viên.",
    }  # fmt: skip
    return render(request, "evaluations/register_form.html", context, status=status_of(form))


def _communes(area: Area, year: int) -> list[tuple[int, str]]:
    """The communes whose teams may be looked at from above, in Vietnamese order."""
    below = areas_below(area, year).filter(unit__kind=Kind.COMMUNE)
    return [(one.unit_id, one.name) for one in below]


def _rate(request: HttpRequest, area: Area, year: int, rows: list[RatingRow]) -> bool:
    """Save the posted table; what is wrong goes beside the inputs, or on top of the page."""
    typed = read_ratings(rows, request.POST)
    if any(row.errors for row in rows):
        return False
    try:
        changed = rate_teams(area.unit, year=year, typed=typed, by=request.user)  # type: ignore[arg-type]
    except ValidationError as invalid:
        by_prefix = {row.prefix: row for row in rows}
        for key, found in invalid.message_dict.items():
            prefix, _, name = key.partition("-")
            by_prefix[prefix].errors[name] = found[0]
        messages.error(request, "; ".join(spoken(invalid)))
        return False
    messages.success(request, f"Đã lưu xếp loại năm {year}: {len(changed)} tổ.")
    return True


def _shown(team: SecurityTeam | None) -> dict[str, object]:
    if team is None:
        return {}
    served = team.served.filter(to_on=None).values_list("area", flat=True)
    return {
        "name": team.name, "formed_on": team.formed_on, "ended_on": team.ended_on,
        "areas": list(served),
    }  # fmt: skip


def _area(request: HttpRequest) -> Area | None:
    asked = request.GET.get("xa", "")
    unit_id = whole(asked)
    if asked and unit_id is None:
        raise Http404("Không có đơn vị này.")
    try:
        return area_of(powers_of(request.user), asked=unit_id)  # type: ignore[arg-type]
    except Unit.DoesNotExist as unseen:
        raise Http404(str(unseen)) from None


def _year(request: HttpRequest) -> int:
    year = whole(request.GET.get("nam", "")) or localdate().year
    if not FIRST_YEAR <= year <= localdate().year + 1:
        raise Http404("Không có năm này.")
    return year


def _address(area: Area, year: int, name: str = "teams") -> str:
    return f"{reverse(f'evaluations:{name}')}?xa={area.pk}&nam={year}"
