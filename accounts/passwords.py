"""How strong a password must be, said in Vietnamese: Django's catalogue lacks these sentences."""

from types import MappingProxyType
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from .models import User

WEAK: Final = MappingProxyType(
    {
        "password_too_short": "Mật khẩu quá ngắn: cần ít nhất %(min_length)d ký tự.",
        "password_too_similar": "Mật khẩu quá giống tên đăng nhập hoặc họ tên.",
        "password_too_common": "Mật khẩu này quá dễ đoán, nhiều người dùng.",
    }
)


def check_password_strength(password: str, user: User | None) -> None:
    """Raise ValidationError, in Vietnamese, for a password that is too easily guessed."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError([_said(error) for error in weak.error_list]) from None


def _said(error: ValidationError) -> ValidationError:
    words = WEAK.get(error.code or "")
    return ValidationError(words, code=error.code, params=error.params) if words else error
