"""Who is to be reminded of what on a day: the rhythm, the people who can act, what their mail says."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import ALLOWED, Reach
from antq_portal.lib.dates import deadline, is_working_day, working_days_left
from units.models import Assignment, Kind, UnitVersion

from ..models import Nudge, ReminderDigest, Roster, Season
from .deadlines import Step
from .obligations import BLOCKING, Obligation, list_obligations

BEFORE: Final = (7, 2)
"""So many working days before the last day, that day counted, a reminder goes out."""
AFTER: Final = (1, 3)
"""So many working days after it; then every fifth, until the last of LONGEST."""
EVERY, LONGEST = 5, 30
NUDGE_KEPT: Final = dt.timedelta(days=7)
"""How long a reminder of the standing body waits for somebody's next mail."""
NAMED_AT_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a mail: a step of one kind of unit on one list, until when, which units, where to go."""

    step: Step
    kind: str
    place: str
    names: tuple[str, ...]
    when: str
    is_overdue: bool
    is_nudged: bool
    url: str

    @property
    def title(self) -> str:
        return f"{self.step.label}, {str(Kind(self.kind).label).lower()}, {self.place}"

    @property
    def named(self) -> str:
        """The first units by name, and how many more."""
        more = len(self.names) - NAMED_AT_MOST
        return ", ".join(self.names[:NAMED_AT_MOST]) + (
            f" và {more} đơn vị khác" if more > 0 else ""
        )


@dataclass(slots=True)
class PersonDue:
    """Everything one person is to be reminded of on one day, urgent first."""

    user: User
    items: list[Item] = field(default_factory=list)

    @property
    def overdue_count(self) -> int:
        return sum(len(item.names) for item in self.items if item.is_overdue)

    @property
    def soon_count(self) -> int:
        return sum(len(item.names) for item in self.items if not item.is_overdue)


def is_due(last_day: dt.date, today: dt.date) -> bool:
    """Whether a reminder of that last day goes out today: before, on it, and more and more rarely after.

    Only on working days; a last day on a weekend is reminded of on the working day before.
    """
    if not is_working_day(today):
        return False
    if today <= last_day:
        return working_days_left(today, last_day) in (*BEFORE, 1)
    late = working_days_left(last_day + dt.timedelta(days=1), today)
    return late in AFTER or (late % EVERY == 0 and late <= LONGEST)


def people_due(today: dt.date) -> list[PersonDue]:
    """The people with an address who want reminders and can do something that is due today.

    Those who were reminded today are left out. As many queries for each province and open year
    as `list_obligations`, and five.
    """
    receivers = _receivers(today)
    if not receivers:
        return []
    found: dict[int, dict[tuple[int, str], tuple[Obligation, int]]] = defaultdict(dict)
    nudged = _nudges(today)
    last_told = _last_told()
    names: dict[int, str] = {}
    for year, versions, seasons in _lists(today):
        names |= {version.unit_id: version.name for version in versions}
        for one in list_obligations(versions, year=year, seasons=seasons):
            told = nudged.get((one.unit_id, year)) if one.is_of_unit else None
            is_regular = is_due(one.due.day, today)
            for user_id in _people(one, receivers) if told or is_regular else ():
                is_new = told is not None and told > last_told.get(user_id, told - NUDGE_KEPT)
                if is_regular or is_new:
                    found[user_id].setdefault((one.unit_id, one.step), (one, year))
    users = User.objects.in_bulk(found)
    return [
        PersonDue(users[pk], _items(rows.values(), names, nudged, today))
        for pk, rows in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class _Held:
    user_id: int
    role: str
    kinds: tuple[str, ...]


def _receivers(today: dt.date) -> dict[int, list[_Held]]:
    """Roles held today by people who may be written to and were not today, by unit: one query."""
    rows = (
        Assignment.objects.current(today)
        .filter(user__is_active=True, user__wants_reminders=True)
        .exclude(user__email="")
        .exclude(user__in=ReminderDigest.objects.filter(day=today).values("user"))
        .values_list("unit", "user", "role", "kinds")
    )
    found: dict[int, list[_Held]] = defaultdict(list)
    for unit_id, user_id, role, kinds in rows:
        found[unit_id].append(_Held(user_id, role, tuple(kinds)))
    return found


def _people(one: Obligation, receivers: Mapping[int, Sequence[_Held]]) -> set[int]:
    """Who may take the step by the table of acts, but those who had a hand in the file before."""
    found = set()
    for act in one.acts:
        for role, reach in ALLOWED[act].items():
            at = one.unit_id if reach is Reach.OWN else one.acting_id
            found |= {
                held.user_id
                for held in receivers.get(at, ())
                if held.role == role and (not held.kinds or one.kind in held.kinds)
            }
    return found - one.barred


def _lists(today: dt.date) -> Iterator[tuple[int, list[UnitVersion], list[Season]]]:
    """Each province's lists of each year that is not locked, this year's and the last one's."""
    years: dict[tuple[int, int], list[Season]] = defaultdict(list)
    for season in Season.objects.filter(year__gte=today.year - 1):
        years[season.province_id, season.year].append(season)
    for (province_id, year), seasons in sorted(years.items()):
        if all(season.is_locked for season in seasons):
            continue
        authorities = Roster.objects.filter(province=province_id, year=year).values("authority")
        versions = UnitVersion.objects.in_force(today).filter(unit__in=authorities)
        yield year, list(versions.select_related("unit")), seasons


