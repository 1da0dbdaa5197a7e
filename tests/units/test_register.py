"""Names, labels, lineage and versions in force."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import make_unit, version_of
from units.models import Kind, SubKind, UnitSuccession, UnitVersion
from units.models.naming import bare_name, full_name, spoken_name
from units.selectors import label_of, labels, lineage_of, names_over_time
from units.services import UnitFacts, revise_unit

DAY = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("sub_kind", "typed", "expected"),
    [
        (SubKind.BAN, "Ché Lầu", "Bản Ché Lầu"),
        (SubKind.BAN, "bản Bản Ché Lầu", "Bản Ché Lầu"),
        (SubKind.BAN, "  BẢN   Ché Lầu ", "Bản Ché Lầu"),
        (SubKind.TO_DAN_PHO, "số 5", "Tổ dân phố số 5"),
        (SubKind.THON, "Bản Pho", "Thôn Bản Pho"),
        (SubKind.KHU, "Khuất", "Khu Khuất"),
        (SubKind.PHUONG, "Phường Phường Đúc", "Phường Phường Đúc"),
        (SubKind.THANH_PHO, "Thành phố Thanh Hóa", "Thành phố Thanh Hóa"),
        (SubKind.UPPER_SECONDARY, "Trường THPT Quan Sơn", "Trường THPT Quan Sơn"),
        (SubKind.BAN, "bản", ""),
    ],
)
def test_full_name_has_its_word_once(sub_kind, typed, expected):
    assert full_name(sub_kind, typed) == expected


def test_names_inside_a_sentence():
    assert spoken_name(SubKind.XA, "Xã Na Mèo") == "xã Na Mèo"
    assert spoken_name(SubKind.THANH_PHO_TW, "Thành phố Huế") == "thành phố Huế"
    assert spoken_name(SubKind.UPPER_SECONDARY, "Trường THPT A") == "Trường THPT A"
    assert bare_name(SubKind.XA, "Xã Na Mèo") == "Na Mèo"


@given(st.sampled_from(SubKind.values), st.text(max_size=40))
def test_full_name_of_a_full_name_is_itself(sub_kind, typed):
    once = full_name(sub_kind, typed)

    assert full_name(sub_kind, once) == once


def test_label_names_the_unit_above(cast, django_assert_num_queries):
    assert label_of(version_of(cast.che_lau)) == "Bản Ché Lầu, xã Na Mèo"
    assert label_of(version_of(cast.na_meo)) == "Xã Na Mèo, tỉnh Thanh Hóa"
    assert label_of(version_of(cast.province)) == "Tỉnh Thanh Hóa"
    versions = list(UnitVersion.objects.select_related("unit"))
    with django_assert_num_queries(2):
        assert len(labels(versions)) == len(versions)


def test_label_names_the_unit_above_as_it_was_on_the_day(cast):
    facts = UnitFacts("Na Mèo", SubKind.PHUONG, "province")
    revise_unit(cast.na_meo, valid_from=DAY, facts=facts, by=cast.thu)
    version = version_of(cast.che_lau)

    assert label_of(version, DAY) == "Bản Ché Lầu, phường Na Mèo"
    assert label_of(version, dt.date(2025, 12, 31)) == "Bản Ché Lầu, xã Na Mèo"


def test_version_in_force_is_the_last_one_begun(cast):
    facts = UnitFacts("Na Mèo", SubKind.PHUONG, "province")
    revise_unit(cast.na_meo, valid_from=DAY, facts=facts, by=cast.thu)

    def names(day):
        return [version.name for version in cast.na_meo.versions.in_force(day)]

    assert names(dt.date(1900, 1, 1)) == ["Xã Na Mèo"]
    assert names(DAY - dt.timedelta(days=1)) == ["Xã Na Mèo"]
    assert names(DAY) == ["Phường Na Mèo"]


def test_names_over_time_say_where_the_unit_lay(cast, django_assert_num_queries):
    revise_unit(cast.che_lau, valid_from=DAY, parent=cast.son_thuy, by=cast.thu)

    with django_assert_num_queries(2):
        rows = names_over_time(cast.che_lau)

    assert [(row.version.valid_from, row.above) for row in rows] == [
        (DAY, "xã Sơn Thủy"),
        (None, "xã Na Mèo"),
    ]


@pytest.fixture
def split(cast):
    """Bản Hiềm gave part of itself to two new residential areas."""
    parts = [
        make_unit(Kind.RESIDENTIAL_AREA, name, parent=cast.na_meo, sub_kind=SubKind.BAN)
        for name in ("Hiềm Trên", "Hiềm Dưới")
    ]
    for number, part in enumerate(parts):
        UnitSuccession.objects.create(
            predecessor=cast.hiem, successor=part, on=DAY, legal_act="NQ 3", is_default=not number
        )
    return parts


def test_lineage_goes_both_ways_in_vietnamese_order(cast, split):
    after = lineage_of(cast.hiem, cast.lan).successors
    before = lineage_of(split[0], cast.lan).predecessors

    assert [(rel.version.name, rel.is_default) for rel in after] == [
        ("Bản Hiềm Dưới", False),
        ("Bản Hiềm Trên", True),
    ]
    assert [(rel.version.unit, rel.on, rel.legal_act) for rel in before] == [
        (cast.hiem, DAY, "NQ 3")
    ]


def test_lineage_below_the_commune_is_hidden_from_the_outsider(cast, split):
    assert lineage_of(cast.hiem, cast.nga).successors == []


def test_label_of_a_shared_name_says_where_the_unit_lay_before(cast):
    first, second = (
        make_unit(Kind.RESIDENTIAL_AREA, "1", parent=commune, sub_kind=SubKind.THON)
        for commune in (cast.na_meo, cast.son_thuy)
    )
    revise_unit(second, valid_from=DAY, parent=cast.na_meo, by=cast.thu)

    named = labels([version_of(first), version_of(second), version_of(cast.hiem)])

    assert named == {
        first.pk: "Thôn 1, xã Na Mèo",
        second.pk: "Thôn 1 (xã Sơn Thủy cũ), xã Na Mèo",
        cast.hiem.pk: "Bản Hiềm, xã Na Mèo",
    }
