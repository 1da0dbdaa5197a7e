"""A few of the demo's units with the people of their year, and nothing entered yet."""

from dataclasses import dataclass
from random import Random

from accounts.models import User
from antq_portal.demo import people
from antq_portal.demo.register import enter_units, former_commune, government_unit
from antq_portal.demo.seasons import Seasons, current_seasons
from antq_portal.demo.stories import Crew, Stage, assess, freeze, register
from antq_portal.demo.world import World, gather
from criteria.services import load_criteria
from tests.story import REGULATIONS
from units.models import Unit
from units.services.loading import load_admin_units


@dataclass(frozen=True)
class Year:
    """One unit's year: where it stands on the list, and whose browsers lead it."""

    unit: Unit
    stage: Stage
    enters: str
    sends: str
    appraises: str
    approves: str
    numbers: str

    @property
    def name(self) -> str:
        return str(self.unit.versions.in_force().get().name)

    @property
    def signer(self) -> str:
        return str(User.objects.get(username=self.approves))

    def begin(self) -> None:
        """What is not walked here: the frozen list, the accepted registration, the answers."""
        freeze(self.stage.crew, self.stage.year)
        register(self.stage, self.unit, 0)
        assess(self.stage, self.unit, 0, "submitted")


def prepare(codes=("15013",)) -> World:
    """Real communes, the demo's people and units; no season is open and nothing registered."""
    load_admin_units([people.PROVINCE])
    load_criteria(sorted(REGULATIONS.glob("*.yaml")))
    root = people.superuser()
    for account in people.accounts():
        if account.unit_code != people.OTHER_PROVINCE:
            people.seat(account, government_unit(account.unit_code), by=root)
    for account in people.former_accounts():
        people.seat(account, former_commune(account.unit_code), by=root)
    administrator = User.objects.get(username="quantri.thanhhoa")
    return gather(codes, enter_units(codes, by=administrator), Random(1))


def open_now(world: World) -> Seasons:
    """The seasons of the day."""
    return current_seasons(world.province.authority, by=world.administrator)


def year_of(
    unit: Unit, year: int, seasons: Seasons, crew: Crew, *, level: str, enters: str, sends: str
) -> Year:
    """The year of one unit, led by these two accounts and the staff of its authority."""
    users = User.objects.in_bulk([enters, sends], field_name="username")
    stage = Stage.of(
        year, seasons, crew, Random(1), enters=users[enters], sends=users[sends]
    )  # fmt: skip
    staff = (f"{word}.{level}" for word in ("thamdinh", "chutich", "vanthu"))
    return Year(unit, stage, enters, sends, *staff)
