"""Once the year's list is frozen, the officers keep units no more; the standing body does."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from accounts.roles import Act
from tests.cast import version_of
from units.models import Kind, SubKind
from units.selectors import keeping_place, powers_of
from units.services import UnitFacts, close_unit, correct_unit, create_unit, freeze_register

pytestmark = pytest.mark.usefixtures("stage", "db")

FACTS = UnitFacts(name="Bản Mới", sub_kind=SubKind.BAN)


@pytest.fixture
def frozen(cast):
    return freeze_register(cast.na_meo, year=localdate().year)


def test_officer_adds_corrects_and_closes_until_the_list_is_frozen(cast):
    made = create_unit(parent=cast.na_meo, kind=Kind.RESIDENTIAL_AREA, facts=FACTS, by=cast.lan)

    freeze_register(cast.na_meo, year=localdate().year)

    with pytest.raises(PermissionDenied):
        create_unit(parent=cast.na_meo, kind=Kind.RESIDENTIAL_AREA, facts=FACTS, by=cast.lan)
    with pytest.raises(PermissionDenied):
        correct_unit(made, facts=FACTS, by=cast.lan)
    with pytest.raises(PermissionDenied):
        close_unit(made.unit, ended_on=localdate(), legal_act="NQ 1", by=cast.lan)


def test_standing_body_and_administrator_still_keep_units(cast, frozen):
    place = keeping_place(version_of(cast.che_lau))

    assert powers_of(cast.minh).may(Act.KEEP_UNITS, place)
    assert powers_of(cast.thu).may(Act.KEEP_UNITS, place)
    assert powers_of(cast.lan).may(Act.KEEP_HEAD_COUNTS, place)


def test_freeze_of_one_commune_leaves_the_other_alone(cast, frozen):
    place = keeping_place(version_of(cast.thuy_thanh))

    assert powers_of(cast.nga).may(Act.KEEP_UNITS, place)


def test_next_year_the_officer_keeps_units_again(cast, frozen):
    next_year = dt.date(localdate().year + 1, 1, 2)
    place = keeping_place(version_of(cast.che_lau))

    assert not powers_of(cast.lan).may(Act.KEEP_UNITS, place)
    with time_machine.travel(next_year):
        assert powers_of(cast.lan).may(Act.KEEP_UNITS, place)


def test_freezing_twice_is_freezing_once(cast, frozen):
    assert freeze_register(cast.na_meo, year=localdate().year) == frozen


@pytest.mark.parametrize("page", ["moi", "nhap-excel", "nhap-excel/mau"])
def test_officer_is_told_that_the_list_is_frozen(client, cast, frozen, page):
    client.force_login(cast.lan)

    answer = client.get(f"/don-vi/{page}/?thuoc={cast.na_meo.pk}")

    assert answer.status_code == 403
    assert "Danh sách thuộc diện năm nay đã chốt" in answer.content.decode()
