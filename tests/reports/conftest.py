"""One year of two communes written as rows, so that figures can be told beforehand."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.utils import timezone

from criteria.models import CriteriaSet, Provenance
from evaluations.models import (
    AppraisalSession,
    Decision,
    DecisionItem,
    Evaluation,
    Registration,
    Roster,
    RosterEntry,
    Season,
)
from evaluations.models.evaluations import APPRAISED_STATES, APPROVED_STATES
from evaluations.workflow import WITH_AUTHORITY, Status
from tests.cast import Cast, make_cast, make_unit, version_of
from tests.staging import Stage
from units.coverage import Coverage, Scheme
from units.models import GRASSROOTS_KINDS, Kind, ManagingLevel, SubKind

YEAR = 2026
RECOGNITION, CLASSIFICATION = Scheme.RECOGNITION, Scheme.CLASSIFICATION
NOW = dt.datetime(2026, 11, 12, 3, 0, tzinfo=dt.UTC)


@dataclass
class Year:
    """Writes the year's rows of the cast; nothing is checked but by the database."""

    cast: Cast
    seasons: dict = field(default_factory=dict)
    rosters: dict = field(default_factory=dict)

    def season(self, scheme, kind=Kind.RESIDENTIAL_AREA, provenance=Provenance.OFFICIAL):
        criteria_set = CriteriaSet.objects.create(
            code=f"{scheme}-{kind}".replace("_", "-"), scheme=scheme, unit_kinds=[kind],
            title="Bộ tiêu chí", regulation_number="124/2021/TT-BCA",
            regulation_issued_on=dt.date(2021, 12, 28), effective_from=dt.date(2022, 1, 1),
            provenance=provenance, source_sha256="0" * 64,
            declared_total=Decimal(100) if scheme == CLASSIFICATION else None,
        )  # fmt: skip
        self.seasons[scheme, kind] = Season.objects.create(
            scheme=scheme, year=YEAR, unit_kind=kind, province=self.cast.province,
            criteria_set=criteria_set, window_from=dt.date(2025, 11, 15),
            window_to=dt.date(2026, 11, 1), register_by=dt.date(2026, 3, 31),
            decide_before=dt.date(2026, 11, 15), opened_at=NOW, opened_by=self.cast.thu,
        )  # fmt: skip

    def list_units(self, authority, *units, frozen=False, **fields):
        roster = self.rosters.get(authority.pk) or Roster.objects.create(
            authority=authority, province=self.cast.province, year=YEAR
        )
        if frozen:
            roster.frozen_at, roster.frozen_by = NOW, self.cast.minh
            roster.save()
        self.rosters[authority.pk] = roster
        for unit in units:
            RosterEntry.objects.create(
                roster=roster, unit=unit, unit_version=version_of(unit), coverage_reason="Điều 1",
                **{"coverage": Coverage.COVERED, **fields},
            )  # fmt: skip

    def register(self, unit, on=dt.date(2026, 2, 20), households=(40, 40), status="sent"):
        registered, total = households
        return Registration.objects.create(
            season=self.seasons[RECOGNITION, unit.kind], unit=unit, unit_version=version_of(unit),
            province=self.cast.province, status=status, registered_on=on,
            households_registered=registered, households_total=total,
        )  # fmt: skip

    def evaluate(self, unit, scheme, status, outcome="met", **fields):
        """Write one evaluation with all that its state asks for."""
        authority = version_of(unit).parent
        cast, people = self.cast, {}
        if status in WITH_AUTHORITY:
            people |= {"submitted_at": NOW, "submitted_by": cast.lan}
        if status in APPRAISED_STATES:
            people |= {"appraised_at": NOW, "appraised_by": cast.minh}
        if status in APPROVED_STATES:
            people |= {"decided_at": NOW, "decided_by": cast.hoa}
        results = {
            "self_outcome": outcome if status in WITH_AUTHORITY else "",
            "appraised_outcome": outcome if status in APPRAISED_STATES else "",
            "decided_outcome": outcome if status == Status.DECIDED else "",
        }
        return Evaluation.objects.create(
            season=self.seasons[scheme, unit.kind], unit=unit, unit_version=version_of(unit),
            province=cast.province, managing_unit=authority, appraising_unit=authority,
            deciding_unit=authority, status=status, **people, **(results | fields),
        )  # fmt: skip

    def issue(self, authority, scheme, number, *evaluations):
        """Write an issued decision that gives the evaluations their outcomes."""
        cast, made = (
            self.cast,
            {"authority": authority, "province": self.cast.province, "year": YEAR},
        )
        session = AppraisalSession.objects.create(
            **made, held_on=dt.date(2026, 11, 9), chair="Vi Thị Hoa", opened_at=NOW,
            opened_by=cast.minh,
        )  # fmt: skip
        decision = Decision.objects.create(
            **made, organ="ubnd", scheme=scheme, session=session, status="issued", number=number,
            issued_on=dt.date(2026, 11, 13), signer_name="Vi Thị Hoa", drafted_at=NOW,
            drafted_by=cast.minh, sent_at=NOW, sent_by=cast.minh, approved_at=NOW,
            approved_by=cast.hoa, issued_at=NOW, issued_by=cast.van,
            verification_code=f"{number}-{scheme}", snapshot={"number": number},
            snapshot_sha256="1" * 64,
        )  # fmt: skip
        for one in evaluations:
            DecisionItem.objects.create(
                decision=decision, evaluation=one, outcome=one.decided_outcome,
                computed_outcome=one.decided_outcome,
            )  # fmt: skip
        return decision


