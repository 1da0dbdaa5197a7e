"""Writing what the registers say into the rows that nobody has answered yet."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from criteria.scoring import AnswerValues, SetDefinition
from criteria.selectors import definition_of
from units.coverage import Scheme

from ..models import Answer, Evaluation
from ..models.answers import ChangeKind
from ..selectors.register_proposals import RegisterProposal, register_proposals
from ..workflow import BEFORE_DECISION
from .answer_history import Change, record_changes
from .answer_rows import has_rule, is_blank, new_row, own_columns, own_values, rows_of
from .source_values import note_sources, said_by
from .supplements import open_rows

LONGEST_SOURCE = 300


@transaction.atomic
def propose_from_registers(evaluation: Evaluation, *, by: User, is_sending: bool = False) -> int:
    """Write the registers' figures as proposals; return how many rows changed.

    Never touches what a person answered, nor a file that has left the unit's hands. A proposal
    that no register makes any more is taken back, and its row is open again. What the registers say
    is kept for every file, also for one that was sent. With the sending
    only what was proposed before is brought up to date: an open row is not answered unseen.
    """
    definition = definition_of(evaluation.season.criteria_set)
    proposals = register_proposals(evaluation, definition)
    is_open = _is_still_open(evaluation)
    rows = rows_of(evaluation)
    given = {code: said_by(one.values, one.source) for code, one in proposals.items()}
    note_sources(evaluation, definition, given, rows, by=by)
    if not is_open:
        return 0
    proposals, rows = open_rows(evaluation, proposals), open_rows(evaluation, rows)
    if is_sending:
        proposed = {code for code, answer in rows.items() if answer.is_proposal}
        proposals = {code: one for code, one in proposals.items() if code in proposed}
    changes = _written(evaluation, definition, proposals, rows) + _taken_back(
        definition, proposals, rows
    )
    return len(record_changes(changes, by=by))


def propose_to_open_files(files: QuerySet[Evaluation], *, by: User) -> int:
    """Bring up to date what the registers propose to those of the files that may still change.

    Return how many rows changed. Who keeps a register keys nothing in by it. Of files that were
    sent and are not decided only what the registers say is kept.
    """
    rows = files.filter(
        season__scheme=Scheme.RECOGNITION, season__locked_at=None, status__in=BEFORE_DECISION
    )
    open_files = rows.select_related("unit_version__unit", "season__criteria_set")
    return sum(propose_from_registers(one, by=by) for one in open_files.order_by("pk"))


def _is_still_open(evaluation: Evaluation) -> bool:
    """Lock the file; whether nobody has sent it since it was read."""
    rows = Evaluation.objects.select_for_update(of=("self",)).filter(pk=evaluation.pk)
    return any(row.is_editable for row in rows)


def _written(
    evaluation: Evaluation,
    definition: SetDefinition,
    proposals: dict[str, RegisterProposal],
    rows: dict[str, Answer],
) -> list[Change]:
    changes = []
    for code, proposal in proposals.items():
        answer = rows.get(code) or new_row(evaluation, definition.row(code))
        if answer.pk and not answer.is_proposal and not is_blank(answer):
            continue
        new = own_columns(proposal.values) | {
            "is_proposal": True, "proposed_from": proposal.source[:LONGEST_SOURCE],
        }  # fmt: skip
        if answer.pk and all(getattr(answer, name) == value for name, value in new.items()):
            continue
        before = own_values(answer) if answer.pk else {}
        changes.append(Change(answer, ChangeKind.PROPOSED, before, new))
    return changes


def _taken_back(
    definition: SetDefinition, proposals: dict[str, RegisterProposal], rows: dict[str, Answer]
) -> list[Change]:
    """Proposals that no longer follow; those that follow from another sheet are not looked at."""
    empty = own_columns(AnswerValues()) | {"is_proposal": False, "proposed_from": ""}
    return [
        Change(answer, ChangeKind.PROPOSED, own_values(answer), dict(empty))
        for code, answer in rows.items()
        if answer.is_proposal and code not in proposals and not has_rule(definition, code)
    ]
