"""Units that the districts left behind, and who may put a unit under which level."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.cast import make_unit, version_of
from units.models import Kind, SubKind
from units.selectors import unmanaged_units
from units.services import UnitFacts, correct_unit, create_unit, revise_unit, settle_levels

pytestmark = pytest.mark.usefixtures("stage", "db")

URL = "/don-vi/cap-quan-ly/"
DAY = dt.date(2025, 7, 1)
ACT = "Nghị quyết 202/2025/QH15"


def agency(parent, name, level="district"):
    return make_unit(Kind.AGENCY, name, parent=parent, sub_kind=SubKind.STATE_BODY, level=level)


@pytest.fixture
def left(cast):
    return [agency(cast.na_meo, f"Chi cục {number}") for number in (1, 2)]


def levels(units):
    return [version_of(unit).managing_level for unit in units]


@pytest.mark.parametrize(
    ("who", "level"),
    [
        ("lan", "commune"), ("minh", "commune"), ("binh", "province"), ("thu", "commune"),
        ("thu", "province"),
    ],
)  # fmt: skip
def test_each_takes_to_the_level_they_keep(cast, left, who, level):
    settle_levels(left, level=level, valid_from=DAY, legal_act=ACT, by=getattr(cast, who))

    assert levels(left) == [level] * 2
    assert unmanaged_units(version_of(cast.na_meo), cast.lan) == []


@pytest.mark.parametrize(
    ("who", "level"), [("lan", "province"), ("binh", "commune"), ("hoa", "commune")]
)
def test_nobody_takes_to_a_level_they_do_not_keep(cast, left, who, level):
    with pytest.raises(PermissionDenied):
        settle_levels(left, level=level, valid_from=DAY, legal_act=ACT, by=getattr(cast, who))

    assert levels(left) == ["district"] * 2


def test_one_that_cannot_be_settled_leaves_all_as_they_were(cast, left):
    revise_unit(left[1], valid_from=dt.date(2025, 9, 1), by=cast.thu, legal_act="QĐ 1",
                facts=UnitFacts("Chi cục 2 mới", "state_body", "commune"))  # fmt: skip
    with pytest.raises(ValidationError, match="Chi cục 2 mới"):
        settle_levels(left, level="commune", valid_from=DAY, legal_act=ACT, by=cast.thu)

    assert version_of(left[0]).managing_level == "district"


def test_pages_count_them_and_settle_many(client, cast, left):
    other = agency(cast.son_thuy, "Chi cục 3")
    client.force_login(cast.lan)
    page = client.get(cast.na_meo.get_absolute_url()).content.decode()
    assert "Đơn vị còn ghi cấp huyện quản lý: 2" in page
    url = f"{URL}?thuoc={cast.na_meo.pk}"
    typed = {"managing_level": "commune", "valid_from": "1/7/2025", "legal_act": ACT}

    assert client.post(url, typed).status_code == 422
    tampered = {**typed, "don_vi": [left[0].pk, other.pk, cast.che_lau.pk]}
    assert client.post(url, tampered).url == cast.na_meo.get_absolute_url()

    assert levels([*left, other]) == ["commune", "district", "district"]
    assert (
        client.post(url, {**typed, "managing_level": "province", "don_vi": left[1].pk}).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("who", "status"), [("lan", 200), ("binh", 200), ("thu", 200), ("hoa", 403), ("nga", 404)]
)
def test_page_is_for_keepers(client, cast, left, who, status):
    client.force_login(getattr(cast, who))

    assert client.get(f"{URL}?thuoc={cast.na_meo.pk}").status_code == status


def test_commune_officer_hands_no_unit_to_the_province(cast):
    unit = agency(cast.na_meo, "UBND xã", level="commune")
    moved = UnitFacts("UBND xã", "state_body", "province")

    with pytest.raises(PermissionDenied, match="cấp tỉnh"):
        correct_unit(version_of(unit), facts=moved, by=cast.lan)
    with pytest.raises(PermissionDenied, match="cấp tỉnh"):
        revise_unit(unit, valid_from=DAY, facts=moved, legal_act=ACT, by=cast.lan)
    with pytest.raises(PermissionDenied, match="cấp tỉnh"):
        create_unit(
            parent=cast.na_meo,
            kind=Kind.AGENCY,
            facts=UnitFacts("Sở X", "state_body", "province"),
            by=cast.lan,
        )
    correct_unit(version_of(unit), facts=moved, by=cast.thu)
    assert version_of(unit).managing_level == "province"


@pytest.mark.parametrize(
    ("kind", "facts", "size"),
    [
        (Kind.AGENCY, UnitFacts("Đảng ủy xã", "political_body"), ""),
        (Kind.ENTERPRISE, UnitFacts("Công ty A", "enterprise"), "unknown"),
        (Kind.ENTERPRISE, UnitFacts("Công ty B", "enterprise", enterprise_size="medium"), "medium"),
        (Kind.EDUCATIONAL_INSTITUTION, UnitFacts("Trường TH&THCS Na Mèo", "primary_lower"), ""),
    ],
)
def test_officer_of_a_commune_adds_units_of_every_kind(client, cast, kind, facts, size):
    client.force_login(cast.lan)
    typed = {
        "sub_kind": facts.sub_kind, "name": facts.name, "managing_level": "commune",
        "enterprise_size": facts.enterprise_size,
    }  # fmt: skip

    added = client.post(f"/don-vi/moi/?thuoc={cast.na_meo.pk}", typed)

    pk = int(added.url.strip("/").split("/")[-1])
    unit = cast.na_meo.child_versions.get(unit=pk)
    assert (unit.unit.kind, unit.name, unit.enterprise_size) == (kind, facts.name, size)


def test_register_opens_on_the_officer_s_own_commune(client, cast):
    client.force_login(cast.lan)

    assert client.get("/don-vi/").context["search"].parent.unit == cast.na_meo
    assert client.get("/don-vi/?tat_ca=1").context["search"].parent is None
    client.force_login(cast.thu)
    assert client.get("/don-vi/").context["search"].parent is None
