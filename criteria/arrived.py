"""Files that came before their form: put among the form's files, where every view looks.

They came in pieces, or with the same form when it was refused for another reason.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from accounts.models import User

from .services import arrived_files, keep_file
from .services.uploads import ArrivedFile

ENDING: Final = "-tai-len"
"""An input named like the file input with this behind it holds the ids of complete uploads."""
MOST_FILES: Final = 40
"""So many are opened for one form, under however many names they come."""
KEEP_AS: Final = "keep_as"


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
                    among = name.removesuffix(ENDING)
                    request.FILES.setlist(among, [*files, *request.FILES.getlist(among)])
        try:
            response = answer(request)
            _keep_named(request)
            return response
        finally:
            for file in opened:
                file.close()

    return middleware


def id_to_keep(file: UploadedFile) -> UUID:
    """The id under which a form that is shown again names this file; it is kept once the view is done.

    Not before: what a refused form wrote is taken back.
    """
    if isinstance(file, ArrivedFile):
        return file.upload_id
    if not hasattr(file, KEEP_AS):
        setattr(file, KEEP_AS, uuid4())
    found: UUID = getattr(file, KEEP_AS)
    return found


def _keep_named(request: HttpRequest) -> None:
    """Keep the files that the shown form names; one there is no room for is asked for again."""
    if request.method != "POST" or not request.user.is_authenticated:
        return
    by: User = request.user  # type: ignore[assignment]
    for _, files in request.FILES.lists():
        for file in files:
            pk = getattr(file, KEEP_AS, None)
            if pk is not None:
                with suppress(ValidationError):
                    keep_file(file, pk, by=by)


def _ids(values: list[str]) -> list[UUID]:
    found = []
    for value in values[:MOST_FILES]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
