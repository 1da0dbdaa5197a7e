"""Template filters of the papers: thin names over `letters` and `lib.text`."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from django.template import Library

from antq_portal.lib.documents import letters
from antq_portal.lib.documents.parts import ClassCount, Letterhead, Person, Signature
from antq_portal.lib.text import number_text, share_text

ONE_ROW: Final = 3

register = Library()

register.filter("counted", letters.counted)
register.filter("capitalised", letters.capitalised)
register.filter("ended", letters.ended)


@register.filter
def words(day: date | None, year: int | None = None) -> str:
    """ngày 05 tháng 02 năm 2026, or open."""
    return letters.date_words(day, year)


@register.filter
def points(value: Decimal | None, decimals: int | None = None) -> str:
    """Decimal comma, as many decimals as the column; nothing where no points were given."""
    return "" if value is None else number_text(value, decimals)


@register.filter
def share(counts: ClassCount) -> str:
    """Share of one class, cut to one decimal."""
    return share_text(counts.count, counts.total)


@register.filter
def number_line(head: Letterhead) -> str:
    """05/QĐ-UBND of a letterhead, or with an open number."""
    return letters.number_of(head.number, head.symbol)


@register.filter
def number_with(number: str, symbol: str) -> str:
    """05/QĐ-UBND from its two parts."""
    return letters.number_of(number, symbol)


@register.filter
def dated(head: Letterhead) -> str:
    """Date of a letterhead in words, or open."""
    return letters.date_words(head.issued_on, head.year)


@register.filter
def outcome(met: bool | None) -> str:
    """Đạt, Chưa đạt, or nothing where it was not judged."""
    return "" if met is None else ("Đạt" if met else "Chưa đạt")


@register.filter
def listed(texts: Iterable[str], last: str = ".") -> list[str]:
    """Close every entry with ";" and the last one with the given mark."""
    entries = list(texts)
    closed = [letters.ended(entry, ";") for entry in islice(entries, len(entries) - 1)]
    return [*closed, letters.ended(entries[-1], last)] if entries else []


@register.filter
def closed_last(texts: Iterable[str]) -> list[str]:
    """Close every entry with "." and the last one, where the paper ends, with "./."."""
    entries = list(texts)
    closed = [letters.ended(entry, ".") for entry in entries]
    return [*closed[:-1], letters.ended(closed[-1], "./.")] if closed else []


@register.filter
def named(person: Person) -> str:
    """Name, title and note of a person; dots where the name is written in by hand."""
    said = ", ".join(filter(None, (person.name or letters.DOTS, person.title)))
    return f"{said} ({person.note})" if person.note else said


@register.filter
def class_lines(rows: Sequence[ClassCount]) -> list[str]:
    """Totals of the classes as lines of an article."""
    said = (
        f"- {row.band}: {letters.counted(row.count)} đơn vị, "
        f"chiếm tỷ lệ {share_text(row.count, row.total)}"
        for row in rows
    )
    return listed(said)


@register.filter
def signature_rows(signatures: Sequence[Signature]) -> list[Sequence[Signature]]:
    """Up to three signatures stand side by side, more in pairs."""
    width = len(signatures) if len(signatures) <= ONE_ROW else 2
    return [signatures[start : start + width] for start in range(0, len(signatures), width)]
