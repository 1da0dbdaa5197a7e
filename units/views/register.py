"""The register: looking for a unit, and one unit's page."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.dates import date_text

from ..coverage import Scheme
from ..forms import UnitFilterForm
from ..models import (
    GRASSROOTS_KINDS,
    TERRITORIAL_KINDS,
    Kind,
    Unit,
    UnitVersion,
    UnitVersionQuerySet,
)
from ..panels import drawn_panels
from ..selectors import (
    Place,
    children_of,
    coverage_of,
    keeping_place,
    labels,
    lineage_of,
    names_over_time,
    powers_of,
    unmanaged_units,
)

ROWS_A_PAGE: Final = 50
PLACES: Final = (Kind.COMMUNE, Kind.PROVINCE)
COLUMNS: Final = [
    {"label": "Tên"}, {"label": "Loại"}, {"label": "Thuộc"}, {"label": "Mã"}, {"label": "Mở"},
]  # fmt: skip


@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    search = _Search(request.user, UnitFilterForm(request.GET))
    page = Paginator(search.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "search": search,
        "page": page,
        "columns": COLUMNS,
        "rows": _table_rows(page),
        "chips": _chips(request, search),
        "trail": _trail(search.parent) if search.parent else [],
        "mine": [] if search.is_narrowed else _own_units(request.user),
    }
    is_partial = request.htmx and not request.htmx.history_restore_request
    template = "units/unit_list.html" + ("#rows" if is_partial else "")
    return render(request, template, context)


@require_safe
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.named_for(request.user), pk=pk)
    version = get_object_or_404(unit.versions.in_force().select_related("unit", "parent"))
    context: dict[str, Any] = {
        "unit": unit,
        "version": version,
        "trail": _trail(version)[:-1],
        "names": names_over_time(unit),
        "lineage": lineage_of(unit, request.user),
        "lede": _lede(version),
        "is_visible": Unit.objects.visible_to(request.user).filter(pk=pk).exists(),
    }
    if context["is_visible"]:
        context |= _inside(version, request.user)
        context["panels"] = drawn_panels(request, unit)
    return render(request, "units/unit_detail.html", context)


def _lede(version: UnitVersion) -> str:
    word = version.get_sub_kind_display() or version.unit.get_kind_display()
    code = f" · mã {version.code}" if version.code else ""
    return f"{word[:1].upper()}{word[1:]}{code}"


@dataclass(frozen=True)
class _Search:
    """What was asked of the register, and the versions that answer it."""

    user: User
    form: UnitFilterForm

    @property
    def words(self) -> str:
        return self.form.value("q") or ""

    @property
    def kind(self) -> str:
        return self.form.value("loai") or ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.kind or self.asked_parent)

    @cached_property
    def named(self) -> UnitVersionQuerySet:
        """Every version in force whose name this person may read."""
        units = Unit.objects.named_for(self.user).values("pk")
        return UnitVersion.objects.in_force().filter(unit__in=units).select_related("unit")

    @cached_property
    def parent(self) -> UnitVersion | None:
        """The place looked into: the one asked for, else the one commune where the person works."""
        if self.asked_parent or self.words or self.kind or self.form.value("tat_ca"):
            return self.asked_parent
        communes = [own for own in _own_units(self.user) if own.unit.kind == Kind.COMMUNE]
        return communes[0] if len(communes) == 1 else None

    @cached_property
    def asked_parent(self) -> UnitVersion | None:
        unit_id = self.form.value("thuoc")
        return get_object_or_404(self.named, unit=unit_id) if unit_id else None

    @cached_property
    def of_any_kind(self) -> UnitVersionQuerySet:
        if self.words:
            found = self.named.search(self.words)
            return found.under(self.parent.path) if self.parent else found
        alive = self.named.exclude(unit__ended_on__lte=localdate())
        if self.parent:
            return alive.filter(parent=self.parent.unit_id)
        return alive if self.kind else alive.filter(unit__kind=Kind.PROVINCE)

    @property
    def rows(self) -> UnitVersionQuerySet:
        """The answer: what exists first, in Vietnamese order."""
        found = self.of_any_kind
        if self.kind:
            found = found.filter(unit__kind=self.kind)
        return found.order_by(F("unit__ended_on").desc(nulls_first=True), "sort_key", "pk")


def _table_rows(page: Page) -> list[dict[str, Any]]:
    above = labels(page)
    return [
        {
            "cells": [
                {"text": version.name, "url": version.unit.get_absolute_url()},
                version.get_sub_kind_display() or version.unit.get_kind_display(),
                above[version.unit_id].removeprefix(version.name).removeprefix(", ") or "–",
                version.code or "–",
                _last_cell(version.unit),
            ]
        }
        for version in page
    ]


def _last_cell(unit: Unit) -> str | dict[str, str]:
    """When a unit ended, or the way down the tree."""
    if unit.ended_on:
        return f"không còn từ {date_text(unit.ended_on)}"
    if unit.kind in TERRITORIAL_KINDS:
        return {"text": "Đơn vị bên dưới", "url": f"{reverse('units:list')}?thuoc={unit.pk}"}
    return "–"


def _chips(request: HttpRequest, search: _Search) -> list[dict[str, Any]]:
    """Kinds among the answers with their counts; none where all are of one kind."""
    counts = dict(
        search.of_any_kind.order_by().values_list("unit__kind").annotate(count=Count("pk"))
    )
    if len(counts) < 2 and not search.kind:
        return []
    asked = {"q": search.words, "thuoc": search.parent.unit_id if search.parent else ""}
    kept = {name: value for name, value in asked.items() if value}
    kinds = [("", "Tất cả", sum(counts.values()))]
    kinds += [(kind.value, kind.label, counts[kind]) for kind in Kind if kind in counts]
    return [
        {
            "label": label,
            "count": count,
            "current": kind == search.kind,
            "url": "?" + urlencode(kept | ({"loai": kind} if kind else {})),
        }
        for kind, label, count in kinds
    ]


def _trail(version: UnitVersion) -> list[dict[str, str]]:
    """From the register's first page down to this unit, itself last."""
    named = UnitVersion.objects.in_force().filter(unit__in=version.ancestor_ids[1:])
    names = {row.unit_id: row.name for row in named}
    root = reverse("units:list")
    steps = [{"label": "Cả nước", "url": f"{root}?tat_ca=1"}]
    steps += [
        {"label": names[pk], "url": f"{root}?thuoc={pk}"}
        for pk in version.ancestor_ids
        if pk in names
    ]
    return steps


