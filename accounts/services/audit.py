"""Writing the audit chain and checking it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from ..models import AuditEvent, AuditHead, User


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first row of a province's chain that does not fit, and what is wrong with it."""

    province_id: int
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act as it goes into the log; `details` are plain values."""

    act: str
    subject: str
    summary: str
    province_id: int | None = None
    unit_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def record_audit(
    act: str,
    *,
    by: User | None,
    subject: str,
    summary: str,
    province_id: int | None = None,
    unit_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one act to its province's chain and return the row; as `record_audits` does."""
    entry = AuditEntry(act, subject, summary, province_id, unit_id, details or {})
    return record_audits([entry], by=by)[0]


def record_audits(entries: Sequence[AuditEntry], *, by: User | None) -> list[AuditEvent]:
    """Append acts of one person to their provinces' chains; return the rows, in the order given.

    Call it last in the transaction of the acts: it locks the heads of the chains until commit,
    in the order of the provinces. Three statements for each province, however many the acts.
    Raises TransactionManagementError outside a transaction.
    """
    transaction.get_connection().validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "record_audits runs inside the act's transaction"
        )
    written: dict[int, AuditEvent] = {}
    for province_id in sorted({entry.province_id or 0 for entry in entries}):
        head = _locked_head(province_id)
        places = [at for at, one in enumerate(entries) if (one.province_id or 0) == province_id]
        events = [_next_event(head, entries[at], by=by) for at in places]
        AuditEvent.objects.bulk_create(events)
        head.save(update_fields=["sequence", "hash"])
        written |= dict(zip(places, events, strict=True))
    return [written[at] for at in range(len(entries))]


def _next_event(head: AuditHead, entry: AuditEntry, *, by: User | None) -> AuditEvent:
    """The chain's next link; the head moves to it, nothing is saved."""
    event = AuditEvent(
        province_id=head.pk,
        sequence=head.sequence + 1,
        act=entry.act,
        by=by,
        by_name=str(by) if by else "Hệ thống",
        at=timezone.now(),
        unit_id=entry.unit_id,
        subject=entry.subject[:120],
        summary=entry.summary[:500],
        details=_plain(dict(entry.details)),
        previous_hash=head.hash,
    )
    event.hash = event_hash(event)
    head.sequence, head.hash = event.sequence, event.hash
    return event


def _locked_head(province_id: int) -> AuditHead:
    heads = AuditHead.objects.select_for_update()
    head = heads.filter(pk=province_id).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(pk=province_id)], ignore_conflicts=True)
        head = heads.get(pk=province_id)
    return head


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """What the database will give back: dates and decimals as text."""
    return json.loads(json.dumps(details, cls=DjangoJSONEncoder))


def event_hash(event: AuditEvent) -> str:
    """SHA-256, hex, over the row's own content and the hash of the row before it."""
    content = [
        event.province_id,
        event.sequence,
        event.act,
        event.by_id,
        event.by_name,
        event.at.astimezone(UTC).isoformat(),
        event.unit_id,
        event.subject,
        event.summary,
        event.details,
        event.previous_hash,
    ]
    packed = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def broken_links() -> Iterator[BrokenLink]:
    """Yield the first broken row of each province's chain, in province order; nothing if all hold."""
    heads = {head.pk: head for head in AuditHead.objects.all()}
    provinces = set(heads) | set(
        AuditEvent.objects.values_list("province_id", flat=True).distinct()
    )
    for province_id in sorted(provinces):
        broken = _first_broken(province_id, heads.get(province_id))
        if broken:
            yield broken


def _first_broken(province_id: int, head: AuditHead | None) -> BrokenLink | None:
    sequence, previous = 0, ""
    for event in AuditEvent.objects.filter(province_id=province_id).iterator(chunk_size=2000):
        sequence += 1
        if event.sequence != sequence:
            return BrokenLink(province_id, sequence, "thiếu dòng")
        if event.previous_hash != previous:
            return BrokenLink(province_id, sequence, "không nối với dòng trước")
        if event_hash(event) != event.hash:
            return BrokenLink(province_id, sequence, "nội dung đã bị sửa")
        previous = event.hash
    if head is None or (head.sequence, head.hash) != (sequence, previous):
        return BrokenLink(province_id, sequence + 1, "đầu chuỗi không khớp dòng cuối")
    return None
