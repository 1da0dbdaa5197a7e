"""From when on an authority's officers keep the register of units no more."""

from ..models import RegisterFreeze, Unit


def freeze_register(authority: Unit, *, year: int) -> RegisterFreeze:
    """Take keeping units from the officers of one authority for the rest of a year; return the row.

    Part of freezing the year's list, which asks for the right and writes the log. The standing
    body still adds, corrects and closes units, with its reason on the list.
    """
    row, _ = RegisterFreeze.objects.get_or_create(authority=authority, year=year)
    return row