def _own_units(user: User) -> list[UnitVersion]:
    """The units this person holds a role on."""
    held = {grant.unit_id for grant in powers_of(user).sight.grants if grant.is_held_directly}
    named = UnitVersion.objects.in_force().filter(unit__in=held).select_related("unit")
    return list(named.order_by("path"))


def _inside(version: UnitVersion, user: User) -> dict[str, Any]:
    """What only somebody in whose scope the unit lies is shown, and what they may do."""
    unit, today = version.unit, localdate()
    powers = powers_of(user)
    place = keeping_place(version)
    is_open = unit.ended_on is None
    is_grassroots = unit.kind in GRASSROOTS_KINDS
    seen = Unit.objects.visible_to(user).values("pk")
    below_it = children_of(unit.pk).filter(unit__in=seen)
    kinds = dict(below_it.order_by().values_list("unit__kind").annotate(count=Count("pk")))
    below = Place(0, Kind.RESIDENTIAL_AREA, version.path, unit.pk)
    return {
        "coverages": [(scheme.label, coverage_of(version, scheme, today)) for scheme in Scheme],
        "children": [(kind.value, kind.label, kinds[kind]) for kind in Kind if kind in kinds],
        "unmanaged_count": len(unmanaged_units(version, user)) if unit.kind in PLACES else 0,
        "may_count": is_open and powers.may(Act.KEEP_HEAD_COUNTS, place),
        "may_keep": is_open and is_grassroots and powers.may(Act.KEEP_UNITS, place),
        "may_add": is_open and unit.kind == Kind.COMMUNE and powers.may(Act.KEEP_UNITS, below),
        "may_assign": powers.may(Act.ADMINISTER, Place.of(version, authority_id=None)),
    }
