"""One paper for many units and rows at once; each place by itself, whatever becomes of the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from accounts.services import record_audits
from criteria.exceptions import TransitionRefused
from criteria.models import EvidenceFile
from units.selectors import powers_of

from ..models import Attachment
from ..selectors.evidence import visible_evidence
from .attachments import audit_entry
from .paper_places import (
    PaperPlace,
    PaperReference,
    UnitPapers,
    new_row,
    papers_of_unit,
    same_papers,
    store_for,
)

NO_FILE_HERE = "Tiêu chí nhạy cảm không nhận tệp; ghi nơi lưu bản giấy."
THERE = "Đã có giấy này ở đây."
Checked = tuple[PaperPlace, str, UnitPapers | None]
ASKED_ALREADY = ("unit", "criterion", "evidence_file", "attached_by")
OUT_OF_SIGHT = "Không tìm thấy đơn vị."


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a paper at one place: attached, there before, or refused and why."""

    place: PaperPlace
    attachment: Attachment | None = None
    problem: str = ""

    @property
    def is_done(self) -> bool:
        return self.attachment is not None


@transaction.atomic
def attach_to_many(
    places: Iterable[PaperPlace],
    *,
    year: int,
    by: User,
    file: UploadedFile | None = None,
    kept: EvidenceFile | None = None,
    reference: PaperReference | None = None,
) -> list[Placed]:
    """Attach one paper wherever it may be attached now; the result for each place, unit by unit.

    Give a new file, one that is kept already, or only where the paper is kept. A new file is checked
    and stored once, and only if some place takes it. Raises ValidationError for a file we do not
    take, for neither file nor place, and EvidenceFile.DoesNotExist for a kept one out of sight.
    """
    reference = reference or PaperReference()
    if not (file or kept or reference.kept_at.strip()):
        raise ValidationError("Chọn tệp, hoặc ghi nơi lưu bản giấy.")
    if kept is not None:
        kept = visible_evidence(by).get(pk=kept.pk)
    checked = _checked(
        sorted(places, key=lambda one: one.unit.pk), year=year, by=by, has_file=bool(file or kept)
    )
    fitting = [place for place, problem, _ in checked if not problem]
    rows = {place: new_row(place, reference, year=year, by=by) for place in fitting}
    for row in list(rows.values())[:1]:
        row.clean_fields(exclude=ASKED_ALREADY)
    if file and rows:
        managing_id = next(
            papers.managing_id for _, problem, papers in checked if papers and not problem
        )
        kept = store_for(file, list(rows.values()), managing_id=managing_id, by=by)
    for row in rows.values():
        row.evidence_file = kept
    return _written(checked, rows, by=by)


def _written(
    checked: Sequence[Checked], rows: Mapping[PaperPlace, Attachment], *, by: User
) -> list[Placed]:
    """Write the new rows and their audit in few statements; the result in the order of the places."""
    there = same_papers(list(rows.values()))
    new = [row for at, row in enumerate(rows.values()) if at not in there]
    Attachment.objects.bulk_create(new)
    record_audits([audit_entry(row, "attachment.add", "Kèm tài liệu") for row in new], by=by)
    known = {place: there[at] for at, place in enumerate(rows) if at in there}
    return [
        Placed(
            place, known.get(place, rows.get(place)), problem or (THERE if place in known else "")
        )
        for place, problem, _ in checked
    ]


def _checked(places: Sequence[PaperPlace], *, year: int, by: User, has_file: bool) -> list[Checked]:
    """Each place with why it takes no paper now, empty where it does; every unit is asked once."""
    powers, units = powers_of(by), {}
    found: list[Checked] = []
    for place in places:
        try:
            if place.unit.pk not in units:
                units[place.unit.pk] = papers_of_unit(place.unit, year=year, by=by, powers=powers)
            papers = units[place.unit.pk]
            papers.require_open(place)
            is_closed = has_file and place.criterion is not None and place.criterion.is_sensitive
            found.append((place, NO_FILE_HERE if is_closed else "", papers))
        except (TransitionRefused, PermissionDenied) as refused:
            found.append((place, str(refused), None))
        except ObjectDoesNotExist:
            found.append((place, OUT_OF_SIGHT, None))
        except ValidationError as wrong:
            found.append((place, " ".join(wrong.messages), None))
    return found
