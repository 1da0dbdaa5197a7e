"""Papers of a yearly file: a stored file or the place where the paper is kept."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion
from criteria.services import store_evidence
from units.coverage import Scheme
from units.models import Unit, UnitVersion
from units.selectors import Powers, powers_of

from ..models import Attachment, Evaluation, Purpose, Season
from ..selectors.authorities import entering_place
from ..workflow import RegistrationStatus
from .guards import refuse_if_all_locked
from .registrations import require_visible
from .supplements import refuse_frozen_rows


@dataclass(frozen=True, slots=True)
class PaperReference:
    """Where a paper is kept: number and day on it, and the place ("Công an xã Na Mèo")."""

    number: str = ""
    on: dt.date | None = None
    kept_at: str = ""


@transaction.atomic
def attach(
    units: Iterable[Unit],
    *,
    year: int,
    purpose: str,
    by: User,
    file: UploadedFile | None = None,
    reference: PaperReference | None = None,
    criterion: Criterion | None = None,
) -> list[Attachment]:
    """Attach one paper to one or many units' files of a year; a file is stored once for all of them.

    Everything is checked before the file is stored. Raises ValidationError (not a file we take, a
    sensitive row, a criterion of another set, neither file nor place), PermissionDenied,
    TransitionRefused when a file has been sent or the season is locked.
    """
    reference = reference or PaperReference()
    rows = [
        Attachment(
            unit=unit, year=year, purpose=purpose, criterion=criterion,
            is_sensitive=bool(criterion and criterion.is_sensitive),
            reference_number=reference.number.strip(), reference_on=reference.on, kept_at=reference.kept_at.strip(),
            attached_at=timezone.now(), attached_by=by,
        )
        for unit in units
    ]  # fmt: skip
    powers = powers_of(by)
    managing = [_allowed(row, by=by, powers=powers) for row in rows]
    for row in rows:
        row.clean_fields()
    if file and rows and not rows[0].is_sensitive:
        _store(file, rows, managing_id=managing[0], by=by)
    for row in rows:
        row.full_clean()
        row.save()
    for row in rows:
        _audit(row, "attachment.add", by=by, summary=f"Kèm tài liệu: {row.get_purpose_display()}")
    return rows


@transaction.atomic
def detach(attachment: Attachment, *, by: User) -> None:
    """Remove a paper on which nothing rests that was sent; the stored bytes stay."""
    row = (
        Attachment.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("criterion", "unit")
        .get(pk=attachment.pk)
    )
    _allowed(row, by=by, powers=powers_of(by))
    _refuse_relied_on(row)
    _audit(row, "attachment.remove", by=by, summary=f"Bỏ tài liệu: {row.get_purpose_display()}")
    row.delete()


def _store(
    file: UploadedFile, rows: Sequence[Attachment], *, managing_id: int | None, by: User
) -> None:
    """One unit's own file belongs to it; a paper for many belongs to the authority that keeps them."""
    several = len(rows) > 1 and managing_id
    owner = Unit.objects.get(pk=managing_id) if several else rows[0].unit
    stored = store_evidence(file, unit=owner, by=by)
    for row in rows:
        row.evidence_file = stored


def _allowed(row: Attachment, *, by: User, powers: Powers) -> int | None:
    """The id of the unit that manages the paper's unit, if the person may change its papers now."""
    version = require_visible(row.unit, by=by)
    place = entering_place(version, scheme=Scheme.CLASSIFICATION)
    powers.require(Act.ANSWER, place)
    refuse_if_all_locked(_seasons_of(row, version))
    _refuse_sent(row)
    return place.authority_id


def _seasons_of(row: Attachment, version: UnitVersion) -> list[Season]:
    """The seasons the paper belongs to; ValidationError for a criterion that none of them asks for."""
    unit = version.unit
    seasons = Season.objects.filter(province=unit.province_id, unit_kind=unit.kind, year=row.year)
    if row.purpose == Purpose.REGISTRATION:
        return list(seasons.filter(scheme=Scheme.RECOGNITION))
    if row.criterion is None:
        return list(seasons)
    found = list(seasons.filter(criteria_set=row.criterion.criteria_set_id))
    if not found:
        raise ValidationError({"criterion": "Tiêu chí này không thuộc bộ tiêu chí của kỳ."})
    return found


def _evaluations_of(row: Attachment) -> list[Evaluation]:
    """The evaluations the paper proves, locked so that none is sent meanwhile."""
    file = Evaluation.objects.of_file(row.unit_id, row.year).select_for_update(of=("self",))
    if row.criterion is not None:
        file = file.filter(season__criteria_set=row.criterion.criteria_set_id)
    return list(file)


def _refuse_sent(row: Attachment) -> None:
    if row.purpose == Purpose.REGISTRATION:
        return
    file = _evaluations_of(row)
    if file and not any(one.is_editable for one in file):
        raise TransitionRefused(
            "Hồ sơ đã gửi thẩm định, không thêm bớt tài liệu được; rút lại trước."
        )
    if row.criterion is not None and file:
        refuse_frozen_rows(file[0], [row.criterion.code])


def _refuse_relied_on(row: Attachment) -> None:
    """A paper stays while a part of the file that was sent, or an accepted registration, rests on it."""
    if row.purpose == Purpose.REGISTRATION:
        registrations = row.unit.registrations.filter(season__year=row.year)
        if registrations.exclude(status=RegistrationStatus.DRAFT).exists():
            raise TransitionRefused("Đăng ký đã gửi, không bỏ tài liệu này được; rút lại trước.")
    elif not all(one.is_editable for one in _evaluations_of(row)):
        raise TransitionRefused(
            "Một phần hồ sơ đã gửi thẩm định dựa trên tài liệu này; rút lại trước khi bỏ."
        )


def _audit(row: Attachment, act: str, *, by: User, summary: str) -> None:
    record_audit(
        act, by=by, subject=f"attachment:{row.pk}", summary=summary, unit_id=row.unit_id,
        province_id=row.unit.province_id,
        details={
            "file": row.evidence_file.sha256 if row.evidence_file else "", "kept_at": row.kept_at,
            "name": row.evidence_file.name if row.evidence_file else "", "year": row.year,
            "criterion": row.criterion_id,
        },
    )  # fmt: skip
