"""Form fields that read numbers and dates the way officers type them."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from antq_portal.lib import dates, text


class PointsField(forms.Field):
    """A decimal with comma: "8,25", "8.5", "1.399". Empty gives None.

    Not forms.DecimalField: its localised reading takes "1.399" for 1.399 in some settings.
    """

    def __init__(
        self,
        *,
        min_value: Decimal | int | None = 0,
        max_value: Decimal | int | None = None,
        decimals: int = 2,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=_typing("decimal")))
        super().__init__(**kwargs)
        self.decimals = decimals
        self.validators += _limits(min_value, max_value)

    def to_python(self, value: object) -> Decimal | int | None:
        """Return the number, refusing more decimals than allowed."""
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, Decimal | int):
            return value
        try:
            number = self._read(str(value))
        except ValueError as unreadable:
            raise ValidationError(str(unreadable), code="invalid") from None
        if number != round(number, self.decimals):
            raise ValidationError(
                f"Chỉ ghi tối đa {self.decimals} chữ số sau dấu phẩy.", code="too_fine"
            )
        return number

    def prepare_value(self, value: object) -> object:
        """Show a stored number with a comma; what was typed stays as typed."""
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return text.number_text(value)
        return value

    def _read(self, typed: str) -> Decimal | int:
        return text.parse_number(typed)


LARGEST_COUNT: Final = 10_000_000
"""More people, households or cases than any unit has."""


class CountField(PointsField):
    """A whole number of people, households, cases: "1.399" is one thousand three hundred …"""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=_typing("numeric")))
        kwargs.setdefault("max_value", LARGEST_COUNT)
        super().__init__(decimals=0, **kwargs)

    def _read(self, typed: str) -> int:
        return text.parse_whole(typed)


class DayField(forms.Field):
    """A day as typed: 15/11, 15-11, 151126, 15/11/2026; this year where none is typed."""

    def __init__(self, *, year: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs=_typing("text", "ngày/tháng/năm")))
        super().__init__(**kwargs)
        self.year = year

    def to_python(self, value: object) -> date | None:
        """Return the day."""
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, date):
            return value
        try:
            return dates.parse_date(str(value), year=self.year or timezone.localdate().year)
        except ValueError as unreadable:
            raise ValidationError(str(unreadable), code="invalid") from None

    def prepare_value(self, value: object) -> object:
        """Show a stored day as dd/mm/yyyy."""
        return dates.date_text(value) if isinstance(value, date) else value


def _typing(inputmode: str, placeholder: str = "") -> dict[str, str]:
    attrs = {"inputmode": inputmode, "autocomplete": "off"}
    return attrs | {"placeholder": placeholder} if placeholder else attrs


def _limits(
    low: Decimal | int | None, high: Decimal | int | None
) -> list[MinValueValidator | MaxValueValidator]:
    limits: list[MinValueValidator | MaxValueValidator] = []
    if low is not None:
        limits.append(MinValueValidator(low, f"Không nhỏ hơn {text.number_text(low)}."))
    if high is not None:
        limits.append(MaxValueValidator(high, f"Không lớn hơn {text.number_text(high)}."))
    return limits
