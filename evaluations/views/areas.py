"""What every page of a season shares: whose units, which year, and the way between its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.asked import whole
from units.models import Kind, Unit
from units.selectors import powers_of, refusal

from ..models import Season
from ..selectors.areas import Area, area_of, areas_below, search_areas, seasons_of

PAGES = (
    ("sheet", "Bảng hồ sơ"),
    ("roster", "Danh sách thuộc diện"),
    ("registration_grid", "Đăng ký"),
    ("criterion_grid", "Nhập theo tiêu chí"),
    ("shared_papers", "Tài liệu chung"),
)


@dataclass(frozen=True, slots=True)
class AreaPage:
    """One request about one area's year."""

    request: HttpRequest
    area: Area
    year: int
    seasons: Sequence[Season]
    is_asked: bool

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @property
    def of_year(self) -> list[Season]:
        return [season for season in self.seasons if season.year == self.year]

    def season(self, scheme: str, kind: str = Kind.RESIDENTIAL_AREA) -> Season | None:
        """The year's season of one scheme for one kind of unit, if it was opened."""
        return next((s for s in self.of_year if (s.scheme, s.unit_kind) == (scheme, kind)), None)

    def url(self, name: str, *args: object, **query: object) -> str:
        """The address of a page of this season, for the same area."""
        asked = {"xa": self.area.pk} if self.is_asked else {}
        given = {key: value for key, value in query.items() if value not in ("", None)}
        together = urlencode({**asked, **given}, doseq=True)
        path = reverse(f"evaluations:{name}", args=[self.year, *args])
        return f"{path}?{together}" if together else path

    def require(self, act: Act) -> None:
        """Raise PermissionDenied with the reason unless the person does this act for the area."""
        if not self.area.may(act):
            raise PermissionDenied(refusal(act))

    @property
    def offers_places(self) -> bool:
        """Whether one may go on to a commune from here; not from a list that shows only the own file."""
        return not self.area.is_commune and not self.area.governed

    def context(self, current: str) -> dict[str, object]:
        """What the frame of a season page reads: area, year, tabs between pages, years."""
        return {
            "area": self.area,
            "year": self.year,
            "year_text": str(self.year),
            "area_id": self.area.pk if self.is_asked else "",
            "tabs": [
                {"label": label, "url": self.url(name), "current": name == current}
                for name, label in PAGES
            ],
            "years": self._years(current),
            "trail": self._trail(),
            "places": _choices(self.area, self.year) if self.offers_places else [],
        }

    def _trail(self) -> list[dict[str, str]]:
        trail = [{"label": "Việc của tôi", "url": reverse("evaluations:home")}]
        if self.is_asked and self.area.is_commune:
            elsewhere = reverse("evaluations:sheet", args=[self.year])
            trail.append({"label": "Chọn nơi khác", "url": elsewhere})
        return trail

    def _years(self, current: str) -> list[dict[str, object]]:
        years = sorted({season.year for season in self.seasons} | {self.year}, reverse=True)
        if len(years) < 2:
            return []
        query = f"?xa={self.area.pk}" if self.is_asked else ""
        return [
            {
                "label": year,
                "url": reverse(f"evaluations:{current}", args=[year]) + query,
                "current": year == self.year,
                "count": None,
            }
            for year in years
        ]


def area_page(request: HttpRequest, year: int) -> AreaPage | None:
    """The area a request is about: `?xa=`, else the person's own; None when one must be chosen.

    Raises Http404 for a place the person does not see.
    """
    asked = request.GET.get("xa") or request.POST.get("xa") or ""
    unit_id = whole(asked)
    if asked and unit_id is None:
        raise Http404("Không có đơn vị này.")
    try:
        area = area_of(powers_of(request.user), asked=unit_id)  # type: ignore[arg-type]
    except Unit.DoesNotExist as unseen:
        raise Http404(str(unseen)) from None
    if area is None:
        return None
    return AreaPage(request, area, year, seasons_of(area), bool(asked))


def choose_area(request: HttpRequest) -> HttpResponse:
    """Ask somebody who belongs nowhere in particular which place to look at."""
    if not request.user.is_superuser:
        raise PermissionDenied(
            "Tài khoản chưa được phân công ở đơn vị nào; đề nghị quản trị tỉnh phân công."
        )
    words = request.GET.get("tim", "").strip()
    found = search_areas(words) if words else []
    return render(request, "evaluations/area_choice.html", {"words": words, "found": found})


def _choices(area: Area, year: int) -> list[tuple[int, str]]:
    return [(version.unit_id, version.name) for version in areas_below(area, year)]
