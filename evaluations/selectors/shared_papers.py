"""The papers of an area's year, each once, with how much rests on it and who brought it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max, Min, Q, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from accounts.roles import Act
from criteria.models import EvidenceFile
from units.models import TERRITORIAL_KINDS

from ..models import Attachment
from .areas import Area, listed_entries

MOST_LINES: Final = 200
NAME: Final = Coalesce(NullIf("attached_by__full_name", Value("")), "attached_by__username")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper: a stored file, or number, day and place; how many units and rows it serves."""

    units: int
    places: int
    rows: int
    at: dt.datetime
    file: EvidenceFile | None = None
    number: str = ""
    on: dt.date | None = None
    kept_at: str = ""
    by: str = ""


def paper_lines(user: User, area: Area, *, year: int) -> list[PaperLine]:
    """Papers of the units on the area's list that the person sees, the newest first: three queries.

    Where papers of sensitive rows are kept stays with the people of the files: who enters them here.
    """
    ids = listed_entries(user, area, year).values("unit")
    hidden = Q(is_sensitive=True)
    if area.may(Act.ANSWER):
        hidden &= Q(unit__kind__in=TERRITORIAL_KINDS)
    found = (
        Attachment.objects.visible_to(user)
        .filter(unit__in=ids, year=year)
        .exclude(hidden)
        .order_by()
        .values("evidence_file", "reference_number", "reference_on", "kept_at")
        .annotate(
            units=Count("unit", distinct=True),
            places=Count("pk"),
            rows=Count("criterion", distinct=True, filter=Q(criterion__isnull=False)),
            last=Max("attached_at"),
            first_by=Min(NAME),
        )
        .order_by("-last")[:MOST_LINES]
    )
    lines = list(found)
    files = EvidenceFile.objects.select_related("uploaded_by").in_bulk(
        [line["evidence_file"] for line in lines if line["evidence_file"]]
    )
    return [
        PaperLine(
            line["units"], line["places"], line["rows"], line["last"],
            files.get(line["evidence_file"]), line["reference_number"], line["reference_on"],
            line["kept_at"], line["first_by"],
        )
        for line in lines
    ]  # fmt: skip
