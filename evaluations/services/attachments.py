"""Papers of a yearly file: a stored file or the place where the paper is kept."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from criteria.services import store_evidence
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion
from units.models import Unit
from units.selectors import Place, managing_unit_id, powers_of

from ..models import Attachment, Evaluation, Purpose
from ..workflow import EDITABLE
from .registrations import require_visible


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

    Raises ValidationError (not a file we take, a sensitive row, neither file nor place),
    PermissionDenied, TransitionRefused when a file has been sent.
    """
    reference = reference or PaperReference()
    made, stored = [], None
    for unit in units:
        version = require_visible(unit, by=by)
        authority_id = managing_unit_id(version)
        powers_of(by).require(Act.ANSWER, Place.of(version, authority_id=authority_id))
        _refuse_sent(unit, year=year, purpose=purpose)
        row = Attachment(
            unit=unit, year=year, purpose=purpose, criterion=criterion,
            is_sensitive=bool(criterion and criterion.is_sensitive),
            reference_number=reference.number.strip(), reference_on=reference.on, kept_at=reference.kept_at.strip(),
            attached_at=timezone.now(), attached_by=by,
        )  # fmt: skip
        if file and not row.is_sensitive:
            stored = stored or store_evidence(file, unit=_owner(unit, authority_id, units), by=by)
            row.evidence_file = stored
        row.full_clean()
        row.save()
        made.append(row)
    for row in made:
        _audit(row, "attachment.add", by=by, summary=f"Kèm tài liệu: {row.get_purpose_display()}")
    return made


@transaction.atomic
def detach(attachment: Attachment, *, by: User) -> None:
    """Remove a paper from a file that has not been sent; the stored bytes stay."""
    row = Attachment.objects.visible_to(by).select_for_update(of=("self",)).get(pk=attachment.pk)
    version = require_visible(row.unit, by=by)
    powers_of(by).require(Act.ANSWER, Place.of(version, authority_id=managing_unit_id(version)))
    _refuse_sent(row.unit, year=row.year, purpose=row.purpose)
    _audit(row, "attachment.remove", by=by, summary=f"Bỏ tài liệu: {row.get_purpose_display()}")
    row.delete()


def _owner(unit: Unit, authority_id: int | None, units: Iterable[Unit]) -> Unit:
    """One unit's own file belongs to it; a paper for many belongs to the authority that keeps them."""
    several = len(list(units)) > 1
    return Unit.objects.get(pk=authority_id) if several and authority_id else unit


def _refuse_sent(unit: Unit, *, year: int, purpose: str) -> None:
    if purpose == Purpose.REGISTRATION:
        return
    sent = Evaluation.objects.of_file(unit.pk, year).exclude(status__in=EDITABLE)
    opened = Evaluation.objects.of_file(unit.pk, year)
    if opened.exists() and sent.count() == opened.count():
        raise TransitionRefused(
            "Hồ sơ đã gửi thẩm định, không thêm bớt tài liệu được; rút lại trước."
        )


def _audit(row: Attachment, act: str, *, by: User, summary: str) -> None:
    record_audit(
        act, by=by, subject=f"attachment:{row.pk}", summary=summary, unit_id=row.unit_id,
        province_id=row.unit.province_id,
        details={"file": row.evidence_file.sha256 if row.evidence_file else "", "kept_at": row.kept_at},
    )  # fmt: skip
