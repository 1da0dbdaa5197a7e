"""What happened to a file or a decision, as a timeline shows it, newest first."""

from collections.abc import Sequence
from typing import Any, Final

from ..models import Decision, Evaluation, TransitionLog
from ..workflow import Action

TONES: Final = {
    Action.RETURN: "warn",
    Action.SEND_BACK: "warn",
    Action.REOPEN: "warn",
    Action.TAKE_OVER: "warn",
    Action.CALL_BACK: "grey",
    Action.UNACCEPT: "grey",
    Action.RELEASE: "grey",
    Action.WITHDRAW: "grey",
    Action.DISCARD: "grey",
    Action.ACCEPT: "ok",
    Action.APPRAISE: "ok",
    Action.APPROVE: "ok",
    Action.ISSUE: "ok",
    Action.ANNUL: "bad",
}


def tone_of(action: str) -> str:
    """The colour of a step on every timeline; what only leads on is "info"."""
    return TONES.get(Action(action), "info")


def file_events(evaluations: Sequence[Evaluation]) -> list[dict[str, Any]]:
    """The steps of both parts of a file; one act on both is one event: one query."""
    rows = (
        TransitionLog.objects.filter(evaluation__in=evaluations)
        .select_related("by", "evaluation__season")
        .order_by("-at", "-pk")
    )
    events: list[dict[str, Any]] = []
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        key = (row.action, row.by_id, row.note, row.at.replace(microsecond=0))
        if key in seen:
            continue
        seen.add(key)
        events.append(_event(row.at, row.by, row.action, row.note))
    return events


def decision_events(decision: Decision) -> list[dict[str, Any]]:
    """The steps of one decision, its drafting last: one query."""
    rows = decision.log.select_related("by").order_by("-at", "-pk")
    events = [_event(row.at, row.by, row.action, row.note) for row in rows]
    drafted = {
        "at": decision.drafted_at,
        "who": str(decision.drafted_by),
        "what": "Lập dự thảo quyết định",
        "note": "",
        "tone": "info",
    }
    return [*events, drafted]


def _event(at: object, by: object, action: str, note: str) -> dict[str, Any]:
    return {
        "at": at,
        "who": str(by),
        "what": Action(action).label,
        "note": note,
        "tone": tone_of(action),
    }
