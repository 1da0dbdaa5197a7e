"""One criteria set out of one file: the same frozen tree that the engine reads, and what goes with it.

The schema of the files: criteria/regulations/README.md.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

from units.coverage import Scheme

from ..models import Provenance
from ..scoring import (
    AnswerKind,
    BandDefinition,
    CriterionDefinition,
    ExceptionDefinition,
    GroupDefinition,
    LevelDefinition,
    NotApplicable,
    RowKind,
    RuleDefinition,
    SetDefinition,
)
from .reading import Faults, Table, content_hash, read_document

SCHEMA: Final = "antq.criteria/2"
LONGEST_CODE: Final = 30
TEXT_LISTS: Final = {"counters": 200, "parts": 200, "fields": 120, "evidence": 300}
"""Keys of a row that hold lists of words, and how long one of them may be."""

ROW_KINDS: Final = {
    Scheme.RECOGNITION: (RowKind.REQUIREMENT,),
    Scheme.CLASSIFICATION: (RowKind.POINTS, RowKind.BONUS, RowKind.PENALTY, RowKind.VETO),
}


@dataclass(frozen=True, slots=True)
class SetSource:
    """A criteria set as one file gives it."""

    path: Path
    sha256: str
    definition: SetDefinition
    unit_kinds: tuple[str, ...]
    regulation_issued_on: dt.date | None
    last_season: int | None
    provenance_note: str
    exceptions: tuple[ExceptionDefinition, ...]

    @property
    def all_rows(self) -> tuple[CriterionDefinition, ...]:
        """Rows in use and rows switched off, in order."""
        rows = self.definition.rows + self.definition.disabled_rows
        return tuple(sorted(rows, key=lambda row: row.position))


def read_set(path: Path, faults: Faults) -> SetSource | None:
    """The set in that file; None when the file is no set at all. Faults are noted, not raised."""
    document = read_document(path, faults)
    return None if document is None else parse_set(document, faults, path=path)


def parse_set(document: dict[str, Any], faults: Faults, *, path: Path) -> SetSource:
    """The set in a document already read."""
    top = Table(document, faults)
    code = top.text("code", required=True, longest=80)
    faults.place = f"{faults.place}, bộ {code or '?'}"
    top.one_of("schema", {SCHEMA})
    scheme = top.one_of("scheme", Scheme.values)
    exceptions = _exceptions(top)
    regulation = top.table("regulation", required=True)
    source = SetSource(
        path=path,
        sha256=content_hash(document),
        definition=_definition(top, regulation, exceptions, code=code, scheme=scheme),
        unit_kinds=top.texts("unit_kinds", longest=30),
        regulation_issued_on=regulation.day("issued_on", required=True),
        last_season=top.number("last_season"),
        provenance_note=top.text("provenance_note", longest=300),
        exceptions=exceptions,
    )
    regulation.close()
    top.close()
    return source


def _definition(
    top: Table,
    regulation: Table,
    exceptions: tuple[ExceptionDefinition, ...],
    *,
    code: str,
    scheme: str,
) -> SetDefinition:
    groups, disabled = _groups(top, scheme, exceptions)
    provenance = top.one_of("provenance", Provenance.values)
    return SetDefinition(
        code=code,
        scheme=scheme,
        title=top.text("title", required=True, longest=200),
        regulation_number=regulation.text("number", required=True, longest=60),
        legal_ref=top.text("legal_ref", longest=200),
        effective_from=top.day("effective_from", required=True),
        provenance=provenance,
        is_provisional=provenance == Provenance.PROVISIONAL,
        declared_total=top.decimal("total"),
        bonus_cap=top.decimal("bonus_cap") or SetDefinition.bonus_cap,
        na_rule=top.one_of("na_rule", set(NotApplicable), default=NotApplicable.FULL_POINTS),
        groups=groups,
        disabled_rows=disabled,
        bands=_bands(top),
        rules=_rules(top),
        **_window(top),
    )


def _window(top: Table) -> dict[str, str]:
    """The dates of every year's season."""
    window = top.table("window", required=True)
    dates = {
        "window_from": _month_day(window, "from", required=True),
        "window_to": _month_day(window, "to", required=True),
        "register_by": _month_day(window, "register_by", required=False),
        "decide_before": _month_day(window, "decide_before", required=True),
    }
    window.close()
    return dates


def _month_day(window: Table, key: str, *, required: bool) -> str:
    """A day of every year as "11-01"; a leap day is none."""
    value = window.text(key, required=required, longest=5)
    if value:
        try:
            dt.date.fromisoformat(f"2001-{value}")
        except ValueError:
            window.fault(f"`{key}` phải có dạng tháng-ngày, như 11-01")
    return value


def _exceptions(top: Table) -> tuple[ExceptionDefinition, ...]:
    table = top.table("exceptions")
    return tuple(ExceptionDefinition(str(code), str(label)) for code, label in table.items())


