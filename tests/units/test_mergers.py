"""Merging, dividing and renaming units: what ends, what begins, what both are called."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from tests.cast import make_unit, version_of
from units.models import Kind, ManagingLevel, SubKind, Unit, UnitSuccession
from units.selectors import label_of, lineage_of
from units.services import (
    HeadCounts,
    UnitFacts,
    close_unit,
    freeze_register,
    merge_units,
    rename_unit,
    split_unit,
    update_head_counts,
)

pytestmark = pytest.mark.usefixtures("stage", "db")

DAY = dt.date(2026, 6, 1)
EVE = dt.date(2026, 5, 31)
ACT = "Nghị quyết 12/NQ-HĐND ngày 20/5/2026"
SA_NA = UnitFacts(name="Sa Ná", sub_kind=SubKind.BAN)
BOTH = ("che_lau", "hiem")


def merge(cast, names=BOTH, into=SA_NA, **more):
    units = [getattr(cast, name) for name in names]
    return merge_units(units, **{"into": into, "on": DAY, "legal_act": ACT, "by": cast.lan} | more)


def split(cast, names=("Ché Lầu Trên", "Ché Lầu Dưới"), **more):
    into = [UnitFacts(name=name, sub_kind=SubKind.BAN) for name in names]
    given = {"into": into, "on": DAY, "legal_act": ACT, "by": cast.lan} | more
    return split_unit(cast.che_lau, **given)


def count(cast, name, households, members, day):
    counts = HeadCounts(households=households, members=members, counted_on=day)
    update_head_counts(getattr(cast, name), counts=counts, by=cast.lan)


# Merging ---------------------------------------------------------------------------------------


def test_merger_makes_a_new_unit_and_ends_the_old_ones(cast):
    new = merge(cast)

    assert (new.name, new.valid_from, new.legal_act) == ("Bản Sa Ná", DAY, ACT)
    assert label_of(new) == "Bản Sa Ná, xã Na Mèo"
    assert new.unit.kind == Kind.RESIDENTIAL_AREA
    for unit in (cast.che_lau, cast.hiem):
        unit.refresh_from_db()
        assert (unit.ended_on, unit.ended_by_act) == (DAY, ACT)
        assert unit in Unit.objects.alive_on(EVE)
        assert unit not in Unit.objects.alive_on(DAY)
    assert new.unit in Unit.objects.alive_on(DAY)
    assert new.unit not in Unit.objects.alive_on(EVE)


def test_merger_links_each_old_unit_to_the_new_one(cast):
    new = merge(cast)

    links = UnitSuccession.objects.filter(successor=new.unit)
    assert {link.predecessor for link in links} == {cast.che_lau, cast.hiem}
    assert {(link.on, link.legal_act, link.is_default) for link in links} == {(DAY, ACT, True)}
    before = [one.version.name for one in lineage_of(new.unit, cast.lan).predecessors]
    assert before == ["Bản Ché Lầu", "Bản Hiềm"]


def test_merger_is_logged_for_every_unit_it_touches(cast):
    new = merge(cast)

    events = AuditEvent.objects.filter(act="unit.merge")
    assert {event.unit_id for event in events} == {new.unit_id, cast.che_lau.pk, cast.hiem.pk}
    assert {event.summary for event in events} == {
        "Sáp nhập Bản Ché Lầu, Bản Hiềm thành Bản Sa Ná từ 01/06/2026"
    }
    assert events[0].details["before"] == [cast.che_lau.pk, cast.hiem.pk]


def test_merged_unit_has_their_head_counts_together(cast):
    count(cast, "che_lau", 57, 260, dt.date(2026, 3, 1))
    count(cast, "hiem", 43, 190, dt.date(2026, 4, 2))

    new = version_of(merge(cast).unit)

    assert (new.households, new.members, new.counted_on) == (100, 450, dt.date(2026, 4, 2))


def test_merged_unit_knows_no_sum_of_which_one_part_is_unknown(cast):
    count(cast, "che_lau", 57, 260, dt.date(2026, 3, 1))
    count(cast, "hiem", 43, None, dt.date(2026, 4, 2))

    new = version_of(merge(cast).unit)

    assert (new.households, new.members, new.counted_on) == (100, None, dt.date(2026, 4, 2))


def test_merged_unit_of_uncounted_ones_is_uncounted(cast):
    new = version_of(merge(cast).unit)

    assert (new.households, new.members, new.counted_on) == (None, None, None)


def test_merged_unit_may_keep_the_name_of_one_of_them(cast):
    assert merge(cast, into=UnitFacts("Ché Lầu", SubKind.BAN)).name == "Bản Ché Lầu"


def test_merged_unit_may_not_take_the_name_of_another(cast):
    make_unit(Kind.RESIDENTIAL_AREA, "Son", parent=cast.na_meo, sub_kind=SubKind.BAN)

    with pytest.raises(ValidationError, match="Xã Na Mèo đã có Bản Son"):
        merge(cast, into=UnitFacts("Son", SubKind.BAN))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("legal_act", {"legal_act": "  "}),
        ("on", {"on": dt.date(2999, 1, 1)}),
        ("units", {"names": ("che_lau",)}),
        ("units", {"names": ("che_lau", "che_lau")}),
    ],
)
def test_merger_says_which_field_is_wrong_and_changes_nothing(cast, field, more):
    with pytest.raises(ValidationError) as caught:
        merge(cast, **more)

    assert list(caught.value.message_dict) == [field]
    assert Unit.objects.filter(ended_on=None).count() == Unit.objects.count()
    assert not AuditEvent.objects.exists()


def test_merger_is_of_one_kind(cast):
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION,
        "Trường TH Na Mèo",
        parent=cast.na_meo,
        sub_kind=SubKind.PRIMARY,
    )

    with pytest.raises(ValidationError, match="cùng loại hình"):
        merge_units([cast.che_lau, school], into=SA_NA, on=DAY, legal_act=ACT, by=cast.lan)


def test_merger_of_a_unit_that_ended_is_refused(cast):
    close_unit(cast.hiem, ended_on=EVE, legal_act=ACT, by=cast.lan)

    with pytest.raises(ValidationError, match="Bản Hiềm đã kết thúc từ 31/05/2026"):
        merge(cast)


def test_merger_before_a_later_change_is_refused(cast):
    rename_unit(cast.hiem, name="Hiềm Mới", on=DAY, legal_act=ACT, by=cast.lan)

    with pytest.raises(ValidationError, match="Phải sau ngày 01/06/2026"):
        merge(cast)


@pytest.mark.parametrize("name", ["hoa", "van", "tuan", "binh"])
def test_merger_is_refused_to_who_does_not_keep_the_register(cast, name):
    with pytest.raises(PermissionDenied):
        merge(cast, by=getattr(cast, name))


def test_merger_does_not_exist_for_the_outsider(cast):
    with pytest.raises(Unit.DoesNotExist):
        merge(cast, by=cast.nga)


def test_after_the_list_is_frozen_the_standing_body_merges_and_the_officer_does_not(cast):
    freeze_register(cast.na_meo, year=2026)
    freeze_register(cast.na_meo, year=dt.date.today().year)  # noqa: DTZ011

    with pytest.raises(PermissionDenied):
        merge(cast)
    assert merge(cast, by=cast.minh).name == "Bản Sa Ná"


def test_units_of_two_communes_are_merged_by_the_administrator_who_names_the_commune(cast):
    names = ("che_lau", "thuy_thanh")

    with pytest.raises(ValidationError, match="nhiều xã"):
        merge(cast, names, by=cast.thu)
    new = merge(cast, names, parent=cast.son_thuy, by=cast.thu)

    assert label_of(new) == "Bản Sa Ná, xã Sơn Thủy"
    assert new.unit in Unit.objects.visible_to(cast.nga)


def test_commune_named_by_anybody_else_is_refused(cast):
    with pytest.raises(PermissionDenied):
        merge(cast, parent=cast.son_thuy, by=cast.lan)


def test_communes_are_merged_by_the_administrator_with_all_that_lies_below(cast):
    into = UnitFacts("Na Sơn", SubKind.XA, ManagingLevel.PROVINCE)
    names = ("na_meo", "son_thuy")

    with pytest.raises(PermissionDenied):
        merge(cast, names, into=into, by=cast.minh)
    new = merge(cast, names, into=into, by=cast.thu)

    assert (new.name, new.document_place, new.parent) == ("Xã Na Sơn", "Na Sơn", cast.province)
    for area, before in ((cast.che_lau, "xã Na Mèo"), (cast.chung_son, "xã Sơn Thủy")):
        assert version_of(area).path == f"{new.path}{area.pk}/"
        assert version_of(area).parent == new.unit
        assert area.ended_on is None
        assert label_of(area.versions.in_force(EVE).get(), EVE).endswith(before)


# Dividing --------------------------------------------------------------------------------------


def test_division_makes_new_units_of_unknown_size_with_one_main_part(cast):
    count(cast, "che_lau", 57, 260, dt.date(2026, 3, 1))

    first, second = split(cast, default=1)

    assert [first.name, second.name] == ["Bản Ché Lầu Trên", "Bản Ché Lầu Dưới"]
    assert {version_of(one.unit).households for one in (first, second)} == {None}
    mains = {link.successor_id: link.is_default for link in cast.che_lau.successions.all()}
    assert mains == {first.unit_id: False, second.unit_id: True}
    cast.che_lau.refresh_from_db()
    assert cast.che_lau.ended_on == DAY


@pytest.mark.parametrize("more", [{"names": ("Một",)}, {"default": 2}, {"default": -1}])
def test_division_asks_for_two_parts_and_a_main_one(cast, more):
    with pytest.raises(ValidationError) as caught:
        split(cast, **more)

    assert list(caught.value.message_dict) == ["into"]


def test_division_into_two_of_one_name_is_refused(cast):
    with pytest.raises(ValidationError, match=r"(?i)đã có Bản Sa Ná"):
        split(cast, names=("Sa Ná", "sa ná"))


def test_communes_are_not_divided_here(cast):
    facts = [UnitFacts(name, SubKind.XA, ManagingLevel.PROVINCE) for name in ("Một", "Hai")]

    with pytest.raises(ValidationError, match="dưới cấp xã"):
        split_unit(cast.na_meo, into=facts, on=DAY, legal_act=ACT, by=cast.thu)


# Renaming --------------------------------------------------------------------------------------


def test_renamed_unit_stays_the_same_unit(cast):
    version = rename_unit(
        cast.che_lau, name="Ché Lầu Mới", sub_kind=SubKind.THON, on=DAY, legal_act=ACT, by=cast.lan
    )

    assert (version.unit, version.name, version.legal_act) == (
        cast.che_lau,
        "Thôn Ché Lầu Mới",
        ACT,
    )
    assert cast.che_lau.versions.in_force(EVE).get().name == "Bản Ché Lầu"
    assert not UnitSuccession.objects.exists()


def test_word_alone_may_change(cast):
    version = rename_unit(cast.che_lau, sub_kind=SubKind.THON, on=DAY, legal_act=ACT, by=cast.lan)

    assert version.name == "Thôn Ché Lầu"


def test_renaming_rests_on_a_paper(cast):
    with pytest.raises(ValidationError) as caught:
        rename_unit(cast.che_lau, name="Mới", on=DAY, legal_act="", by=cast.lan)

    assert list(caught.value.message_dict) == ["legal_act"]
