"""What is still to be done in a year, unit by unit, by which day and by whose people."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib.dates import Deadline, deadline
from units.coverage import Scheme
from units.models import TERRITORIAL_KINDS, UnitVersion
from units.selectors import managing_unit_id

from ..models import Evaluation, Extension, Milestones, Registration, RosterEntry, Season
from ..workflow import EDITABLE, Status
from .areas import Area, areas_below, listed_entries, named_areas
from .authorities import sending_act
from .deadlines import KindDays, OwnDays, Step, StepDay, kind_days, own_days, word_of
from .standings import ORDER, Standing

NOT_STARTED: Final = "not_started"
STEP_OF: Final = {
    **dict.fromkeys((NOT_STARTED, *EDITABLE), Step.SUBMIT),
    Status.SUBMITTED: Step.APPRAISE,
    Status.IN_REVIEW: Step.APPRAISE,
    Status.APPRAISED: Step.PROPOSE,
    Status.PROPOSED: Step.DECIDE,
    Status.APPROVED: Step.DECIDE,
}
"""Which step a file waits for, by its state; a file not named is done."""

BLOCKING: Final = (Step.DECIDE, Step.PROPOSE, Step.APPRAISE, Step.SUBMIT, Step.REGISTER)
"""What holds others up first: whole lists wait for a signature, one unit for itself."""

_PEOPLE: Final = ("entered_by", "submitted_by", "appraised_by")


@dataclass(frozen=True, slots=True)
class Obligation:
    """One step one unit's year waits for."""

    unit_id: int
    name: str
    kind: str
    authority_id: int
    """On whose list the unit stands."""
    due: StepDay
    status: str
    acts: tuple[Act, ...]
    """Who may do it, as acts of the table."""
    acting_id: int
    """The unit whose people do it; a reporter does it for the own unit."""
    barred: frozenset[int] = frozenset()
    """People who had a hand in the file and so may not take this step."""

    @property
    def step(self) -> Step:
        return self.due.step

    @property
    def is_of_unit(self) -> bool:
        """Whether the unit's own side has to act."""
        return self.step in (Step.REGISTER, Step.SUBMIT)

    def standing(self, today: dt.date) -> Deadline:
        return deadline(self.due.day, today=today)

    def is_overdue(self, today: dt.date) -> bool:
        return today > self.due.day

    def is_soon(self, today: dt.date) -> bool:
        return self.standing(today).level in ("soon", "today")

    def order(self, today: dt.date) -> tuple[object, ...]:
        """Overdue first; then what blocks others: units below before the commune's own file (5.4)."""
        is_own_file = self.kind in TERRITORIAL_KINDS
        return not self.is_overdue(today), is_own_file, BLOCKING.index(self.step), self.due.day


@dataclass(frozen=True, slots=True)
class Load:
    """How many units of one list are behind, or soon to be, by step."""

    version: UnitVersion
    overdue: Counter[str]
    soon: Counter[str]

    @property
    def overdue_count(self) -> int:
        return sum(self.overdue.values())

    @property
    def soon_count(self) -> int:
        return sum(self.soon.values())


def area_obligations(
    user: User, area: Area, *, year: int, seasons: Sequence[Season]
) -> list[Obligation]:
    """What the units of one list that the person sees still wait for, urgent first: five queries."""
    own = own_days(area.version, year=year)
    days = {area.pk: kind_days(seasons, own, year=year)}
    return _obligations(listed_entries(user, area, year), days, year=year)


def commune_loads(area: Area, *, year: int, seasons: Sequence[Season]) -> list[Load]:
    """The lists of the communes below a province, those with units behind first.

    Six queries, however many communes there are. For who sees all of the province.
    """
    versions = list(areas_below(area, year))
    today = localdate()
    found = list_obligations(versions, year=year, seasons=seasons)
    overdue: dict[int, Counter[str]] = {}
    soon: dict[int, Counter[str]] = {}
    for one in found:
        if one.is_overdue(today):
            overdue.setdefault(one.authority_id, Counter())[one.step] += 1
        elif one.is_soon(today):
            soon.setdefault(one.authority_id, Counter())[one.step] += 1
    loads = [
        Load(version, overdue.get(version.unit_id, Counter()), soon.get(version.unit_id, Counter()))
        for version in versions
    ]
    return sorted(
        loads, key=lambda one: (-one.overdue_count, -one.soon_count, one.version.sort_key)
    )


def list_obligations(
    authorities: Sequence[UnitVersion], *, year: int, seasons: Sequence[Season]
) -> list[Obligation]:
    """What all units on the lists of these authorities wait for, whoever asks: five queries."""
    ids = [version.unit_id for version in authorities]
    rows: dict[int, list[Milestones]] = {}
    for row in Milestones.objects.filter(authority__in=ids, year=year):
        rows.setdefault(row.authority_id, []).append(row)
    plain: dict[str, dict[str, KindDays]] = {}
    days = {}
    for version in authorities:
        own = OwnDays(word_of(version), rows.get(version.unit_id, ()))
        if own.rows:
            days[version.unit_id] = kind_days(seasons, own, year=year)
        else:
            days[version.unit_id] = plain.setdefault(
                own.word, kind_days(seasons, own, year=year) if own.word not in plain else {}
            )
    entries = RosterEntry.objects.filter(roster__authority__in=ids, roster__year=year)
    return _obligations(entries, days, year=year)


