"""What a sheet would do to the register: add, change, leave as it is; or why it does nothing.

A unit is recognised by kind and name, case and spaces aside; units that share a name by the former
commune. Where that does not name one unit there is a problem, never a guess.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from antq_portal.lib import dates, text

from ..models import EnterpriseSize, Kind, ManagingLevel, SubKind
from ..models.naming import bare_name
from .checking import CONTACTS, COUNTS, Said, size_of, understand
from .columns import COLUMNS, PLACES, Problem
from .reading import Row

FACTS: Final = ("name", "sub_kind", "managing_level", "enterprise_size")
DETAILS: Final = (*COUNTS, "counted_on", *CONTACTS)


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the commune as the register has it; `said.row` is 0."""

    unit_id: int
    said: Said
    starts: frozenset[dt.date | None]
    last_start: dt.date | None


@dataclass(frozen=True, slots=True)
class Change:
    """One row that does something: the unit it is about (none: new), what will be said, in words how."""

    said: Said
    known: KnownUnit | None = None
    fields: tuple[str, ...] = ()
    is_revision: bool = False

    @property
    def changes_facts(self) -> bool:
        return any(name in FACTS for name in self.fields)

    @property
    def changes_details(self) -> bool:
        return any(name in DETAILS for name in self.fields)

    @property
    def words(self) -> list[str]:
        """ "Số hộ: 81 → 85" for each column that changes."""
        if self.known is None:
            return []
        old, new = self.known.said, self.said
        return [
            f"{COLUMNS[PLACES[name]].heading}: {shown(old, name) or '(trống)'} → {shown(new, name)}"
            for name in self.fields
        ]


@dataclass
class Plan:
    """What one sheet would do; nothing is written while there is a problem."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return not self.problems and bool(self.added or self.changed)


def make_plan(
    rows: Sequence[Row], known: Iterable[KnownUnit], *, commune: str, today: dt.date
) -> Plan:
    """Compare the rows with the register; `commune` is the commune's name in a sentence."""
    plan, index = Plan(), _Index(list(known), commune)
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        said, problems = understand(row, today=today)
        plan.problems += problems
        if said is None:
            continue
        unit, problem = index.find(said)
        mark = (unit.unit_id,) if unit else (said.kind, _key(said.name))
        if problem is None and mark in seen:
            problem = Problem(row.number, "name", f"Trùng với dòng {seen[mark]}.")
        if problem is None:
            problem = _place(plan, said, unit)
        seen.setdefault(mark, row.number)
        if problem:
            plan.problems.append(problem)
    plan.problems.sort(key=lambda one: (one.row, PLACES.get(one.column, -1)))
    return plan


def _place(plan: Plan, said: Said, unit: KnownUnit | None) -> Problem | None:
    """Put an understood row where it belongs; or say why it belongs nowhere."""
    if unit is None:
        plan.added.append(Change(replace(said, enterprise_size=size_of(said))))
        return None
    merged = _merged(unit.said, said)
    fields = tuple(
        name for name in (*FACTS, *DETAILS) if getattr(merged, name) != getattr(unit.said, name)
    )
    is_dated = said.valid_from is not None and said.valid_from not in unit.starts
    if not any(name in FACTS for name in fields) and is_dated:
        return Problem(said.row, "valid_from", "Đơn vị đã có và không đổi gì; để trống ngày này.")
    if is_dated and (problem := _revision_problem(said, unit)):
        return problem
    if fields:
        plan.changed.append(Change(merged, unit, fields, is_revision=is_dated))
    else:
        plan.same.append(merged)
    return None


def _revision_problem(said: Said, unit: KnownUnit) -> Problem | None:
    if unit.last_start and said.valid_from and said.valid_from <= unit.last_start:
        after = dates.date_text(unit.last_start)
        return Problem(said.row, "valid_from", f"Thay đổi phải sau {after}, lần thay đổi trước.")
    if not said.legal_act:
        return Problem(said.row, "legal_act", "Ghi văn bản làm căn cứ của thay đổi.")
    return None


