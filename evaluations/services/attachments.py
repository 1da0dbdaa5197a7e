"""Papers of a yearly file: a stored file or the place where the paper is kept."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from accounts.services import AuditEntry, record_audits
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion
from units.models import Unit
from units.selectors import powers_of

from ..models import Attachment, Purpose
from ..selectors.reopened import reopened_codes
from ..workflow import RegistrationStatus
from .paper_places import (
    PaperPlace,
    PaperReference,
    UnitPapers,
    new_row,
    papers_of_unit,
    same_papers,
    store_for,
)

__all__ = ["PaperReference", "attach", "detach"]


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

    All or nothing; a paper that is there already is left as it is and returned. Everything is
    checked before the file is stored. Raises ValidationError (not a file we take, a sensitive row,
    a criterion of another set, neither file nor place), PermissionDenied, TransitionRefused when a
    file has been sent or the season is locked.
    """
    powers, reference = powers_of(by), reference or PaperReference()
    rows, managing = [], []
    for unit in sorted(units, key=lambda one: one.pk):
        papers = papers_of_unit(unit, year=year, by=by, powers=powers)
        place = PaperPlace(unit, purpose, criterion)
        papers.require_open(place)
        managing.append(papers.managing_id)
        rows.append(new_row(place, reference, year=year, by=by))
    for row in rows:
        row.clean_fields()
    if file and rows and not rows[0].is_sensitive:
        stored = store_for(file, rows, managing_id=managing[0], by=by)
        for row in rows:
            row.evidence_file = stored
    return _written(rows, by=by)


def _written(rows: list[Attachment], *, by: User) -> list[Attachment]:
    known = same_papers(rows)
    added = [row for at, row in enumerate(rows) if at not in known]
    for row in added:
        row.full_clean()
        row.save()
    record_audits([audit_entry(row, "attachment.add", "Kèm tài liệu") for row in added], by=by)
    return [known.get(at, row) for at, row in enumerate(rows)]


@transaction.atomic
def detach(attachment: Attachment, *, by: User) -> None:
    """Take off a paper on which nothing rests that was sent; the file's timeline keeps it.

    Raises PermissionDenied, TransitionRefused. The stored bytes stay.
    """
    row = (
        Attachment.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("criterion", "unit")
        .get(pk=attachment.pk)
    )
    papers = papers_of_unit(row.unit, year=row.year, by=by, powers=powers_of(by))
    place = PaperPlace(row.unit, row.purpose, row.criterion)
    papers.require_open(place)
    _refuse_relied_on(row, papers, place)
    record_audits([audit_entry(row, "attachment.remove", "Bỏ tài liệu")], by=by)
    row.delete()


def _refuse_relied_on(row: Attachment, papers: UnitPapers, place: PaperPlace) -> None:
    """A paper stays while a part of the file that was sent, or an accepted registration, rests on it."""
    if row.purpose == Purpose.REGISTRATION:
        registrations = row.unit.registrations.filter(season__year=row.year)
        if registrations.exclude(status=RegistrationStatus.DRAFT).exists():
            raise TransitionRefused("Đăng ký đã gửi, không bỏ tài liệu này được; rút lại trước.")
        return
    file = papers.evaluations_of(place)
    if row.criterion is None and any(reopened_codes(one) is not None for one in file):
        raise TransitionRefused(
            "Hồ sơ chỉ được mở lại một số dòng; tài liệu chung của hồ sơ giữ nguyên như đã gửi."
        )
    if not all(one.is_editable for one in file):
        raise TransitionRefused(
            "Một phần hồ sơ đã gửi thẩm định dựa trên tài liệu này; rút lại trước khi bỏ."
        )


def audit_entry(row: Attachment, act: str, words: str) -> AuditEntry:
    """What the chain keeps of a paper that came or went; the file's timeline is told from it."""
    stored = row.evidence_file
    return AuditEntry(
        act, f"attachment:{row.pk}", f"{words}: {row.get_purpose_display()}",
        province_id=row.unit.province_id, unit_id=row.unit_id,
        details={
            "file": stored.sha256 if stored else "", "kept_at": row.kept_at,
            "name": stored.name if stored else "", "year": row.year, "criterion": row.criterion_id,
        },
    )  # fmt: skip
