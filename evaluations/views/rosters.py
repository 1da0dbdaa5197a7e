from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Act
from criteria.selectors import units_under
from units.models import Unit, UnitVersion
from units.selectors import keeping_place, powers_of
from units.services import UnitFacts, correct_unit

from ..forms.rosters import (
    CONSIDER,
    REMOVE,
    NotConsideredForm,
    RosterAddForm,
    RosterReasonForm,
    SettlingForm,
    settling_choices,
)
from ..models import Roster, RosterEntry
from ..selectors.areas import listing_day
from ..selectors.rosters import (
    counts_by_kind,
    roster_of,
    roster_rows,
    undecided_units,
    unlisted_units,
)
from ..services.rosters import (
    add_after_freezing,
    add_left_out,
    freeze_roster,
    prepare_roster,
    remove_after_freezing,
    set_not_considered,
)
from .areas import AreaPage, area_page, choose_area
from .refusals import attempt, confirmation

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def roster(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    found = _followed(page)
    rows = roster_rows(page.user, found) if found else []
    undecided = _undecided(page, found)
    open_kinds = {one["version"].unit.kind for one in undecided}
    context = {
        **page.context("roster"),
        "roster": found,
        "rows": rows,
        "counts": _counts(rows),
        "kinds": [one for one in counts_by_kind(rows) if one[1] or one[0] not in open_kinds],
        "undecided": undecided,
        "unlisted": _unlisted(page, found),
        "may_freeze": page.area.may(Act.FREEZE_ROSTER),
        "freeze_url": page.url("roster_freeze"),
        "add_url": page.url("roster_add"),
        "add_joint": "&" if page.is_asked else "?",
    }
    return render(request, "evaluations/roster.html", context)


@GET_OR_POST
def freeze(request: HttpRequest, year: int) -> HttpResponse:
    page = _page_that_may_freeze(request, year)
    found = _roster_or_404(page)
    if request.method == "POST":
        if attempt(request, lambda: freeze_roster(found, by=page.user)):
            messages.success(request, f"Đã chốt danh sách năm {year}.")
        return redirect(page.url("roster"))
    names = [str(row.unit_version) for row in roster_rows(page.user, found)]
    return confirmation(
        request,
        title=f"Chốt danh sách đơn vị thuộc diện năm {year}",
        text=(
            f"Danh sách {len(names)} đơn vị thành mẫu số của mọi tỷ lệ trong năm; "
            "từ nay thêm, bớt phải ghi lý do và văn bản làm căn cứ."
        ),
        submit="Chốt danh sách",
        back_url=page.url("roster"),
        items=names,
        items_label="Đơn vị trong danh sách",
    )


@GET_OR_POST
def entry(request: HttpRequest, year: int, entry_id: int) -> HttpResponse:
    """Leave one unit out this year, take it back in, or take it off a frozen list."""
    page = _page_that_may_freeze(request, year)
    row = get_object_or_404(
        RosterEntry.objects.visible_to(page.user).select_related("unit_version", "roster"),
        pk=entry_id, roster__year=year, roster__authority=page.area.pk,
    )  # fmt: skip
    act = request.GET.get("viec", "")
    if act == REMOVE and row.roster.is_frozen:
        return _remove(page, row)
    if act == CONSIDER and row.not_considered_reason:
        return _consider(page, row)
    return _leave_out(page, row)


@GET_OR_POST
def add(request: HttpRequest, year: int) -> HttpResponse:
    page = _page_that_may_freeze(request, year)
    found = _roster_or_404(page)
    listed = set(found.entries.filter(removed_at=None).values_list("unit", flat=True))
    managed = units_under(page.area.unit, listing_day(year))
    addable = [one for one in managed if one.unit_id not in listed]
    asked = {"unit": request.GET.get("don_vi"), "is_left_out": "moi" in request.GET}
    form = RosterAddForm(request.POST or None, addable=addable, initial=asked)

    def put() -> None:
        unit = Unit.objects.visible_to(page.user).get(pk=form.cleaned_data["unit"])
        add_it = add_left_out if form.cleaned_data["is_left_out"] else add_after_freezing
        add_it(found, unit, reason=form.cleaned_data["reason"], by=page.user)

    if request.method == "POST" and form.is_valid() and attempt(request, put, form=form):
        return redirect(page.url("roster"))
    return confirmation(
        request, title="Thêm đơn vị vào danh sách đã chốt", submit="Thêm vào danh sách",
        text="Đơn vị được tính vào mẫu số của năm; lý do hiện cho cấp tỉnh.",
        back_url=page.url("roster"), form=form,
    )  # fmt: skip


@require_POST
def settle(request: HttpRequest, year: int, unit_id: int) -> HttpResponse:
    """Write the fact that decides whether a unit is covered: the size of an enterprise, the sort of a unit."""
    page = area_page(request, year)
    if page is None:
        raise Http404("Chọn nơi xem trước.")
    undecided = {one.unit_id: one for one in undecided_units(page.area.unit, year=page.year)}
    version = undecided.get(unit_id)
    if version is None or not _is_seen(page, version.unit_id):
        raise Http404("Không có đơn vị chưa xác định này.")
    powers_of(page.user).require(Act.KEEP_UNITS, keeping_place(version))
    form = SettlingForm(request.POST, version=version)

    def write() -> None:
        facts = replace(UnitFacts.of(version), **{form.name: form.cleaned_data["value"]})
        correct_unit(version, facts=facts, by=page.user)

    if not form.is_valid():
        messages.error(request, f"{version.name}: chọn một mục trong danh sách.")
    elif attempt(request, write):
        messages.success(request, f"Đã ghi cho {version.name}.")
    return redirect(page.url("roster"))


def _undecided(page: AreaPage, found: Roster | None) -> list[dict[str, Any]]:
    """Units to settle before the list is frozen, each with what may be chosen."""
    if found is None or found.is_frozen:
        return []
    powers = powers_of(page.user)
    return [
        {
            "version": version,
            "choices": settling_choices(version),
            "url": page.url("roster_settle", version.unit_id),
            "may_settle": powers.may(Act.KEEP_UNITS, keeping_place(version)),
        }
        for version in undecided_units(page.area.unit, year=page.year)
        if _is_seen(page, version.unit_id)
    ]


def _unlisted(page: AreaPage, found: Roster | None) -> list[UnitVersion]:
    """Units in sight that a frozen list does not hold."""
    units = unlisted_units(found) if found and found.is_frozen else []
    if not units or page.area.is_seen_whole:
        return units
    ids = [version.unit_id for version in units]
    seen = set(Unit.objects.visible_to(page.user).filter(pk__in=ids).values_list("pk", flat=True))
    return [version for version in units if version.unit_id in seen]


def _is_seen(page: AreaPage, unit_id: int) -> bool:
    is_whole = page.area.is_seen_whole
    return is_whole or Unit.objects.visible_to(page.user).filter(pk=unit_id).exists()


def _leave_out(page: AreaPage, row: RosterEntry) -> HttpResponse:
    request = page.request
    form = NotConsideredForm(request.POST or None)

    def leave() -> None:
        given = form.cleaned_data
        set_not_considered(row, reason=given["reason"], note=given["note"], by=page.user)

    if request.method == "POST" and form.is_valid() and attempt(request, leave, form=form):
        return redirect(page.url("roster"))
    return confirmation(
        request, title=f"Không xét năm nay: {row.unit_version}", submit="Không xét năm nay",
        text="Đơn vị vẫn ở trong danh sách nhưng không tính vào tỷ lệ nào, và được nêu trong báo cáo.",
        back_url=page.url("roster"), form=form,
    )  # fmt: skip


def _consider(page: AreaPage, row: RosterEntry) -> HttpResponse:
    request = page.request
    form = RosterReasonForm(request.POST or None) if row.roster.is_frozen else None

    def consider() -> None:
        note = form.cleaned_data["reason"] if form else ""
        set_not_considered(row, reason="", note=note, by=page.user)

    is_ready = form is None or form.is_valid()
    if request.method == "POST" and is_ready and attempt(request, consider, form=form):
        return redirect(page.url("roster"))
    return confirmation(
        request, title=f"Xét lại: {row.unit_version}", submit="Xét lại năm nay",
        text="Đơn vị lại được tính vào mẫu số của năm.", back_url=page.url("roster"), form=form,
    )  # fmt: skip


def _remove(page: AreaPage, row: RosterEntry) -> HttpResponse:
    request = page.request
    form = RosterReasonForm(request.POST or None)

    def remove() -> None:
        remove_after_freezing(row, reason=form.cleaned_data["reason"], by=page.user)

    if request.method == "POST" and form.is_valid() and attempt(request, remove, form=form):
        return redirect(page.url("roster"))
    return confirmation(
        request, title=f"Đưa ra khỏi danh sách: {row.unit_version}", submit="Đưa ra khỏi danh sách",
        text="Đơn vị không còn trong mẫu số của năm; dòng vẫn còn, có ghi lý do.",
        back_url=page.url("roster"), form=form, danger=True,
    )  # fmt: skip


def _page_that_may_freeze(request: HttpRequest, year: int) -> AreaPage:
    page = area_page(request, year)
    if page is None:
        raise Http404("Chọn nơi xem trước.")
    page.require(Act.FREEZE_ROSTER)
    return page


def _followed(page: AreaPage) -> Roster | None:
    """The list, brought up to date with the register by whoever works with it while it is open."""
    found = roster_of(page.area, page.year)
    keeps = page.area.may(Act.ANSWER) or page.area.may(Act.FREEZE_ROSTER)
    if keeps and page.of_year and (found is None or not found.is_frozen):
        prepare_roster(page.area.unit, year=page.year)
        found = roster_of(page.area, page.year)
    return found


def _roster_or_404(page: AreaPage) -> Roster:
    found = roster_of(page.area, page.year)
    if found is None:
        raise Http404("Chưa có danh sách năm này.")
    return found


def _counts(rows: list[RosterEntry]) -> dict[str, int]:
    listed = [row for row in rows if row.removed_at is None]
    left_out = [row for row in listed if row.not_considered_reason]
    voluntary = [row for row in listed if row.coverage == "voluntary"]
    return {
        "listed": len(listed),
        "left_out": len(left_out),
        "voluntary": len(voluntary),
        "counted": len([row for row in listed if row not in left_out and row not in voluntary]),
    }
