"""A year in an address: one that a calendar has room for."""

from datetime import MAXYEAR, MINYEAR

from django.urls.converters import IntConverter


class YearConverter(IntConverter):
    """A whole number that is a year of the calendar; an address with any other is nobody's page."""

    def to_python(self, value: str) -> int:
        if len(value) > len(str(MAXYEAR)) or not MINYEAR < int(value) < MAXYEAR:
            raise ValueError(value)
        return int(value)
