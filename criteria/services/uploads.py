"""Files that come in pieces: begun, continued where the line broke, checked as a whole, forgotten."""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User

from ..models import Upload
from .content import ACCEPTED, require_known_type
from .evidence import MOST_BYTES, TOO_LARGE

PIECE: Final = 256 * 1024
"""What one request carries: half a minute over a very poor line."""
LARGEST_PIECE: Final = 1024 * 1024
MOST_AT_ONCE: Final = 40
MOST_TOGETHER: Final = 200 * 1024 * 1024
KEPT_FOR: Final = dt.timedelta(hours=24)
USED_FOR: Final = dt.timedelta(hours=1)
"""How long a complete one surely waits for its form, and for the form's retries."""

LONGEST_NAME: Final = 255
UNNAMED: Final = "tai-lieu"

FULL: Final = "Bạn đang có nhiều tệp tải dở quá. Bỏ bớt, hoặc đợi các tệp kia tải xong."
NOT_WHOLE: Final = "Tệp đến nơi không nguyên vẹn. Hãy chọn lại tệp."


class ArrivedFile(UploadedFile):
    """A complete upload as a form's file; `upload_id` names it in the next form as well."""

    upload_id: UUID


class WrongOffset(Exception):
    """A piece that does not follow on what is there; `received` says where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(f"go on at {received}")
        self.received = received


def begin_upload(*, name: str, size: int, sha256: str = "", by: User) -> Upload:
    """Begin a file, or return the person's own with the same content to be gone on with.

    Raises ValidationError for an empty or too large file, and when too much is on its way.
    """
    if size < 1:
        raise ValidationError(f"Tệp rỗng. {ACCEPTED}", code="empty")
    if size > MOST_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    if sha256:
        known = Upload.objects.of(by).filter(sha256=sha256, size=size).first()
        if known is not None and (known.received == 0 or path_of(known).exists()):
            return known
    _make_room(size, by=by)
    new = Upload(name=_last_part(name), size=size, sha256=sha256, at=timezone.now(), by=by)
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        return Upload.objects.of(by).get(sha256=sha256, size=size)
    return new


def receive_piece(pk: UUID, *, offset: int, data: bytes, by: User) -> Upload:
    """Write one piece; a piece that is there already is left as it is, so a retry does no harm.

    The last piece checks the whole. Raises Upload.DoesNotExist, WrongOffset for a piece beyond what
    is there, ValidationError for a file of a kind we do not take or one that came out different;
    that one is then forgotten.
    """
    with transaction.atomic():
        row = Upload.objects.of(by).select_for_update().get(pk=pk)
        if offset > row.received or not 0 < len(data) <= min(LARGEST_PIECE, row.size - offset):
            raise WrongOffset(row.received)
        if offset + len(data) <= row.received:
            return row
        if offset == 0:
            require_known_type(data)
        _write(path_of(row), offset, data)
        row.received, row.at = offset + len(data), timezone.now()
        is_whole = not row.is_complete or _is_as_promised(row)
        if is_whole:
            row.save(update_fields=["received", "at"])
    if not is_whole:
        cancel_upload(pk, by=by)
        raise ValidationError(NOT_WHOLE, code="broken")
    return row


def cancel_upload(pk: UUID, *, by: User) -> None:
    """Forget one of the person's own, bytes and row; nothing happens if it is gone already."""
    for row in Upload.objects.of(by).filter(pk=pk):
        _forget(row)


def keep_file(file: UploadedFile, pk: UUID, *, by: User) -> Upload:
    """Keep a file that came with a form as the person's complete upload `pk`, for the next form.

    Raises ValidationError for one that no form would take, and when too much is kept already.
    """
    if not 0 < (file.size or 0) <= MOST_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    file.seek(0)
    data = file.read()
    require_known_type(data)
    _make_room(len(data), by=by)
    row = Upload(
        pk=pk, name=_last_part(file.name or ""), size=len(data), received=len(data),
        at=timezone.now(), by=by,
    )  # fmt: skip
    _write(path_of(row), 0, data)
    row.save(force_insert=True)
    return row


def arrived_files(ids: Sequence[UUID], *, by: User) -> list[ArrivedFile]:
    """The person's own complete files of that list, in its order, open for reading."""
    rows = Upload.objects.of(by).complete().in_bulk(ids)
    found = [rows[pk] for pk in ids if pk in rows and path_of(rows[pk]).exists()]
    return [_opened(row) for row in found]


def _opened(row: Upload) -> ArrivedFile:
    file = ArrivedFile(file=path_of(row).open("rb"), name=row.name, size=row.size)
    file.upload_id = row.pk
    return file


def purge_uploads(now: dt.datetime | None = None) -> int:
    """Forget what nobody went on with for a day, and parts without a row; how many rows went."""
    now = now or timezone.now()
    stale = list(Upload.objects.filter(at__lt=now - KEPT_FOR))
    for row in stale:
        _forget(row)
    known = {path_of(row).name for row in Upload.objects.only("pk")}
    for part in folder().glob("*.part") if folder().exists() else ():
        if part.name not in known and part.stat().st_mtime < (now - KEPT_FOR).timestamp():
            part.unlink(missing_ok=True)
    return len(stale)


def folder() -> Path:
    """Where parts lie; no address leads there."""
    return Path(settings.MEDIA_ROOT) / "uploads"


def path_of(row: Upload) -> Path:
    """The file that holds what has come of one upload."""
    return folder() / f"{row.pk}.part"


def _last_part(name: str) -> str:
    """The name without folders; Django takes no file named as a folder is."""
    last = re.split(r"[/\\]", name)[-1][-LONGEST_NAME:]
    return last if last.strip(". ") else UNNAMED


def _make_room(size: int, *, by: User) -> None:
    """Forget the person's complete ones that have surely been used; refuse if that is not enough."""
    mine = Upload.objects.of(by)
    for row in mine.complete().filter(at__lt=timezone.now() - USED_FOR):
        _forget(row)
    together = mine.aggregate(bytes=Sum("size"))["bytes"] or 0
    if mine.count() >= MOST_AT_ONCE or together + size > MOST_TOGETHER:
        raise ValidationError(FULL, code="quota")


def _write(path: Path, offset: int, data: bytes) -> None:
    """Put the bytes at their place and onto the disk before anybody is told that they are there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, settings.FILE_UPLOAD_PERMISSIONS)
    with os.fdopen(handle, "r+b") as part:
        part.seek(offset)
        part.write(data)
        part.flush()
        os.fsync(part.fileno())


def _is_as_promised(row: Upload) -> bool:
    with path_of(row).open("rb") as part:
        came = hashlib.file_digest(part, "sha256").hexdigest()
    return path_of(row).stat().st_size == row.size and row.sha256 in ("", came)


def _forget(row: Upload) -> None:
    path_of(row).unlink(missing_ok=True)
    row.delete()
