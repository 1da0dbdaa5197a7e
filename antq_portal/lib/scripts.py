"""Views that a script calls: they answer JSON, and never lead to a page that the script cannot read."""

from collections.abc import Callable
from typing import Final, TypeVar

ViewT = TypeVar("ViewT", bound=Callable[..., object])

ANSWERS_SCRIPT: Final = "answers_script"


def answers_script(view: ViewT) -> ViewT:
    """Mark a view that says 401 instead of leading to the sign-in page when the session is over."""
    setattr(view, ANSWERS_SCRIPT, True)
    return view
