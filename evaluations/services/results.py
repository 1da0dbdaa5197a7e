"""Recording outcomes that no file of the portal produced, correcting them and striking them out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from accounts.services import AuditEntry, record_audits
from antq_portal.lib import text
from criteria.exceptions import TransitionRefused
from criteria.selectors import authority_units_of
from units.coverage import Coverage, Scheme
from units.models import GRASSROOTS_KINDS, ManagingLevel, Unit, UnitVersion
from units.selectors import acting_units, powers_of

from ..models import Evaluation, RecordedResult, Roster, RosterEntry
from ..models.results import ResultSource
from ..selectors.recorded import recording_places
from ..selectors.rosters import listing_coverages
from ..workflow import Status
from .summaries import refresh_summaries

FIRST_YEAR: Final = 2022
"""The first year of both instruments; earlier outcomes mean something else."""
OUTCOMES_OF: Final = MappingProxyType(
    {
        Scheme.RECOGNITION: ("met", "not_met"),
        Scheme.CLASSIFICATION: ("xuat_sac", "kha", "trung_binh", "yeu"),
    }
)
LONGEST: Final = MappingProxyType({"decision_number": 60, "organ": 200})
"""Letters that the columns take."""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """One outcome as the paper says it."""

    year: int
    scheme: str
    outcome: str
    decision_number: str
    decided_on: dt.date
    organ: str


@dataclass(frozen=True, slots=True)
class NewResult:
    """One outcome to be recorded for a unit whose version in force is loaded with `unit`."""

    version: UnitVersion
    facts: ResultFacts


@transaction.atomic
def record_external(unit: Unit, *, facts: ResultFacts, by: User) -> RecordedResult:
    """Record what the Minister decided for a unit the ministry follows; return the row.

    Counts in no percentage of a commune. Raises PermissionDenied unless `by` records at the
    province, ValidationError by field, TransitionRefused for a unit that has a file here,
    Unit.DoesNotExist for one out of sight.
    Legal: Thông tư 124/2021/TT-BCA Điều 10 khoản 4.
    """
    version = _permitted(unit, by=by)
    if version.managing_level != ManagingLevel.MINISTRY or unit.kind not in GRASSROOTS_KINDS:
        raise TransitionRefused(
            f"{version}: kết quả do cấp có thẩm quyền quyết định ở đây, không ghi nhận từ nơi khác."
        )
    facts = checked_facts(facts)
    if (unit.pk, facts.year, facts.scheme) in decided_here([unit.pk]):
        raise TransitionRefused(f"{version}: năm {facts.year} đã có quyết định trong cổng.")
    if RecordedResult.objects.filter(unit=unit, year=facts.year, scheme=facts.scheme).exists():
        raise TransitionRefused(
            f"{version}: đã ghi kết quả năm {facts.year}; muốn đổi thì sửa dòng đã ghi."
        )
    return write_results([NewResult(version, facts)], source=ResultSource.EXTERNAL, by=by)[0]


@transaction.atomic
def correct_result(
    result: RecordedResult, *, facts: ResultFacts, reason: str, by: User
) -> RecordedResult:
    """Put a recorded outcome right, with the reason; what it was stays in the log.

    Year and scheme stay: for those the row is struck out and recorded anew.
    """
    row = _locked_row(result, reason, by=by)
    facts = checked_facts(facts)
    if (facts.year, facts.scheme) != (row.year, row.scheme):
        raise ValidationError("Năm, chế độ không sửa được; bỏ dòng này rồi ghi lại.")
    before = facts_of(row)
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.entered_at, row.entered_by = timezone.now(), by
    row.full_clean()
    row.save()
    details = {"before": asdict(before), "after": asdict(facts), "reason": reason.strip()}
    record_audits([_entry("correct", row, "Sửa kết quả ghi nhận", details)], by=by)
    refresh_summaries([row.unit_id], year=row.year)
    return row


@transaction.atomic
def strike_out_result(result: RecordedResult, *, reason: str, by: User) -> None:
    """Take a recorded outcome out, with the reason; the log keeps all it said."""
    row = _locked_row(result, reason, by=by)
    details = {"before": asdict(facts_of(row)), "source": row.source, "reason": reason.strip()}
    entry = _entry("strike_out", row, "Bỏ kết quả ghi nhận", details)
    unit_id, year = row.unit_id, row.year
    row.delete()
    record_audits([entry], by=by)
    refresh_summaries([unit_id], year=year)


def write_results(
    new: Sequence[NewResult], *, source: ResultSource, by: User
) -> list[RecordedResult]:
    """Write outcomes that were checked already, with the log; return the rows in the order given.

    Paper outcomes bring the missing rows of that year's lists, so that denominators exist.
    """
    then = _versions_then([(one.version, one.facts.decided_on) for one in new])
    deciders = _deciding_units(new, then)
    now = timezone.now()
    rows = RecordedResult.objects.bulk_create(
        RecordedResult(
            unit_id=one.version.unit_id, unit_version=then[one.version.unit_id, one.facts.decided_on],
            province_id=one.version.unit.province_id or one.version.unit_id, deciding_unit_id=decider, source=source,
            entered_at=now, entered_by=by, **asdict(one.facts),
        )
        for one, decider in zip(new, deciders, strict=True)
    )  # fmt: skip
    if source == ResultSource.PAPER:
        _list_units(new)
    record_audits(
        [
            _entry("record", row, "Ghi kết quả", asdict(facts_of(row)) | {"source": source})
            for row in rows
        ],
        by=by,
    )
    for year in {row.year for row in rows}:
        refresh_summaries([row.unit_id for row in rows if row.year == year], year=year)
    return rows


def checked_facts(facts: ResultFacts) -> ResultFacts:
    """The facts with their texts cleaned; ValidationError by field where they do not fit."""
    errors = _day_errors(facts)
    if facts.scheme not in Scheme.values:
        errors["scheme"] = "Chọn chế độ."
    elif facts.outcome not in OUTCOMES_OF[Scheme(facts.scheme)]:
        errors["outcome"] = "Kết quả không thuộc chế độ này."
    number, organ = text.clean(facts.decision_number), text.clean(facts.organ)
    for name, typed, missing in (
        ("decision_number", number, "Ghi số, ký hiệu quyết định."),
        ("organ", organ, "Ghi cơ quan quyết định."),
    ):
        longest = LONGEST[name]
        if not typed:
            errors[name] = missing
        elif len(typed) > longest:
            errors[name] = f"Dài quá {longest} ký tự."
    if errors:
        raise ValidationError(errors)
    return ResultFacts(facts.year, facts.scheme, facts.outcome, number, facts.decided_on, organ)


def _day_errors(facts: ResultFacts) -> dict[str, str]:
    errors = {}
    today = localdate()
    if not FIRST_YEAR <= facts.year <= today.year:
        errors["year"] = f"Ghi năm từ {FIRST_YEAR} đến {today.year}."
    if facts.decided_on > today:
        errors["decided_on"] = "Ngày quyết định còn ở phía trước."
    elif facts.decided_on.year < facts.year:
        errors["decided_on"] = f"Quyết định của năm {facts.year} không thể ký trước năm đó."
    return errors


def facts_of(row: RecordedResult) -> ResultFacts:
    """What the row says."""
    return ResultFacts(
        row.year, row.scheme, row.outcome, row.decision_number, row.decided_on, row.organ
    )


def _permitted(unit: Unit, *, by: User) -> UnitVersion:
    seen = Unit.objects.visible_to(by).select_for_update(of=("self",)).get(pk=unit.pk)
    version = seen.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.RECORD_RESULT, recording_places([version])[version.unit_id])
    return version


def _locked_row(result: RecordedResult, reason: str, *, by: User) -> RecordedResult:
    rows = RecordedResult.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("unit", "unit_version").get(pk=result.pk)
    _permitted(row.unit, by=by)
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do."})
    return row


def _versions_then(
    asked: Sequence[tuple[UnitVersion, dt.date]],
) -> dict[tuple[int, dt.date], UnitVersion]:
    """What each unit was on the day of its decision: one query a day."""
    found = {(version.unit_id, day): version for version, day in asked}
    for day in {day for _, day in asked}:
        ids = [version.unit_id for version, on in asked if on == day]
        for version in (
            UnitVersion.objects.in_force(day).filter(unit__in=ids).select_related("unit")
        ):
            found[version.unit_id, day] = version
    return found


def _deciding_units(
    new: Sequence[NewResult], then: dict[tuple[int, dt.date], UnitVersion]
) -> list[int]:
    """Who decided by the rules of that day; where none is known, who manages the unit now."""
    answers: dict[tuple[int, str, dt.date], int] = {}
    for scheme, day in {(one.facts.scheme, one.facts.decided_on) for one in new}:
        versions = [
            then[one.version.unit_id, day]
            for one in new
            if (one.facts.scheme, one.facts.decided_on) == (scheme, day)
        ]
        for unit_id, answer in authority_units_of(versions, scheme=scheme, day=day).items():
            answers[unit_id, scheme, day] = answer.deciding_unit_id
    places = recording_places([one.version for one in new])
    nation = acting_units([one.version for one in new], ManagingLevel.MINISTRY)
    return [
        answers.get((one.version.unit_id, one.facts.scheme, one.facts.decided_on))
        or places[one.version.unit_id].authority_id
        or nation[one.version.unit_id]
        for one in new
    ]


def _list_units(new: Sequence[NewResult]) -> None:
    """Put the units on the lists of their years where they are missing and the circular covers them.

    One of its own will stands there as such; who is not covered stands on no list, whatever the
    paper says. Legal: Thông tư 124/2021/TT-BCA Điều 1.
    """
    for year in sorted({one.facts.year for one in new}):
        day = min(localdate(), dt.date(year, 12, 31))
        versions = {one.version.unit_id: one.version for one in new if one.facts.year == year}
        held = UnitVersion.objects.in_force(day).filter(unit__in=versions).select_related("unit")
        versions |= {version.unit_id: version for version in held}
        listed = set(
            RosterEntry.objects.filter(
                unit__in=versions, roster__year=year, removed_at=None
            ).values_list("unit", flat=True)
        )
        missing = [version for pk, version in versions.items() if pk not in listed]
        answers = authority_units_of(missing, scheme=Scheme.CLASSIFICATION, day=day)
        places = recording_places(missing)
        findings = listing_coverages(missing, day)
        for version in missing:
            coverage = findings[version.unit_id].coverage
            if coverage == Coverage.NOT_COVERED:
                continue
            answer = answers.get(version.unit_id)
            authority = answer.managing_unit_id if answer else places[version.unit_id].authority_id
            if authority is not None:
                is_voluntary = coverage == Coverage.VOLUNTARY
                _list_unit(version, authority, year, is_voluntary=is_voluntary)


def _list_unit(version: UnitVersion, authority_id: int, year: int, *, is_voluntary: bool) -> None:
    """Put one unit on its authority's list, unless that is frozen: then it changes by its own acts only."""
    roster, _ = Roster.objects.get_or_create(
        authority_id=authority_id,
        year=year,
        defaults={"province_id": version.unit.province_id or authority_id},
    )
    if roster.is_frozen:
        return
    RosterEntry.objects.update_or_create(
        roster=roster, unit=version.unit,
        defaults={
            "unit_version": version,
            "coverage": Coverage.VOLUNTARY if is_voluntary else Coverage.COVERED,
            "coverage_reason": "Nhập từ hồ sơ giấy", "removed_at": None,
        },
    )  # fmt: skip


def decided_here(unit_ids: Sequence[int]) -> set[tuple[int, int, str]]:
    """(unit, year, scheme) of everything these units had decided by a file of the portal, annulled too."""
    decided = Evaluation.objects.filter(
        unit__in=unit_ids, status__in=(Status.DECIDED, Status.ANNULLED)
    )
    return set(decided.values_list("unit", "season__year", "season__scheme"))


def _entry(word: str, row: RecordedResult, words: str, details: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        act=f"result.{word}",
        subject=f"recorded-result:{row.pk}",
        summary=f"{words}: {row.unit_version}, năm {row.year}, {row.get_scheme_display()}",
        province_id=row.province_id,
        unit_id=row.unit_id,
        details=details,
    )
