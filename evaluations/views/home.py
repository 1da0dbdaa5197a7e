import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accounts.roles import Act, Role
from units.coverage import Scheme
from units.models import Kind, UnitVersion

from ..selectors.areas import current_year
from ..selectors.deadlines import DeadlineLine, deadline_lines, own_days
from ..selectors.own_files import own_standing
from ..selectors.share_flags import flags_for
from ..selectors.standings import STAGES, Standing, stage_counts, standings
from ..selectors.work import Appraising, appraising, decisions_waiting, news
from ..workflow import DecisionStatus, Status
from .areas import AreaPage, area_page
from .reporters import is_reporter, reported_units, reporter_links, reporter_tasks
from .sheet import follow_register
from .urgent import urgent_tasks

NEWS_WITHOUT_VISIT: Final = dt.timedelta(days=7)
VISIT_KEPT_SECONDS: Final = 90 * 24 * 3600
SEEN_SINCE: Final = "seen_since"
OWN_FILE_WORDS: Final = {
    "not_started": "Bắt đầu tự đánh giá",
    Status.DRAFT: "Soạn nốt hồ sơ",
    Status.RETURNED: "Bổ sung hồ sơ bị trả lại",
}

Task = dict[str, object]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    page = area_page(request, 0)
    if page is None:
        context = {"tasks": _national_tasks(request)}
        return render(request, "evaluations/home.html", context)
    page = AreaPage(request, page.area, current_year(page.seasons), page.seasons, page.is_asked)
    follow_register(page)
    units = standings(page.user, page.area, year=page.year, seasons=page.seasons)
    counts = stage_counts(units)
    since = _last_visit(request)
    own = reported_units(page.area.powers) if is_reporter(page.area.powers) else []
    context = {
        "area": page.area,
        "year": page.year,
        "name": ", ".join(one.name for one in own) or page.area.name,
        "urgent": urgent_tasks(page),
        "tasks": reporter_tasks(page, units, own) if own else _tasks(page, counts),
        "steps": [] if own else _steps(page, counts),
        "not_considered": counts["khong-xet"],
        "deadlines": _deadlines(page, units, own),
        "news": news(page.user, page.area, since=since, only=[one.unit_id for one in own]),
        "since": since,
        "links": reporter_links(page, own) if own else _links(page),
    }
    response = render(request, "evaluations/home.html", context)
    response.set_cookie(
        _visit_cookie(request), timezone.now().isoformat(timespec="seconds"),
        max_age=VISIT_KEPT_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure(),
    )  # fmt: skip
    return response


def _tasks(page: AreaPage, counts: Counter[str]) -> list[Task]:
    decisions = decisions_waiting(page.area.powers)
    found = [
        *_approver_tasks(decisions),
        *_flag_tasks(page),
        *_appraiser_tasks(page, counts, appraising(page.area.powers, year=page.year)),
        *_officer_tasks(page, counts),
        *_own_file_tasks(page),
        *_administrator_tasks(page),
    ]
    return [task for task in found if task["count"]]


def _approver_tasks(decisions: Counter[str]) -> list[Task]:
    url = _address("decisions")
    return [
        _task("Duyệt danh sách", decisions[DecisionStatus.SENT],
              f"{url}?trang_thai={DecisionStatus.SENT}",
              "Quyết định đã trình ký, đang chờ người có thẩm quyền."),
        _task("Vào số, ban hành", decisions[DecisionStatus.APPROVED],
              f"{url}?trang_thai={DecisionStatus.APPROVED}",
              "Danh sách đã duyệt, chờ số và ngày."),
    ]  # fmt: skip


def _flag_tasks(page: AreaPage) -> list[Task]:
    """Communes whose units were annulled after their decision: a person looks, nothing changes by itself."""
    return [
        _task(
            f"Xem lại tiêu chí 5.4: {flag.name}", len(flag.annulled),
            reverse("evaluations:file", args=[flag.year, flag.unit_id]), flag.text,
        )
        for flag in flags_for(page.area.powers)
    ]  # fmt: skip


def _appraiser_tasks(
    page: AreaPage, counts: Counter[str], waiting: Appraising | None
) -> list[Task]:
    if waiting is None:
        return []
    queue = _address("queue")
    return [
        _task("Tiếp nhận đăng ký", counts["cho-tiep-nhan"], page.url("registration_grid"),
              "Đơn vị đã gửi đăng ký."),
        _task("Nhận thẩm định", waiting.submitted, queue, "Hồ sơ đã gửi, chưa ai nhận."),
        _task("Thẩm định tiếp", waiting.in_review, queue, "Hồ sơ đang thẩm định dở."),
        _task("Đưa vào dự thảo quyết định", waiting.undecided, _address("sessions"),
              "Hồ sơ đã thẩm định, chưa có trong quyết định nào."),
    ]  # fmt: skip


