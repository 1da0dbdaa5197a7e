"""Values that several papers share: head, signatures, people, rows."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from antq_portal.lib.documents.letters import printable
from antq_portal.lib.text import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Issuer, number, place and date. An open number or date stays blank on the paper.

    `issuer` are lines set bold in capitals; no `symbol` means the paper bears no number.
    Legal: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """

    issuer: tuple[str, ...]
    place: str
    year: int
    superior: tuple[str, ...] = ()
    symbol: str = ""
    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature block: the capacity lines (TM., KT. …), the name, a hint for hand signing."""

    capacity: tuple[str, ...]
    name: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The public address where an issued paper can be checked, and its code."""

    code: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The unit a paper is about, with the common noun of its kind and where it lies."""

    name: str
    noun: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as named in a paper; an empty name prints a dotted line."""

    name: str = ""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A labelled line such as "Tổng số hộ: 86 hộ"; an empty value prints a dotted line."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every paper carries, whatever it says."""

    letterhead: Letterhead
    signatures: tuple[Signature, ...]
    recipients: tuple[str, ...] = ()
    provisional: bool = False
    draft: bool = False
    verification: Verification | None = None

    slug: ClassVar[str] = ""
    title: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCount:
    """How many units fall into one class, and of how many."""

    band: str
    count: int
    total: int


def count_classes(bands: tuple[str, ...], drawn: list[str]) -> tuple[ClassCount, ...]:
    """Count units by class in the order of `bands`; classes without units are kept with zero."""
    return tuple(ClassCount(band=b, count=drawn.count(b), total=len(drawn)) for b in bands)


def decimals_needed(values: Iterable[Decimal | None]) -> int:
    """Return 0, 1 or 2: decimals that show every value of a column, so that commas align."""
    shown = (number_text(value) for value in values if value is not None)
    return max((len(text.partition(",")[2]) for text in shown), default=0)


def tidied(value: Any) -> Any:
    """Return the same value with every text in it normalised (NFC) and printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple):
        return tuple(tidied(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: tidied(getattr(value, f.name)) for f in fields(value)})
    return value
