"""Who appraises and who decides: by kind of unit, managing level and day."""

import datetime as dt

import pytest

from criteria.exceptions import AuthorityUnknown, TransitionRefused
from criteria.models import AuthorityRule, Organ
from criteria.selectors import authority_for, authority_units, authority_units_of
from criteria.services import load_criteria
from criteria.sources import REGULATIONS
from tests.cast import make_unit, version_of
from units.models import Kind, ManagingLevel, SubKind, UnitVersion

BOTH = ("recognition", "classification")
GRASSROOTS = ("agency", "enterprise", "educational_institution")
OLD, LAST_OLD, FIRST_NEW, NEW = (
    dt.date.fromisoformat(day) for day in ("2024-11-10", "2025-06-30", "2025-07-01", "2026-11-10")
)


def same(scheme, kinds, level, expected):
    """The table's lines for several kinds that have the same levels on all four days."""
    return [(scheme, kind, level, *expected) for kind in kinds]


TABLE = [
    # scheme, kind, managing level, then who decides on each of the four days (None: no rule)
    *same("recognition", ["residential_area"], "commune", ("commune",) * 4),
    *same("classification", ["residential_area"], "commune", ("commune",) * 4),
    *same("recognition", ["residential_area"], "province", (None,) * 4),
    *[
        line
        for scheme in BOTH
        for line in (
            *same(scheme, GRASSROOTS, "commune", ("commune",) * 4),
            *same(scheme, GRASSROOTS, "district", ("district", "district", "province", "province")),
            *same(scheme, GRASSROOTS, "province", ("province",) * 4),
            *same(scheme, GRASSROOTS, "ministry", ("ministry",) * 4),
            *same(
                scheme, ["commune"], "district", ("district", "district", "province", "province")
            ),
            *same(scheme, ["commune"], "province", (None, None, "province", "province")),
            *same(scheme, ["commune"], "commune", (None,) * 4),
        )
    ],
    *same("recognition", ["district"], "province", (None,) * 4),
    *same("classification", ["district"], "province", ("province",) * 4),
]


@pytest.fixture
def rules(db):
    load_criteria([REGULATIONS / "authority.yaml"])


def level_on(day, *, scheme, kind, level):
    try:
        rule = authority_for(
            scheme=scheme, kind=kind, managing_level=level, province_id=None, day=day
        )
    except AuthorityUnknown:
        return None
    assert rule.appraising_level == rule.deciding_level
    return rule.deciding_level


@pytest.mark.parametrize(("scheme", "kind", "level", "old", "last_old", "first_new", "new"), TABLE)
def test_who_decides(rules, scheme, kind, level, old, last_old, first_new, new):
    found = [
        level_on(day, scheme=scheme, kind=kind, level=level)
        for day in (OLD, LAST_OLD, FIRST_NEW, NEW)
    ]

    assert found == [old, last_old, first_new, new]


def test_nothing_holds_before_the_law(rules):
    before = dt.date(2022, 1, 19)

    assert level_on(before, scheme="recognition", kind="commune", level="district") is None
    assert level_on(before, scheme="classification", kind="commune", level="district") is None


@pytest.mark.parametrize(
    ("scheme", "kind", "level", "day", "organ", "procedure"),
    [
        (
            "recognition",
            "residential_area",
            "commune",
            NEW,
            Organ.PEOPLES_COMMITTEE,
            "grassroots-1",
        ),
        ("classification", "agency", "district", OLD, Organ.STEERING_COMMITTEE, "grassroots-1"),
        ("recognition", "agency", "district", OLD, Organ.PEOPLES_COMMITTEE, "grassroots-1"),
        ("classification", "agency", "district", NEW, Organ.PEOPLES_COMMITTEE, "grassroots-1"),
        ("recognition", "enterprise", "ministry", NEW, Organ.MINISTER, "external-1"),
        ("recognition", "commune", "province", NEW, Organ.PEOPLES_COMMITTEE, "commune-1"),
    ],
)
def test_which_organ_decides_by_which_procedure(rules, scheme, kind, level, day, organ, procedure):
    rule = authority_for(scheme=scheme, kind=kind, managing_level=level, province_id=None, day=day)

    assert (rule.organ, rule.procedure) == (organ, procedure)


def test_every_rule_says_where_it_stands_and_how_certain_it_is(rules):
    for rule in AuthorityRule.objects.all():
        assert rule.legal_ref
        assert rule.certainty.startswith(("Đã đọc trong văn bản", "Suy ra, cần đối chiếu"))


