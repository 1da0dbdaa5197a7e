"""The answers of many files at once: read ahead together, judged and written file by file.

Each file is all or nothing under the rules and with the words of `save_answers`; a refusal of one
stops no other. What follows from recognition answers is proposed for all of them together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from accounts.roles import Act
from criteria.exceptions import TransitionRefused
from criteria.proposals import ProposalContext, propose
from criteria.scoring import AnswerValues
from criteria.selectors import definition_of
from units.coverage import Scheme
from units.selectors import Powers, powers_of

from ..models import Answer, Evaluation, Registration, SourceValue
from ..selectors.authorities import refresh_authorities
from ..selectors.reopened import reopened_by_evaluation
from ..workflow import BEFORE_DECISION
from .acts import refuse_if_locked, require
from .answer_history import Change, Writing, record_changes
from .answers import Typed, own_change, proposed_changes, refuse_unless_editable, refuse_wrong
from .guards import refuse_if_ended
from .source_values import changed_sources, said_by, write_sources
from .supplements import refuse_rows_outside

Rows = Mapping[int, dict[str, Answer]]
"""Stored answers by evaluation id, then by criterion code."""
T = TypeVar("T")
Refusal = ValidationError | TransitionRefused | PermissionDenied | Evaluation.DoesNotExist


@dataclass(frozen=True, slots=True)
class Part:
    """What was typed for one evaluation, by criterion code."""

    evaluation: Evaluation
    typed: Mapping[str, Typed]


@transaction.atomic
def save_answers_of_many(
    parts: Sequence[Part], *, by: User, reason: str = ""
) -> list[list[Answer] | Refusal]:
    """Save many files' own answers, all of one scheme; return what changed in each, or why nothing did.

    The files are locked in the order of their ids until the end.
    """
    if not parts:
        return []
    known = _locked({part.evaluation.pk for part in parts}, by=by)
    rows = _rows_of(known)
    reopened = reopened_by_evaluation(known)
    writer = _Writer(powers_of(by), rows, reopened, by, reason)
    outcomes: list[list[Answer] | Refusal] = []
    for part in parts:
        evaluation = known.get(part.evaluation.pk)
        try:
            if evaluation is None:
                raise Evaluation.DoesNotExist("Không có hồ sơ này.")
            with transaction.atomic():
                outcomes.append(writer.write(evaluation, part.typed))
        except (
            ValidationError, TransitionRefused, PermissionDenied, Evaluation.DoesNotExist,
        ) as refused:  # fmt: skip
            outcomes.append(refused)
    changed = {
        part.evaluation.pk
        for part, outcome in zip(parts, outcomes, strict=True)
        if isinstance(outcome, list) and outcome
    }
    _propose_classifications([known[pk] for pk in sorted(changed)], by=by)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Writer:
    """What was read ahead for all files, and who writes."""

    powers: Powers
    rows: Rows
    reopened: Mapping[int, frozenset[str]]
    by: User
    reason: str

    def write(self, evaluation: Evaluation, typed: Mapping[str, Typed]) -> list[Answer]:
        """Judge and write one file's answers; raises as `save_answers` does."""
        require(Act.ANSWER, evaluation, by=self.by, powers=self.powers)
        refuse_if_locked(evaluation.season)
        refuse_if_ended(evaluation.unit)
        refuse_unless_editable(evaluation)
        definition = definition_of(evaluation.season.criteria_set)
        refuse_wrong(definition, typed)
        stored = self.rows[evaluation.pk]
        changes: dict[str, Change] = {}
        for row in definition.rows:
            if row.code in typed:
                change = own_change(evaluation, row, stored.get(row.code), typed[row.code])
                if change is not None:
                    changes[row.code] = replace(change, reason=self.reason)
        refuse_rows_outside(self.reopened.get(evaluation.pk), changes)
        return record_changes(list(changes.values()), by=self.by, writing=Writing(enters=True))


def _locked(ids: Iterable[int], *, by: User) -> dict[int, Evaluation]:
    """Those of the evaluations that the person sees, locked, with the authorities of today's rules."""
    rows = (
        Evaluation.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit_version__unit", "unit")
        .filter(pk__in=ids)
    )
    found = list(rows.order_by("pk"))
    refresh_authorities(found)
    return {one.pk: one for one in found}


def _rows_of(ids: Iterable[int]) -> Rows:
    rows = Answer.objects.filter(evaluation__in=ids).select_related("criterion", "answered_by")
    found: dict[int, dict[str, Answer]] = defaultdict(dict)
    for answer in rows:
        found[answer.evaluation_id][answer.criterion.code] = answer
    return found


def _propose_classifications(recognitions: Sequence[Evaluation], *, by: User) -> None:
    """Bring up to date what these recognitions propose to the open classifications beside them."""
    sources = {one.unit_id: one for one in recognitions if one.season.scheme == Scheme.RECOGNITION}
    if not sources:
        return
    others = list(
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("season__criteria_set", "unit")
        .filter(unit__in=sources, season__year=recognitions[0].season.year)
        .filter(season__scheme=Scheme.CLASSIFICATION, status__in=BEFORE_DECISION)
        .order_by("pk")
    )
    beside = _Beside.read(sources, others)
    noted: list[SourceValue] = []
    for other in others:
        noted += beside.propose_to(other, by=by)
    write_sources(noted)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the classifications of many units follow from, and what is stored of them."""

    sources: Mapping[int, Evaluation]
    """The recognition of each unit, by unit id."""
    rows: Rows
    registered: frozenset[int]
    """Units whose registration is more than a draft."""
    stored: Mapping[int, dict[int, SourceValue]]
    reopened: Mapping[int, frozenset[str]]

    @classmethod
    def read(cls, sources: Mapping[int, Evaluation], others: Sequence[Evaluation]) -> "_Beside":
        """Read all of it; four queries."""
        ids = [one.pk for one in others]
        registered = Registration.objects.filter(
            unit__in=sources, season__in={one.season_id for one in sources.values()}
        ).exclude(status="draft")
        stored: dict[int, dict[int, SourceValue]] = defaultdict(dict)
        for one in SourceValue.objects.filter(evaluation__in=ids):
            stored[one.evaluation_id][one.criterion_id] = one
        return cls(
            sources,
            _rows_of([*ids, *(one.pk for one in sources.values())]),
            frozenset(registered.values_list("unit", flat=True)),
            stored,
            reopened_by_evaluation(ids),
        )

    def propose_to(self, other: Evaluation, *, by: User) -> list[SourceValue]:
        """Write the proposals of one classification that may change; return what its sources say anew."""
        recognition, rows = self.sources[other.unit_id], self.rows[other.pk]
        definition = definition_of(other.season.criteria_set)
        proposals = propose(
            definition,
            recognition=definition_of(recognition.season.criteria_set),
            answers={c: AnswerValues.of(one) for c, one in self.rows[recognition.pk].items()},
            context=ProposalContext(is_registered=other.unit_id in self.registered),
        )
        given = {
            code: said_by(AnswerValues(points=one.points, verdict=one.verdict), one.source)
            for code, one in proposals.items()
        }
        noted = changed_sources(other, definition, given, rows, self.stored[other.pk], by=by)
        if other.is_editable:
            is_open = self.reopened.get(other.pk)
            changes = proposed_changes(
                other, definition, _among(proposals, is_open), _among(rows, is_open)
            )
            record_changes(changes, by=by)
        return noted


def _among(by_code: Mapping[str, T], codes: frozenset[str] | None) -> dict[str, T]:
    return {code: one for code, one in by_code.items() if codes is None or code in codes}
