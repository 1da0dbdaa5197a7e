"""The same criterion across all units that one appraises: how strict one is, and who stands apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from criteria.scoring import CriterionDefinition, SetDefinition
from criteria.scoring.spread import RULE_OF_POINTS, RULE_OF_VERDICTS
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.models import EVALUATED_KINDS, Kind
from units.selectors import Powers, powers_of

from ..models import Evaluation
from ..selectors.authorities import reads_sensitive
from ..selectors.strictness import appraised_files, compare, compare_all
from .queue import appraising

SCHEMES: Final = {"tt124": Scheme.RECOGNITION, "qd510": Scheme.CLASSIFICATION}
NAMES: Final = {"tt124": "An toàn về ANTT (TT 124)", "qd510": "Phân loại phong trào (QĐ 510)"}
CODES: Final[dict[str, str]] = {str(scheme): code for code, scheme in SCHEMES.items()}


@dataclass(frozen=True)
class StrictnessPage:
    """One request: a kind of unit, a law, perhaps one criterion, among the files one appraises."""

    request: HttpRequest
    year: int
    powers: Powers
    every: Sequence[Evaluation]

    @cached_property
    def kinds(self) -> list[Kind]:
        found = {one.season.unit_kind for one in self.every}
        return [Kind(kind) for kind in EVALUATED_KINDS if kind in found]

    @cached_property
    def kind(self) -> str:
        asked = self.request.GET.get("loai", "")
        return asked if asked in self.kinds else (self.kinds[0] if self.kinds else "")

    @cached_property
    def scheme(self) -> str:
        """The law asked for by "tt124:4.1.i", else the first that has files."""
        asked = self.request.GET.get("tieu_chi", "").partition(":")[0]
        asked = CODES.get(asked, asked)
        found = {one.season.scheme for one in self.every if one.season.unit_kind == self.kind}
        known = [code for code, scheme in SCHEMES.items() if scheme in found]
        return asked if asked in known else (known[0] if known else "tt124")

    @cached_property
    def files(self) -> list[Evaluation]:
        """The files of the kind and law; one season, so one set."""
        wanted = (self.kind, SCHEMES[self.scheme])
        return [o for o in self.every if (o.season.unit_kind, o.season.scheme) == wanted]

    @cached_property
    def definition(self) -> SetDefinition | None:
        return definition_of(self.files[0].season.criteria_set) if self.files else None

    @property
    def rows(self) -> list[CriterionDefinition]:
        """The rows one may read: sensitive ones only who may read them at every file here."""
        rows = list(self.definition.rows) if self.definition else []
        reads = all(reads_sensitive(self.powers, one) for one in self.files)
        return [row for row in rows if reads or not row.is_sensitive]

    @property
    def row(self) -> CriterionDefinition | None:
        """The criterion asked for; None for the overview, 404 for one that is not here."""
        code = self.request.GET.get("tieu_chi", "").partition(":")[2]
        if not code:
            return None
        found = next((row for row in self.rows if row.code == code), None)
        if found is None:
            raise Http404("Không có tiêu chí này.")
        return found

    def url(self, code: str = "", *, kind: str = "", scheme: str = "") -> str:
        query = {"loai": kind or self.kind, "tieu_chi": f"{scheme or self.scheme}:{code}"}
        return f"{reverse('evaluations:strictness', args=[self.year])}?{urlencode(query)}"

    def context(self) -> dict[str, object]:
        """What both pages read: chips between kinds and laws, the way back."""
        return {
            "page": self,
            "year": self.year,
            "kinds": [
                {"label": kind.label, "url": self.url(kind=kind), "current": kind == self.kind, "count": None}
                for kind in (self.kinds if len(self.kinds) > 1 else [])
            ],
            "schemes": [
                {"label": label, "url": self.url(scheme=code), "current": code == self.scheme, "count": None}
                for code, label in NAMES.items()
            ],
            "trail": [
                {"label": "Thẩm định", "url": f"{reverse('evaluations:queue')}?nam={self.year}"},
            ],
        }  # fmt: skip


@require_safe
def strictness(request: HttpRequest, year: int) -> HttpResponse:
    """Overview by criterion, or one criterion with all its units; only for who appraises somewhere."""
    powers = powers_of(request.user)  # type: ignore[arg-type]
    authorities = appraising(powers)
    every = appraised_files(request.user, authorities=authorities, year=year)  # type: ignore[arg-type]
    page = StrictnessPage(request, year, powers, every)
    return _one(page, page.row) if page.row else _overview(page)


def _overview(page: StrictnessPage) -> HttpResponse:
    found = compare_all(page.files, page.definition) if page.definition else []
    shown = {row.code for row in page.rows}
    lines = [(one, page.url(one.row.code)) for one in found if one.row.code in shown]
    context = {**page.context(), "lines": lines, "rules": (RULE_OF_POINTS, RULE_OF_VERDICTS)}
    return render(page.request, "evaluations/strictness_overview.html", context)


def _one(page: StrictnessPage, row: CriterionDefinition) -> HttpResponse:
    definition = page.definition
    if definition is None:
        raise Http404("Không có tiêu chí này.")
    codes = [one.code for one in page.rows]
    place = codes.index(row.code)
    found = compare(page.files, definition, row)
    context = {
        **page.context(),
        "found": found,
        "lines": [
            (line, reverse("evaluations:appraisal", args=[page.year, line.evaluation.unit_id]))
            for line in found.lines
        ],
        "rule": RULE_OF_POINTS if row.is_scored else RULE_OF_VERDICTS,
        "before_url": page.url(codes[place - 1]) if place else "",
        "after_url": page.url(codes[place + 1]) if place + 1 < len(codes) else "",
        "overview_url": page.url(),
    }
    return render(page.request, "evaluations/strictness.html", context)
