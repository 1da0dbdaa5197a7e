"""A paper that comes as one file, or as photographs of its pages that become one PDF."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from criteria.arrived import id_to_keep
from criteria.services.content import PICTURES, guessed_type
from criteria.services.evidence import MOST_BYTES, TOO_LARGE
from criteria.services.photos import MOST_PAGES, photos_pdf
from criteria.services.uploads import ArrivedFile

ACCEPTED: Final = "image/jpeg,image/png,application/pdf,.docx,.xlsx"
LOST: Final = "Tệp tải dở đã quá hạn và bị xóa. Hãy chọn lại tệp."
ARRIVED: Final = "tai-len"
"""Beside a file input's name: ids of files that came in pieces before the form."""


class PagesInput(forms.ClearableFileInput):
    """A file input that takes several files; also those that came in pieces before the form."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile | None]:
        """The files in their order; None for one that was sent in pieces and is no longer there."""
        given = (
            files.getlist(name) if hasattr(files, "getlist") else filter(None, [files.get(name)])
        )
        sent = data.getlist(f"{name}-{ARRIVED}") if hasattr(data, "getlist") else []
        found: list[UploadedFile | None] = list(given)
        arrived = sum(isinstance(one, ArrivedFile) for one in found)
        return found if arrived >= len(set(sent)) else [*found, None]


class PagesField(forms.FileField):
    """One file, or the photographs of one paper; cleans to a list of files."""

    widget = PagesInput(attrs={"accept": ACCEPTED, "multiple": True, "data-pages": ""})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data or []
        if None in given:
            raise ValidationError(LOST, code="lost")
        for one in given:
            if not one.size:
                raise ValidationError("Tệp rỗng, chọn lại tệp khác.", code="empty")
            if one.size > MOST_BYTES:
                raise ValidationError(TOO_LARGE, code="too_large")
        return list(given)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that came with a refused form: its name, and the id that the form shown again sends."""

    id: UUID
    name: str


def kept_of(files: Sequence[UploadedFile]) -> list[KeptFile]:
    """The files as the form that is shown again names them; they are kept for it from now on."""
    return [KeptFile(id_to_keep(one), one.name or "") for one in files]


def one_paper(files: Sequence[UploadedFile], order: str) -> UploadedFile | None:
    """The file, the photographs as one PDF in the order asked for, or None where nothing came.

    Raises ValidationError for several files that are not all pictures, too many, and an order
    (code `order`) that does not name each page once.
    """
    if not files:
        return None
    if len(files) == 1:
        return files[0]
    if len(files) > MOST_PAGES:
        raise ValidationError(f"Tối đa {MOST_PAGES} ảnh một lần; hãy quét thành PDF.")
    for one in files:
        if guessed_type(one.read(8192)) not in PICTURES:
            raise ValidationError(
                f"“{one.name}” không phải ảnh JPEG, PNG. Chọn một tệp, hoặc nhiều ảnh của một văn bản."
            )
        one.seek(0)
    pages = _in_order(files, order)
    made = photos_pdf(page.read() for page in pages)
    return SimpleUploadedFile(f"Ảnh chụp {len(pages)} trang.pdf", made, "application/pdf")


def _in_order(files: Sequence[UploadedFile], order: str) -> list[UploadedFile]:
    places = [int(place) for place in re.findall(r"[0-9]{1,3}", order)]
    if not places:
        return list(files)
    if sorted(places) != list(range(1, len(files) + 1)):
        raise ValidationError(
            f"Ghi mỗi số từ 1 đến {len(files)} đúng một lần, hoặc để trống.", code="order"
        )
    return [files[place - 1] for place in places]