def test_a_province_may_have_its_own_rule(rules, cast):
    own = AuthorityRule.objects.create(
        scheme="recognition",
        unit_kind="agency",
        managing_level="district",
        province=cast.province,
        effective_from=FIRST_NEW,
        appraising_level="commune",
        deciding_level="commune",
        organ=Organ.PEOPLES_COMMITTEE,
        procedure="grassroots-1",
        legal_ref="Quy định của tỉnh",
    )
    asked = {"scheme": "recognition", "kind": "agency", "managing_level": "district", "day": NEW}

    assert authority_for(**asked, province_id=cast.province.pk) == own
    assert authority_for(**asked, province_id=None).deciding_level == "province"


def test_an_unknown_authority_is_refused_in_words(rules):
    with pytest.raises(AuthorityUnknown) as caught:
        authority_for(
            scheme="recognition",
            kind="district",
            managing_level="province",
            province_id=None,
            day=NEW,
        )

    assert str(caught.value) == (
        "Chưa có quy định thẩm quyền cho huyện do cấp tỉnh quản lý, chế độ “Công nhận đạt tiêu "
        "chuẩn An toàn về ANTT”, ngày 10/11/2026. Quản trị bổ sung quy định rồi làm lại."
    )
    assert isinstance(caught.value, TransitionRefused)
    assert caught.value.code == "authority_unknown"


def test_a_residential_area_belongs_to_its_commune_and_to_nobody_above(rules, cast):
    answer = authority_units(version_of(cast.che_lau), scheme="recognition", day=NEW)

    assert (answer.appraising_unit_id, answer.deciding_unit_id) == (cast.na_meo.pk,) * 2


def test_a_school_the_province_manages_belongs_to_the_province_wherever_it_lies(rules, cast):
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION,
        "THPT Quan Sơn 2",
        parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY,
        level=ManagingLevel.PROVINCE,
    )

    answer = authority_units(version_of(school), scheme="classification", day=NEW)

    assert (answer.appraising_unit_id, answer.deciding_unit_id) == (cast.province.pk,) * 2


def test_a_commune_belongs_to_the_province(rules, cast):
    answer = authority_units(version_of(cast.na_meo), scheme="recognition", day=NEW)

    assert answer.deciding_unit_id == cast.province.pk


def test_a_commune_of_the_old_era_belongs_to_its_district(rules, cast):
    district = make_unit(
        Kind.DISTRICT,
        "Quan Sơn",
        parent=cast.province,
        sub_kind=SubKind.HUYEN,
        level=ManagingLevel.PROVINCE,
    )
    commune = make_unit(
        Kind.COMMUNE,
        "Trung Hạ",
        parent=district,
        sub_kind=SubKind.XA,
        level=ManagingLevel.DISTRICT,
    )

    answer = authority_units(version_of(commune), scheme="recognition", day=OLD)

    assert answer.deciding_unit_id == district.pk


def test_a_unit_the_minister_decides_about_belongs_to_the_nation(rules, cast):
    plant = make_unit(
        Kind.ENTERPRISE,
        "Nhà máy",
        parent=cast.na_meo,
        sub_kind=SubKind.ENTERPRISE,
        level=ManagingLevel.MINISTRY,
    )

    answer = authority_units(version_of(plant), scheme="recognition", day=NEW)

    assert answer.deciding_unit_id == cast.nation.pk


def test_a_unit_without_a_unit_at_that_level_is_refused_in_words(rules, cast):
    with pytest.raises(AuthorityUnknown, match="Na Mèo không thuộc đơn vị nào ở cấp huyện"):
        authority_units(
            UnitVersion(
                unit=cast.na_meo,
                name="Xã Na Mèo",
                path=version_of(cast.na_meo).path,
                managing_level=ManagingLevel.DISTRICT,
            ),
            scheme="recognition",
            day=OLD,
        )


def test_many_units_are_answered_in_a_few_queries(rules, cast, django_assert_num_queries):
    for number in range(5):
        make_unit(Kind.AGENCY, f"Cơ quan {number}", parent=cast.na_meo, sub_kind=SubKind.STATE_BODY)
    versions = list(
        UnitVersion.objects.in_force(NEW)
        .filter(path__startswith=version_of(cast.na_meo).path)
        .select_related("unit")
    )

    with django_assert_num_queries(3):
        answers = authority_units_of(versions, scheme="recognition", day=NEW)

    assert {answers[unit.pk].deciding_unit_id for unit in (cast.che_lau, cast.hiem)} == {
        cast.na_meo.pk
    }
    assert answers[cast.na_meo.pk].deciding_unit_id == cast.province.pk
    assert len(answers) == len(versions) == 8
