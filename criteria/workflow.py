"""The core of every procedure: an arrow, and all arrows as one condition the database holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.roles import Act


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow of a procedure: who may lead which state by which action to which state."""

    procedure: str
    source: str
    action: str
    target: str
    act: Act
    needs_note: bool = False


def legal_moves(transitions: Iterable[Transition]) -> Q:
    """Every arrow as one condition over a log row; the CHECK of the log table is made of it."""
    moves = Q()
    for arrow in transitions:
        move = Q(
            procedure=arrow.procedure,
            from_status=arrow.source,
            action=arrow.action,
            to_status=arrow.target,
        )
        moves |= move & Q(note__regex=r"\S") if arrow.needs_note else move
    return moves
