"""Write what a plan would do: unit by unit, through the service that every save goes through."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from criteria.exceptions import TransitionRefused

from ..models import Evaluation
from ..selectors.workbooks import SCHEMES
from ..services.answer_batches import Part, save_answers_of_many
from ..services.answers import Typed, refuse_wrong
from ..services.evaluations import open_file
from ..services.guards import refuse_if_ended
from .plan import Item, Plan

TAKE_FILE: Final = "tep"
KEEP_WEB: Final = "web"
FROM_EXCEL: Final = "Nhập từ Excel"
"""What the file's timeline calls answers that came in with a workbook."""
UNITS_AT_ONCE: Final = 20
"""So many units are locked, read and written together: about half a second."""
REFUSALS: Final = (ValidationError, TransitionRefused, PermissionDenied, ObjectDoesNotExist)
OVERTAKEN: Final = "lại có người vừa lưu; chưa ghi, kiểm tra lại tệp"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose for one conflict, and the version of the other answer they saw."""

    take: str = KEEP_WEB
    seen: int = 0


@dataclass(slots=True)
class UnitResult:
    """What became of one unit."""

    name: str
    saved: int = 0
    kept: int = 0
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As it is stored beside the upload."""
        return {
            "name": self.name,
            "saved": self.saved,
            "kept": self.kept,
            "problems": self.problems,
        }


@dataclass(slots=True)
class Done:
    """What was written: a result for each unit, and every version made."""

    results: list[UnitResult] = field(default_factory=list)
    written: list[tuple[int, str, int]] = field(default_factory=list)


def write_plan(
    plan: Plan,
    choices: Mapping[str, Choice],
    *,
    year: int,
    by: User,
    on_unit: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> Done:
    """Write the items, and the conflicts for which the file was chosen; one unit never stops another.

    Every row is compared once more with the version that the plan, or the person, saw. Some units
    are written together, so that what is stored is read once for all of them.
    """
    done, units = Done(), defaultdict(list)
    for item in (*plan.items, *plan.conflicts):
        units[item.unit.unit_id].append(item)
    every = list(units.values())
    for start in range(0, len(every), UNITS_AT_ONCE):
        together = every[start : start + UNITS_AT_ONCE]
        for place, items in enumerate(together, start=start + 1):
            on_unit(place, len(every), items[0].unit.name)
        done.results += _write_units(together, choices, done, year=year, by=by)
    return done


@transaction.atomic
def _write_units(
    units: Sequence[Sequence[Item]],
    choices: Mapping[str, Choice],
    done: Done,
    *,
    year: int,
    by: User,
) -> list[UnitResult]:
    """Write some units, recognition first: what it proposes to the classification stands by then."""
    chosen = [_chosen(items, choices) for items in units]
    opener = _Opener(year, by)
    for scheme in SCHEMES:
        parts = [(result, wanted[scheme]) for result, wanted in chosen if wanted.get(scheme)]
        _write_parts(parts, done, opener)
    return [result for result, _ in chosen]


def _chosen(
    items: Sequence[Item], choices: Mapping[str, Choice]
) -> tuple[UnitResult, dict[str, list[Item]]]:
    """What of one unit is to be written, by scheme, and a result that tells what is not."""
    result = UnitResult(items[0].unit.name)
    wanted: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        choice = choices.get(item.key, Choice())
        if item.other is None:
            wanted[item.sheet.scheme].append(item)
        elif choice.take != TAKE_FILE:
            result.kept += 1
        elif choice.seen != item.version:
            result.problems.append(f"{item.place}: {OVERTAKEN} ({item.who})")
        else:
            wanted[item.sheet.scheme].append(item)
    return result, wanted


def _write_parts(
    parts: Sequence[tuple[UnitResult, Sequence[Item]]], done: Done, opener: "_Opener"
) -> None:
    """One scheme of some units; what is refused of one is said and stops nothing else."""
    opened = []
    for result, items in parts:
        typed = {item.row.code: Typed(item.values, base_version=item.version) for item in items}
        try:
            with transaction.atomic():
                evaluation = opener.file_of(items[0], typed)
        except REFUSALS as refused:
            _refuse(result, items, refused)
        else:
            opened.append((result, items, Part(evaluation, typed)))
    outcomes = save_answers_of_many([part for *_, part in opened], by=opener.by, reason=FROM_EXCEL)
    for (result, items, part), outcome in zip(opened, outcomes, strict=True):
        if not isinstance(outcome, list):
            _refuse(result, items, outcome)
            continue
        result.saved += len(outcome)
        codes = {item.row.id: item.row.code for item in items}
        done.written += [
            (part.evaluation.pk, codes[one.criterion_id], one.version)
            for one in outcome
            if one.criterion_id in codes
        ]


def _refuse(result: UnitResult, items: Sequence[Item], refused: Exception) -> None:
    if isinstance(refused, ValidationError):
        result.problems += _spoken(refused)
    else:
        result.problems.append(f"{items[0].place.split()[0]}: {refused}")


@dataclass(slots=True)
class _Opener:
    """Finds the files of units, and opens those that nobody opened yet."""

    year: int
    by: User
    opened: dict[int, list[Evaluation]] = field(default_factory=dict)

    def file_of(self, item: Item, typed: Mapping[str, Typed]) -> Evaluation:
        """The unit's part of the file, opened if need be and what was typed can be saved."""
        unit = item.unit
        if unit.evaluation is not None:
            return unit.evaluation
        refuse_wrong(item.sheet.definition, typed)
        refuse_if_ended(unit.row.version.unit)
        if unit.unit_id not in self.opened:
            files = open_file(unit.row.version.unit, year=self.year, by=self.by)
            self.opened[unit.unit_id] = files
        return next(
            one for one in self.opened[unit.unit_id] if one.season.scheme == item.sheet.scheme
        )


def _spoken(invalid: ValidationError) -> list[str]:
    if not hasattr(invalid, "error_dict"):
        return list(invalid.messages)
    return [f"{key}: {text}" for key, texts in invalid.message_dict.items() for text in texts]
