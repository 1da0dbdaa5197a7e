"""A unit's statement and where its signed minutes are, written together from the grid of many units."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from antq_portal.lib.dates import date_text
from antq_portal.lib.seen import seen_token
from criteria.exceptions import TransitionRefused
from units.models import Unit, UnitVersion

from ..models import Attachment, Evaluation, Purpose
from .attachments import PaperReference, attach
from .evaluations import Statement, open_file, record_statement


def minutes_typed(
    version: UnitVersion, evaluation: Evaluation | None, minutes: Attachment | None
) -> dict[str, str]:
    """What stands in the inputs of one unit: the statement of its file, else whom the register names."""
    named = evaluation or version
    held = evaluation.meeting_on if evaluation else None
    return {
        "representative_name": named.representative_name,
        "representative_title": named.representative_title,
        "meeting_on": date_text(held) if held else "",
        "number": minutes.reference_number if minutes else "",
        "kept_at": _kept(minutes),
    }


def seen_of(typed: Mapping[str, str]) -> str:
    """The short word by which a row of the grid says what it was filled with."""
    return seen_token(typed)[:8]


@transaction.atomic
def record_minutes(
    unit: Unit, *, year: int, statement: Statement, kept: PaperReference, seen: str, by: User
) -> None:
    """Write the statement, and the place of the minutes where none were attached yet; opens the file.

    `seen` is what `seen_of` gave when the form was made. Raises TransitionRefused (`stale`) when
    something else stands there now, and whatever opening, stating and attaching raise.
    """
    open_file(unit, year=year, by=by)
    file = Evaluation.objects.of_file(unit.pk, year).select_for_update(of=("self",))
    evaluations = list(file.select_related("unit_version"))
    first = evaluations[-1]
    minutes = minutes_of([unit.pk], year=year).get(unit.pk)
    now = minutes_typed(first.unit_version, first, minutes)
    if seen and seen_of(now) != seen:
        said = "; ".join(value for value in now.values() if value) or "trống"
        raise TransitionRefused(
            f"{first.unit_version}: người khác vừa sửa dòng này. Bản đang lưu: {said}. "
            "Lưu lần nữa để giữ bản của bạn.",
            code="stale",
        )
    record_statement(unit, year=year, statement=statement, by=by)
    if minutes is None and kept.kept_at:
        attach([unit], year=year, purpose=Purpose.MINUTES, by=by, reference=kept)


def minutes_of(unit_ids: list[int], *, year: int) -> dict[int, Attachment]:
    """The minutes attached to these units' files, by unit id; one query."""
    found = Attachment.objects.filter(unit__in=unit_ids, year=year, purpose=Purpose.MINUTES)
    return {paper.unit_id: paper for paper in found.select_related("evidence_file")}


def _kept(minutes: Attachment | None) -> str:
    if minutes is None:
        return ""
    return minutes.evidence_file.name if minutes.evidence_file else minutes.kept_at