def _nudges(today: dt.date) -> dict[tuple[int, int], dt.datetime]:
    """When each unit was last reminded by its standing body, of late, by unit and year: one query."""
    rows = Nudge.objects.filter(on__gte=today - NUDGE_KEPT, on__lte=today).order_by()
    latest = rows.values_list("unit", "year").annotate(last=Max("nudged_at"))
    return {(unit_id, year): at for unit_id, year, at in latest}


def _last_told() -> dict[int, dt.datetime]:
    """When each person's last mail was composed: one query."""
    since = timezone.now() - NUDGE_KEPT
    rows = ReminderDigest.objects.filter(composed_at__gte=since).order_by()
    return dict(rows.values_list("user").annotate(last=Max("composed_at")))


def _items(
    rows: Iterable[tuple[Obligation, int]],
    places: Mapping[int, str],
    nudged: Mapping[tuple[int, int], dt.datetime],
    today: dt.date,
) -> list[Item]:
    """One item for each list, year, step, kind and day; reminded of first, then late, then blocking."""
    groups: dict[tuple[object, ...], list[tuple[Obligation, int]]] = defaultdict(list)
    for one, year in rows:
        is_nudged = one.is_of_unit and (one.unit_id, year) in nudged
        key = (one.authority_id, year, one.step, one.kind, one.due.day, is_nudged)
        groups[key].append((one, year))
    found = []
    for (*_, is_nudged), members in groups.items():
        ones = [one for one, _ in members]
        first, year = members[0]
        found.append(
            Item(
                first.step, first.kind, places.get(first.authority_id, ""),
                tuple(one.name for one in ones), deadline(first.due.day, today=today).text,
                first.is_overdue(today), bool(is_nudged), _url(ones, year, today),
            )
        )  # fmt: skip
    return sorted(
        found, key=lambda item: (not item.is_nudged, not item.is_overdue, BLOCKING.index(item.step))
    )


def _url(ones: Sequence[Obligation], year: int, today: dt.date) -> str:
    """The file of one unit, the calendar's list of several; with the portal's own address before it."""
    first = ones[0]
    if len(ones) == 1:
        return settings.PORTAL_URL + reverse("evaluations:file", args=[year, first.unit_id])
    how = "qua-han" if first.is_overdue(today) else "tat-ca"
    query = {
        "xa": first.authority_id,
        "nam": year,
        "muc": how,
        "viec": first.step,
        "loai": first.kind,
    }
    return f"{settings.PORTAL_URL}{reverse('evaluations:calendar')}?{urlencode(query)}#danh-sach"
