"""The book of incidents: written down, struck out, corrected, confirmed as complete."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from antq_portal.lib.dates import date_text
from criteria.exceptions import TransitionRefused
from criteria.selectors import authority_units_of
from units.coverage import Scheme
from units.models import Kind, Unit, UnitVersion
from units.selectors import Place, powers_of

from ..models import BookStatement, Evaluation, Incident
from ..models.incident_types import COUNTED_IN_PEOPLE, EXCUSABLE, types_of
from ..selectors.authorities import entering_unit_id
from .register_proposals import propose_to_open_files


@dataclass(frozen=True, slots=True)
class IncidentDetails:
    """One line as typed: numbers, days, the paper's number and place; never a name."""

    occurred_on: dt.date
    type: str
    kept_at: str
    cases: int = 0
    people: int = 0
    exception_claimed: str = ""
    paper_number: str = ""
    paper_on: dt.date | None = None
    note: str = ""


@transaction.atomic
def add_incident(unit: Unit, details: IncidentDetails, *, by: User) -> Incident:
    """Write one line into the book of the authority that enters for the unit; return it.

    The commune stands for itself. Raises PermissionDenied unless `by` keeps that book,
    ValidationError with the field.
    """
    version, authority_id = _place_of(unit, by=by)
    incident = _new_line(version, authority_id, details, by=by)
    _propose_anew(incident, by=by)
    _audit("incident.add", incident, by=by, summary=f"Ghi Sổ vụ việc: dòng {incident.pk}")
    return incident


@transaction.atomic
def correct_incident(
    incident: Incident, unit: Unit, details: IncidentDetails, *, reason: str, by: User
) -> Incident:
    """Strike a line out and write the right one in its place, with the reason; return the new line.

    Raises as `add_incident` does, and TransitionRefused for a line struck out already.
    """
    old = _locked(incident, by=by)
    version, authority_id = _place_of(unit, by=by)
    if authority_id != old.authority_id:
        raise ValidationError({"unit": "Đơn vị này thuộc sổ của nơi khác; gạch dòng này đi."})
    _strike(old, reason, by=by)
    new = _new_line(version, authority_id, details, by=by, corrects=old)
    _propose_anew(old, by=by)
    _propose_anew(new, by=by)
    _audit(
        "incident.correct", new, by=by,
        summary=f"Sửa Sổ vụ việc: dòng {old.pk} thành dòng {new.pk}",
    )  # fmt: skip
    return new


@transaction.atomic
def strike_incident(incident: Incident, *, reason: str, by: User) -> Incident:
    """Strike a line out with the reason; it stays in the book and counts no more."""
    old = _locked(incident, by=by)
    _strike(old, reason, by=by)
    _propose_anew(old, by=by)
    _audit("incident.strike", old, by=by, summary=f"Gạch Sổ vụ việc: dòng {old.pk}")
    return old


@transaction.atomic
def confirm_book(authority: Unit, *, year: int, complete_to: dt.date, by: User) -> BookStatement:
    """Say that the book of that year holds everything up to a day (đã ghi đủ đến ngày); return the row.

    From then on a unit without a line had nothing. Raises PermissionDenied unless `by` keeps the
    book, ValidationError for a day to come or of another year.
    """
    require_keeper(authority, by=by)
    if complete_to > localdate():
        raise ValidationError({"complete_to": "Ngày này còn ở phía trước."})
    if complete_to.year not in (year - 1, year):
        raise ValidationError({"complete_to": f"Không thuộc kỳ năm {year}."})
    statement, _ = BookStatement.objects.update_or_create(
        authority=authority, year=year,
        defaults={
            "complete_to": complete_to, "confirmed_at": timezone.now(), "confirmed_by": by,
        },
    )  # fmt: skip
    of_book = Q(managing_unit=authority) | Q(unit=authority)
    propose_to_open_files(Evaluation.objects.filter(of_book, season__year=year), by=by)
    record_audit(
        "incident.confirm_book", by=by, subject=f"book:{authority.pk}:{year}",
        summary=f"Xác nhận Sổ vụ việc năm {year} đã ghi đủ đến ngày {date_text(complete_to)}",
        province_id=authority.province_id or authority.pk, unit_id=authority.pk,
    )  # fmt: skip
    return statement


