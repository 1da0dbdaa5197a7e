"""Where a commune's (district's) own yearly file stands, for the people who work there."""

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery

from units.coverage import Scheme

from ..models import Evaluation, Registration, RosterEntry, Season
from .areas import Area
from .standings import Standing


def own_standing(area: Area, *, year: int, seasons: Sequence[Season]) -> Standing | None:
    """The standing of the area's own file; None while it is on no list: one query.

    Legal: Thông tư 124/2021/TT-BCA Điều 5, Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 9.
    """
    kinds = {season.unit_kind for season in seasons if season.year == year}
    if area.unit.kind not in kinds:
        return None
    registration = Registration.objects.filter(unit=OuterRef("unit"), season__year=year)
    evaluation = Evaluation.objects.filter(unit=OuterRef("unit"), season__year=year)
    rows = (
        RosterEntry.objects.filter(unit=area.pk, roster__year=year, removed_at=None)
        .order_by("-pk")
        .values_list(
            "not_considered_reason",
            Subquery(registration.values("status")[:1]),
            *(
                Subquery(evaluation.filter(season__scheme=scheme).values("status")[:1])
                for scheme in (Scheme.RECOGNITION, Scheme.CLASSIFICATION)
            ),
        )
    )
    found = rows.first()
    if found is None:
        return None
    reason, sent, first, second = found
    return Standing(area.pk, not reason, True, sent or "", first or "", second or "")
