"""The years of made-up provinces: lists, registrations, both evaluations, decisions."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, Final

from django.db import connection, transaction
from django.utils.timezone import localdate, now

from accounts.models import User
from criteria.models import CriteriaSet
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
from evaluations.services.summaries import rebuild_summaries
from units.coverage import Coverage, Scheme
from units.models import Kind, ManagingLevel, SubKind, Unit, UnitVersion
from units.selectors import alive_versions

from .copying import copy_rows, new_ids

Rows = list[dict[str, Any]]

# fmt: off
MIX: Final = (
    #  of 30  kind                          sub-kind                  managed by
    *(22 * ((Kind.RESIDENTIAL_AREA,        SubKind.THON,             ManagingLevel.COMMUNE),)),
    *(3 *  ((Kind.AGENCY,                  SubKind.STATE_BODY,       ManagingLevel.COMMUNE),)),
    *(2 *  ((Kind.ENTERPRISE,              SubKind.ENTERPRISE,       ManagingLevel.COMMUNE),)),
    *(2 *  ((Kind.EDUCATIONAL_INSTITUTION, SubKind.LOWER_SECONDARY,  ManagingLevel.COMMUNE),)),
    (Kind.EDUCATIONAL_INSTITUTION,         SubKind.UPPER_SECONDARY,  ManagingLevel.PROVINCE),
)
# fmt: on
LARGE: Final = 4
"""The first commune of a province has this many times the units, enough for one long decision."""
CLASSES: Final = ("xuat_sac", "kha", "kha", "kha", "trung_binh", "yeu")
STEPS: Final = ("draft", "submitted", "in_review", "appraised", "decided", "decided")
"""Where files of the current year stand; those of earlier years are decided."""
SENT: Final = ("submitted", "in_review", "appraised", "decided")
CONCLUDED: Final = ("appraised", "decided")


@dataclass(frozen=True, slots=True)
class People:
    """Those who have done every act of the synthetic years."""

    officer: int
    appraiser: int
    approver: int
    clerk: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One made-up unit and whose list it stands on."""

    unit_id: int
    version_id: int
    kind: str
    authority_id: int


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written."""

    units: int
    rows: int
    years: tuple[int, ...]


@transaction.atomic
def seed(provinces: Sequence[Unit], *, years: int) -> Seeded:
    """Write made-up units into every commune of these provinces, and their last years, up to the current one.

    The same numbers give the same data. Raises CriteriaSet.DoesNotExist while no criteria are loaded.
    """
    people, chosen, written, units = _people(), Random(510), 0, 0  # noqa: S311 - data, not secrets
    current = localdate().year
    span = tuple(range(current - years + 1, current + 1))
    for province in provinces:
        listed = _units(province)
        units += len(listed)
        for year in span:
            written += _year(province, year, listed, people, chosen)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for year in span:
        rebuild_summaries(year)
    return Seeded(units, written, span)


def largest_provinces(count: int) -> list[Unit]:
    """The provinces with the most communes today, at most so many."""
    sizes: dict[int, int] = {}
    found = (
        alive_versions().filter(unit__kind=Kind.COMMUNE).values_list("unit__province", flat=True)
    )
    for province_id in filter(None, found):
        sizes[province_id] = sizes.get(province_id, 0) + 1
    ids = sorted(sizes, key=lambda pk: (-sizes[pk], pk))[:count]
    by_id = Unit.objects.in_bulk(ids)
    return [by_id[pk] for pk in ids]


def _people() -> People:
    made = [
        User.objects.get_or_create(username=f"scale-{name}", defaults={"password": "!"})[0].pk
        for name in ("officer", "appraiser", "approver", "clerk")
    ]
    return People(*made)


def _units(province: Unit) -> list[Listed]:
    """Write the units of every commune of a province; return them with whose list they stand on."""
    communes = list(
        alive_versions().filter(unit__kind=Kind.COMMUNE, unit__province=province).order_by("unit")
    )
    mixes = [MIX * (LARGE if place == 0 else 1) for place in range(len(communes))]
    count = sum(map(len, mixes))
    ids, version_ids = iter(new_ids(Unit, count)), iter(new_ids(UnitVersion, count))
    units: Rows = []
    versions: Rows = []
    listed: list[Listed] = []
    for commune, mix in zip(communes, mixes, strict=True):
        for number, (kind, sub_kind, level) in enumerate(mix, start=1):
            unit_id, version_id = next(ids), next(version_ids)
            units.append({"id": unit_id, "kind": kind.value, "province_id": province.pk})
            versions.append(_version(version_id, unit_id, commune, number, sub_kind, level))
            authority = province.pk if level == ManagingLevel.PROVINCE else commune.unit_id
            listed.append(Listed(unit_id, version_id, kind.value, authority))
    copy_rows(Unit, units)
    copy_rows(UnitVersion, versions)
    return listed


def _version(
    pk: int, unit_id: int, commune: UnitVersion, number: int, sub_kind: str, level: str
) -> dict[str, Any]:
    name = f"Don vi {number}"
    return {
        "id": pk, "unit_id": unit_id, "name": name, "sub_kind": str(sub_kind),
        "parent_id": commune.unit_id, "path": f"{commune.path}{unit_id}/",
        "managing_level": str(level), "sort_key": f"don vi {number:04}", "search_key": name.lower(),
    }  # fmt: skip


def _year(
    province: Unit, year: int, listed: Sequence[Listed], people: People, chosen: Random
) -> int:
    """Write one year of one province; return how many rows."""
    seasons = {
        (season.scheme, season.unit_kind): season for season in _seasons(province, year, people)
    }
    entries = _entries(_rosters(province, year, listed, people), listed, chosen)
    kept = [one for one, entry in zip(listed, entries, strict=True) if _is_considered(entry)]
    registrations = _registrations(seasons, kept, people, chosen)
    files = list(_evaluations(seasons, kept, people, chosen, is_over=year < localdate().year))
    written = copy_rows(RosterEntry, entries) + copy_rows(Registration, registrations)
    written += copy_rows(Evaluation, files)
    return written + _decisions(province, year, seasons, files, people)


def _seasons(province: Unit, year: int, people: People) -> Iterator[Season]:
    for scheme in Scheme:
        for kind in {kind for kind, _, _ in MIX}:
            known = CriteriaSet.objects.filter(scheme=scheme, unit_kinds__contains=[kind])
            criteria_set = known.order_by("-published_at", "pk").first()
            if criteria_set is None:
                raise CriteriaSet.DoesNotExist(f"{scheme}, {kind}")
            yield Season.objects.get_or_create(
                scheme=scheme, year=year, unit_kind=kind, province=province,
                defaults={
                    "criteria_set": criteria_set, "window_from": dt.date(year - 1, 11, 2),
                    "window_to": dt.date(year, 11, 1), "register_by": dt.date(year, 3, 31),
                    "decide_before": dt.date(year, 11, 15), "opened_at": now(),
                    "opened_by_id": people.officer,
                },
            )[0]  # fmt: skip


def _rosters(province: Unit, year: int, listed: Sequence[Listed], people: People) -> dict[int, int]:
    """The lists of the year by authority, made where there is none."""
    found = dict(Roster.objects.filter(province=province, year=year).values_list("authority", "pk"))
    missing = sorted({one.authority_id for one in listed} - set(found))
    ids = new_ids(Roster, len(missing))
    frozen = {"frozen_at": now(), "frozen_by_id": people.appraiser}
    copy_rows(
        Roster,
        [
            {"id": pk, "authority_id": unit, "province_id": province.pk, "year": year, **frozen}
            for pk, unit in zip(ids, missing, strict=True)
        ],
    )
    return found | dict(zip(missing, ids, strict=True))


def _entries(rosters: dict[int, int], listed: Sequence[Listed], chosen: Random) -> Rows:
    ids = new_ids(RosterEntry, len(listed))
    rows: Rows = []
    for pk, one in zip(ids, listed, strict=True):
        is_left_out, is_voluntary = chosen.random() < 0.02, chosen.random() < 0.02
        rows.append({
            "id": pk, "roster_id": rosters[one.authority_id], "unit_id": one.unit_id,
            "unit_version_id": one.version_id, "coverage_reason": "Điều 1",
            "coverage": (Coverage.VOLUNTARY if is_voluntary else Coverage.COVERED).value,
            "not_considered_reason": "other" if is_left_out else "",
            "not_considered_note": "đã thống nhất" if is_left_out else "",
        })  # fmt: skip
    return rows


def _is_considered(entry: dict[str, Any]) -> bool:
    return not entry["not_considered_reason"] and entry["coverage"] != Coverage.VOLUNTARY


def _registrations(
    seasons: dict[tuple[str, str], Season], kept: Sequence[Listed], people: People, chosen: Random
) -> Rows:
    ids = new_ids(Registration, len(kept))
    rows: Rows = []
    for pk, one in zip(ids, kept, strict=True):
        season = seasons[Scheme.RECOGNITION, one.kind]
        late = 20 if chosen.random() < 0.05 else -chosen.randrange(60)
        rows.append({
            "id": pk, "season_id": season.pk, "unit_id": one.unit_id, "status": "accepted",
            "unit_version_id": one.version_id, "province_id": season.province_id,
            "registered_on": dt.date(season.year, 3, 31) + dt.timedelta(days=late),
            "households_registered": 80, "households_total": 80,
            "accepted_at": now(), "accepted_by_id": people.appraiser,
        })  # fmt: skip
    return rows


def _evaluations(
    seasons: dict[tuple[str, str], Season], kept: Sequence[Listed], people: People, chosen: Random,
    *, is_over: bool,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Both files of each unit: decided when the year is over, else at every step."""
    ids = iter(new_ids(Evaluation, 2 * len(kept)))
    for one in kept:
        for scheme in Scheme:
            season = seasons[scheme, one.kind]
            status = "decided" if is_over else chosen.choice(STEPS)
            is_met = chosen.random() < 0.9
            outcome = (
                ("met" if is_met else "not_met")
                if scheme == Scheme.RECOGNITION
                else chosen.choice(CLASSES)
            )
            points = (
                None
                if scheme == Scheme.RECOGNITION
                else Decimal(chosen.randrange(5000, 10000)) / 100
            )
            yield {
                "id": next(ids), "season_id": season.pk, "unit_id": one.unit_id,
                "unit_version_id": one.version_id, "province_id": season.province_id,
                "managing_unit_id": one.authority_id, "appraising_unit_id": one.authority_id,
                "deciding_unit_id": one.authority_id, "status": status,
                **_steps(status, outcome, points, people),
            }  # fmt: skip


