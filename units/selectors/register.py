"""Questions to the register: what lies where, what it is called, what it was and became."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from accounts.models import User
from antq_portal.lib.prepared import Prepared

from ..models import (
    EVALUATED_KINDS,
    GRASSROOTS_KINDS,
    SUB_KINDS,
    TERRITORIAL_KINDS,
    Kind,
    ManagingLevel,
    Unit,
    UnitSuccession,
    UnitVersion,
    UnitVersionQuerySet,
)
from .powers import LEVEL_KINDS, Powers, managing_unit_ids

LEVELS: Final = MappingProxyType({kind: level for level, kind in LEVEL_KINDS.items()})
"""At which level each kind of government acts."""


def alive_versions(day: dt.date | None = None) -> UnitVersionQuerySet:
    """The version in force of every unit that exists on that day (today unless told)."""
    day = day or localdate()
    alive = Q(unit__ended_on=None) | Q(unit__ended_on__gt=day)
    return UnitVersion.objects.in_force(day).filter(alive)


def children_of(
    parent_id: int, *, kinds: Sequence[str] = (), day: dt.date | None = None
) -> UnitVersionQuerySet:
    """Units right below one unit on that day, alive, `unit` loaded, in Vietnamese order."""
    found = alive_versions(day).filter(parent=parent_id).select_related("unit")
    return (found.filter(unit__kind__in=kinds) if kinds else found).order_by("sort_key", "pk")


def units_managed_by(authority: Unit, day: dt.date | None = None) -> list[UnitVersion]:
    """Units with a yearly file that this unit of government manages on that day, in Vietnamese order.

    Wherever in its territory they lie, its communes (districts) too; alive, `unit` loaded. Two
    queries; nothing for a unit that is no unit of government.
    Legal: "thuộc thẩm quyền", Thông tư 124/2021/TT-BCA Điều 5 khoản 4.
    """
    level = LEVELS.get(Kind(authority.kind))
    path = UnitVersion.objects.in_force(day).filter(unit=authority).values_list("path", flat=True)
    if level is None or not (paths := list(path)):
        return []
    managed = alive_versions(day).under(*paths).filter(unit__kind__in=EVALUATED_KINDS)
    found = managed.filter(managing_level=level).select_related("unit")
    return list(found.order_by("sort_key", "pk"))


def unmanaged_units(place: UnitVersion, user: User) -> list[UnitVersion]:
    """Units in a commune or province whose managing level has no authority there any more.

    The districts' after 1/7/2025: on nobody's list until somebody says who manages them. Those
    this person sees, `unit` loaded, in Vietnamese order; two queries, one where there are none.
    Legal: Luật 72/2025/QH15 Điều 51.
    """
    seen = Unit.objects.visible_to(user).values("pk")
    below = (
        alive_versions().under(place.path).filter(unit__kind__in=GRASSROOTS_KINDS, unit__in=seen)
    )
    left = list(
        below.filter(managing_level=ManagingLevel.DISTRICT)
        .select_related("unit")
        .order_by("sort_key", "pk")
    )
    managed = managing_unit_ids(left) if left else {}
    return [version for version in left if version.unit_id not in managed]


def last_versions(units: Iterable[Unit]) -> list[UnitVersion]:
    """The newest version of each unit, `unit` loaded, in Vietnamese order; one query."""
    newest = UnitVersion.objects.filter(unit__in=[unit.pk for unit in units]).select_related("unit")
    rows = newest.order_by("unit", F("valid_from").desc(nulls_last=True)).distinct("unit")
    return sorted(rows, key=lambda row: (row.sort_key, row.pk))


NAMESAKES: Final = Prepared(
    lambda parents, day: (
        alive_versions(day)
        .filter(unit__kind__in=GRASSROOTS_KINDS, parent__in=parents)
        .values_list("parent", "name")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )
)
NAMED: Final = Prepared(
    lambda ids, day: (
        UnitVersion.objects.in_force(day).filter(unit__in=ids).exclude(unit__kind=Kind.NATION)
    )
)
IN_FORCE: Final = Prepared(
    lambda unit, day: UnitVersion.objects.in_force(day).filter(unit=unit).select_related("unit")
)


def seen_version(powers: Powers, unit_id: int) -> UnitVersion:
    """The version in force today of one unit the person sees, `unit` loaded: one query.

    Raises Unit.DoesNotExist for every other.
    """
    version = IN_FORCE.first(unit=unit_id, day=localdate())
    if version is None or not powers.sight.shows(
        unit_id, kind=version.unit.kind, path=version.path
    ):
        raise Unit.DoesNotExist
    return version


def labels(versions: Iterable[UnitVersion], day: dt.date | None = None) -> dict[int, str]:
    """How each unit is spoken of, by unit id: "Bản Ché Lầu, xã Na Mèo"; two queries.

    The unit above is named as it is on that day; units of one name in one commune say where they
    lay before ("Thôn 1 (xã Trung Xuân cũ), xã Trung Hạ"). A province or the nation stands alone.
    """
    versions = list(versions)
    above = _spoken_names({version.parent_id for version in versions}, day)
    before = former_places(versions, day)
    return {
        version.unit_id: _label(version, above.get(version.parent_id), before.get(version.unit_id))
        for version in versions
    }


def former_places(versions: Iterable[UnitVersion], day: dt.date | None = None) -> dict[int, str]:
    """Where the units lay before that share their name with another of the same commune, by unit id.

    "xã Trung Xuân" for one of three "Thôn 1" of the merged xã Trung Hạ; nothing for the others and
    for a unit that never lay elsewhere. One query where no name is shared, three where one is.
    """
    versions = list(versions)
    parents = sorted({row.parent_id for row in versions if row.parent_id is not None})
    alike = NAMESAKES(parents=parents, day=day or localdate())
    shared = {(parent_id, name) for parent_id, name, _ in alike}
    asked = {row.unit_id: row.parent_id for row in versions if (row.parent_id, row.name) in shared}
    if not asked:
        return {}
    earlier = UnitVersion.objects.filter(unit__in=asked).order_by(
        F("valid_from").asc(nulls_first=True)
    )
    lay = {row.unit_id: row.parent_id for row in earlier if row.parent_id != asked[row.unit_id]}
    names = _spoken_names(set(lay.values()), None)
    return {unit_id: names[parent_id] for unit_id, parent_id in lay.items()}


def _spoken_names(unit_ids: set[int | None], day: dt.date | None) -> dict[int, str]:
    """Names inside a sentence by unit id, of all but the nation; one query."""
    ids = sorted(pk for pk in unit_ids if pk is not None)
    return {row.unit_id: row.spoken_name for row in NAMED(ids=ids, day=day or localdate())}


def label_of(version: UnitVersion, day: dt.date | None = None) -> str:
    """How this unit is spoken of: "Bản Ché Lầu, xã Na Mèo"; two queries."""
    return labels([version], day)[version.unit_id]


def _label(version: UnitVersion, above: str | None, before: str | None) -> str:
    name = f"{version.name} ({before} cũ)" if before else version.name
    return f"{name}, {above}" if above else name


@dataclass(frozen=True, slots=True)
class NameInTime:
    """What a unit was from a day, and how the unit above it was called then."""

    version: UnitVersion
    above: str


def names_over_time(unit: Unit) -> list[NameInTime]:
    """Every version of a unit, the newest first, an unknown start last; two queries."""
    versions = list(unit.versions.order_by(F("valid_from").desc(nulls_last=True)))
    parents = {version.parent_id for version in versions}
    rows = UnitVersion.objects.filter(unit__in=parents).exclude(unit__kind=Kind.NATION)
    above = list(rows.order_by(F("valid_from").desc(nulls_last=True)))
    return [NameInTime(version, _name_above(version, above)) for version in versions]


def _name_above(version: UnitVersion, above: list[UnitVersion]) -> str:
    day = version.valid_from or dt.date.min
    held = (
        row.spoken_name
        for row in above
        if row.unit_id == version.parent_id and (row.valid_from or dt.date.min) <= day
    )
    return next(held, "")


@dataclass(frozen=True, slots=True)
class Relative:
    """A unit before or after another: its last version, since when, by which act."""

    version: UnitVersion
    on: dt.date
    legal_act: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a unit took the place of, and what took its place, in Vietnamese order."""

    predecessors: list[Relative]
    successors: list[Relative]


