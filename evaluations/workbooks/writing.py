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
from ..selectors.workbooks import EntryUnit
from ..services.answers import Typed, save_answers
from ..services.evaluations import open_file
from .plan import Item, Plan

TAKE_FILE: Final = "tep"
KEEP_WEB: Final = "web"
FROM_EXCEL: Final = "Nhập từ Excel"
"""What the file's timeline calls answers that came in with a workbook."""
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

    Every row is compared once more with the version that the plan, or the person, saw.
    """
    done, units = Done(), defaultdict(list)
    for item in (*plan.items, *plan.conflicts):
        units[item.unit.unit_id].append(item)
    for place, items in enumerate(units.values(), start=1):
        on_unit(place, len(units), items[0].unit.name)
        done.results.append(_write_unit(items, choices, done, year=year, by=by))
    return done


def _write_unit(
    items: Sequence[Item], choices: Mapping[str, Choice], done: Done, *, year: int, by: User
) -> UnitResult:
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
    for chosen in wanted.values():
        _write_part(chosen, result, done, year=year, by=by)
    return result


def _write_part(
    items: Sequence[Item], result: UnitResult, done: Done, *, year: int, by: User
) -> None:
    """One scheme of one unit in one transaction; what is refused is said and stops nothing else."""
    typed = {item.row.code: Typed(item.values, base_version=item.version) for item in items}
    try:
        with transaction.atomic():
            evaluation = _file_of(items[0].unit, items[0].sheet.scheme, year=year, by=by)
            saved = save_answers(evaluation, typed, by=by, reason=FROM_EXCEL)
    except ValidationError as invalid:
        result.problems += _spoken(invalid)
    except (TransitionRefused, PermissionDenied, ObjectDoesNotExist) as refused:
        result.problems.append(f"{items[0].place.split()[0]}: {refused}")
    else:
        result.saved += len(saved)
        codes = {item.row.id: item.row.code for item in items}
        done.written += [
            (evaluation.pk, codes[one.criterion_id], one.version)
            for one in saved
            if one.criterion_id in codes
        ]


def _file_of(unit: EntryUnit, scheme: str, *, year: int, by: User) -> Evaluation:
    """The unit's part of the file, opened if nobody opened it yet."""
    if unit.evaluation is not None:
        return unit.evaluation
    opened = open_file(unit.row.version.unit, year=year, by=by)
    return next(one for one in opened if one.season.scheme == scheme)


def _spoken(invalid: ValidationError) -> list[str]:
    if not hasattr(invalid, "error_dict"):
        return list(invalid.messages)
    return [f"{key}: {text}" for key, texts in invalid.message_dict.items() for text in texts]
