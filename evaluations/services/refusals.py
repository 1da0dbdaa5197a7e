"""What a refusal says, as sentences for the person who asked."""

from collections.abc import Callable

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError

from criteria.exceptions import TransitionRefused


def spoken(invalid: ValidationError) -> list[str]:
    """Everything a refusal says, one sentence each, with the row's code before it."""
    if not hasattr(invalid, "error_dict"):
        return list(invalid.messages)
    return [
        message if key in (NON_FIELD_ERRORS, "") else f"{key}: {message}"
        for key, found in invalid.message_dict.items()
        for message in found
    ]


def refusal_of(run: Callable[[], object]) -> str:
    """Do something and return why it was refused, a line for each reason; empty when it was done."""
    try:
        run()
    except (TransitionRefused, ObjectDoesNotExist) as refused:
        return str(refused) or "Chưa làm được."
    except ValidationError as wrong:
        return "\n".join(spoken(wrong))
    return ""
