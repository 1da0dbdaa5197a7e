"""What a form and a view say about once-only clicks; what remembers them stands in `accounts.clicks`."""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar
from uuid import UUID, uuid4

ViewT = TypeVar("ViewT", bound=Callable[..., object])

FIELD: Final = "lan"
"""The hidden input that carries the key of a click; the same on every retry."""

EACH_BY_ITSELF: Final = "each_by_itself"
NOT_REMEMBERED: Final = "not_remembered"


KEYS: Final = "click_keys"
FORMS_A_PAGE: Final = 1 << 16


def next_key(page: object | None) -> UUID:
    """A key nobody had before; those of one page follow each other, so that they compress."""
    keys: Iterator[UUID] | None = getattr(page, KEYS, None)
    if keys is None:
        start = uuid4().int // FORMS_A_PAGE * FORMS_A_PAGE
        keys = (UUID(int=start + number) for number in range(FORMS_A_PAGE))
        if page is not None:
            setattr(page, KEYS, keys)
    return next(keys)


def read_key(typed: str) -> UUID | None:
    """The key as sent, or None for anything that is no UUID."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def each_by_itself(view: ViewT) -> ViewT:
    """Mark a view that does many acts, each in a transaction of its own: one's failure stops no other.

    Its click is remembered before and after, not together with the acts: held in one transaction,
    the acts would hold each other's locks and the province's audit chain until the last is done.
    """
    setattr(view, EACH_BY_ITSELF, True)
    return view


def not_remembered(view: ViewT) -> ViewT:
    """Mark a view whose answer must not be kept, or which knows a repeated click by itself."""
    setattr(view, NOT_REMEMBERED, True)
    return view
