"""Opening, changing, locking and unlocking a season: acts of the province's administrator."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.models import CriteriaSet
from units.models import Unit
from units.selectors import Place, powers_of

from ..models import Season
from .summaries import refresh_kind

DATES = ("window_from", "window_to", "register_by", "submit_by", "decide_before")


@dataclass(frozen=True, slots=True)
class Opening:
    """One season to open: its kind, scheme and set, and the fields of `DATES`."""

    scheme: str
    unit_kind: str
    criteria_set: CriteriaSet
    dates: dict[str, dt.date]


@transaction.atomic
def open_season(
    *,
    province: Unit,
    scheme: str,
    unit_kind: str,
    year: int,
    criteria_set: CriteriaSet,
    dates: dict[str, dt.date],
    by: User,
) -> Season:
    """Open one scheme's year for one kind of unit in one province; return the season.

    `dates` holds the fields of `DATES`. Raises PermissionDenied unless `by` administers the
    province, ValidationError for dates out of order, a set of another scheme or kind, one that
    is not published, or a season that is already there.
    """
    require_administrator(province, by=by)
    refuse_unfit_set(criteria_set, scheme=scheme, unit_kind=unit_kind, year=year)
    if criteria_set.province_id not in (None, province.pk):
        raise TransitionRefused("Bộ tiêu chí này là của tỉnh khác.")
    season = Season(
        scheme=scheme, year=year, unit_kind=unit_kind, province=province, criteria_set=criteria_set,
        opened_at=timezone.now(), opened_by=by, **{name: dates.get(name) for name in DATES},
    )  # fmt: skip
    season.full_clean()
    season.save()
    _audit("season.open", season, by=by, summary=f"Mở kỳ: {season}")
    refresh_kind(province_id=province.pk, kind=unit_kind, year=year)
    return season


@transaction.atomic
def open_seasons(
    *, province: Unit, year: int, openings: Iterable[Opening], by: User
) -> tuple[list[Season], list[Season]]:
    """Open many seasons of one year together; return those opened and those that were there already.

    What exists stays as it is. One that may not be opened stops them all. Raises as `open_season`.
    """
    require_administrator(province, by=by)
    Unit.objects.select_for_update(no_key=True).get(pk=province.pk)
    found = Season.objects.filter(province=province, year=year).select_related("criteria_set")
    known = {(season.scheme, season.unit_kind): season for season in found}
    opened, existing = [], []
    for one in openings:
        if (one.scheme, one.unit_kind) in known:
            existing.append(known[one.scheme, one.unit_kind])
            continue
        season = open_season(
            province=province, year=year, scheme=one.scheme, unit_kind=one.unit_kind,
            criteria_set=one.criteria_set, dates=one.dates, by=by,
        )  # fmt: skip
        opened.append(season)
    return opened, existing


@transaction.atomic
def change_season_dates(season: Season, *, dates: dict[str, dt.date], by: User) -> Season:
    """Set the season's dates; refused while it is locked."""
    season = _locked_row(season, by=by)
    if season.is_locked:
        raise TransitionRefused("Kỳ đã khóa sổ, không đổi ngày được.", code="season_closed")
    before = {name: getattr(season, name) for name in DATES}
    for name in DATES:
        setattr(season, name, dates.get(name))
    season.full_clean()
    season.save()
    after = {name: getattr(season, name) for name in DATES}
    _audit(
        "season.dates", season, by=by, summary=f"Đổi ngày của kỳ: {season}",
        details={"before": before, "after": after},
    )  # fmt: skip
    refresh_kind(province_id=season.province_id, kind=season.unit_kind, year=season.year)
    return season


@transaction.atomic
def lock_season(season: Season, *, by: User) -> Season:
    """Close the season's book: from now on every act in it is refused (khóa sổ kỳ đánh giá)."""
    season = _locked_row(season, by=by)
    if season.is_locked:
        raise TransitionRefused("Kỳ này đã khóa sổ rồi.")
    season.locked_at, season.locked_by = timezone.now(), by
    season.save(update_fields=["locked_at", "locked_by"])
    _audit("season.lock", season, by=by, summary=f"Khóa sổ kỳ: {season}")
    return season


@transaction.atomic
def unlock_season(season: Season, *, reason: str, by: User) -> Season:
    """Open a locked book again; the reason stays in the log."""
    season = _locked_row(season, by=by)
    if not season.is_locked:
        raise TransitionRefused("Kỳ này đang mở.")
    if not reason.strip():
        raise TransitionRefused("Mở lại kỳ đã khóa sổ thì phải ghi lý do.", code="note_missing")
    season.locked_at, season.locked_by = None, None
    season.save(update_fields=["locked_at", "locked_by"])
    _audit(
        "season.unlock", season, by=by, summary=f"Mở lại kỳ: {season}. {reason.strip()}",
        details={"reason": reason.strip()},
    )  # fmt: skip
    return season


def require_administrator(province: Unit, *, by: User) -> None:
    """Raise PermissionDenied unless the person administers this province."""
    version = province.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.ADMINISTER, Place.of(version, authority_id=province.pk))


def refuse_unfit_set(criteria_set: CriteriaSet, *, scheme: str, unit_kind: str, year: int) -> None:
    """Raise TransitionRefused if the set is not published or made for something else."""
    fits = criteria_set.scheme == scheme and unit_kind in criteria_set.unit_kinds
    if not fits or criteria_set.published_at is None:
        raise TransitionRefused(
            "Bộ tiêu chí không phải của loại hình và chế độ này, hoặc chưa công bố."
        )
    if criteria_set.last_season and year > criteria_set.last_season:
        raise TransitionRefused(f"Bộ tiêu chí này chỉ dùng đến kỳ {criteria_set.last_season}.")


def _locked_row(season: Season, *, by: User) -> Season:
    season = (
        Season.objects.select_for_update(of=("self",)).select_related("province").get(pk=season.pk)
    )
    require_administrator(season.province, by=by)
    return season


def _audit(
    act: str, season: Season, *, by: User, summary: str, details: dict[str, object] | None = None
) -> None:
    record_audit(
        act,
        by=by,
        subject=f"season:{season.pk}",
        summary=summary,
        province_id=season.province_id,
        details=details,
    )