def require_keeper(authority: Unit, *, by: User) -> UnitVersion:
    """Raise PermissionDenied unless the person keeps the book of that authority; return its version."""
    version = authority.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.KEEP_BOOK, Place.of(version, authority_id=authority.pk))
    return version


def _place_of(unit: Unit, *, by: User) -> tuple[UnitVersion, int]:
    """The unit as it is today and whose book it stands in; raises PermissionDenied."""
    version = UnitVersion.objects.in_force().select_related("unit").get(unit=unit)
    answers = authority_units_of([version], scheme=Scheme.CLASSIFICATION, day=localdate())
    answer = answers.get(unit.pk)
    authority_id = entering_unit_id(version, answer.managing_unit_id) if answer else None
    powers_of(by).require(Act.KEEP_BOOK, Place.of(version, authority_id=authority_id))
    if authority_id is None:
        raise ValidationError({"unit": "Chưa có quy định ai ghi sổ cho đơn vị này."})
    return version, authority_id


def _locked(incident: Incident, *, by: User) -> Incident:
    seen = Incident.objects.visible_to(by).select_for_update(of=("self",))
    old = seen.select_related("authority", "unit__province", "unit_version").get(pk=incident.pk)
    require_keeper(old.authority, by=by)
    if old.is_struck:
        raise TransitionRefused("Dòng này đã gạch hoặc đã sửa rồi.", code="stale")
    return old


def _strike(old: Incident, reason: str, *, by: User) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do."})
    old.struck_at, old.struck_by, old.strike_reason = timezone.now(), by, reason.strip()
    old.save(update_fields=["struck_at", "struck_by", "strike_reason"])


def _new_line(
    version: UnitVersion,
    authority_id: int,
    details: IncidentDetails,
    *,
    by: User,
    corrects: Incident | None = None,
) -> Incident:
    _refuse_wrong(version, details)
    incident = Incident(
        authority_id=authority_id,
        province_id=version.unit.province_id or version.unit_id,
        unit=version.unit,
        unit_version=version,
        entered_at=timezone.now(),
        entered_by=by,
        corrects=corrects,
        **{name: getattr(details, name) for name in IncidentDetails.__slots__},
    )
    incident.full_clean()
    incident.save()
    return incident


def _refuse_wrong(version: UnitVersion, details: IncidentDetails) -> None:
    kind = version.unit.kind
    is_people = details.type in COUNTED_IN_PEOPLE
    claim, number = details.exception_claimed, details.paper_number.strip()
    checks = (
        (details.occurred_on > localdate(), "occurred_on", "Ngày xảy ra còn ở phía trước."),
        (details.type not in types_of(kind), "type",
         f"Tiêu chí của {Kind(kind).label.lower()} không có loại vụ việc này."),
        (is_people and not details.people, "people", "Loại này tính theo số người: ghi số người."),
        (not is_people and not details.cases, "cases", "Ghi số vụ."),
        (claim and not number, "paper_number", "Đề nghị xét ngoại lệ thì ghi số báo cáo vụ việc."),
        (claim and claim not in EXCUSABLE.get(details.type, ()), "exception_claimed",
         "Văn bản không nêu ngoại lệ này cho loại vụ việc này."),
        (number and not details.paper_on, "paper_on", "Báo cáo có số thì phải có ngày."),
        (not details.kept_at.strip(), "kept_at", "Ghi nơi lưu tài liệu."),
    )  # fmt: skip
    problems = {field: message for is_wrong, field, message in checks if is_wrong}
    if problems:
        raise ValidationError(problems)


def _propose_anew(incident: Incident, *, by: User) -> None:
    """The open files that the line counts for: the unit's own and its commune's."""
    files = Evaluation.objects.filter(unit__in={incident.unit_id, incident.authority_id})
    propose_to_open_files(files, by=by)


def _audit(act: str, incident: Incident, *, by: User, summary: str) -> None:
    """Into the chain goes which line, not what it or its reason says: the chain has other readers."""
    record_audit(
        act, by=by, subject=f"incident:{incident.pk}", summary=summary,
        province_id=incident.province_id, unit_id=incident.unit_id,
    )  # fmt: skip
