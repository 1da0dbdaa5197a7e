from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from antq_portal.lib.fields import CountField, DayField, PointsField


@pytest.mark.parametrize(
    ("typed", "value"), [("8,25", "8.25"), ("8.5", "8.5"), ("10", "10"), (Decimal(3), "3")]
)
def test_points_field_reads_commas(typed, value):
    assert PointsField(max_value=10).clean(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("10,01", "Không lớn hơn 10."),
        ("-1", "Không nhỏ hơn 0."),
        ("1,234", "Chỉ ghi tối đa 2 chữ số sau dấu phẩy."),
        ("tám", "“tám” không phải là số. Ví dụ: 12 hoặc 8,25 hoặc 1.399."),
    ],
)
def test_points_field_says_what_is_wrong(typed, reason):
    with pytest.raises(ValidationError) as refused:
        PointsField(max_value=10).clean(typed)

    assert refused.value.messages == [reason]


def test_points_field_shows_a_comma_and_keeps_what_was_typed():
    field = PointsField()

    assert field.prepare_value(Decimal("8.50")) == "8,5"
    assert field.prepare_value("8,x") == "8,x"


def test_count_field_reads_thousands_and_refuses_fractions():
    assert CountField().clean("1.399") == 1399
    with pytest.raises(ValidationError, match="số nguyên"):
        CountField().clean("1,5")


@pytest.mark.parametrize("field", [PointsField, CountField, DayField])
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_fields_take_nothing_for_none_when_not_required(field, nothing):
    assert field(required=False).clean(nothing) is None


def test_day_field_uses_the_given_year():
    assert DayField(year=2025).clean("15/11") == date(2025, 11, 15)


def test_day_field_uses_the_current_year_when_none_is_given():
    assert DayField().clean("1/2") == date(timezone.localdate().year, 2, 1)


def test_day_field_shows_and_takes_stored_days():
    day = date(2026, 11, 5)

    assert DayField().prepare_value(day) == "05/11/2026"
    assert DayField().clean(day) == day


def test_day_field_says_what_is_wrong():
    with pytest.raises(ValidationError, match="không phải là ngày"):
        DayField().clean("mai")