def _obligations(
    entries: "QuerySet[RosterEntry]", days: Mapping[int, Mapping[str, KindDays]], *, year: int
) -> list[Obligation]:
    today = localdate()
    alive = Q(unit__ended_on=None) | Q(unit__ended_on__gt=today)
    rows = entries.filter(alive, removed_at=None, not_considered_reason="")
    listed = rows.order_by("unit_version__sort_key", "pk").values_list(
        "unit", "unit_version__name", "unit__kind", "roster__authority"
    )
    units = rows.order_by().values("unit")
    registered = dict(
        Registration.objects.filter(season__year=year, unit__in=units).values_list("unit", "status")
    )
    files = _files(units, year=year)
    until = dict(
        Extension.objects.standing().filter(year=year, unit__in=units).values_list("unit", "until_on")
    )  # fmt: skip
    found = [
        one
        for unit_id, name, kind, authority_id in listed
        if (of_kind := days.get(authority_id, {}).get(kind)) and not of_kind.is_locked
        for one in _of_unit(
            _Unit(unit_id, name, kind, authority_id), of_kind,
            registered.get(unit_id, ""), files.get(unit_id, {}), until.get(unit_id),
        )
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.order(today))


@dataclass(frozen=True, slots=True)
class _Unit:
    pk: int
    name: str
    kind: str
    authority_id: int

    @property
    def entering_id(self) -> int:
        return self.pk if self.kind in TERRITORIAL_KINDS else self.authority_id


def _files(units: "QuerySet[object]", *, year: int) -> dict[int, dict[str, dict[str, int | str]]]:
    """State, authorities and people of each unit's evaluations, by unit and scheme: one query."""
    found: dict[int, dict[str, dict[str, int | str]]] = {}
    names = ("unit", "season__scheme", "status", "appraising_unit", "deciding_unit", *_PEOPLE)
    for row in Evaluation.objects.filter(unit__in=units, season__year=year).values(*names):
        found.setdefault(row["unit"], {})[row["season__scheme"]] = row
    return found


def _of_unit(
    unit: _Unit,
    days: KindDays,
    registration: str,
    files: Mapping[str, Mapping[str, int | str]],
    until: dt.date | None,
) -> Iterable[Obligation]:
    """What one unit waits for: registering, and each step at which a part of its file stands.

    Recognition waits for the registration; classification never does.
    """
    states = {scheme: str(row["status"]) for scheme, row in files.items() if days.is_open(scheme)}
    standing = Standing(
        unit.pk, True, True, registration,
        states.get(Scheme.RECOGNITION, ""), states.get(Scheme.CLASSIFICATION, ""), unit.kind,
    )  # fmt: skip
    if days.is_open(Scheme.RECOGNITION) and not standing.is_registered:
        yield Obligation(
            unit.pk, unit.name, unit.kind, unit.authority_id, days.due(Step.REGISTER),
            standing.registration_code, (Act.REGISTER,), unit.entering_id,
        )  # fmt: skip
    if not (standing.is_registered or days.is_open(Scheme.CLASSIFICATION)):
        return
    if not standing.is_registered:
        states.pop(Scheme.RECOGNITION, None)
    for state in _distinct(states.values()) or [NOT_STARTED]:
        step = STEP_OF.get(state)
        if step is None:
            continue
        at_step = [row for scheme, row in files.items() if states.get(scheme) == state]
        yield Obligation(
            unit.pk, unit.name, unit.kind, unit.authority_id, days.due(step, until=until), state,
            _acts(step, state, unit.kind), _acting_id(step, unit, at_step), _barred(step, at_step),
        )  # fmt: skip


def _distinct(states: Iterable[str]) -> list[str]:
    """One state for each thing that somebody has to do: returned and draft are one, so are sent and taken up."""
    by_task = {
        state if STEP_OF.get(state) == Step.DECIDE else STEP_OF.get(state): state
        for state in sorted(states, key=lambda one: ORDER[Status(one)], reverse=True)
    }
    return list(by_task.values())


def _acts(step: Step, state: str, kind: str) -> tuple[Act, ...]:
    if step == Step.SUBMIT:
        sending = sending_act(kind)
        return (Act.ANSWER,) if sending == Act.SUBMIT else (Act.ANSWER, sending)
    if step == Step.APPRAISE:
        return (Act.APPRAISE,)
    if step == Step.PROPOSE:
        return (Act.PREPARE_DECISION,)
    return (Act.APPROVE,) if state == Status.PROPOSED else (Act.ISSUE,)


def _acting_id(step: Step, unit: _Unit, rows: Sequence[Mapping[str, int | str]]) -> int:
    if step == Step.SUBMIT or not rows:
        return unit.entering_id
    return int(rows[0]["deciding_unit" if step == Step.DECIDE else "appraising_unit"])


def _barred(step: Step, rows: Sequence[Mapping[str, int | str]]) -> frozenset[int]:
    """Three persons: who entered or sent does not appraise, who sent or appraised does not approve."""
    names = {
        Step.APPRAISE: ("entered_by", "submitted_by"),
        Step.DECIDE: ("submitted_by", "appraised_by"),
    }
    return frozenset(int(row[name]) for row in rows for name in names.get(step, ()) if row[name])


def own_file_obligations(area: Area, *, year: int, seasons: Sequence[Season]) -> list[Obligation]:
    """What the commune's (district's) own file waits for; seven queries, none without a season."""
    is_asked = any((one.year, one.unit_kind) == (year, area.unit.kind) for one in seasons)
    manager = managing_unit_id(area.version) if is_asked else None
    above = named_areas([manager]) if manager and manager != area.pk else {}
    if manager not in above:
        return []
    days = {manager: kind_days(seasons, own_days(above[manager], year=year), year=year)}
    entries = RosterEntry.objects.filter(unit=area.pk, roster__year=year, roster__authority=manager)
    return _obligations(entries, days, year=year)
