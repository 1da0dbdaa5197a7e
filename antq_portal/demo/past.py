"""Quan Sơn in 2024, three tiers with the district; and in 2025, begun by the old communes, ended by the new.

One area of every commune and every file that a district or the province decided is led by the
services on the days it happened; what is left of the lists is written in bulk.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from evaluations.models import Evaluation, RecordedResult, ResultSource, Roster, RosterEntry
from evaluations.services.rosters import add_after_freezing, prepare_roster
from units.coverage import Scheme
from units.models import GRASSROOTS_KINDS, Unit, UnitVersion

from .clock import on_day
from .places import MINISTRY_MANAGED
from .seasons import Seasons, past_seasons
from .stories import Crew, Stage, evaluate, freeze, hold_session, register
from .wholesale import Batch, fortunes, write
from .world import World

TOLD: Final = 1
"""How many areas of each commune go through the services."""

ANSWERED_LAST_YEAR: Final = ("Bản Khà", "Bản Hạ", "Bản Mòn", "Bản Hậu")
"""Areas of Na Mèo that also do so in 2025: those who fill in this year's sheet find last year's answers."""

OF_DISTRICT: Final = ("Phòng Nội vụ huyện Quan Sơn", "Trường THCS Na Mèo")
UPPER_SCHOOL: Final = "Trường THPT Quan Sơn 2"


def tell_2024(world: World) -> None:
    """Areas decided by the communes, communes by the district, the district classified by the province."""
    year, district = 2024, world.district
    with on_day(dt.date(year, 1, 15)):
        seasons = past_seasons(world.province.authority, year, by=world.administrator)
    of_areas = [
        (_stage(world, year, seasons, crew), world.areas(old=old)[:TOLD])
        for old, crew in world.before.items()
    ]
    of_communes = [
        _own(world, year, seasons, crew, above=district) for crew in world.before.values()
    ]
    of_district = [
        (_stage(world, year, seasons, district), [world.unit(name)])
        for name in OF_DISTRICT
        if world.has(name)
    ]
    with on_day(dt.date(year, 3, 25)):
        for crew in (*world.before.values(), district, world.province):
            freeze(crew, year)
        _register(*of_areas, *of_communes, *of_district)
    with on_day(dt.date(year, 11, 12)):
        for led in of_areas:
            _finish(led[0].crew, led)
    _rest(world, year, seasons, world.before.values(), dt.date(year, 11, 12))
    with on_day(dt.date(year, 11, 18)):
        _finish(district, *of_communes)
        for led in of_district:
            _finish(district, led)
    with on_day(dt.date(year, 12, 10)):
        _finish(world.province, _own(world, year, seasons, district, above=world.province))
    record_external(world, year, decided_on=dt.date(year, 11, 15))


def tell_2025(world: World) -> None:
    """Registered by the old communes in March, decided by the new ones and the province in November."""
    year, province = 2025, world.province
    with on_day(dt.date(year, 1, 15)):
        seasons = past_seasons(province.authority, year, by=world.administrator)
    kept = [crew for crew in world.now.values() if crew in world.before.values()]
    merged = [crew for crew in world.now.values() if crew not in kept]
    of_areas = [
        (_stage(world, year, seasons, crew), _told_2025(world, old))
        for old, crew in world.before.items()
    ]
    of_kept = [_own(world, year, seasons, crew, above=world.district) for crew in kept]
    of_merged = [_own(world, year, seasons, crew, above=province) for crew in merged]
    of_school = (_stage(world, year, seasons, province), world.units_named(UPPER_SCHOOL))
    with on_day(dt.date(year, 3, 25)):
        for crew in (*world.before.values(), world.district):
            freeze(crew, year)
        prepare_roster(province.authority, year=year)
        _register(*of_areas, *of_kept, of_school)
    with on_day(dt.date(year, 9, 15)):
        for crew in (*merged, province):
            freeze(crew, year)
        _take_over_school(world, year)
        _register(*of_merged)
    with on_day(dt.date(year, 11, 12)):
        for code, crew in world.now.items():
            here = set(world.areas(code=code))
            led = [unit for _, units in of_areas for unit in units if unit in here]
            _finish(crew, (_stage(world, year, seasons, crew), led))
    _rest(world, year, seasons, world.now.values(), dt.date(year, 11, 12))
    with on_day(dt.date(year, 11, 18)):
        _finish(province, *of_kept, *of_merged, of_school)
    _rest(world, year, seasons, [province], dt.date(year, 11, 18))
    record_external(world, year, decided_on=dt.date(year, 11, 17))


def _told_2025(world: World, old: str) -> list[Unit]:
    """The areas of a commune of before that go through the services in 2025, in story order."""
    also = {unit for name in ANSWERED_LAST_YEAR for unit in world.units_named(name)}
    areas = world.areas(old=old)
    return [unit for place, unit in enumerate(areas) if place < TOLD or unit in also]


def record_external(world: World, year: int, *, decided_on: dt.date) -> None:
    """What the Minister decided for the unit that the Ministry follows; only written down."""
    for unit in world.units_named(MINISTRY_MANAGED):
        version = UnitVersion.objects.in_force(decided_on).get(unit=unit)
        with on_day(decided_on + dt.timedelta(days=6)):
            for scheme, outcome in ((Scheme.RECOGNITION, "met"), (Scheme.CLASSIFICATION, "kha")):
                _record(world, version, year, scheme, outcome, decided_on)


Led = tuple[Stage, Sequence[Unit]]
"""Some units with the stage on which they are led."""


def _stage(world: World, year: int, seasons: Seasons, crew: Crew) -> Stage:
    return Stage.of(year, seasons, crew, world.random)


def _own(world: World, year: int, seasons: Seasons, crew: Crew, *, above: Crew) -> Led:
    """The own file of a commune or district: its officer enters, its standing body sends it up."""
    stage = Stage.of(
        year, seasons, above, world.random, enters=crew.staff[Role.OFFICER],
        sends=crew.staff[Role.APPRAISER],
    )  # fmt: skip
    return stage, [crew.authority]


def _register(*many: Led) -> None:
    for stage, units in many:
        for index, unit in enumerate(units):
            register(stage, unit, index)


def _finish(crew: Crew, *many: Led) -> None:
    """Lead the files to one session of the crew's standing body and its issued decisions."""
    units = [unit for _, led in many for unit in led]
    for stage, led in many:
        stage.crew = crew
        for index, unit in enumerate(led):
            evaluate(stage, unit, "decided", index)
    if units:
        hold_session(many[0][0], units, "issued")


