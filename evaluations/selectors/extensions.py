"""One unit's days: what its authority set, what it was given beyond that, what the head of its file says."""

from collections.abc import Iterable, Sequence

from django.utils.timezone import localdate

from antq_portal.lib.seen import seen_token
from units.models import UnitVersion

from ..models import MILESTONE_DAYS, Extension, Milestones, Season
from .deadlines import FileDeadline, KindDays, OwnDays, kind_days, word_of
from .files import UnitFile
from .obligations import STEP_OF
from .standings import ORDER


def milestones_token(row: Milestones | None) -> str:
    """The word that tells whether somebody set other milestones meanwhile."""
    return seen_token({name: getattr(row, name, None) for name in MILESTONE_DAYS})


def extension_token(standing: Extension | None) -> str:
    """The word that tells whether the unit's standing extension is another one now."""
    return seen_token({"pk": standing.pk if standing else None})


def days_of_unit(version: UnitVersion, authority_id: int, *, year: int) -> KindDays | None:
    """The days of one unit's kind under its authority; None without a season: three queries at most."""
    seasons = Season.objects.filter(
        province=version.unit.province_id, unit_kind=version.unit.kind, year=year
    )
    return _days(list(seasons), _own(authority_id, year=year), version.unit.kind, year=year)


def _days(seasons: Sequence[Season], own: OwnDays, kind: str, *, year: int) -> KindDays | None:
    return kind_days(seasons, own, year=year).get(kind)


def _own(authority_id: int, *, year: int) -> OwnDays:
    rows = list(Milestones.objects.filter(authority=authority_id, year=year))
    if not rows:
        return OwnDays()
    authority = UnitVersion.objects.in_force().get(unit=authority_id)
    return OwnDays(word_of(authority), rows)


def file_deadline(file: UnitFile) -> FileDeadline | None:
    """What the head of a file says of time; None without a season: two queries, one more with milestones.

    `due` is empty once the year is over or locked.
    """
    own = _own(file.list_id, year=file.year) if file.list_id else OwnDays()
    days = _days(file.seasons, own, file.unit.kind, year=file.year)
    if days is None:
        return None
    today = localdate()
    extension = (
        Extension.objects.standing()
        .filter(unit=file.unit.pk, year=file.year)
        .select_related("granted_by")
        .first()
    )
    states = [one.status for one in file.evaluations if not one.season.is_locked]
    state = min(states, key=ORDER.__getitem__) if states else "not_started"
    step = None if days.is_locked else STEP_OF.get(state)
    until = extension.until_on if extension else None
    return FileDeadline(
        last_day=days.law_day,
        is_locked=days.is_locked,
        milestone="" if days.is_locked else days.milestone_text(today),
        due=days.due(step, until=until) if step else None,
        extension=extension,
        is_extension_over=bool(until and until < today),
    )


def standing_extensions(unit_ids: Iterable[int], *, year: int) -> dict[int, Extension]:
    """The extensions that stand and are not over, by unit id: one query."""
    rows = Extension.objects.standing().filter(unit__in=list(unit_ids), year=year)
    return {row.unit_id: row for row in rows.filter(until_on__gte=localdate())}
