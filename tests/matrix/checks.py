"""One line of the matrix: an address of the portal, and what the table says of everybody there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from .people import Expectation
from .stage import Stage


@dataclass(frozen=True, slots=True)
class Check:
    """A page, or an act when there is something to post."""

    name: str
    expects: Expectation
    args: Callable[[Stage], tuple[Any, ...]] = lambda stage: ()
    query: Callable[[Stage], Mapping[str, Any]] = lambda stage: {}
    data: Callable[[Stage], Mapping[str, Any]] | None = None
    about: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        words = f"{self.name} {self.about}".strip()
        return f"POST {words}" if self.data else words

    def address(self, stage: Stage) -> str:
        path, query = reverse(self.name, args=self.args(stage)), self.query(stage)
        return f"{path}?{urlencode(query, doseq=True)}" if query else path
