"""The current season of Quan Sơn in mid-course: how far everybody has come, so that something waits for all."""

from collections.abc import Iterable
from typing import Final

from accounts.models import User
from accounts.roles import Role
from evaluations.models import Roster
from evaluations.services.rosters import prepare_roster
from units.models import Unit

from .places import REPORTER_SCHOOL
from .seasons import Seasons
from .stories import Crew, Stage, decide, freeze, lead
from .world import World

NA_MEO: Final = (
    "decided", "decided", "decided_not_met", "approved", "approved", "sent", "appraised", "in_review", "submitted",
    "submitted", "returned", "draft", "registered", "registration_sent", "not_considered",
)  # fmt: skip
OTHERS: Final = (
    "decided", "sent", "appraised", "submitted", "draft", "registered", "registration_sent", "unregistered",
)  # fmt: skip
SMALL: Final = ("decided", "submitted", "draft", "registered", "registration_sent", "unregistered")
STEPS_OF: Final = {"15013": NA_MEO, "15010": OTHERS, "15016": OTHERS}
"""How far the residential areas of a commune have come, in story order; the small ones do less."""

UNITS: Final = {
    "Trạm Y tế xã Na Mèo": "submitted", "Trường THCS Na Mèo": "appraised",
    "Công ty cổ phần Cửa khẩu Na Mèo": "registration_sent", "Trường TH&THCS Sơn Thủy": "in_review",
    "Trung tâm Văn hóa xã Quan Sơn": "submitted", "Hợp tác xã Luồng Sơn Điện": "registered",
    "Trường THPT Quan Sơn 2": "submitted", "Trường THPT Quan Sơn": "decided",
    "Bệnh viện đa khoa Quan Sơn": "approved", "Trung tâm GDNN - GDTX Quan Sơn": "sent",
    "Hạt Kiểm lâm Quan Sơn": "in_review",
}  # fmt: skip
"""How far agencies, enterprises and schools have come."""

COMMUNES: Final = {
    "15013": "draft", "15010": "submitted", "15016": "in_review", "15001": "appraised",
    "15007": "registered", "15019": "rows_returned", "15022": "draft", "15025": "registration_sent",
}  # fmt: skip
"""How far the communes' own files have come."""

NOT_FROZEN: Final = frozenset({"15007"})
"""Lists that wait for somebody to say how large an enterprise is."""


def tell_now(world: World, year: int, seasons: Seasons) -> None:
    """Lead everything as far as it has come; a list whose story is told already is left alone."""
    if Roster.objects.filter(authority=world.province.authority, year=year).exists():
        return
    freeze(world.province, year)
    for code, crew in world.now.items():
        _tell_commune(world, code, crew, year, seasons)
    stage = Stage.of(year, seasons, world.province, world.random)
    _lead_named(stage, world, "province")
    decide(stage)
    for index, (code, crew) in enumerate(world.now.items()):
        own = Stage.of(
            year, seasons, world.province, world.random, enters=crew.staff[Role.OFFICER],
            sends=crew.staff[Role.APPRAISER],
        )  # fmt: skip
        lead(own, crew.authority, COMMUNES[code], index)


def begin_as_reporter(world: World, year: int, seasons: Seasons, head: User) -> None:
    """The school whose head has an account is in the middle of its self-assessment."""
    for unit in world.units_named(REPORTER_SCHOOL):
        if unit.registrations.filter(season__year=year).exists():
            return
        stage = Stage.of(
            year, seasons, world.now["15016"], world.random, enters=head, sends=head
        )  # fmt: skip
        lead(stage, unit, "draft", 0)


def _tell_commune(world: World, code: str, crew: Crew, year: int, seasons: Seasons) -> None:
    """One commune's areas and what else it manages, then the sessions and decisions of those far enough."""
    if code in NOT_FROZEN:
        prepare_roster(crew.authority, year=year)
    else:
        freeze(crew, year)
    stage = Stage.of(year, seasons, crew, world.random)
    steps = STEPS_OF.get(code, SMALL)
    for index, unit in enumerate(world.areas(code=code)):
        lead(stage, unit, steps[index % len(steps)], index)
    decide(stage)
    _lead_named(stage, world, "commune", _below(world, code))


def _below(world: World, code: str) -> Iterable[Unit]:
    return [unit for one, unit in world.units.items() if one.code == code]


def _lead_named(
    stage: Stage, world: World, level: str, within: Iterable[Unit] | None = None
) -> None:
    for index, (one, unit) in enumerate(world.units.items()):
        is_here = within is None or unit in within
        if one.name in UNITS and one.managing_level == level and is_here:
            lead(stage, unit, UNITS[one.name], index)