def _officer_tasks(page: AreaPage, counts: Counter[str]) -> list[Task]:
    if not page.area.may(Act.ANSWER):
        return []
    return [
        _task("Bổ sung hồ sơ bị trả lại", counts["tra-lai"], page.url("sheet", buoc="tra-lai"),
              "Thường trực Ban Chỉ đạo đang chờ; lý do ghi ở đầu mỗi hồ sơ."),
        _task("Đăng ký", counts["chua-dang-ky"], page.url("registration_grid"),
              "Chưa đăng ký thì chưa được xét công nhận (Điều 4 khoản 1)."),
        _task("Soạn nốt rồi gửi thẩm định", counts["dang-soan"], page.url("sheet", buoc="dang-soan"),
              "Hồ sơ đang soạn dở."),
        _task("Bắt đầu tự đánh giá", counts["chua-soan"], page.url("criterion_grid"),
              "Nhập theo tiêu chí, nhiều đơn vị một lúc."),
    ]  # fmt: skip


def _own_file_tasks(page: AreaPage) -> list[Task]:
    """What waits on the file of the commune (district) itself: its officer enters, its standing body sends."""
    area = page.area
    own = own_standing(area, year=page.year, seasons=page.seasons)
    if own is None or not own.is_considered:
        return []
    address = reverse("evaluations:file", args=[page.year, area.pk])
    name, hint = area.spoken_name, "Hồ sơ của chính đơn vị, cấp trên thẩm định, quyết định."
    enters, sends = (
        area.powers.may(act, area.place(area.unit.kind, area.pk))
        for act in (Act.ANSWER, Act.SUBMIT_COMMUNE)
    )
    tasks = []
    has_registration = any(
        one.scheme == Scheme.RECOGNITION and one.unit_kind == area.unit.kind for one in page.of_year
    )
    if enters and has_registration and not own.is_registered:
        tasks.append(_task(f"Đăng ký của {name}", 1, f"{address}?tab=dang-ky", hint))
    if enters and own.file_status in OWN_FILE_WORDS:
        tasks.append(_task(f"{OWN_FILE_WORDS[own.file_status]} của {name}", 1, address, hint))
    if sends and own.file_status in (Status.DRAFT, Status.RETURNED):
        tasks.append(_task(f"Rà soát, gửi thẩm định hồ sơ của {name}", 1, address, hint))
    return tasks


def _administrator_tasks(page: AreaPage) -> list[Task]:
    if not page.area.powers.holds(Role.ADMINISTRATOR, page.area.pk):
        return []
    late = [season for season in page.of_year if season.is_past_due and not season.is_locked]
    return [
        _task("Khóa sổ kỳ đã quá hạn quyết định", len(late), _address("seasons"),
              "Chỉ khóa khi mọi quyết định đã ban hành."),
    ]  # fmt: skip


def _national_tasks(request: HttpRequest) -> list[Task]:
    if not request.user.is_superuser:
        return []
    return [_task("Xem một tỉnh, một xã", None, reverse("evaluations:sheet_now"), "Chọn nơi xem.")]


def _task(label: str, count: int | None, url: str, hint: str) -> Task:
    return {"label": label, "count": count, "url": url, "hint": hint}


def _steps(page: AreaPage, counts: Counter[str]) -> list[dict[str, object]]:
    return [
        {
            "label": stage.label,
            "count": counts[stage.code],
            "tone": stage.tone,
            "url": page.url("sheet", buoc=stage.code),
        }
        for stage in STAGES
        if stage.is_step and counts[stage.code]
    ]


def _links(page: AreaPage) -> list[dict[str, str]]:
    links = [
        {"label": f"Bảng hồ sơ năm {page.year}", "url": page.url("sheet")},
        {"label": "Danh sách thuộc diện", "url": page.url("roster")},
    ]
    if page.area.unit.kind in (Kind.COMMUNE, Kind.DISTRICT):
        own = reverse("evaluations:file", args=[page.year, page.area.pk])
        links.append({"label": f"Hồ sơ của {page.area.spoken_name}", "url": own})
    if page.area.powers.holds(Role.ADMINISTRATOR, page.area.pk) and _address("seasons"):
        links.append({"label": "Kỳ đánh giá", "url": _address("seasons")})
    return links


def _deadlines(
    page: AreaPage, units: Sequence[Standing], own: Sequence[UnitVersion]
) -> list[DeadlineLine]:
    """The open seasons' last days for the kinds that are here: the own units', or those listed."""
    kinds = {one.unit.kind for one in own} or {unit.kind for unit in units}
    if page.area.is_commune and not own:
        kinds.add(page.area.unit.kind)
    own_milestones = own_days(page.area.version, year=page.year)
    open_seasons = [one for one in page.of_year if not one.is_locked]
    return deadline_lines(open_seasons, kinds=kinds, own=own_milestones)


def _last_visit(request: HttpRequest) -> dt.datetime:
    """When this person last saw the page before this sign-in; a week ago if that is not known."""
    kept = request.session.get(SEEN_SINCE)
    if kept is None:
        kept = request.COOKIES.get(_visit_cookie(request), "")
        request.session[SEEN_SINCE] = kept
    try:
        seen = parse_datetime(kept)
    except ValueError:
        seen = None
    if seen is None or timezone.is_naive(seen):
        return timezone.now() - NEWS_WITHOUT_VISIT
    return seen


def _visit_cookie(request: HttpRequest) -> str:
    return f"visit_{request.user.pk}"


def _address(name: str) -> str:
    try:
        return reverse(f"evaluations:{name}")
    except NoReverseMatch:
        return ""
