"""The other communes of both provinces: a few units each with two years' results, written in bulk."""

import datetime as dt
from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Final

from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from accounts.services import record_audit
from evaluations.models import Roster, RosterEntry
from units.coverage import Coverage
from units.models import Kind, ManagingLevel, RegisterFreeze, SubKind, Unit, UnitVersion
from units.models.naming import name_version
from units.selectors import alive_versions

from . import people
from .clock import on_day
from .places import MARK
from .register import REFORM_DAY, government_unit
from .seasons import Seasons, current_seasons, past_seasons
from .stories import Crew
from .wholesale import BATCH, Batch, Came, fortune, fortunes, write

UNITS: Final = {
    people.PROVINCE: (
        ("Thôn 1", Kind.RESIDENTIAL_AREA, SubKind.THON), ("Thôn 2", Kind.RESIDENTIAL_AREA, SubKind.THON),
        ("Thôn 3", Kind.RESIDENTIAL_AREA, SubKind.THON), ("Thôn 4", Kind.RESIDENTIAL_AREA, SubKind.THON),
        ("Trạm Y tế", Kind.AGENCY, SubKind.PUBLIC_SERVICE),
        ("Trường THCS", Kind.EDUCATIONAL_INSTITUTION, SubKind.LOWER_SECONDARY),
    ),
    people.OTHER_PROVINCE: (
        ("Xóm 1", Kind.RESIDENTIAL_AREA, SubKind.XOM), ("Xóm 2", Kind.RESIDENTIAL_AREA, SubKind.XOM),
        ("Trường THCS", Kind.EDUCATIONAL_INSTITUTION, SubKind.LOWER_SECONDARY),
    ),
}  # fmt: skip
"""What every commune of a province gets."""

ADMINISTRATORS: Final = {
    people.PROVINCE: "quantri.thanhhoa", people.OTHER_PROVINCE: "quantri.thainguyen"
}  # fmt: skip
PACES: Final = (
    ("decided",), ("decided",), ("appraised", "submitted"), ("submitted", "draft"), ("draft", "registered"),
)  # fmt: skip
"""How far the units of a commune are in the current season; communes take turns."""


def write_elsewhere(province_code: str, random: Random) -> None:
    """Units, lists and results of a province's communes outside Quan Sơn; nothing if they are there."""
    province = government_unit(province_code)
    communes = list(
        alive_versions()
        .filter(unit__kind=Kind.COMMUNE, unit__province=province)
        .exclude(code__in=people.COMMUNES)
        .select_related("unit")
    )
    paths = [one.unit_id for one in communes]
    if UnitVersion.objects.filter(parent__in=paths, unit__is_demo=True).exists():
        return
    below = _units(communes, province, UNITS[province_code])
    administrator = User.objects.get(username=ADMINISTRATORS[province_code])
    with on_day(max(REFORM_DAY, people.SINCE) + dt.timedelta(days=9)):
        past = past_seasons(province, 2025, by=administrator)
    current = current_seasons(province, by=administrator)
    writers = dict(
        zip((role for _, role, _ in people.STAFF), people.writers(province_code), strict=True)
    )
    crews = [Crew(one.unit, writers, one.spoken_name, count(11)) for one in communes]
    _year(crews, below, past, 2025, dt.date(2025, 11, 12), random)
    _year(crews, below, current, localdate().year, localdate(), random)
    above = Crew(province, writers, province.versions.in_force().get().spoken_name, count(501))
    _communes_year(above, communes, past, 2025, random)
    record_audit(
        "demo.wholesale", by=None, subject=f"unit:{province.pk}", province_id=province.pk,
        unit_id=province.pk, summary=f"Nạp dữ liệu mẫu cho {len(communes)} xã, phường",
    )  # fmt: skip


def _units(
    communes: Sequence[UnitVersion], province: Unit, wanted: Sequence[tuple[str, Kind, SubKind]]
) -> dict[int, list[UnitVersion]]:
    """Make the units below these communes; return their versions by commune."""
    made = [(commune, *one) for commune in communes for one in wanted]
    units = Unit.objects.bulk_create(
        [Unit(kind=kind, province=province, is_demo=True) for _, _, kind, _ in made],
        batch_size=BATCH,
    )
    below: dict[int, list[UnitVersion]] = {}
    for unit, (commune, name, kind, sub_kind) in zip(units, made, strict=True):
        version = UnitVersion(
            unit=unit, parent=commune.unit, path=f"{commune.path}{unit.pk}/", valid_from=REFORM_DAY,
            sub_kind=sub_kind, managing_level=ManagingLevel.COMMUNE,
        )  # fmt: skip
        is_area = kind == Kind.RESIDENTIAL_AREA
        name_version(version, f"{name} {MARK}" if is_area else f"{name} {commune.bare_name} {MARK}")
        below.setdefault(commune.unit_id, []).append(version)
    versions = [one for many in below.values() for one in many]
    UnitVersion.objects.bulk_create(versions, batch_size=BATCH)
    return below


def _year(
    crews: Sequence[Crew], below: dict[int, list[UnitVersion]], seasons: Seasons, year: int, day: dt.date,
    random: Random,
) -> None:  # fmt: skip
    """One year of every commune: its frozen list, then results as far as they are."""
    is_over = day < localdate()
    _lists(crews, below, year, dt.date(2025, 9, 15) if is_over else min(dt.date(year, 3, 25), day))
    batches = []
    for place, crew in enumerate(crews):
        steps = ("decided",) if is_over else PACES[place % len(PACES)]
        versions = below[crew.authority.pk]
        batches.append(
            Batch(crew, seasons, year, versions, fortunes(random, versions, steps=steps), day)
        )
    write(batches)


def _lists(
    crews: Sequence[Crew], below: dict[int, list[UnitVersion]], year: int, day: dt.date
) -> None:
    frozen_at = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
    rosters = Roster.objects.bulk_create(
        [
            Roster(
                authority=crew.authority, province_id=crew.authority.province_id, year=year,
                frozen_at=frozen_at, frozen_by=crew.staff[Role.APPRAISER],
            )
            for crew in crews
        ]
    )  # fmt: skip
    RosterEntry.objects.bulk_create(
        [
            RosterEntry(
                roster=roster, unit=version.unit, unit_version=version, coverage=Coverage.COVERED,
                coverage_reason="Thuộc diện theo quy định.",
            )
            for roster, crew in zip(rosters, crews, strict=True)
            for version in below[crew.authority.pk]
        ],
        batch_size=BATCH,
    )  # fmt: skip
    RegisterFreeze.objects.bulk_create(
        [RegisterFreeze(authority=crew.authority, year=year) for crew in crews]
    )


def _communes_year(
    above: Crew, communes: Sequence[UnitVersion], seasons: Seasons, year: int, random: Random
) -> None:
    """What the province decided on the communes themselves."""
    roster, _ = Roster.objects.get_or_create(
        authority=above.authority, year=year, defaults={"province": above.authority}
    )
    RosterEntry.objects.bulk_create(
        [
            RosterEntry(
                roster=roster, unit=one.unit, unit_version=one, coverage=Coverage.COVERED,
                coverage_reason="Mọi xã, phường, đặc khu đều thuộc diện.",
            )
            for one in communes
        ],
        batch_size=BATCH, ignore_conflicts=True,
    )  # fmt: skip
    came = {one.unit_id: _a_year(random) for one in communes}
    write([Batch(above, seasons, year, communes, came, dt.date(year, 11, 18))])


def _a_year(random: Random) -> Came:
    found = fortune(random)
    return Came("decided", found.recognition, found.classification, found.late)