def _steps(status: str, outcome: str, points: Decimal | None, people: People) -> dict[str, Any]:
    """What the database asks of a file in its state."""
    row: dict[str, Any] = {}
    if status in SENT:
        row |= {"submitted_at": now(), "submitted_by_id": people.officer}
        row |= {"self_outcome": outcome, "self_points": points}
    if status in CONCLUDED:
        row |= {"appraised_at": now(), "appraised_by_id": people.appraiser}
        row |= {"appraised_outcome": outcome, "appraised_points": points}
    if status == "decided":
        row |= {"decided_at": now(), "decided_by_id": people.approver, "decided_outcome": outcome}
    return row


def _decisions(
    province: Unit, year: int, seasons: dict[tuple[str, str], Season], files: Rows, people: People
) -> int:
    """One issued decision of each authority and scheme over its decided files; each tenth is late."""
    schemes = {season.pk: season.scheme for season in seasons.values()}
    groups: dict[tuple[int, str], Rows] = {}
    for row in files:
        if row["status"] == "decided":
            groups.setdefault((row["deciding_unit_id"], schemes[row["season_id"]]), []).append(row)
    sessions, decisions = new_ids(AppraisalSession, len(groups)), new_ids(Decision, len(groups))
    items = iter(new_ids(DecisionItem, sum(map(len, groups.values()))))
    heads: Rows = []
    held: Rows = []
    lines: Rows = []
    for place, ((authority, scheme), rows) in enumerate(groups.items()):
        about = {"authority_id": authority, "province_id": province.pk, "year": year}
        held.append({
            "id": sessions[place], **about, "held_on": dt.date(year, 11, 9), "chair": "scale",
            "opened_at": now(), "opened_by_id": people.appraiser,
        })  # fmt: skip
        day = dt.date(year, 11, 20 if place % 10 == 0 else 12)
        heads.append(_head(decisions[place], sessions[place], scheme, day, people) | about)
        lines += [
            {
                "id": next(items), "decision_id": decisions[place], "evaluation_id": row["id"],
                "outcome": row["decided_outcome"], "computed_outcome": row["decided_outcome"],
            }
            for row in rows
        ]  # fmt: skip
    written = copy_rows(AppraisalSession, held) + copy_rows(Decision, heads)
    return written + copy_rows(DecisionItem, lines)


def _head(pk: int, session_id: int, scheme: str, day: dt.date, people: People) -> dict[str, Any]:
    return {
        "id": pk, "session_id": session_id, "scheme": scheme, "organ": "ubnd", "status": "issued",
        "number": f"S{pk}", "issued_on": day, "signer_name": "scale", "snapshot": {"scale": pk},
        "snapshot_sha256": "0" * 64, "verification_code": f"scale-{pk}",
        "drafted_at": now(), "drafted_by_id": people.appraiser,
        "sent_at": now(), "sent_by_id": people.appraiser,
        "approved_at": now(), "approved_by_id": people.approver,
        "issued_at": now(), "issued_by_id": people.clerk,
    }  # fmt: skip
