"""Whether a row that was posted came too late, and whether the person had touched it at all."""

from decimal import Decimal
from typing import Any

from ..models import Answer, AnswerChange
from .answer_rows import OWN_FIELDS, is_blank, own_columns, own_values
from .answers import Typed


def is_overtaken(answer: Answer | None, typed: Typed) -> bool:
    """Whether somebody stored another answer after the person saw the row."""
    if answer is None or answer.is_proposal or answer.version == typed.base_version:
        return False
    new = own_columns(typed.values)
    return own_values(answer) != {name: new[name] for name in OWN_FIELDS}


def is_untouched(answer: Answer, typed: Typed) -> bool:
    """Whether what was posted is just what the person had been shown: nothing of theirs to lose."""
    if not typed.base_version:
        return is_blank(typed.values)
    seen = AnswerChange.objects.filter(answer=answer, version=typed.base_version).first()
    if seen is None:
        return False
    posted = own_columns(typed.values)
    return all(_is_same(seen.after.get(name), posted[name]) for name in OWN_FIELDS)


def _is_same(stored: Any, posted: Any) -> bool:
    """Compare a value of the history, which is JSON, with one of a form."""
    if isinstance(posted, Decimal):
        return stored is not None and Decimal(str(stored)) == posted
    return (stored or None) == (posted or None) if posted != 0 else stored == 0
