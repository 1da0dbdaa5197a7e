"""Write the demo: people, units, seasons, stories; what is already there stays as people left it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from time import monotonic
from typing import Final

from django.db import connection, transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from evaluations.models import Decision, Registration, Roster, Season
from evaluations.services.summaries import rebuild_summaries
from units.models import Unit

from . import people
from .elsewhere import write_elsewhere
from .past import tell_2024, tell_2025
from .places import REPORTER_SCHOOL
from .present import begin_as_reporter, tell_now
from .register import enter_units, former_commune, government_unit
from .seasons import current_seasons
from .world import World, gather

SEED: Final = 2026
ALL: Final = tuple(people.COMMUNES)


@transaction.atomic
def load_demo(
    *,
    communes: tuple[str, ...] = ALL,
    with_years_before: bool = True,
    say: Callable[[str], None] = print,
) -> dict[str, int]:
    """Load the demo for the year of today; return how many people, units and files it holds.

    Running it again adds only what is missing. `communes` tells fewer communes of Quan Sơn, by
    code; without the years before nothing is written in bulk either. Needs the administrative
    units and the criteria sets. Raises UnitVersion.DoesNotExist without them.
    """
    told = _Told(say)
    with told("tài khoản"):
        root = _seat_everybody()
    with told("đơn vị Quan Sơn"):
        administrator = User.objects.get(username="quantri.thanhhoa")
        units = enter_units(communes, by=administrator)
    world = gather(communes, units, Random(SEED))
    if with_years_before:
        _tell_years_before(world, told)
    _close_former_accounts()
    year = localdate().year
    with told(f"năm {year}"):
        seasons = current_seasons(world.province.authority, by=administrator)
        tell_now(world, year, seasons)
        begin_as_reporter(world, year, seasons, _school_head(world, by=root))
    if with_years_before:
        for province in (people.PROVINCE, people.OTHER_PROVINCE):
            with told(f"các xã khác của tỉnh {province}"):
                write_elsewhere(province, Random(SEED))
    with told("số liệu tổng hợp"):
        _count_again()
    return _held()


def _count_again() -> None:
    """What was written in bulk told nobody what it changed."""
    with connection.cursor() as cursor:
        # The planner knows nothing yet of rows that came in bulk.
        cursor.execute("ANALYZE")
    years = Season.objects.order_by("year").values_list("year", flat=True).distinct()
    for year in years:
        rebuild_summaries(year)


def _held() -> dict[str, int]:
    return {
        "people": User.objects.filter(is_demo=True, is_active=True).count(),
        "units": Unit.objects.filter(is_demo=True).count(),
        "registrations": Registration.objects.count(),
        "decisions": Decision.objects.count(),
    }


class _Told:
    """Says how long each part took."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        begun = monotonic()
        yield
        self.say(f"  {part}: {monotonic() - begun:.1f} giây")


def _seat_everybody() -> User:
    """Everybody with an account; those of the communes that ended as long as they are needed."""
    root = people.superuser()
    for account in people.accounts():
        people.seat(account, government_unit(account.unit_code), by=root)
    for account in people.former_accounts():
        people.seat(account, former_commune(account.unit_code), by=root)
    return root


def _tell_years_before(world: World, told: "_Told") -> None:
    for year, tell in ((2024, tell_2024), (2025, tell_2025)):
        is_told = Roster.objects.filter(authority=world.province.authority, year=year).exists()
        if not is_told:
            with told(f"năm {year}"):
                tell(world)


def _close_former_accounts() -> None:
    for account in people.former_accounts():
        people.close(account)


def _school_head(world: World, *, by: User) -> User:
    [school] = world.units_named(REPORTER_SCHOOL)
    account = people.Account(
        "truong.quanson", "Nguyễn Thị Hòa", "Hiệu trưởng", Role.REPORTER, unit_code="", since=people.SINCE
    )  # fmt: skip
    return people.seat(account, school, by=by)