def _bands(top: Table) -> tuple[BandDefinition, ...]:
    bands = []
    for position, table in enumerate(top.tables("bands", _named("mức"), required=True), start=1):
        bands.append(
            BandDefinition(
                code=table.text("code", required=True, longest=20),
                label=table.text("label", required=True, longest=40),
                position=position,
                min_points=table.decimal("from"),
            )
        )
        table.close()
    return tuple(bands)


def _rules(top: Table) -> tuple[RuleDefinition, ...]:
    """Rules are names, or one-key mappings of a name and its value."""
    top.read.add("rules")
    rules = []
    for entry in top.values.get("rules") or []:
        pairs = entry.items() if isinstance(entry, dict) else [(entry, "")]
        rules += [RuleDefinition(str(code), str(value)) for code, value in pairs]
    return tuple(sorted(rules, key=lambda rule: rule.code))


def _groups(
    top: Table, scheme: str, exceptions: tuple[ExceptionDefinition, ...]
) -> tuple[tuple[GroupDefinition, ...], tuple[CriterionDefinition, ...]]:
    """The groups with their rows in use, and the rows that are switched off."""
    positions = count(1)
    groups: list[GroupDefinition] = []
    disabled: list[CriterionDefinition] = []
    for table in top.tables("groups", _named("nhóm"), required=True):
        code = table.text("code", required=True, longest=LONGEST_CODE - 5)
        next(positions)
        rows = [
            _row(row, scheme, exceptions, group=code, positions=positions)
            for row in table.tables("rows", _named("dòng"), required=True)
        ]
        disabled += [row for row in rows if not row.is_enabled]
        group = GroupDefinition(
            code=code,
            heading=table.text("heading", required=True),
            legal_ref=table.text("legal_ref", longest=200),
            note=table.text("note"),
            rows=tuple(row for row in rows if row.is_enabled),
        )
        groups.append(group)
        table.close()
    return tuple(groups), tuple(disabled)


def _row(
    table: Table,
    scheme: str,
    exceptions: tuple[ExceptionDefinition, ...],
    *,
    group: str,
    positions: Iterator[int],
) -> CriterionDefinition:
    kind, answer_type = _kind_and_answer(table, scheme)
    propose = table.table("propose")
    row = CriterionDefinition(
        code=table.text("code", required=True, longest=LONGEST_CODE),
        position=next(positions),
        group_code=group,
        kind=kind,
        answer_type=answer_type,
        text=table.text("text", required=True),
        legal_ref=table.text("legal_ref", longest=200),
        origin=table.text("origin", longest=20),
        is_enabled=table.flag("enabled", default=True),
        is_sensitive=table.flag("sensitive", default=False),
        max_points=table.decimal("points"),
        levels=_levels(table),
        threshold_percent=table.number("threshold"),
        minimum=table.number("minimum"),
        numerator_label=table.text("numerator", longest=200),
        denominator_label=table.text("denominator", longest=200),
        na_condition=table.text("na", longest=300),
        exceptions=_row_exceptions(table, exceptions),
        prefill=table.text("prefill", longest=200),
        proposal_rule=propose.text("rule", longest=40),
        proposal_sources=propose.texts("from", longest=LONGEST_CODE),
        proposal_steps=propose.numbers("steps"),
        local_note=table.text("note"),
        **{key: table.texts(key, longest=longest) for key, longest in TEXT_LISTS.items()},
    )
    propose.close()
    table.close()
    return row


def _kind_and_answer(table: Table, scheme: str) -> tuple[str, str]:
    """What the row does and what is entered; a requirement must say how it is answered."""
    kinds = ROW_KINDS[Scheme(scheme)] if scheme in Scheme.values else tuple(RowKind)
    kind = table.one_of("kind", set(kinds), default=kinds[0])
    default = AnswerKind.YES_NO if kind == RowKind.VETO else AnswerKind.LEVELS
    is_requirement = kind == RowKind.REQUIREMENT
    return kind, table.one_of(
        "answer", set(AnswerKind), default=None if is_requirement else default
    )


def _levels(row: Table) -> tuple[LevelDefinition, ...]:
    levels = []
    for table in row.tables("levels", lambda value: f"{row.where}, nấc điểm"):
        points = table.decimal("points", required=True)
        when = table.text("when", required=True, longest=200)
        if points is not None:
            levels.append(LevelDefinition(points, when))
        table.close()
    return tuple(levels)


def _row_exceptions(
    row: Table, exceptions: tuple[ExceptionDefinition, ...]
) -> tuple[ExceptionDefinition, ...]:
    known = {ground.code: ground for ground in exceptions}
    found = []
    for code in row.texts("exceptions", longest=40):
        if code in known:
            found.append(known[code])
        else:
            row.fault(f"không biết ngoại lệ “{code}”; bộ này có: {', '.join(known) or 'không có'}")
    return tuple(found)


def _named(word: str) -> Any:
    """A namer of list entries for messages: "dòng 4.1.i"."""

    def name(value: Any) -> str:
        code = value.get("code", "?") if isinstance(value, dict) else "?"
        return f"{word} {code}"

    return name
