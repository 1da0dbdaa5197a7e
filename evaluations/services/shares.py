"""Storing a commune's shares with the decision on it, so that they can be shown years later."""

import datetime as dt
from collections.abc import Sequence

from units.coverage import Scheme
from units.models import Kind

from ..models import Evaluation, FrozenShare
from ..selectors.shares import FIGURES, shares_of_many


def freeze_shares(evaluations: Sequence[Evaluation], *, at: dt.datetime) -> list[FrozenShare]:
    """Store the figures of criterion 5.4 of the communes whose recognition is being issued; return them.

    Evaluations of other units and schemes are left alone. A fixed number of queries. Legal: Thông
    tư 124/2021/TT-BCA Điều 5 khoản 4.
    """
    communes = [
        one
        for one in evaluations
        if one.season.scheme == Scheme.RECOGNITION and one.unit.kind == Kind.COMMUNE
    ]
    if not communes:
        return []
    year = communes[0].season.year
    found = shares_of_many([one.unit_id for one in communes], year=year)
    return FrozenShare.objects.bulk_create(
        FrozenShare(
            evaluation=one, kind=line.kind, frozen_at=at,
            **{name: getattr(line, name) for name in FIGURES},
        )
        for one in communes
        for line in found[one.unit_id].lines
    )  # fmt: skip