def _merged(old: Said, new: Said) -> Said:
    """The row over what the register says: an empty cell keeps what is there, a name keeps its case."""
    kept = {
        name: getattr(old, name)
        for name in ("enterprise_size", *DETAILS)
        if getattr(new, name) in ("", None)
    }
    return replace(new, name=old.name, **kept)


@dataclass
class _Index:
    """The commune's units by kind and name, and by bare name across words."""

    units: list[KnownUnit]
    commune: str

    def __post_init__(self) -> None:
        self.by_name: dict[tuple[str, str], list[KnownUnit]] = defaultdict(list)
        self.by_bare_name: dict[str, list[KnownUnit]] = defaultdict(list)
        for unit in self.units:
            self.by_name[unit.said.kind, _key(unit.said.name)].append(unit)
            self.by_bare_name[_key(bare_name(unit.said.sub_kind, unit.said.name))].append(unit)

    def find(self, said: Said) -> tuple[KnownUnit | None, Problem | None]:
        """The unit a row is about; neither unit nor problem where it is a new one."""
        found = self.by_name.get((said.kind, _key(said.name)), [])
        if not found:
            return None, self._alike(said)
        if said.former_place:
            return self._from(said, found)
        if len(found) == 1:
            return found[0], None
        places = "; ".join(self._former(unit) for unit in found)
        return None, Problem(
            said.row,
            "former_place",
            f"Có {len(found)} đơn vị cùng tên {said.name}. Ghi xã cũ: {places}.",
        )

    def _from(self, said: Said, found: list[KnownUnit]) -> tuple[KnownUnit | None, Problem | None]:
        asked = _place_key(said.former_place)
        there = [unit for unit in found if _place_key(self._former(unit)) == asked]
        if len(there) == 1:
            return there[0], None
        known = "; ".join(dict.fromkeys(self._former(unit) for unit in found))
        reason = "không có" if not there else f"có {len(there)}"
        return None, Problem(
            said.row, "former_place",
            f"Sổ đơn vị {reason} {said.name} từ “{said.former_place}”. Đang có: {known}.",
        )  # fmt: skip

    def _alike(self, said: Said) -> Problem | None:
        """A unit of the same bare name under another word or kind: the same one, or another?"""
        for unit in self.by_bare_name.get(_key(bare_name(said.sub_kind, said.name)), []):
            column = "kind" if unit.said.kind != said.kind else "sub_kind"
            return Problem(
                said.row, column,
                f"Sổ đơn vị đã có {unit.said.name} ({shown(unit.said, column)}). Cùng một đơn vị thì đổi ở "
                "trang của đơn vị; đơn vị khác thì thêm bằng biểu mẫu “Thêm đơn vị”.",
            )  # fmt: skip
        return None

    def _former(self, unit: KnownUnit) -> str:
        return unit.said.former_place or self.commune


def _key(name: str) -> str:
    return text.clean(name).casefold()


def _place_key(place: str) -> str:
    """A former commune as people write it: with or without its word, "cũ", case, marks."""
    words = text.search_key(place).split()
    if words and words[-1] == "cu":
        words.pop()
    for word in (["xa"], ["phuong"], ["thi", "tran"]):
        if words[: len(word)] == word and len(words) > len(word):
            return " ".join(words[len(word) :])
    return " ".join(words)


def shown(said: Said, name: str) -> str:
    """One column of what is said, as the sheet and the page show it."""
    value = getattr(said, name)
    if value in ("", None):
        return ""
    if isinstance(value, dt.date):
        return dates.date_text(value)
    if isinstance(value, int):
        return text.number_text(value)
    words = {
        "kind": Kind, "sub_kind": SubKind, "managing_level": ManagingLevel, "enterprise_size": EnterpriseSize
    }  # fmt: skip
    return str(words[name](value).label) if name in words else str(value)
