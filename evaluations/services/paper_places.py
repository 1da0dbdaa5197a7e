"""Where a paper may be put: which rows of which files are open to it, asked once for each unit."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.roles import Act
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion, EvidenceFile
from criteria.services import store_evidence
from units.coverage import Scheme
from units.models import Unit
from units.selectors import Powers

from ..models import Attachment, Evaluation, Purpose, Season
from ..selectors.authorities import entering_place
from ..selectors.reopened import reopened_by_evaluation
from .guards import refuse_if_all_locked
from .registrations import require_visible
from .supplements import refuse_frozen_rows

SENT = "Hồ sơ đã gửi thẩm định, không thêm bớt tài liệu được; rút lại trước."


@dataclass(frozen=True, slots=True)
class PaperReference:
    """Where a paper is kept: number and day on it, and the place ("Công an xã Na Mèo")."""

    number: str = ""
    on: dt.date | None = None
    kept_at: str = ""


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """One place that a paper is meant for: a unit, and a row of its file or the file as a whole."""

    unit: Unit
    purpose: str
    criterion: Criterion | None = None


@dataclass(frozen=True, slots=True)
class UnitPapers:
    """One unit's year as papers ask for it; its evaluations are locked, so that none is sent meanwhile."""

    managing_id: int | None
    seasons: Sequence[Season]
    evaluations: Sequence[Evaluation]
    reopened: Mapping[int, frozenset[str]]
    """Of a file returned in part: codes of the only rows that are open, by evaluation."""

    def evaluations_of(self, place: PaperPlace) -> list[Evaluation]:
        """The evaluations that a paper at that place proves."""
        row = place.criterion
        return [
            one
            for one in self.evaluations
            if row is None or one.season.criteria_set_id == row.criteria_set_id
        ]

    def require_open(self, place: PaperPlace) -> None:
        """Raise TransitionRefused where the part has been sent, is frozen or its season locked.

        ValidationError for a criterion that no season of the year asks for.
        """
        refuse_if_all_locked(self._seasons_of(place))
        if place.purpose == Purpose.REGISTRATION:
            return
        file = self.evaluations_of(place)
        if file and not any(one.is_editable for one in file):
            raise TransitionRefused(SENT)
        if place.criterion is None or not file:
            return
        open_rows = self.reopened.get(file[0].pk)
        if open_rows is not None and place.criterion.code not in open_rows:
            refuse_frozen_rows(file[0], [place.criterion.code])

    def _seasons_of(self, place: PaperPlace) -> list[Season]:
        if place.purpose == Purpose.REGISTRATION:
            return [one for one in self.seasons if one.scheme == Scheme.RECOGNITION]
        row = place.criterion
        if row is None:
            return list(self.seasons)
        found = [one for one in self.seasons if one.criteria_set_id == row.criteria_set_id]
        if not found:
            raise ValidationError({"criterion": "Tiêu chí này không thuộc bộ tiêu chí của kỳ."})
        return found


def papers_of_unit(unit: Unit, *, year: int, by: User, powers: Powers) -> UnitPapers:
    """The unit's year, if the person may change its papers: seven queries, whatever the number of rows.

    Locks the unit's papers, so that two people do not attach the same one at the same moment; ask in
    the order of ids. Raises Unit.DoesNotExist for a unit out of sight, PermissionDenied.
    """
    version = require_visible(unit, by=by)
    place = entering_place(version, scheme=Scheme.CLASSIFICATION)
    powers.require(Act.ANSWER, place)
    seasons = Season.objects.filter(
        province=version.unit.province_id, unit_kind=version.unit.kind, year=year
    )
    Unit.objects.select_for_update(no_key=True).only("pk").get(pk=unit.pk)
    found = Evaluation.objects.of_file(unit.pk, year).select_related("season")
    file = list(found.select_for_update(of=("self",)))
    reopened = reopened_by_evaluation(one.pk for one in file if one.is_editable)
    return UnitPapers(place.authority_id, list(seasons), file, reopened)


def new_row(place: PaperPlace, reference: PaperReference, *, year: int, by: User) -> Attachment:
    """A paper for that place, unsaved and without its file."""
    return Attachment(
        unit=place.unit, year=year, purpose=place.purpose, criterion=place.criterion,
        is_sensitive=bool(place.criterion and place.criterion.is_sensitive),
        reference_number=reference.number.strip(), reference_on=reference.on,
        kept_at=reference.kept_at.strip(), attached_at=timezone.now(), attached_by=by,
    )  # fmt: skip


def same_papers(rows: Sequence[Attachment]) -> dict[int, Attachment]:
    """Of new rows of one year those that are there already, by their place in the list: one query.

    The same is a paper at the same place with the same file, or with the same number, day and place
    of keeping.
    """
    if not rows:
        return {}
    known = Attachment.objects.filter(unit__in={row.unit_id for row in rows}, year=rows[0].year)
    by_paper = {_paper_of(one): one for one in known}
    return {
        at: by_paper[_paper_of(row)] for at, row in enumerate(rows) if _paper_of(row) in by_paper
    }


def _paper_of(row: Attachment) -> tuple[object, ...]:
    kept = (row.reference_number, row.reference_on, row.kept_at)
    return (
        row.unit_id, row.purpose, row.criterion_id, row.evidence_file_id,
        kept if row.evidence_file_id is None else None,
    )  # fmt: skip


def store_for(
    file: UploadedFile, rows: Sequence[Attachment], *, managing_id: int | None, by: User
) -> EvidenceFile:
    """Keep the file: of one unit as its own, for many as that of the authority that keeps them.

    Raises ValidationError at `file` for one we do not take.
    """
    units = {row.unit_id for row in rows}
    several = len(units) > 1 and managing_id
    owner = Unit.objects.get(pk=managing_id) if several else rows[0].unit
    try:
        return store_evidence(file, unit=owner, by=by)
    except ValidationError as wrong:
        raise ValidationError({"file": wrong}) from wrong
