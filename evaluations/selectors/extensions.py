"""One unit's days: what its authority set, what it was given beyond that, what the head of its file says."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.utils.timezone import localdate

from antq_portal.lib.prepared import Prepared
from antq_portal.lib.seen import seen_token
from units.models import GRASSROOTS_KINDS, UnitVersion

from ..models import MILESTONE_DAYS, Evaluation, Extension, Milestones, Season
from .deadlines import FileDeadline, KindDays, OwnDays, Step, StepDay, kind_days, word_of
from .files import UnitFile
from .obligations import STEP_OF
from .standings import ORDER

MILESTONES: Final = Prepared(
    lambda authority, year: Milestones.objects.filter(authority=authority, year=year)
)
EXTENSIONS: Final = Prepared(
    lambda unit, year: (
        Extension.objects.standing().filter(unit=unit, year=year).select_related("granted_by")
    )
)


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
    rows = MILESTONES(authority=authority_id, year=year)
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
    return _deadline(file.unit.pk, days, file.evaluations, year=file.year)


def appraisal_deadline(evaluations: Sequence[Evaluation]) -> FileDeadline | None:
    """The same for a file as its appraiser sees it, `season` and `unit` loaded."""
    first = evaluations[0]
    year = first.season.year
    own = _own(first.appraising_unit_id, year=year)
    days = _days([one.season for one in evaluations], own, first.unit.kind, year=year)
    return _deadline(first.unit_id, days, evaluations, year=year)


def _deadline(
    unit_id: int, days: KindDays | None, evaluations: Sequence[Evaluation], *, year: int
) -> FileDeadline | None:
    if days is None:
        return None
    today = localdate()
    extension = EXTENSIONS.first(unit=unit_id, year=year)
    until = extension.until_on if extension else None
    step = None if days.is_locked else _step_of(evaluations)
    return FileDeadline(
        last_day=days.law_day,
        is_locked=days.is_locked,
        milestone="" if days.is_locked else days.milestone_text(today),
        due=days.due(step, until=until) if step else None,
        extension=extension,
        is_extension_over=bool(until and until < today),
    )


def _step_of(evaluations: Sequence[Evaluation]) -> Step | None:
    """The step of the part that is furthest behind; sending while there is none."""
    states = [one.status for one in evaluations if not one.season.is_locked]
    return STEP_OF.get(min(states, key=ORDER.__getitem__)) if states else Step.SUBMIT


def with_own_days(rows: "QuerySet[Evaluation]", *, year: int) -> "QuerySet[Evaluation]":
    """The evaluations with the milestones of their authority and their extension: no query of its own."""
    of_authority = Milestones.objects.filter(authority=OuterRef("appraising_unit"), year=year)
    of_authority = of_authority.exclude(**dict.fromkeys(MILESTONE_DAYS))
    own = of_authority.filter(unit_kind=OuterRef("unit__kind"))
    every = of_authority.filter(unit_kind="")
    extension = Extension.objects.standing().filter(unit=OuterRef("unit"), year=year)
    return rows.annotate(
        own_milestones=Subquery(own.values("pk")[:1]),
        **{
            f"own_{name}": Case(
                When(own_milestones__isnull=False, then=Subquery(own.values(name)[:1])),
                When(unit__kind__in=GRASSROOTS_KINDS, then=Subquery(every.values(name)[:1])),
            )
            for name in ("appraise_by", "propose_by")
        },
        extended_until=Subquery(extension.values("until_on")[:1]),
    )


def due_of(file: Sequence[Evaluation]) -> StepDay | None:
    """Until when the next step of a file that is with its authority is to be done; None once locked.

    The evaluations come from `with_own_days`, `season` and `unit` loaded: no query.
    """
    step = _step_of(file)
    if step is None:
        return None
    first = file[0]
    row = Milestones(appraise_by=first.own_appraise_by, propose_by=first.own_propose_by)  # type: ignore[attr-defined]
    days = KindDays(first.unit.kind, {one.season.scheme: one.season for one in file}, row)
    return None if days.is_locked else days.due(step, until=first.extended_until)  # type: ignore[attr-defined]


def standing_extensions(unit_ids: Iterable[int], *, year: int) -> dict[int, Extension]:
    """The extensions that stand and are not over, by unit id: one query."""
    rows = Extension.objects.standing().filter(unit__in=list(unit_ids), year=year)
    return {row.unit_id: row for row in rows.filter(until_on__gte=localdate())}