def add_area(commune, name, sub_kind=SubKind.BAN):
    return make_unit(Kind.RESIDENTIAL_AREA, name, parent=commune, sub_kind=sub_kind)


def begun(cast):
    """An empty year whose two seasons for residential areas are open."""
    found = Year(cast)
    found.season(RECOGNITION)
    found.season(CLASSIFICATION, provenance=Provenance.PROVISIONAL)
    return found


def filled(year):
    """Na Mèo with a unit at every step, Sơn Thủy with one recognised unit."""
    cast, areas = year.cast, {}
    names = ("Na Pọng", "Sộp Huối", "Son", "Cha Khót", "Bo Hiềng")
    areas = {name: add_area(cast.na_meo, name) for name in names}
    school = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường TH&THCS Na Mèo", parent=cast.na_meo,
        sub_kind=SubKind.PRIMARY_LOWER,
    )  # fmt: skip
    upper = make_unit(
        Kind.EDUCATIONAL_INSTITUTION, "Trường THPT Quan Sơn 2", parent=cast.na_meo,
        sub_kind=SubKind.UPPER_SECONDARY, level=ManagingLevel.PROVINCE,
    )  # fmt: skip
    cooperative = make_unit(
        Kind.ENTERPRISE, '=HYPERLINK("http://x")', parent=cast.na_meo, sub_kind=SubKind.COOPERATIVE
    )
    year.list_units(
        cast.na_meo, cast.che_lau, cast.hiem, *list(areas.values())[:4], school, frozen=True
    )
    year.list_units(
        cast.na_meo, areas["Bo Hiềng"], not_considered_reason="no_residents",
        not_considered_note="đã thống nhất với UBND xã",
    )  # fmt: skip
    year.list_units(cast.na_meo, cooperative, coverage=Coverage.VOLUNTARY)
    year.list_units(cast.son_thuy, cast.thuy_thanh, cast.chung_son)
    year.list_units(cast.province, upper)
    _write_steps(year, areas)
    return year


def _write_steps(year, areas):
    cast, classes = year.cast, CLASSIFICATION
    year.register(cast.che_lau, households=(25_000, 25_000))
    year.register(cast.hiem, households=(24_999, 25_000), on=dt.date(2026, 4, 2))
    year.register(areas["Na Pọng"], status="draft", on=None, households=(None, None))
    year.register(areas["Sộp Huối"])
    met = year.evaluate(cast.che_lau, RECOGNITION, Status.DECIDED)
    not_met = year.evaluate(cast.hiem, RECOGNITION, Status.DECIDED, "not_met")
    year.issue(cast.na_meo, RECOGNITION, "05", met, not_met)
    year.evaluate(areas["Sộp Huối"], RECOGNITION, Status.APPROVED)
    year.evaluate(areas["Na Pọng"], RECOGNITION, Status.DRAFT)
    first = year.evaluate(
        cast.che_lau, classes, Status.DECIDED, "xuat_sac",
        self_points=Decimal("93.5"), appraised_points=Decimal(92),
    )  # fmt: skip
    second = year.evaluate(
        cast.hiem, classes, Status.DECIDED, "kha", appraised_points=Decimal("81.25")
    )
    third = year.evaluate(
        areas["Son"], classes, Status.DECIDED, "kha", appraised_points=Decimal(75)
    )
    year.issue(cast.na_meo, classes, "06", first, second, third)
    year.evaluate(areas["Sộp Huối"], classes, Status.SUBMITTED, "yeu")
    outside = year.evaluate(cast.thuy_thanh, RECOGNITION, Status.DECIDED)
    year.register(cast.thuy_thanh)
    year.issue(cast.son_thuy, RECOGNITION, "01", outside)


@pytest.fixture(scope="module")
def stage(held):
    """The full year."""
    cast = make_cast()
    return Stage(cast, {}, {"year": filled(begun(cast))})


@pytest.fixture
def year(copied, cast):
    """The year of the module's stage, or an empty one."""
    return copied.more["year"] if copied else begun(cast)


@pytest.fixture
def full_year(copied, year):
    """The year with a unit at every step; see `filled`."""
    return year if copied else filled(year)


@pytest.fixture
def now():
    return timezone.localtime(dt.datetime(2026, 11, 14, 7, 32, tzinfo=dt.UTC))


KINDS = tuple(GRASSROOTS_KINDS)
