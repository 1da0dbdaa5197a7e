"""Setting milestones, reminding units, extending one unit and taking that back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Act
from antq_portal.lib.asked import whole
from antq_portal.lib.dates import date_text
from antq_portal.lib.seen import FIELD
from units.models import GRASSROOTS_KINDS, Kind
from units.selectors import refusal

from ..forms.appraisal import ReasonForm
from ..forms.deadlines import ExtensionForm, MilestonesForm
from ..models import Extension, Milestones
from ..selectors.deadlines import Step, kind_days, own_days
from ..selectors.extensions import days_of_unit, extension_token, milestones_token
from ..services.deadlines import end_extension, grant_extension, nudge_units, set_milestones
from .areas import AreaPage
from .calendar import calendar_page, calendar_url
from .file_page import FilePage, file_page
from .refusals import attempt, confirmation, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def milestones(request: HttpRequest) -> HttpResponse:
    """The own days of one kind, or of all; what lies after the law's day is taken and said."""
    page = _page(request)
    kinds = _kinds(page)
    kind = request.GET.get("loai", "")
    if kind not in {code for code, _ in kinds}:
        raise Http404("Không có loại hình này trong danh sách.")
    rows = Milestones.objects.filter(authority=page.area.pk, year=page.year, unit_kind=kind)
    row = rows.select_related("set_by").first()
    form = MilestonesForm(request.POST or None, year=page.year, row=row)
    seen = request.POST.get(FIELD)

    def act() -> object:
        return set_milestones(
            page.area.unit,
            year=page.year,
            unit_kind=kind,
            days=form.days(),
            by=request.user,
            seen=seen,
        )

    if form.is_bound and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, f"Đã lưu mốc: {dict(kinds)[kind].lower()}.")
        for line in _after_the_law(page, kind):
            messages.warning(request, line)
        return redirect(calendar_url(page))
    context = {
        "form": form,
        "fields": [form[name] for name in form.fields],
        "row": row,
        "seen": milestones_token(row),
        "back_url": calendar_url(page),
        "title": f"Mốc của {page.area.spoken_name} năm {page.year}",
        "chips": _chips(page, kinds, kind),
        "kind_label": dict(kinds)[kind],
    }
    return render(request, "evaluations/milestones.html", context, status=status_of(form))


@require_POST
def nudge(request: HttpRequest) -> HttpResponse:
    page = _page(request)
    ids = [pk for pk in map(whole, request.POST.getlist("don_vi")) if pk is not None]
    if not ids:
        messages.warning(request, "Chọn ít nhất một đơn vị để nhắc.")
        return redirect(_back(request, page))
    results = nudge_units(page.area.unit, ids, year=page.year, by=request.user)
    done = [one.name for one in results if not one.refused]
    if done:
        messages.success(request, f"Đã nhắc {len(done)} đơn vị: {', '.join(done)}.")
    for one in results:
        if one.refused:
            messages.warning(request, f"{one.name}: {one.refused}; chưa nhắc.")
    return redirect(_back(request, page))


