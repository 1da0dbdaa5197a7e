"""Papers that came and went and late events of a file, for its timeline."""

from typing import Final

from accounts.models import AuditEvent
from criteria.selectors import definition_of

from ..models import LateEvent
from .answer_words import Told
from .files import UnitFile
from .history_events import ANSWERS, PAPERS, Event

AUDITED: Final = ("attachment.add", "attachment.remove")
"""Acts that the audit log tells best, because their rows may be gone."""

HIDDEN_PLACE: Final = "Tiêu chí nhạy cảm: chỉ người được đọc mới thấy nơi lưu."


def papers(file: UnitFile) -> list[Event]:
    """The papers that are attached now; no query."""
    return [
        Event(
            paper.attached_at,
            str(paper.attached_by),
            f"Kèm tài liệu: {paper.get_purpose_display()}",
            PAPERS,
            paper.attached_by_id,
            _paper_name(
                paper.evidence_file.name if paper.evidence_file else "",
                paper.kept_at,
                is_hidden=not file.may_read(paper),
            ),
        )
        for found in file.papers.values()
        for paper in found
    ]


def audited(file: UnitFile) -> list[Event]:
    """Papers that are attached no more: one query."""
    kept = {f"attachment:{paper.pk}" for found in file.papers.values() for paper in found}
    hidden = set() if file.reads_sensitive else _sensitive_ids(file)
    rows = AuditEvent.objects.filter(
        unit_id=file.version.unit_id, act__in=AUDITED, details__year=file.year
    ).select_related("by")
    return [_told_by_audit(row, hidden) for row in rows if row.subject not in kept]


def late_events(file: UnitFile) -> list[Event]:
    """What happened after the file was sent, and what the appraiser made of it: one query."""
    rows = LateEvent.objects.filter(evaluation__in=file.evaluations).select_related(
        "criterion", "reported_by", "settled_by"
    )
    events = []
    for row in rows:
        hidden = row.criterion.is_sensitive and not file.reads_sensitive
        code = row.criterion.code
        what = f"{row.count} vụ, ngày {row.happened_on:%d/%m/%Y}"
        said = Told(code, "", "", is_hidden=True) if hidden else Told(code, "", what, (row.reason,))
        events.append(
            Event(
                row.reported_at, str(row.reported_by), "Ghi phát sinh sau khi gửi", ANSWERS,
                row.reported_by_id, tone="warn", changes=[said],
            )
        )  # fmt: skip
        if row.settled_at:
            note = "" if hidden else f"{row.get_settlement_display()}. {row.settlement_note}"
            events.append(
                Event(
                    row.settled_at, str(row.settled_by), f"Xử lý phát sinh, dòng {code}", ANSWERS,
                    row.settled_by_id, note,
                )
            )  # fmt: skip
    return events


def _told_by_audit(row: AuditEvent, hidden: set[int]) -> Event:
    details = row.details
    is_hidden = details.get("criterion") in hidden
    note = _paper_name(details.get("name"), details.get("kept_at"), is_hidden=is_hidden)
    tone = "" if row.act == "attachment.add" else "grey"
    return Event(row.at, row.by_name, row.summary, PAPERS, row.by_id, note, tone)


def _paper_name(name: str | None, kept_at: str | None, *, is_hidden: bool) -> str:
    return HIDDEN_PLACE if is_hidden else name or f"Lưu tại {kept_at}"


def _sensitive_ids(file: UnitFile) -> set[int]:
    definitions = [definition_of(one.season.criteria_set) for one in file.evaluations]
    return {row.id for found in definitions for row in found.rows if row.is_sensitive}
