"""The year's list of units of one authority, as its page shows it."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Max

from accounts.models import User
from criteria.selectors import units_under
from units.coverage import Coverage, CoverageFinding, Scheme
from units.models import EVALUATED_KINDS, GRASSROOTS_KINDS, Kind, Unit, UnitVersion
from units.selectors import coverages_of

from ..models import Roster, RosterEntry
from .areas import Area, listing_day


def roster_of(area: Area, year: int) -> Roster | None:
    """The area's list of that year, who froze it loaded; None while there is none."""
    rosters = Roster.objects.filter(authority=area.pk, year=year)
    return rosters.select_related("frozen_by", "authority").first()


def listing_coverages(versions: Sequence[UnitVersion], day: dt.date) -> dict[int, CoverageFinding]:
    """Whether each unit belongs on the year's list, by unit id: as Thông tư 124 covers it.

    A district, which the circular does not know, as Quyết định 510 does. Two queries at most.
    """
    found = coverages_of(versions, Scheme.RECOGNITION, day)
    districts = [one for one in versions if one.unit.kind == Kind.DISTRICT]
    return found | coverages_of(districts, Scheme.CLASSIFICATION, day)


def is_behind_register(authority: Unit, year: int) -> bool:
    """Whether the year's list is missing, or is open and lacks a unit added since; three queries."""
    roster = Roster.objects.filter(authority=authority, year=year).annotate(
        newest=Max("entries__unit")
    )
    found = roster.first()
    if found is None:
        return True
    if found.is_frozen:
        return False
    newest = found.newest or 0
    return any(version.unit_id > newest for version in units_under(authority, listing_day(year)))


def roster_rows(user: User, roster: Roster) -> list[RosterEntry]:
    """The list's rows that the person sees, in Vietnamese order, those taken off last."""
    rows = RosterEntry.objects.visible_to(user).filter(roster=roster)
    rows = rows.select_related("unit_version__unit", "changed_by")
    found = in_order_of_kinds(rows.order_by("unit_version__sort_key", "pk"))
    return sorted(found, key=lambda row: row.removed_at is not None)


def in_order_of_kinds(rows: Iterable[RosterEntry]) -> list[RosterEntry]:
    """The rows with residential areas first and government last, as the law names the kinds.

    Within a kind they keep their order; a list mixed by name alone hides which units are alike.
    """
    return sorted(rows, key=lambda row: EVALUATED_KINDS.index(Kind(row.unit_version.unit.kind)))


def undecided_units(authority: Unit, *, year: int) -> list[UnitVersion]:
    """Units of the authority in that year of which nobody knows yet whether the circular covers them."""
    day = listing_day(year)
    versions = units_under(authority, day)
    findings = listing_coverages(versions, day)
    return [one for one in versions if findings[one.unit_id].coverage == Coverage.UNDECIDED]


def unlisted_units(roster: Roster) -> list[UnitVersion]:
    """Units the authority answered for in that year, covered, that its frozen list does not hold."""
    listed = set(roster.entries.values_list("unit", flat=True))
    day = listing_day(roster.year)
    versions = [one for one in units_under(roster.authority, day) if one.unit_id not in listed]
    findings = listing_coverages(versions, day)
    covered = (Coverage.COVERED, Coverage.VOLUNTARY)
    return [one for one in versions if findings[one.unit_id].coverage in covered]


def counts_by_kind(rows: Sequence[RosterEntry]) -> list[tuple[Kind, int]]:
    """How many units of each kind below the commune the list holds, zeros too; others if there are any."""
    found = Counter(row.unit_version.unit.kind for row in rows if row.removed_at is None)
    return [
        (kind, found[kind]) for kind in EVALUATED_KINDS if kind in GRASSROOTS_KINDS or found[kind]
    ]