@require_http_methods(["GET", "HEAD", "POST"])
def extension_new(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = _file(request, year, unit_id)
    standing = Extension.objects.standing().filter(unit=unit_id, year=year).first()
    form = ExtensionForm(request.POST or None, year=year)
    seen = request.POST.get(FIELD)

    def act() -> object:
        return grant_extension(
            page.unit, year=year, until_on=form.cleaned_data["until_on"],
            reason=form.cleaned_data["reason"], by=request.user, seen=seen,
        )  # fmt: skip

    if form.is_bound and form.is_valid() and attempt(request, act, form=form):
        until = form.cleaned_data["until_on"]
        messages.success(request, f"Đã gia hạn cho đơn vị đến hết ngày {date_text(until)}.")
        days = days_of_unit(page.file.version, page.file.list_id or 0, year=year)
        if days and until > days.law_day:
            messages.warning(
                request,
                f"Ngày này sau hạn quyết định của văn bản ({date_text(days.law_day)}): "
                "quyết định ban hành sau hạn vẫn bị đánh dấu muộn.",
            )
        return redirect(page.url())
    context = {
        "form": form,
        "file": page.file,
        "standing": standing,
        "seen": extension_token(standing),
        "back_url": page.url(),
        "due": _due(page),
    }
    return render(request, "evaluations/extension.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def extension_end(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    page = _file(request, year, unit_id)
    standing = get_object_or_404(
        Extension.objects.visible_to(request.user).standing().select_related("unit"),
        unit=unit_id, year=year,
    )  # fmt: skip
    form = ReasonForm(request.POST or None)

    def act() -> object:
        return end_extension(standing, reason=form.cleaned_data["note"], by=request.user)

    if form.is_bound and form.is_valid() and attempt(request, act, form=form):
        messages.success(request, "Đã bỏ gia hạn; hạn chung lại áp dụng cho đơn vị.")
        return redirect(page.url())
    return confirmation(
        request,
        title=f"Bỏ gia hạn: {page.file.label}",
        text=f"Đơn vị đang được gia hạn đến hết ngày {date_text(standing.until_on)}. Bỏ rồi thì hạn "
        "chung lại áp dụng; hồ sơ đã nhập không mất gì.",
        submit="Bỏ gia hạn",
        back_url=page.url(),
        form=form,
    )


def _page(request: HttpRequest) -> AreaPage:
    page = calendar_page(request)
    if page is None or not page.area.may(Act.SET_DEADLINES):
        raise PermissionDenied(refusal(Act.SET_DEADLINES))
    return page


def _file(request: HttpRequest, year: int, unit_id: int) -> FilePage:
    page = file_page(request, unit_id, year)
    if not page.file.may(Act.SET_DEADLINES):
        raise PermissionDenied(refusal(Act.SET_DEADLINES))
    return page


def _kinds(page: AreaPage) -> list[tuple[str, str]]:
    """What milestones may be set for: all kinds below the commune together, then each kind with a season."""
    opened = {season.unit_kind for season in page.of_year}
    wanted = [*GRASSROOTS_KINDS]
    if page.area.unit.kind == Kind.PROVINCE:
        wanted.append(Kind.COMMUNE)
    every = ("", "Mọi loại hình dưới xã")
    return [every, *((str(kind), str(kind.label)) for kind in wanted if kind in opened)]


def _chips(page: AreaPage, kinds: list[tuple[str, str]], current: str) -> list[dict[str, object]]:
    return [
        {
            "label": label, "url": calendar_url(page, name="milestones", loai=code),
            "current": code == current, "count": None,
        }
        for code, label in kinds
    ]  # fmt: skip


def _after_the_law(page: AreaPage, kind: str) -> list[str]:
    """One line for each kind whose milestones now lie after the law's last day."""
    own = own_days(page.area.version, year=page.year)
    row = next((one for one in own.rows if one.unit_kind == kind), None)
    last = max(
        (row and [d for d in (row.meet_by, row.submit_by, row.appraise_by, row.propose_by) if d])
        or [None]
    )
    if last is None:
        return []
    found = kind_days(page.seasons, own, year=page.year)
    return [
        f"{days.label}: có mốc sau hạn quyết định của văn bản ({date_text(days.law_day)})."
        for code, days in found.items()
        if (code == kind or (kind == "" and code in GRASSROOTS_KINDS)) and last > days.law_day
    ]


def _due(page: FilePage) -> object:
    days = days_of_unit(page.file.version, page.file.list_id or 0, year=page.year)
    return days.due(Step.SUBMIT) if days else None


def _back(request: HttpRequest, page: AreaPage) -> str:
    """Where the list was, if that is an address of the portal; else the calendar."""
    asked = request.POST.get("ve", "")
    is_own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if asked and is_own else calendar_url(page)