def lineage_of(unit: Unit, user: User) -> Lineage:
    """Predecessors and successors of a unit that this person may read the names of."""
    links = list(
        UnitSuccession.objects.visible_to(user).filter(Q(predecessor=unit) | Q(successor=unit))
    )
    ids = {link.predecessor_id for link in links} | {link.successor_id for link in links}
    named = UnitVersion.objects.in_force().filter(unit__in=ids).select_related("unit")
    versions = {version.unit_id: version for version in named}
    before = [
        Relative(versions[link.predecessor_id], link.on, link.legal_act, link.is_default)
        for link in links
        if link.successor_id == unit.pk
    ]
    after = [
        Relative(versions[link.successor_id], link.on, link.legal_act, link.is_default)
        for link in links
        if link.predecessor_id == unit.pk
    ]
    return Lineage(sorted(before, key=_relative_order), sorted(after, key=_relative_order))


def _relative_order(relative: Relative) -> tuple[dt.date, str]:
    return relative.on, relative.version.sort_key


def unit_counts(day: dt.date) -> dict[str, int]:
    """Count the units alive on a day by kind, and those of government also by sub-kind; zeros too."""
    rows = (
        alive_versions(day)
        .values_list("unit__kind", "sub_kind")
        .annotate(count=Count("pk"))
        .order_by()
    )
    kinds = [kind.value for kind in Kind if kind is not Kind.NATION]
    words = [word.value for kind in TERRITORIAL_KINDS for word in SUB_KINDS[kind]]
    counts = dict.fromkeys([*kinds, *words], 0)
    for kind, sub_kind, count in rows:
        for key in (kind, sub_kind):
            if key in counts:
                counts[key] += count
    return counts
