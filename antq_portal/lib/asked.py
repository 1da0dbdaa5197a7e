"""Whole numbers in addresses and forms that people, or programs, may have written by hand."""

from collections.abc import Iterable
from typing import Final

LONGEST: Final = 18
"""Digits of the largest number asked for; every one fits the database's bigint."""


def whole(typed: str) -> int | None:
    """The number, or None for anything but plain digits, and for more digits than an id has."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST
    return int(typed) if is_number else None


def wholes(typed: Iterable[str]) -> list[int]:
    """Those that are numbers, in their order."""
    return [number for number in map(whole, typed) if number is not None]
