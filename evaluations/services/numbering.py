"""The number, day and signer that the clerk gives an approved decision."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from ..models import Decision, SigningCapacity

NUMBER_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Numbering:
    """The clerk's three facts: number as the office's register gave it, day, and who signed how."""

    number: str
    issued_on: dt.date | None
    signer_name: str
    signing_capacity: str = SigningCapacity.ON_BEHALF


def refuse_wrong_numbering(decision: Decision, numbering: Numbering) -> None:
    """Raise ValidationError by field for a number, day or signer the decision cannot bear."""
    number, day = numbering.number.strip(), numbering.issued_on
    problems = {
        "number": _number_problem(decision, number, day),
        "issued_on": _day_problem(decision, day),
        "signer_name": "" if numbering.signer_name.strip() else "Ghi họ tên người ký.",
        "signing_capacity": ""
        if numbering.signing_capacity in SigningCapacity.values
        else "Chọn quyền hạn ký.",
    }
    found = {name: message for name, message in problems.items() if message}
    if found:
        raise ValidationError(found)


def _number_problem(decision: Decision, number: str, day: dt.date | None) -> str:
    is_short = number.isascii() and number.isdecimal() and len(number) <= NUMBER_LENGTH
    if not is_short or not int(number):
        return "Ghi đúng số trong sổ văn bản, chỉ gồm chữ số (ví dụ 05)."
    if day and _number_is_taken(decision, number, day):
        return f"Số {number}/{decision.symbol} đã dùng trong năm {day.year}."
    return ""


def _day_problem(decision: Decision, day: dt.date | None) -> str:
    if day is None:
        return "Ghi ngày quyết định."
    if day > localdate():
        return "Ngày quyết định còn ở phía trước."
    if day < decision.session.held_on:
        return f"Ngày quyết định trước phiên thẩm định ({decision.session.held_on:%d/%m/%Y})."
    return ""


def _number_is_taken(decision: Decision, number: str, day: dt.date) -> bool:
    return Decision.objects.filter(
        authority=decision.authority,
        number__regex=f"^0*{int(number)}$",
        symbol=decision.symbol,
        issued_on__year=day.year,
    ).exists()
