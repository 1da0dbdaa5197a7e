"""How every act of the procedure begins and ends: lock, right, arrow; then state and log together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from accounts.roles import Act
from accounts.services import AuditEntry, record_audits
from criteria.exceptions import TransitionRefused
from criteria.models import TransitionRow
from criteria.workflow import Transition
from units.selectors import Place, Powers, powers_of

from ..models import Evaluation, Season, TransitionLog
from ..selectors.authorities import authority_for_act, refresh_authorities
from ..selectors.digests import answers_digests
from ..workflow import ARROWS, TRANSITIONS, Action, Status
from .summaries import refresh_summaries

RowT = TypeVar("RowT", bound=TransitionRow)


@dataclass(frozen=True, slots=True)
class Started:
    """An evaluation locked for one act, the arrow it may take, and who does it."""

    evaluation: Evaluation
    arrow: Transition
    by: User


def start(
    evaluation: Evaluation, action: Action, *, by: User, powers: Powers | None = None
) -> Started:
    """Lock the evaluation and find the arrow for the action, or say why not.

    Raises Evaluation.DoesNotExist if it is not visible to the person, PermissionDenied if the
    person does not hold the role at exactly the authority the dated rule names today,
    TransitionRefused if the season is locked or somebody was faster.
    """
    locked = (
        Evaluation.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit_version__unit")
        .get(pk=evaluation.pk)
    )
    refresh_authority(locked)
    require(act_of(locked.procedure, action), locked, by=by, powers=powers)
    refuse_if_locked(locked.season)
    arrow = ARROWS.get((locked.procedure, locked.status, action))
    if arrow is None:
        raise TransitionRefused(_overtaken(locked, action), code="wrong_state")
    return Started(locked, arrow, by)


def finish(started: Started, *, note: str = "") -> Evaluation:
    """Save the evaluation in its new state with the log row and the audit row; return it.

    The act's own fields are set by the caller before. Raises TransitionRefused for a missing reason.
    """
    return finish_all([started], note=note)[0]


def finish_all(many: Sequence[Started], *, note: str = "") -> list[Evaluation]:
    """Save many evaluations in their new states, then their log rows, then the audit rows.

    The audit comes last because it holds the head of the province's chain until commit. The
    database's constraints are the judge of the new state; this is the one place that writes it.
    """
    for started in many:
        refuse_without_note(started.arrow, note)
        started.evaluation.status = Status(started.arrow.target)
        started.evaluation.save()
    TransitionLog.objects.bulk_create(
        log_row(TransitionLog(evaluation=one.evaluation), one.arrow, by=one.by, note=note)
        for one in many
    )
    digests = answers_digests([started.evaluation.pk for started in many])
    entries = [_audit_entry(one, note, digests.get(one.evaluation.pk, "")) for one in many]
    record_audits(entries, by=many[0].by)
    refresh_summaries([one.evaluation.unit_id for one in many], year=many[0].evaluation.season.year)
    return [started.evaluation for started in many]


def _audit_entry(started: Started, note: str, digest: str) -> AuditEntry:
    """What the chain keeps of one step: the results and the digest of the answers it rests on."""
    evaluation, arrow = started.evaluation, started.arrow
    return AuditEntry(
        act=f"evaluation.{arrow.action}",
        subject=f"evaluation:{evaluation.pk}",
        summary=f"{Action(arrow.action).label}: {evaluation.unit_version}, {evaluation.season}",
        province_id=evaluation.province_id,
        unit_id=evaluation.unit_id,
        details={
            "from": arrow.source,
            "to": arrow.target,
            "note": note,
            "self_outcome": evaluation.self_outcome,
            "appraised_outcome": evaluation.appraised_outcome,
            "decided_outcome": evaluation.decided_outcome,
            "answers_sha256": digest,
        },
    )


def write_log(row: TransitionRow, arrow: Transition, *, by: User, note: str) -> None:
    """Append one step to the log of a file; the database refuses an arrow not in the table."""
    log_row(row, arrow, by=by, note=note).save(force_insert=True)


def log_row(row: RowT, arrow: Transition, *, by: User, note: str) -> RowT:
    """The row filled with one step, not yet saved."""
    row.procedure, row.action = arrow.procedure, arrow.action
    row.from_status, row.to_status = arrow.source, arrow.target
    row.note, row.by, row.at = note.strip(), by, timezone.now()
    return row


def refuse_without_note(arrow: Transition, note: str) -> None:
    """Raise TransitionRefused if the arrow asks for a reason and there is none."""
    if arrow.needs_note and not note.strip():
        raise TransitionRefused(
            f"{Action(arrow.action).label}: cần ghi lý do.", code="note_missing"
        )


def refuse_if_locked(season: Season) -> None:
    """Raise TransitionRefused if the province has locked the season's book (khóa sổ)."""
    if season.is_locked:
        when = localtime(season.locked_at)
        raise TransitionRefused(
            f"{season} đã khóa sổ lúc {when:%H:%M ngày %d/%m/%Y}; muốn sửa, đề nghị quản trị tỉnh mở lại.",
            code="season_closed",
        )


def act_of(procedure: str, action: str) -> Act:
    """Which act of the permission table an action is; the same for all its arrows."""
    return next(t.act for t in TRANSITIONS if t.procedure == procedure and t.action == action)


def require(act: Act, evaluation: Evaluation, *, by: User, powers: Powers | None = None) -> None:
    """Raise PermissionDenied unless the person holds the act's role at exactly its authority."""
    place = Place.of(evaluation.unit_version, authority_id=authority_for_act(evaluation, act))
    (powers or powers_of(by)).require(act, place)


def refresh_authority(evaluation: Evaluation) -> None:
    """Set the authorities the dated rules name today: a file may outlive the level that opened it."""
    refresh_authorities([evaluation])


def _overtaken(evaluation: Evaluation, action: Action) -> str:
    last: TransitionRow | None = evaluation.log.select_related("by").order_by("-at", "-pk").first()
    state = Status(evaluation.status).label
    if last is None:
        return f"{evaluation.unit_version}: hồ sơ “{state}”, chưa làm được việc “{Action(action).label}”."
    return (
        f"{evaluation.unit_version}: hồ sơ đang ở trạng thái “{state}” do {last.by} thực hiện "
        f"“{Action(last.action).label}” lúc {localtime(last.at):%H:%M ngày %d/%m/%Y}. "
        f"Không làm được việc “{Action(action).label}” nữa; chưa ghi gì."
    )
