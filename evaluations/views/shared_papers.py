"""The commune's papers of a year: what each one serves, and one paper put to many units and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.roles import Act
from antq_portal.lib.asked import whole, wholes
from criteria.models import Criterion, EvidenceFile
from criteria.scoring import CriterionDefinition
from criteria.selectors import definition_of

from ..forms.papers import SharedPaperForm, usual_places
from ..models import Purpose, Season
from ..selectors.evidence import visible_evidence
from ..selectors.shared_papers import paper_lines
from ..selectors.sheet import SheetRow
from ..services.paper_places import PaperPlace
from ..services.shared_papers import Placed, attach_to_many
from .areas import AreaPage, area_page, choose_area
from .kinds import chosen_kind, kind_chips, kind_counts
from .refusals import WRONG_INPUT
from .sheet import listed_rows

PURPOSES = (Purpose.MINUTES, Purpose.REGISTRATION, Purpose.OTHER)
MOST_PLACES = 3000


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows of one set that a paper may prove."""

    label: str
    rows: Sequence[CriterionDefinition]


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """What became of the paper in one unit's file."""

    unit_id: int
    name: str
    done: Sequence[str]
    problems: Sequence[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def shared_papers(request: HttpRequest, year: int) -> HttpResponse:
    page = area_page(request, year)
    if page is None:
        return choose_area(request)
    kept = _kept(page)
    rows = [row for row in listed_rows(page) if row.is_considered and row.has_season]
    if request.method != "POST":
        return _show(page, rows, SharedPaperForm(has_kept=bool(kept)), kept)
    page.require(Act.ANSWER)
    form = SharedPaperForm(request.POST, request.FILES, has_kept=bool(kept))
    return _attached(page, rows, form, kept)


def _kept(page: AreaPage) -> EvidenceFile | None:
    """The stored file that is to be used again; Http404 for one out of sight."""
    asked = page.request.GET.get("giay", "")
    if not asked:
        return None
    pk = whole(asked)
    if pk is None:
        raise Http404("Không có tệp này.")
    return get_object_or_404(visible_evidence(page.user), pk=pk)


def _attached(
    page: AreaPage, rows: list[SheetRow], form: SharedPaperForm, kept: EvidenceFile | None
) -> HttpResponse:
    """Put the paper to every chosen place, or say at the form what is missing."""
    units = _chosen_units(page, rows)
    places, groups = _places(page, rows, units)
    if not units:
        form.add_error(None, "Đánh dấu những đơn vị dùng văn bản này.")
    elif not places:
        form.add_error(None, "Đánh dấu những dòng, hoặc việc mà văn bản này chứng minh.")
    elif len(places) > MOST_PLACES:
        form.add_error(None, "Nhiều đơn vị và dòng quá; làm hai lượt.")
    if not form.is_valid():
        return _show(page, rows, form, kept)
    try:
        placed = attach_to_many(
            places, year=page.year, by=page.user, file=form.cleaned_data.get("file"), kept=kept,
            reference=form.reference(),
        )  # fmt: skip
    except ValidationError as wrong:
        form.add_error(None, wrong)
        return _show(page, rows, form, kept)
    return _result(page, units, placed, groups)


def _chosen_units(page: AreaPage, rows: list[SheetRow]) -> list[SheetRow]:
    kind, ticked = _kind(page, rows), set(wholes(page.request.POST.getlist("don_vi")))
    every = page.request.POST.get("tat_ca") == "1"
    of_kind = [row for row in rows if row.version.unit.kind == kind]
    return [row for row in of_kind if every or row.unit_id in ticked]


def _places(
    page: AreaPage, rows: list[SheetRow], units: list[SheetRow]
) -> tuple[list[PaperPlace], list[RowGroup]]:
    """Every chosen row of every chosen unit; only rows of the sets of the kind that is shown."""
    groups = _row_groups(page, _kind(page, rows))
    chosen = set(page.request.POST.getlist("cho"))
    ids = [row.id for group in groups for row in group.rows if f"c{row.id}" in chosen]
    criteria = Criterion.objects.select_related("criteria_set").in_bulk(ids)
    purposes = [one for one in PURPOSES if one.value in chosen]
    places = [
        place
        for row in units
        for place in (
            *(PaperPlace(row.version.unit, Purpose.CRITERION, criteria[pk]) for pk in ids),
            *(PaperPlace(row.version.unit, one) for one in purposes),
        )
    ]
    return places, groups


def _kind(page: AreaPage, rows: list[SheetRow]) -> str:
    return chosen_kind(page.request.GET.get("loai", ""), kind_counts(rows), page.of_year)


def _row_groups(page: AreaPage, kind: str) -> list[RowGroup]:
    found: list[Season] = sorted(
        (one for one in page.of_year if one.unit_kind == kind),
        key=lambda one: one.scheme,
        reverse=True,
    )
    return [
        RowGroup(season.get_scheme_display(), definition_of(season.criteria_set).rows)
        for season in found
    ]


def _result(
    page: AreaPage, units: list[SheetRow], placed: list[Placed], groups: list[RowGroup]
) -> HttpResponse:
    outcomes = [
        UnitOutcome(
            row.unit_id, row.name,
            [_spoken(one) for one in mine if one.is_done],
            [(_spoken(one), one.problem) for one in mine if not one.is_done],
        )
        for row in units
        for mine in ([one for one in placed if one.place.unit.pk == row.unit_id],)
    ]  # fmt: skip
    context = {
        **page.context("shared_papers"),
        "outcomes": sorted(outcomes, key=lambda one: not one.problems),
        "done_count": sum(bool(one.done) for one in outcomes),
        "back_url": page.url("shared_papers", loai=page.request.GET.get("loai", "")),
    }
    return render(page.request, "evaluations/shared_papers_result.html", context)


def _spoken(placed: Placed) -> str:
    row = placed.place.criterion
    return row.code if row else Purpose(placed.place.purpose).label


def _show(
    page: AreaPage, rows: list[SheetRow], form: SharedPaperForm, kept: EvidenceFile | None
) -> HttpResponse:
    kinds, kind, data = kind_counts(rows), _kind(page, rows), page.request.POST
    giay = kept.pk if kept else ""
    may = page.area.may(Act.ANSWER) and any(not one.is_locked for one in page.of_year)
    context = {
        **page.context("shared_papers"),
        "lines": paper_lines(page.user, page.area, year=page.year),
        "form": form,
        "kept": kept,
        "may_attach": may,
        "kinds": kind_chips(page, "shared_papers", kinds, kind, giay=giay),
        "kind_label": next((one.label for one in kinds if one.kind == kind), "").lower(),
        "units": [row for row in rows if row.version.unit.kind == kind],
        "ticked": wholes(data.getlist("don_vi")),
        "is_every": data.get("tat_ca") == "1",
        "groups": _shown_groups(page, kind),
        "purposes": [(one.value, one.label, one.value in data.getlist("cho")) for one in PURPOSES],
        "usual_places": usual_places(page.area.spoken_name),
        "reuse_url": page.url("shared_papers", loai=page.request.GET.get("loai", ""), giay="0")[
            :-1
        ],
        "form_url": page.url("shared_papers", loai=page.request.GET.get("loai", ""), giay=giay),
    }
    status = WRONG_INPUT if form.errors else 200
    return render(page.request, "evaluations/shared_papers.html", context, status=status)


def _shown_groups(page: AreaPage, kind: str) -> list[dict[str, object]]:
    chosen = page.request.POST.getlist("cho")
    return [
        {
            "label": group.label,
            "rows": [
                {
                    "value": f"c{row.id}",
                    "label": f"{row.code} {shorten(row.text, width=90, placeholder='…')}",
                    "is_sensitive": row.is_sensitive,
                    "is_ticked": f"c{row.id}" in chosen,
                }
                for row in group.rows
            ],
        }
        for group in _row_groups(page, kind)
    ]
