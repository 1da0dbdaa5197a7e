"""The real commune of Na Mèo with the demo's people, and one residential area with nothing entered."""

from dataclasses import dataclass

from accounts.models import User
from antq_portal.demo import people
from tests import story
from units.models import Kind, SubKind, Unit
from units.selectors import alive_versions
from units.services import UnitFacts, create_unit
from units.services.loading import load_admin_units

STAFF = ("canbo.nameo", "thamdinh.nameo", "chutich.nameo", "vanthu.nameo", "quantri.thanhhoa")


@dataclass(frozen=True)
class NaMeo:
    """The commune of the flows; named like the cast, so that tests/story.py can lead its files."""

    province: Unit
    na_meo: Unit
    son_thuy: Unit
    area: Unit
    lan: User
    minh: User
    hoa: User
    van: User
    thu: User

    @property
    def area_name(self):
        return str(self.area.versions.in_force().get().name)


def prepare():
    """Units, people, one area and the seasons of the year, each as its own service writes it."""
    load_admin_units([people.PROVINCE])
    root = people.superuser()
    province = government_unit(people.PROVINCE, Kind.PROVINCE)
    na_meo, son_thuy = (government_unit(code, Kind.COMMUNE) for code in ("15013", "15010"))
    accounts = {one.username: one for one in people.accounts()}
    lan, minh, hoa, van, thu = (
        people.seat(accounts[name], province if name.endswith("thanhhoa") else na_meo, by=root)
        for name in STAFF
    )
    area = new_area(na_meo, "Bản Na Mèo (mẫu)", by=lan)
    country = NaMeo(province, na_meo, son_thuy, area, lan, minh, hoa, van, thu)
    story.open_seasons(country)
    return country


def government_unit(code, kind):
    return alive_versions().get(code=code, unit__kind=kind).unit


def new_area(commune, name, *, by):
    """Put one residential area of the commune into the register."""
    facts = UnitFacts(name=name, sub_kind=SubKind.BAN)
    made = create_unit(parent=commune, kind=Kind.RESIDENTIAL_AREA, facts=facts, by=by, is_demo=True)
    return made.unit
