"""Who appraises and who decides, out of one file."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from units.coverage import Scheme
from units.models import Kind, ManagingLevel

from ..models import Organ
from .reading import Faults, Table, read_document

SCHEMA: Final = "antq.authority/1"
CERTAINTY: Final = {"read": "Đã đọc trong văn bản", "inferred": "Suy ra, cần đối chiếu"}
"""How a mark of the file is shown."""

LONGEST_CERTAINTY: Final = 120


@dataclass(frozen=True, slots=True)
class AuthoritySource:
    """One rule for one scheme, kind of unit and managing level, from a date."""

    scheme: str
    unit_kind: str
    managing_level: str
    effective_from: dt.date
    appraising_level: str
    deciding_level: str
    organ: str
    procedure: str
    legal_ref: str
    certainty: str

    @property
    def key(self) -> tuple[str, str, str, dt.date]:
        return (self.scheme, self.unit_kind, self.managing_level, self.effective_from)


def read_authority(path: Path, faults: Faults) -> list[AuthoritySource]:
    """The rules of the file, one for each scheme and kind of each entry; faults are noted."""
    document = read_document(path, faults)
    if document is None:
        return []
    top = Table(document, faults)
    top.one_of("schema", {SCHEMA})
    rules: list[AuthoritySource] = []
    for number, table in enumerate(top.tables("rules", _title, required=True), start=1):
        table.where = f"mục {number} ({table.where})"
        rules += _rules(table)
    top.close()
    keys = [rule.key for rule in rules]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        faults.add("", f"hai quy định cho cùng {', '.join(map(str, key))}")
    return rules


def _title(value: Any) -> str:
    return str(value.get("title", "?")) if isinstance(value, dict) else "?"


def _rules(table: Table) -> list[AuthoritySource]:
    table.text("title", required=True)
    schemes = _known(table, "schemes", Scheme.values)
    kinds = _known(table, "kinds", Kind.values)
    levels = _known(table, "managing_levels", ManagingLevel.values)
    since = table.day("since", required=True)
    appraises = table.one_of("appraises", ManagingLevel.values)
    decides = table.one_of("decides", ManagingLevel.values)
    organ = table.one_of("organ", Organ.values)
    procedure = table.text("procedure", required=True, longest=40)
    legal_ref = table.text("legal_ref", required=True, longest=300)
    certainty = _certainty(table)
    table.close()
    if since is None:
        return []
    return [
        AuthoritySource(
            scheme, kind, level, since, appraises, decides, organ, procedure, legal_ref, certainty
        )
        for scheme in schemes
        for kind in kinds
        for level in levels
    ]


def _certainty(table: Table) -> str:
    mark = CERTAINTY.get(table.one_of("certainty", CERTAINTY), "")
    note = table.text("note", longest=LONGEST_CERTAINTY)
    certainty = f"{mark}: {note}" if note else mark
    if len(certainty) > LONGEST_CERTAINTY:
        table.fault(f"`note` quá dài: cùng mức chắc chắn chỉ được {LONGEST_CERTAINTY} ký tự")
    return certainty


def _known(table: Table, key: str, known: list[str]) -> tuple[str, ...]:
    values = table.texts(key, longest=30)
    if not values:
        table.fault(f"thiếu `{key}`")
    for value in values:
        if value not in known:
            table.fault(f"`{key}` không biết “{value}”; biết: {', '.join(known)}")
    return values
