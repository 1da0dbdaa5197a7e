"""Keeping an uploaded workbook between check and write, and what came of it."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.roles import Act
from units.models import Unit
from units.selectors import powers_of, refusal

from ..models import WorkbookUpload
from ..selectors.areas import area_of

MOST_KEPT: Final = 20
"""Workbooks of one person whose bytes are kept at a time, 5 MB at most each."""


@transaction.atomic
def keep_upload(
    area: Unit, *, year: int, content: bytes, name: str, workbook: str, by: User
) -> WorkbookUpload:
    """Keep a workbook for a day; only the person who sent it ever sees it. Return it.

    The bytes of all that are older go, and those of the person's own beyond the last few. Raises
    PermissionDenied for who answers for nobody there.
    """
    _require(area, by=by)
    forget_expired_workbooks()
    _make_room(by)
    return WorkbookUpload.objects.create(
        area=area,
        year=year,
        workbook=workbook,
        name=name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_by=by,
    )


@transaction.atomic
def record_results(
    upload: WorkbookUpload,
    *,
    units: Sequence[dict[str, Any]],
    unread: int,
    written: Sequence[tuple[int, str, int]],
    by: User,
) -> WorkbookUpload:
    """Write down what became of each unit and which versions the file wrote; earlier ones stay.

    `unread` counts the places in the file that were not understood.
    """
    locked = WorkbookUpload.objects.visible_to(by).select_for_update(of=("self",)).get(pk=upload.pk)
    locked.results = {"units": list(units), "unread": unread}
    locked.written = [*locked.written, *map(list, written)]
    locked.save(update_fields=["results", "written"])
    return locked


def forget_expired_workbooks() -> int:
    """Wipe the bytes of the workbooks that are older than a day; return of how many."""
    return WorkbookUpload.objects.expired().update(content=b"")


def _make_room(by: User) -> None:
    mine = WorkbookUpload.objects.visible_to(by).exclude(content=b"")
    kept = mine.order_by("-pk").values_list("pk", flat=True)[: MOST_KEPT - 1]
    mine.exclude(pk__in=list(kept)).update(content=b"")


def _require(area: Unit, *, by: User) -> None:
    found = area_of(powers_of(by), asked=area.pk)
    if found is None or not found.may(Act.ANSWER):
        raise PermissionDenied(refusal(Act.ANSWER))
