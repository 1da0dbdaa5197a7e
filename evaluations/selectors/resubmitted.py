"""What a unit changed between the return of its file and sending it again, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from criteria.scoring import CriterionDefinition, SetDefinition, score_line
from criteria.scoring import Stage as ScoringStage

from ..models import AnswerChange, Attachment, Evaluation, SupplementRequest
from ..models.answers import ChangeKind
from .answer_words import NOTHING, values_of
from .supplements import latest_requests

OWN: Final = (
    "verdict", "numerator", "denominator", "count", "parts_met", "counts",
    "previous_counts", "exception_claimed", "points", "note",
)  # fmt: skip
BY_UNIT: Final = (ChangeKind.ENTERED, ChangeKind.PROPOSED)


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """One row that was asked for, or that the unit changed: as it was, and whether it is another now."""

    is_changed: bool
    before: str = ""
    note_before: str = ""
    reason: str = ""
    new_papers: int = 0
    has_old_conclusion: bool = False
    """Whether the appraiser's conclusion on the row was written before the unit changed it."""

    @property
    def word(self) -> str:
        if self.is_changed:
            return "Đã sửa"
        return "Thêm tài liệu" if self.new_papers else "Không sửa"


def resubmitted_rows(
    evaluations: Sequence[Evaluation],
    definitions: Mapping[int, SetDefinition],
) -> dict[int, dict[str, Resubmitted]]:
    """By evaluation id and row code what became of the rows since the last return.

    After a partial return every row that was asked for has an entry, after a whole one those that
    changed. Four queries, two when nothing was ever returned.
    """
    requests = latest_requests(evaluations)
    if not requests:
        return {}
    changes = _changes(requests)
    papers = _new_papers(evaluations, requests)
    return {
        pk: _rows(definitions[pk], request, changes.get(pk, {}), papers)
        for pk, request in requests.items()
    }


def _changes(requests: Mapping[int, SupplementRequest]) -> dict[int, dict[int, list[AnswerChange]]]:
    """The changes after each return by evaluation and criterion id, oldest first: one query."""
    rows = AnswerChange.objects.filter(
        answer__evaluation__in=list(requests),
        at__gt=min(request.asked_at for request in requests.values()),
    )
    found: dict[int, dict[int, list[AnswerChange]]] = {}
    for row in rows.select_related("answer").order_by("version"):
        request = requests[row.answer.evaluation_id]
        if row.at > request.asked_at:
            by_row = found.setdefault(row.answer.evaluation_id, {})
            by_row.setdefault(row.answer.criterion_id, []).append(row)
    return found


def _new_papers(
    evaluations: Sequence[Evaluation], requests: Mapping[int, SupplementRequest]
) -> dict[int, int]:
    """How many papers came to each criterion since the return: one query."""
    first = evaluations[0]
    since = min(request.asked_at for request in requests.values())
    rows = Attachment.objects.filter(
        unit=first.unit_id, year=first.season.year, criterion__isnull=False, attached_at__gt=since
    )
    counts: dict[int, int] = {}
    for pk in rows.values_list("criterion", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def _rows(
    definition: SetDefinition,
    request: SupplementRequest,
    changes: Mapping[int, list[AnswerChange]],
    papers: Mapping[int, int],
) -> dict[str, Resubmitted]:
    asked = {row.criterion_id: row for row in request.rows.all()}
    found = {}
    for row in definition.rows:
        one = _row(row, changes.get(row.id, []), papers.get(row.id, 0))
        reopened = asked.get(row.id)
        is_told = one.is_changed or one.new_papers or (reopened and not reopened.is_following)
        if is_told:
            found[row.code] = replace(one, reason=reopened.reason if reopened else "")
    return found


def _row(row: CriterionDefinition, changes: list[AnswerChange], papers: int) -> Resubmitted:
    by_unit = [change for change in changes if change.kind in BY_UNIT]
    before = _own(by_unit[0].before) if by_unit else {}
    after = _own(by_unit[-1].after) if by_unit else {}
    if before == after:
        return Resubmitted(is_changed=False, new_papers=papers)
    concluded = [change for change in changes if change.kind == ChangeKind.APPRAISED]
    is_old = not concluded or concluded[-1].version < by_unit[-1].version
    answer = by_unit[-1].answer
    return Resubmitted(
        is_changed=True,
        before=_words(row, before),
        note_before=before.get("note") or "",
        new_papers=papers,
        has_old_conclusion=is_old
        and bool(answer.appraised_verdict or answer.appraised_points is not None),
    )


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    """The unit's own values of a stored change; what is empty is left out."""
    found = {name: values[name] for name in OWN if values.get(name) not in (None, "", [])}
    if "points" in found:
        found["points"] = Decimal(found["points"])
    return found


def _words(row: CriterionDefinition, values: Mapping[str, Any]) -> str:
    """An earlier answer in words: "Đạt: 480/500 (96,0 %)"; "chưa trả lời" for none."""
    line = score_line(row, values_of(values), stage=ScoringStage.SELF)
    return line.answer_text if values and line.answer_text else NOTHING