def _rest(world: World, year: int, seasons: Seasons, crews: Iterable[Crew], day: dt.date) -> None:
    """Write in bulk what the lists of these authorities hold beside what was led."""
    batches = []
    for crew in crews:
        opened = Evaluation.objects.filter(season__year=year).values("unit")
        entries = RosterEntry.objects.filter(
            roster__authority=crew.authority, roster__year=year, unit__kind__in=GRASSROOTS_KINDS
        ).exclude(unit__in=opened)
        versions = UnitVersion.objects.in_force(day).filter(unit__in=entries.values("unit"))
        listed = list(versions.select_related("unit").order_by("sort_key", "pk"))
        came = fortunes(world.random, listed)
        batches.append(Batch(crew, seasons, year, listed, came, day))
    write(batches)


def _take_over_school(world: World, year: int) -> None:
    """The school the district managed goes on the frozen list of the commune it now answers to."""
    for unit in world.units_named(OF_DISTRICT[1]):
        crew = world.now["15013"]
        roster = Roster.objects.get(authority=crew.authority, year=year)
        reason = "Nhận bàn giao từ UBND huyện từ 01/7/2025."
        add_after_freezing(roster, unit, reason=reason, by=crew.staff[Role.APPRAISER])


def _record(
    world: World, version: UnitVersion, year: int, scheme: str, outcome: str, decided_on: dt.date
) -> None:
    officer: User = world.province.staff[Role.OFFICER]
    province = world.province.authority
    RecordedResult.objects.get_or_create(
        unit=version.unit, year=year, scheme=scheme,
        defaults={
            "unit_version": version, "province": province,
            "deciding_unit_id": version.ancestor_ids[0], "source": ResultSource.EXTERNAL,
            "outcome": outcome, "decision_number": f"{8800 + year}/QĐ-BCA", "decided_on": decided_on,
            "organ": "Bộ trưởng Bộ Công an", "entered_at": timezone.now(), "entered_by": officer,
        },
    )  # fmt: skip
