"""Which units the two schemes cover."""

import datetime as dt

import pytest

from tests.cast import make_unit, version_of
from units.coverage import OPEN_TO_CHOICE, Coverage, CoverageFinding, Scheme, find_coverage
from units.models import SUB_KINDS, CoverageChoice, EnterpriseSize, Kind, SubKind
from units.selectors import coverage_of, coverages_of

DAY = dt.date(2026, 3, 1)
IN, OUT, MAY, ASK = (
    Coverage.COVERED, Coverage.NOT_COVERED, Coverage.VOLUNTARY, Coverage.UNDECIDED,
)  # fmt: skip
K, S, E = Kind, SubKind, EnterpriseSize

# fmt: off
TABLE = (
    (K.RESIDENTIAL_AREA,        S.BAN,            "",        IN),
    (K.RESIDENTIAL_AREA,        "",               "",        IN),
    (K.COMMUNE,                 S.XA,             "",        IN),
    (K.COMMUNE,                 S.DAC_KHU,        "",        IN),
    (K.PROVINCE,                S.TINH,           "",        OUT),
    (K.NATION,                  "",               "",        OUT),
    (K.AGENCY,                  S.STATE_BODY,     "",        IN),
    (K.AGENCY,                  S.PUBLIC_SERVICE, "",        IN),
    (K.AGENCY,                  S.ARMED_FORCES,   "",        OUT),
    (K.AGENCY,                  "",               "",        ASK),
    (K.ENTERPRISE,              S.ENTERPRISE,     E.MICRO,   OUT),
    (K.ENTERPRISE,              S.ENTERPRISE,     E.SMALL,   OUT),
    (K.ENTERPRISE,              S.ENTERPRISE,     E.MEDIUM,  IN),
    (K.ENTERPRISE,              S.ENTERPRISE,     E.LARGE,   IN),
    (K.ENTERPRISE,              S.ENTERPRISE,     E.UNKNOWN, ASK),
    (K.ENTERPRISE,              S.ENTERPRISE,     "",        ASK),
    (K.ENTERPRISE,              S.COOPERATIVE,    E.UNKNOWN, MAY),
    (K.EDUCATIONAL_INSTITUTION, S.PRESCHOOL,      "",        OUT),
    (K.EDUCATIONAL_INSTITUTION, S.PRIMARY,        "",        OUT),
    (K.EDUCATIONAL_INSTITUTION, S.PRIMARY_LOWER,  "",        IN),
    (K.EDUCATIONAL_INSTITUTION, S.LOWER_SECONDARY, "",       IN),
    (K.EDUCATIONAL_INSTITUTION, S.UPPER_SECONDARY, "",       IN),
    (K.EDUCATIONAL_INSTITUTION, S.MULTI_LEVEL,    "",        IN),
    (K.EDUCATIONAL_INSTITUTION, S.UNIVERSITY,     "",        IN),
    (K.EDUCATIONAL_INSTITUTION, "",               "",        ASK),
)
# fmt: on


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize(("kind", "sub_kind", "size", "expected"), TABLE)
def test_coverage_follows_the_table(scheme, kind, sub_kind, size, expected):
    found = find_coverage(
        scheme=scheme, kind=kind, sub_kind=sub_kind, enterprise_size=size, day=DAY
    )

    assert found.coverage == expected
    assert found.reason
    assert found.legal_ref


@pytest.mark.parametrize("scheme", list(Scheme))
def test_coverage_has_an_answer_for_every_sub_kind(scheme):
    for kind, sub_kinds in SUB_KINDS.items():
        for sub_kind in sub_kinds:
            assert find_coverage(scheme=scheme, kind=kind, sub_kind=sub_kind, day=DAY).reason


@pytest.mark.parametrize(
    ("scheme", "day", "expected"),
    [
        (Scheme.CLASSIFICATION, dt.date(2024, 12, 31), IN),
        (Scheme.CLASSIFICATION, dt.date(2025, 1, 1), OUT),
        (Scheme.RECOGNITION, dt.date(2024, 12, 31), OUT),
    ],
)
def test_district_is_classified_until_the_season_of_2024(scheme, day, expected):
    found = find_coverage(scheme=scheme, kind=Kind.DISTRICT, sub_kind=SubKind.HUYEN, day=day)

    assert found.coverage == expected


def choice(coverage):
    return CoverageFinding(coverage, "Công văn của tỉnh", "Lựa chọn của tỉnh")


@pytest.mark.parametrize(
    ("sub_kind", "chosen", "expected"),
    [
        (SubKind.MULTI_LEVEL, OUT, OUT),
        (SubKind.PRIMARY_LOWER, MAY, MAY),
        (SubKind.PRIMARY, MAY, MAY),
        (SubKind.PRIMARY, IN, OUT),
        (SubKind.LOWER_SECONDARY, OUT, IN),
    ],
)
def test_choice_counts_only_where_the_law_leaves_room(sub_kind, chosen, expected):
    found = find_coverage(
        scheme=Scheme.RECOGNITION,
        kind=Kind.EDUCATIONAL_INSTITUTION,
        sub_kind=sub_kind,
        day=DAY,
        choice=choice(chosen),
    )

    assert found.coverage == expected


def test_no_choice_makes_armed_forces_or_small_enterprises_take_part():
    assert not {SubKind.ARMED_FORCES, SubKind.ENTERPRISE} & set(OPEN_TO_CHOICE)


@pytest.fixture
def school(cast):
    return make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường TH&THCS Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.PRIMARY_LOWER,
    )  # fmt: skip


def choose(cast, day, coverage):
    CoverageChoice.objects.create(
        province=cast.province, scheme=Scheme.RECOGNITION, sub_kind=SubKind.PRIMARY_LOWER,
        effective_from=day, coverage=coverage, reason=f"Công văn {day}",
    )  # fmt: skip


def test_latest_choice_in_force_holds_for_its_scheme_and_province(cast, school):
    choose(cast, dt.date(2025, 1, 1), OUT)
    choose(cast, dt.date(2026, 1, 1), MAY)
    choose(cast, dt.date(2027, 1, 1), IN)
    version = version_of(school)

    found = coverage_of(version, Scheme.RECOGNITION, DAY)

    assert (found.coverage, found.reason) == (MAY, "Công văn 2026-01-01")
    assert coverage_of(version, Scheme.RECOGNITION, dt.date(2025, 6, 1)).coverage == OUT
    assert coverage_of(version, Scheme.CLASSIFICATION, DAY).coverage == IN


def test_coverage_of_many_costs_one_query_a_province(cast, school, django_assert_num_queries):
    other = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường TH&THCS Sơn Thủy", parent=cast.son_thuy,
        sub_kind=SubKind.PRIMARY_LOWER,
    )  # fmt: skip
    versions = [version_of(unit) for unit in (school, other, cast.che_lau)]

    with django_assert_num_queries(1):
        found = coverages_of(versions, Scheme.RECOGNITION, DAY)

    assert {unit_id: finding.coverage for unit_id, finding in found.items()} == {
        school.pk: IN, other.pk: IN, cast.che_lau.pk: IN,
    }  # fmt: skip


def test_coverage_of_what_the_law_names_asks_nothing(cast, django_assert_num_queries):
    version = version_of(cast.che_lau)

    with django_assert_num_queries(0):
        assert coverage_of(version, Scheme.RECOGNITION, DAY).coverage == IN
