"""The cast: one small country and the people in it, made in few statements.

Two communes in a province, two residential areas in each. Everybody has begun long ago, so the
cast lives on every day a test may choose.
"""

import datetime as dt
from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Role
from units.models import Assignment, Kind, ManagingLevel, SubKind, Unit, UnitVersion
from units.models.naming import name_version

LONG_AGO = dt.date(2020, 1, 1)

# fmt: off
PEOPLE = (
    # name       full name             role                unit
    ("lan",      "Lò Thị Lan",         Role.OFFICER,       "na_meo"),
    ("minh",     "Phạm Văn Minh",      Role.APPRAISER,     "na_meo"),
    ("hoa",      "Vi Thị Hoa",         Role.APPROVER,      "na_meo"),
    ("van",      "Hà Thị Vân",         Role.CLERK,         "na_meo"),
    ("tuan",     "Lê Anh Tuấn",        Role.APPRAISER,     "province"),
    ("duc",      "Trịnh Minh Đức",     Role.APPROVER,      "province"),
    ("mai",      "Nguyễn Thị Mai",     Role.CLERK,         "province"),
    ("binh",     "Hoàng Văn Bình",     Role.OFFICER,       "province"),
    ("thu",      "Đỗ Thị Thu",         Role.ADMINISTRATOR, "province"),
    ("nga",      "Ngân Thị Nga",       Role.OFFICER,       "son_thuy"),
    ("nga",      "Ngân Thị Nga",       Role.APPRAISER,     "son_thuy"),
    ("nga",      "Ngân Thị Nga",       Role.APPROVER,      "son_thuy"),
    ("nga",      "Ngân Thị Nga",       Role.CLERK,         "son_thuy"),
)
# fmt: on


@dataclass(frozen=True)
class Cast:
    """The units and the people; a unit's version in force is `version_of(unit)`."""

    nation: Unit
    province: Unit
    na_meo: Unit
    son_thuy: Unit
    che_lau: Unit
    """Bản Ché Lầu, xã Na Mèo."""
    hiem: Unit
    """Bản Hiềm, xã Na Mèo."""
    thuy_thanh: Unit
    """Bản Thủy Thành, xã Sơn Thủy."""
    chung_son: Unit
    """Bản Chung Sơn, xã Sơn Thủy."""
    lan: User
    """Officer of Na Mèo: registers, answers, submits."""
    minh: User
    """Appraiser of Na Mèo."""
    hoa: User
    """Approver of Na Mèo, the chairwoman."""
    van: User
    """Clerk of Na Mèo."""
    tuan: User
    """Appraiser of the province: sees the communes, acts for none of their units."""
    duc: User
    """Approver of the province."""
    mai: User
    """Clerk of the province."""
    binh: User
    """Officer of the province."""
    thu: User
    """Administrator of the province."""
    nga: User
    """The outsider: every role of the procedure in Sơn Thủy, none in Na Mèo."""
    root: User
    """The national administrator (superuser)."""


def make_unit(
    kind, name, *, parent=None, sub_kind="", level=ManagingLevel.COMMUNE, valid_from=None, **fields
):
    """Add a unit and its first version without asking anybody; return the unit."""
    above = version_of(parent) if parent else None
    province_id = (parent.province_id or parent.pk) if parent and kind != Kind.PROVINCE else None
    unit = Unit.objects.create(kind=kind, province_id=province_id)
    if kind == Kind.PROVINCE:
        unit.province = unit
        unit.save()
    version = UnitVersion(
        unit=unit,
        parent=parent,
        path=f"{above.path if above else '/'}{unit.pk}/",
        sub_kind=sub_kind,
        managing_level=level,
        valid_from=valid_from,
        **fields,
    )
    name_version(version, name)
    version.save()
    return unit


def version_of(unit):
    """Return the unit's version in force today, with `unit` loaded."""
    return unit.versions.in_force().select_related("unit").get()


def make_person(username, full_name="", **fields):
    """Add somebody who may sign in and holds no role; no password: sign in by `force_login`."""
    user = User(username=username, full_name=full_name or username, **fields)
    user.set_unusable_password()
    user.save()
    return user


def give_role(user, role, unit, *, starts_on=LONG_AGO, ends_on=None, kinds=()):
    """Give a role without asking anybody; return the assignment."""
    return Assignment.objects.create(
        user=user, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, kinds=list(kinds)
    )


def make_units():
    """Return the units of the cast by name."""
    nation = make_unit(Kind.NATION, "Việt Nam", level=ManagingLevel.MINISTRY)
    province = make_unit(
        Kind.PROVINCE, "Thanh Hóa", parent=nation, sub_kind=SubKind.TINH,
        level=ManagingLevel.MINISTRY, code="38",
    )  # fmt: skip
    units = {"nation": nation, "province": province}
    for name, typed, code in (("na_meo", "Na Mèo", "15013"), ("son_thuy", "Sơn Thủy", "15010")):
        units[name] = make_unit(
            Kind.COMMUNE, typed, parent=province, sub_kind=SubKind.XA,
            level=ManagingLevel.PROVINCE, code=code, document_place=typed,
        )  # fmt: skip
    for name, typed, commune in (
        ("che_lau", "Ché Lầu", "na_meo"), ("hiem", "Hiềm", "na_meo"),
        ("thuy_thanh", "Thủy Thành", "son_thuy"), ("chung_son", "Chung Sơn", "son_thuy"),
    ):  # fmt: skip
        units[name] = make_unit(
            Kind.RESIDENTIAL_AREA, typed, parent=units[commune], sub_kind=SubKind.BAN
        )
    return units


def make_cast():
    """Return the whole cast."""
    units = make_units()
    people = {}
    for username, full_name, role, unit in PEOPLE:
        if username not in people:
            people[username] = make_person(username, full_name)
        give_role(people[username], role, units[unit])
    root = make_person("root", "Quản trị hệ thống", is_superuser=True, is_staff=True)
    return Cast(**units, **people, root=root)
