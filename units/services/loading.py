"""Writing the planned units of both eras into the register: what is missing, and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from ..loading import Plan, PlannedUnit, PlannedVersion, UnitKey, national_plan
from ..loading.plan import REFORM_DAY
from ..models import TERRITORIAL_KINDS, Kind, Unit, UnitSuccession, UnitVersion
from ..models.naming import bare_name, name_version

BATCH: Final = 2000
LOCK: Final = 7_022_025
"""Key of the advisory lock that keeps two loads apart."""


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """How many rows one load added."""

    units: int
    versions: int
    successions: int


@transaction.atomic
def load_admin_units(provinces: Collection[str] = ()) -> LoadCounts:
    """Add the units of government of both eras, their versions and successions that are missing.

    The whole country, or all provinces and the communes of the present provinces with these
    codes; a later load completes an earlier one and changes nothing that is there. Raises
    ValueError, in Vietnamese, for a code that is no present province.
    """
    plan = national_plan(provinces)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    ids = _known_ids(plan)
    known = len(ids)
    for kind in TERRITORIAL_KINDS:
        _add_units([unit for unit in plan.units if unit.key.kind == kind], ids)
    added = LoadCounts(len(ids) - known, _add_versions(plan, ids), _add_successions(plan, ids))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE units_unit, units_unitversion, units_unitsuccession")
    return added


def _known_ids(plan: Plan) -> dict[UnitKey, int]:
    """Ids of the planned units that are there, found by kind, code and era of their first version."""
    rows = UnitVersion.objects.filter(unit__kind__in=TERRITORIAL_KINDS).values_list(
        "unit__kind", "code", "valid_from", "unit_id"
    )
    found = {(kind, code, start): unit_id for kind, code, start, unit_id in rows}
    ids = {}
    for unit in plan.units:
        start = None if unit.key.is_old else REFORM_DAY
        unit_id = found.get((unit.key.kind, unit.key.code, start))
        if unit_id is not None:
            ids[unit.key] = unit_id
    return ids


def _add_units(planned: list[PlannedUnit], ids: dict[UnitKey, int]) -> None:
    missing = [unit for unit in planned if unit.key not in ids]
    rows = Unit.objects.bulk_create(
        [
            Unit(
                kind=unit.key.kind,
                province_id=ids[unit.province] if unit.province else None,
                ended_on=unit.ended_on,
                ended_by_act=unit.ended_by_act,
            )
            for unit in missing
        ],
        batch_size=BATCH,
    )
    ids.update({unit.key: row.pk for unit, row in zip(missing, rows, strict=True)})
    Unit.objects.filter(kind=Kind.PROVINCE, province=None).update(province=F("pk"))


def _add_versions(plan: Plan, ids: dict[UnitKey, int]) -> int:
    there = set(
        UnitVersion.objects.filter(unit__in=ids.values()).values_list("unit_id", "valid_from")
    )
    rows = [
        _version(planned, ids)
        for planned in plan.versions
        if (ids[planned.unit], planned.valid_from) not in there
    ]
    UnitVersion.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _version(planned: PlannedVersion, ids: dict[UnitKey, int]) -> UnitVersion:
    line = [ids[key] for key in (*planned.ancestors, planned.unit)]
    version = UnitVersion(
        unit_id=line[-1],
        parent_id=line[-2] if planned.ancestors else None,
        path="/" + "".join(f"{unit_id}/" for unit_id in line),
        valid_from=planned.valid_from,
        legal_act=planned.legal_act,
        sub_kind=planned.sub_kind,
        code=planned.code,
        managing_level=planned.managing_level,
        document_place=_document_place(planned),
    )
    name_version(version, planned.name)
    return version


def _document_place(planned: PlannedVersion) -> str:
    """The place name that heads a document: without its word, but for a name that is a number.

    Legal: Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục 4.
    """
    bare = bare_name(planned.sub_kind, planned.name)
    return planned.name if bare.isdecimal() else bare


def _add_successions(plan: Plan, ids: dict[UnitKey, int]) -> int:
    there = set(
        UnitSuccession.objects.filter(predecessor__in=ids.values(), on=REFORM_DAY).values_list(
            "predecessor_id", "successor_id"
        )
    )
    rows = [
        UnitSuccession(
            predecessor_id=ids[link.predecessor],
            successor_id=ids[link.successor],
            on=REFORM_DAY,
            legal_act=link.legal_act,
            is_default=link.is_default,
        )
        for link in plan.successions
        if (ids[link.predecessor], ids[link.successor]) not in there
    ]
    UnitSuccession.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)
