"""Who is told when units lie elsewhere: the apps above say so here, because imports go down the stack only."""

from collections.abc import Callable, Collection
from typing import Final

Follower = Callable[[Collection[int]], None]

_followers: Final[list[Follower]] = []


def follow_moves(follower: Follower) -> None:
    """Have a function called with the ids of units that were given another place, in the same transaction."""
    if follower not in _followers:
        _followers.append(follower)


def tell_moved(unit_ids: Collection[int]) -> None:
    """Tell all who follow that these units lie elsewhere from some day on."""
    for follower in _followers:
        follower(unit_ids)
