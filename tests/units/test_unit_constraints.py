"""What the database refuses, by the name that the log will show."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from tests.cast import give_role, make_unit, version_of
from units.models import CoverageChoice, Kind, SubKind, Unit, UnitSuccession, UnitVersion

pytestmark = pytest.mark.usefixtures("stage", "db")

DAY = dt.date(2026, 1, 1)


@contextmanager
def refused(name):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert name in str(caught.value)


def update(unit, **fields):
    UnitVersion.objects.filter(unit=unit).update(**fields)


def test_unit_constraints(cast):
    with refused("unit_kind_known"):
        Unit.objects.create(kind="planet", province=cast.province)
    with refused("unit_below_nation_has_province"):
        Unit.objects.create(kind=Kind.COMMUNE)
    with refused("unit_one_nation"):
        Unit.objects.create(kind=Kind.NATION)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("unit_version_sub_kind_known", {"sub_kind": "hut"}),
        ("unit_version_managing_level_known", {"managing_level": "cosmos"}),
        ("unit_version_enterprise_size_known", {"enterprise_size": "huge"}),
        ("unit_version_path_ends_in_slash", {"path": "/1/2"}),
        ("unit_version_head_counts_dated", {"households": 5}),
    ],
)
def test_unit_version_constraints(cast, name, fields):
    with refused(name):
        update(cast.che_lau, **fields)


def test_unit_version_one_per_start_even_when_unknown(cast):
    version = version_of(cast.che_lau)
    version.pk = None

    with refused("unit_version_one_per_start"):
        version.save(force_insert=True)


def test_succession_constraints(cast):
    def link(after, **more):
        UnitSuccession.objects.create(
            predecessor=cast.hiem, successor=after, on=DAY, legal_act="NQ", **more
        )

    other = make_unit(Kind.RESIDENTIAL_AREA, "Sa Ná", parent=cast.na_meo, sub_kind=SubKind.BAN)
    link(cast.che_lau)
    with refused("unit_succession_once"):
        link(cast.che_lau, is_default=False)
    with refused("unit_succession_one_default"):
        link(other)
    with refused("unit_succession_between_two_units"):
        link(cast.hiem, is_default=False)


def test_coverage_choice_constraints(cast):
    good = {
        "province": cast.province, "scheme": "recognition", "sub_kind": "cooperative",
        "effective_from": DAY, "coverage": "voluntary", "reason": "CV",
    }  # fmt: skip
    CoverageChoice.objects.create(**good)

    with refused("coverage_choice_one_per_start"):
        CoverageChoice.objects.create(**good)
    for field in ("scheme", "sub_kind", "coverage"):
        with refused(f"coverage_choice_{field}_known"):
            CoverageChoice.objects.create(**good | {field: "other"})


def test_assignment_constraints(cast):
    with refused("assignment_role_known"):
        give_role(cast.lan, "king", cast.na_meo)
    with refused("assignment_ends_after_start"):
        give_role(cast.lan, Role.CLERK, cast.na_meo, starts_on=DAY, ends_on=dt.date(2025, 1, 1))
    with refused("assignment_kinds_known"):
        give_role(cast.lan, Role.VIEWER, cast.na_meo, kinds=["planet"])
    with refused("assignment_once_per_start"):
        give_role(cast.lan, Role.OFFICER, cast.na_meo)
