"""What a refusal says, as sentences for the person who asked."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def spoken(invalid: ValidationError) -> list[str]:
    """Everything a refusal says, one sentence each, with the row's code before it."""
    if not hasattr(invalid, "error_dict"):
        return list(invalid.messages)
    return [
        message if key in (NON_FIELD_ERRORS, "") else f"{key}: {message}"
        for key, found in invalid.message_dict.items()
        for message in found
    ]
