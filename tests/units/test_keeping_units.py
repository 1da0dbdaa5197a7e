"""Adding, correcting, revising and closing units, and their head-counts."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from tests.cast import make_unit, version_of
from units.models import EnterpriseSize, Kind, ManagingLevel, SubKind, Unit
from units.services import (
    HeadCounts,
    UnitFacts,
    close_unit,
    correct_unit,
    create_unit,
    revise_unit,
    update_head_counts,
)

pytestmark = pytest.mark.usefixtures("stage", "db")

DAY = dt.date(2026, 1, 1)
SA_NA = UnitFacts(name="bản Bản Sa Ná", sub_kind=SubKind.BAN)


def add(cast, facts=SA_NA, *, kind=Kind.RESIDENTIAL_AREA, by=None, parent=None, **more):
    parent = parent or cast.na_meo
    return create_unit(parent=parent, kind=kind, facts=facts, by=by or cast.lan, **more)


def test_create_unit_names_places_and_logs(cast):
    version = add(cast, valid_from=DAY, legal_act="Nghị quyết 12/NQ-HĐND")

    assert version.name == "Bản Sa Ná"
    assert version.search_key == "ban sa na"
    assert version.path == f"{version_of(cast.na_meo).path}{version.unit_id}/"
    assert version.unit.province == cast.province
    event = AuditEvent.objects.get()
    assert (event.act, event.by, event.unit_id) == ("unit.create", cast.lan, version.unit_id)
    assert event.province_id == cast.province.pk


@pytest.mark.parametrize("name", ["hoa", "van", "tuan", "binh"])
def test_create_unit_is_refused_to_who_sees_but_does_not_keep(cast, name):
    with pytest.raises(PermissionDenied):
        add(cast, by=getattr(cast, name))


def test_create_unit_does_not_exist_for_the_outsider(cast):
    with pytest.raises(Unit.DoesNotExist):
        add(cast, by=cast.nga)


@pytest.mark.parametrize("name", ["lan", "minh", "thu", "root"])
def test_create_unit_is_done_by_keepers(cast, name):
    assert add(cast, by=getattr(cast, name)).name == "Bản Sa Ná"


def test_province_managed_school_is_kept_by_the_province_not_by_the_commune(cast):
    school = UnitFacts(
        name="Trường THPT Na Mèo",
        sub_kind=SubKind.UPPER_SECONDARY,
        managing_level=ManagingLevel.PROVINCE,
    )

    with pytest.raises(PermissionDenied):
        add(cast, school, kind=Kind.EDUCATIONAL_INSTITUTION)
    assert add(cast, school, kind=Kind.EDUCATIONAL_INSTITUTION, by=cast.binh).name == school.name


@pytest.mark.parametrize(
    ("field", "kind", "facts"),
    [
        ("name", Kind.RESIDENTIAL_AREA, UnitFacts(name=" bản ", sub_kind=SubKind.BAN)),
        ("name", Kind.RESIDENTIAL_AREA, UnitFacts(name="ché lầu", sub_kind=SubKind.BAN)),
        ("sub_kind", Kind.RESIDENTIAL_AREA, UnitFacts(name="Sa Ná")),
        ("sub_kind", Kind.AGENCY, UnitFacts(name="Trạm Y tế", sub_kind=SubKind.BAN)),
        ("kind", Kind.COMMUNE, UnitFacts(name="Sa Ná", sub_kind=SubKind.XA)),
    ],
)
def test_create_unit_says_which_field_is_wrong(cast, field, kind, facts):
    with pytest.raises(ValidationError) as caught:
        add(cast, facts, kind=kind)

    assert list(caught.value.message_dict) == [field]
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("field", "kind", "facts"),
    [
        (
            "enterprise_size",
            Kind.AGENCY,
            UnitFacts("Trạm Y tế", SubKind.PUBLIC_SERVICE, enterprise_size=EnterpriseSize.LARGE),
        ),
        ("managing_level", Kind.RESIDENTIAL_AREA, UnitFacts("Sa Ná", SubKind.BAN, "province")),
        ("managing_level", Kind.AGENCY, UnitFacts("Hạt", SubKind.STATE_BODY, "district")),
        ("managing_level", Kind.AGENCY, UnitFacts("Hạt", SubKind.STATE_BODY, "cosmos")),
    ],
)
def test_create_unit_checks_manager_and_size(cast, field, kind, facts):
    with pytest.raises(ValidationError) as caught:
        add(cast, facts, kind=kind, by=cast.root)

    assert list(caught.value.message_dict) == [field]


def test_create_unit_of_unknown_size_is_undetermined(cast):
    factory = UnitFacts(name="Công ty Luồng Xanh", sub_kind=SubKind.ENTERPRISE)

    assert add(cast, factory, kind=Kind.ENTERPRISE).enterprise_size == EnterpriseSize.UNKNOWN


def test_correct_unit_changes_the_version_and_keeps_the_log(cast):
    version = version_of(cast.che_lau)

    corrected = correct_unit(version, facts=UnitFacts("Ché Lầu Cao", SubKind.THON), by=cast.minh)

    assert (corrected.pk, corrected.name) == (version.pk, "Thôn Ché Lầu Cao")
    details = AuditEvent.objects.get(act="unit.correct").details
    assert details["before"]["name"] == "Bản Ché Lầu"
    assert details["after"]["name"] == "Thôn Ché Lầu Cao"


def test_correct_unit_of_another_commune_does_not_exist(cast):
    with pytest.raises(Unit.DoesNotExist):
        correct_unit(version_of(cast.che_lau), facts=SA_NA, by=cast.nga)


def test_commune_is_corrected_by_the_administrator_only(cast):
    version = version_of(cast.na_meo)
    facts = UnitFacts("Na Mèo", SubKind.PHUONG, ManagingLevel.PROVINCE)

    with pytest.raises(PermissionDenied):
        correct_unit(version, facts=facts, by=cast.lan)
    assert correct_unit(version, facts=facts, by=cast.thu).name == "Phường Na Mèo"


def test_revise_unit_moves_it_to_another_commune_from_a_day(cast):
    before = version_of(cast.che_lau)

    after = revise_unit(cast.che_lau, valid_from=DAY, parent=cast.son_thuy, by=cast.thu)

    assert after.path == f"{version_of(cast.son_thuy).path}{cast.che_lau.pk}/"
    assert (after.name, after.parent) == (before.name, cast.son_thuy)
    assert list(cast.che_lau.versions.in_force(dt.date(2025, 12, 31))) == [before]
    assert cast.che_lau in Unit.objects.visible_to(cast.nga)
    assert cast.che_lau not in Unit.objects.visible_to(cast.lan)


def test_revise_unit_moves_only_by_the_administrator(cast):
    with pytest.raises(PermissionDenied):
        revise_unit(cast.che_lau, valid_from=DAY, parent=cast.son_thuy, by=cast.lan)


def test_revise_unit_of_a_commune_moves_what_lies_below(cast):
    other = make_unit(
        Kind.PROVINCE, "Nghệ An", parent=cast.nation, sub_kind=SubKind.TINH,
        level=ManagingLevel.MINISTRY,
    )  # fmt: skip

    moved = revise_unit(cast.na_meo, valid_from=DAY, parent=other, by=cast.root)

    assert version_of(cast.che_lau).path == f"{moved.path}{cast.che_lau.pk}/"
    assert cast.che_lau.versions.count() == 2
    assert cast.thuy_thanh.versions.count() == 1


def test_revise_unit_without_a_move_leaves_what_lies_below(cast):
    facts = UnitFacts("Na Mèo", SubKind.PHUONG, ManagingLevel.PROVINCE)

    revise_unit(cast.na_meo, valid_from=DAY, facts=facts, by=cast.thu)

    assert cast.che_lau.versions.count() == 1


def test_revise_unit_refuses_a_day_before_the_last_change(cast):
    revise_unit(cast.che_lau, valid_from=DAY, facts=SA_NA, by=cast.lan)

    for day in (DAY, DAY - dt.timedelta(days=1)):
        with pytest.raises(ValidationError, match="Phải sau ngày 01/01/2026"):
            revise_unit(cast.che_lau, valid_from=day, facts=SA_NA, by=cast.lan)


def test_create_unit_follows_a_commune_that_moved_later(cast):
    other = make_unit(
        Kind.PROVINCE, "Nghệ An", parent=cast.nation, sub_kind=SubKind.TINH,
        level=ManagingLevel.MINISTRY,
    )  # fmt: skip
    old_path = version_of(cast.na_meo).path
    moved = revise_unit(cast.na_meo, valid_from=DAY, parent=other, by=cast.root)

    last = add(cast, valid_from=dt.date(2024, 5, 1), by=cast.root)

    assert last.path == f"{moved.path}{last.unit_id}/"
    first = last.unit.versions.in_force(dt.date(2024, 12, 31)).get()
    assert first.path == f"{old_path}{last.unit_id}/"
    assert last.unit.province == other


def test_close_unit_ends_it_with_an_act(cast):
    close_unit(cast.che_lau, ended_on=DAY, legal_act="Nghị quyết 5/NQ-HĐND", by=cast.lan)

    assert cast.che_lau not in Unit.objects.alive_on(DAY)
    assert cast.che_lau in Unit.objects.alive_on(DAY - dt.timedelta(days=1))
    assert version_of(cast.che_lau).name == "Bản Ché Lầu"


def test_close_unit_needs_an_act_and_a_unit_that_is_open(cast):
    with pytest.raises(ValidationError, match="căn cứ"):
        close_unit(cast.che_lau, ended_on=DAY, legal_act=" ", by=cast.lan)
    close_unit(cast.che_lau, ended_on=DAY, legal_act="Nghị quyết 5/NQ-HĐND", by=cast.lan)
    with pytest.raises(ValidationError, match="Đã kết thúc từ 01/01/2026"):
        close_unit(cast.che_lau, ended_on=DAY, legal_act="Nghị quyết 5/NQ-HĐND", by=cast.lan)
    with pytest.raises(ValidationError, match="dưới cấp xã"):
        close_unit(cast.na_meo, ended_on=DAY, legal_act="Luật", by=cast.thu)


def test_head_counts_are_kept_with_their_day(cast):
    counts = HeadCounts(
        households=57, members=260, counted_on=DAY, representative_name=" Thao  Văn Dia"
    )

    version = update_head_counts(cast.che_lau, counts=counts, by=cast.lan)

    assert (version.households, version.counted_on) == (57, DAY)
    assert version.representative_name == "Thao Văn Dia"


def test_head_counts_of_the_commune_itself_are_kept_by_its_officer(cast):
    counts = HeadCounts(households=800, counted_on=DAY)

    assert update_head_counts(cast.na_meo, counts=counts, by=cast.lan).households == 800
    with pytest.raises(PermissionDenied):
        update_head_counts(cast.na_meo, counts=counts, by=cast.tuan)


@pytest.mark.parametrize("day", [None, dt.date(2999, 1, 1)])
def test_head_counts_need_a_day_that_has_come(cast, day):
    with pytest.raises(ValidationError) as caught:
        update_head_counts(cast.che_lau, counts=HeadCounts(57, counted_on=day), by=cast.lan)

    assert list(caught.value.message_dict) == ["counted_on"]
