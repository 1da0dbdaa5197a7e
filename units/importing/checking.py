"""What one row says, or what is wrong with it; without looking at any other row or unit."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from antq_portal.lib import dates, text
from antq_portal.lib.fields import LARGEST_COUNT

from ..models import SUB_KINDS, EnterpriseSize, Kind, ManagingLevel, SubKind
from ..models.naming import full_name
from .columns import (
    COLUMNS,
    KIND_WORDS,
    LEVEL_WORDS,
    PLACES,
    SIZE_WORDS,
    SUB_KIND_WORDS,
    Problem,
)
from .reading import Row

CONTACTS: Final = ("representative_name", "representative_title", "contact_phone")
COUNTS: Final = ("households", "members")


@dataclass(frozen=True, slots=True)
class Said:
    """One row understood; what was left empty is empty here and changes nothing."""

    row: int
    name: str
    kind: str
    sub_kind: str
    managing_level: str
    enterprise_size: str
    former_place: str
    households: int | None
    members: int | None
    counted_on: dt.date | None
    representative_name: str
    representative_title: str
    contact_phone: str
    valid_from: dt.date | None
    legal_act: str


@dataclass
class _Reader:
    """Takes the cells of one row and notes what cannot be understood."""

    row: Row
    today: dt.date
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, message: str) -> None:
        self.problems.append(Problem(self.row.number, column, message))

    def typed(self, column: str) -> str:
        cell = self.row.cells[PLACES[column]]
        longest = COLUMNS[PLACES[column]].longest
        if len(cell) > longest:
            self.wrong(column, f"Dài quá {longest} chữ.")
        return cell

    def word(self, column: str, words: Mapping[str, str], *, is_required: bool) -> str:
        typed = self.typed(column)
        if not typed:
            if is_required:
                self.wrong(column, f"Còn trống. Chọn một trong: {_offered(words)}.")
            return ""
        folded = {label.casefold(): value for label, value in words.items()}
        if (value := folded.get(typed.casefold())) is None:
            self.wrong(column, f"Không có “{typed}”. Chọn một trong: {_offered(words)}.")
            return ""
        return value

    def count(self, column: str) -> int | None:
        typed = self.typed(column)
        if not typed:
            return None
        try:
            number = text.parse_whole(typed)
        except ValueError as unreadable:
            self.wrong(column, str(unreadable))
            return None
        if not 0 <= number <= LARGEST_COUNT:
            self.wrong(column, f"Phải từ 0 đến {text.number_text(LARGEST_COUNT)}.")
            return None
        return number

    def day(self, column: str) -> dt.date | None:
        typed = self.typed(column)
        if not typed:
            return None
        try:
            return dates.parse_date(typed, year=self.today.year)
        except ValueError as unreadable:
            self.wrong(column, str(unreadable))
            return None


def understand(row: Row, *, today: dt.date) -> tuple[Said | None, list[Problem]]:
    """What the row says; nothing, and every problem of the row, where something is wrong."""
    reader = _Reader(row, today)
    kind = reader.word("kind", KIND_WORDS, is_required=True)
    sub_kind = reader.word("sub_kind", SUB_KIND_WORDS, is_required=True)
    said = Said(
        row=row.number,
        name=full_name(sub_kind, reader.typed("name")),
        kind=kind,
        sub_kind=sub_kind,
        managing_level=reader.word("managing_level", LEVEL_WORDS, is_required=True),
        enterprise_size=reader.word("enterprise_size", SIZE_WORDS, is_required=False),
        former_place=reader.typed("former_place"),
        households=reader.count("households"),
        members=reader.count("members"),
        counted_on=reader.day("counted_on"),
        representative_name=reader.typed("representative_name"),
        representative_title=reader.typed("representative_title"),
        contact_phone=reader.typed("contact_phone"),
        valid_from=reader.day("valid_from"),
        legal_act=reader.typed("legal_act"),
    )
    _check_together(said, reader)
    return (None if reader.problems else said), reader.problems


def _check_together(said: Said, reader: _Reader) -> None:
    """The rules of the register that speak of two columns, said at the column to be mended."""
    if not said.name:
        reader.wrong("name", "Còn trống. Nhập tên đơn vị.")
    if said.kind and said.sub_kind and said.sub_kind not in SUB_KINDS[Kind(said.kind)]:
        kind, word = Kind(said.kind).label, SubKind(said.sub_kind).label
        reader.wrong("sub_kind", f"“{word}” không phải tên gọi của {kind.lower()}.")
    if said.enterprise_size and said.kind and said.kind != Kind.ENTERPRISE:
        reader.wrong("enterprise_size", "Chỉ doanh nghiệp mới có quy mô; để trống ô này.")
    level = said.managing_level
    if said.kind == Kind.RESIDENTIAL_AREA and level and level != ManagingLevel.COMMUNE:
        reader.wrong("managing_level", "Khu dân cư luôn do cấp xã quản lý.")
    has_counts = said.households is not None or said.members is not None
    if has_counts and said.counted_on is None and not reader.row.cells[PLACES["counted_on"]]:
        reader.wrong("counted_on", "Có số liệu thì ghi ngày chốt.")
    if said.counted_on and said.counted_on > reader.today:
        reader.wrong("counted_on", "Ngày chốt số liệu không thể ở tương lai.")


def size_of(said: Said) -> str:
    """The size to be stored for a new unit: an enterprise without one is not yet measured."""
    if said.kind == Kind.ENTERPRISE and not said.enterprise_size:
        return EnterpriseSize.UNKNOWN
    return said.enterprise_size


def _offered(words: Mapping[str, str]) -> str:
    return "; ".join(words)
