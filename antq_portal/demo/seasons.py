"""The seasons of the demo: past years by the days of the law, the current one ending in a few days."""

import datetime as dt
from typing import Final

from django.utils.timezone import localdate

from accounts.models import User
from criteria.selectors import criteria_set_in_force
from evaluations.models import Season
from evaluations.services.seasons import open_season
from units.coverage import Scheme
from units.models import GRASSROOTS_KINDS, Kind, Unit

Seasons = dict[tuple[str, str], Season]
"""One year's seasons by scheme and kind of unit."""

_R, _C = Scheme.RECOGNITION, Scheme.CLASSIFICATION
PAIRS: Final = tuple(
    (scheme, kind) for scheme in (_R, _C) for kind in (*GRASSROOTS_KINDS, Kind.COMMUNE)
)
OF_THE_DISTRICT: Final = (_C, Kind.DISTRICT)
DAYS_LEFT: Final = {_R: (7, 10), _C: (12, 20)}
"""Days from today to the end of the current season: residential areas, all others."""
DECIDED_BEFORE: Final = {_R: ((11, 15), (11, 20)), _C: ((11, 20), (11, 30))}
"""Month and day by scheme: residential areas, all others."""


def past_seasons(province: Unit, year: int, *, by: User) -> Seasons:
    """The seasons of a past year, open, by the days of the law; those that are there stay.

    Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 9; Quyết định 510/QĐ-BCA-V05 Điều 10, Điều 11.
    """
    pairs = (*PAIRS, OF_THE_DISTRICT) if year <= 2024 else PAIRS
    return _seasons(province, year, {pair: _days_of_law(*pair, year) for pair in pairs}, by=by)


def current_seasons(province: Unit, *, by: User) -> Seasons:
    """The seasons of the year of today, their days shifted so that the decisions are due soon."""
    today = localdate()
    return _seasons(province, today.year, {pair: _days_from(today, *pair) for pair in PAIRS}, by=by)


def _seasons(
    province: Unit,
    year: int,
    dates: dict[tuple[str, str], dict[str, dt.date]],
    *,
    by: User,
) -> Seasons:
    rows = Season.objects.filter(province=province, year=year).select_related("criteria_set")
    found: Seasons = {(season.scheme, season.unit_kind): season for season in rows}
    for pair, days in dates.items():
        if pair not in found:
            found[pair] = _open(province, pair, year, days, by=by)
    return found


def _open(
    province: Unit, pair: tuple[str, str], year: int, days: dict[str, dt.date], *, by: User
) -> Season:
    scheme, kind = pair
    criteria_set = criteria_set_in_force(
        scheme=scheme, kind=kind, day=localdate(), province_id=province.pk
    )
    if criteria_set is None:
        raise LookupError("Chưa có bộ tiêu chí; chạy manage.py load_criteria trước.")
    return open_season(
        province=province, scheme=scheme, unit_kind=kind, year=year, criteria_set=criteria_set,
        dates=days, by=by,
    )  # fmt: skip


def _days_of_law(scheme: str, kind: str, year: int) -> dict[str, dt.date]:
    is_area = kind == Kind.RESIDENTIAL_AREA
    month, day = (12, 15) if kind == Kind.DISTRICT else DECIDED_BEFORE[Scheme(scheme)][not is_area]
    days = {
        "window_from": dt.date(year - 1, 11, 1 if is_area else 16),
        "window_to": dt.date(year, 10, 31) if is_area else dt.date(year, 11, 15),
        "decide_before": dt.date(year, month, day),
    }
    return days | ({"register_by": dt.date(year, 3, 31)} if scheme == _R else {})


def _days_from(today: dt.date, scheme: str, kind: str) -> dict[str, dt.date]:
    is_area = kind == Kind.RESIDENTIAL_AREA
    window_to = today - dt.timedelta(days=10 if is_area else 5)
    days = {
        "window_from": window_to - dt.timedelta(days=364),
        "window_to": window_to,
        "decide_before": today + dt.timedelta(days=DAYS_LEFT[Scheme(scheme)][not is_area]),
    }
    quarter_ends = dt.date(today.year, 3, 31)
    register_by = min(quarter_ends, window_to - dt.timedelta(days=60))
    return days | ({"register_by": register_by} if scheme == _R else {})
