"""The year's list of units of one authority, as its page shows it."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max
from django.utils.timezone import localdate

from accounts.models import User
from criteria.selectors import units_under
from units.coverage import Coverage, CoverageFinding, Scheme
from units.models import Kind, Unit, UnitVersion
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
    found = list(rows.order_by("unit_version__sort_key", "pk"))
    return sorted(found, key=lambda row: row.removed_at is not None)


def undecided_units(authority: Unit) -> list[UnitVersion]:
    """Units of the authority of which nobody knows yet whether the circular covers them."""
    versions = units_under(authority, localdate())
    findings = listing_coverages(versions, localdate())
    return [one for one in versions if findings[one.unit_id].coverage == Coverage.UNDECIDED]
