"""Files that came in pieces before their form: put among the form's files, where every view looks."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from .services import arrived_files

ENDING: Final = "-tai-len"
"""An input named like the file input with this behind it holds the ids of complete uploads."""
MOST_FILES: Final = 40
"""So many are opened for one form, under however many names they come."""


def join_arrived_files(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Middleware, after sign-in: a form that names its person's own uploads gets their files."""

    def middleware(request: HttpRequest) -> HttpResponse:
        opened, room = [], MOST_FILES
        if request.method == "POST" and request.user.is_authenticated:
            for name, values in request.POST.lists():
                if name.endswith(ENDING):
                    ids = _ids(values)[:room]
                    files = arrived_files(ids, by=request.user)
                    opened += files
                    room -= len(ids)
                    for file in files:
                        request.FILES.appendlist(name.removesuffix(ENDING), file)
        try:
            return answer(request)
        finally:
            for file in opened:
                file.close()

    return middleware


def _ids(values: list[str]) -> list[UUID]:
    found = []
    for value in values[:MOST_FILES]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
