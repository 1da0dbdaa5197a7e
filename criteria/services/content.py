"""What an uploaded file really is, and whether it may be kept: by its content, not by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import filetype
from django.core.exceptions import ValidationError

from .office_content import ACCEPTED, OLE, office_type
from .pdf_content import require_plain_pdf
from .picture_notes import without_notes
from .pictures import MOST_PIXELS, redrawn

__all__ = ["ACCEPTED", "EXTENSIONS", "MOST_PIXELS", "Content", "kept_content"]

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS: Final = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}
PICTURES: Final = frozenset({JPEG, PNG})

LOCKED_PART: Final = "EncryptedPackage".encode("utf-16-le")
OLD_OFFICE: Final = (
    "Tệp Word, Excel dạng cũ (.doc, .xls). Hãy lưu lại thành DOCX, XLSX hoặc PDF rồi tải lên."
)
APPLE: Final = (
    "Ảnh dạng HEIC của iPhone. Vào Cài đặt → Camera → Định dạng, chọn “Tương thích nhất” rồi chụp lại, "
    "hoặc gửi ảnh JPEG."
)
HEIC: Final = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif"})


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes to keep and their type."""

    data: bytes
    content_type: str


def kept_content(data: bytes) -> Content:
    """The bytes to keep of an upload; raises ValidationError, in Vietnamese, for any other file.

    Pictures are written anew, upright and without what the camera noted about place and time; JPEG
    pictures inside Word and Excel files only lose these notes.
    """
    keep = KEEPERS.get(guessed_type(data))
    if keep is None:
        raise ValidationError(_why_not(data), code="unknown_type")
    return keep(data)


def require_known_type(head: bytes) -> None:
    """Refuse what is of no kind we take as soon as its first bytes are there."""
    if guessed_type(head) not in KEEPERS:
        raise ValidationError(_why_not(head), code="unknown_type")


def guessed_type(data: bytes) -> str:
    """The type that the first bytes speak of; empty where they speak of none."""
    found = filetype.guess(data[:8192])
    return found.mime if found else ""


def _why_not(data: bytes) -> str:
    if data.startswith(OLE):
        locked = "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên."
        return locked if LOCKED_PART in data else OLD_OFFICE
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return APPLE
    return f"Không nhận loại tệp này. {ACCEPTED}"


def _pdf(data: bytes) -> Content:
    require_plain_pdf(data)
    return Content(data, PDF)


def _picture(data: bytes) -> Content:
    drawn, is_png = redrawn(data)
    return Content(drawn, PNG if is_png else JPEG)


def _office(data: bytes) -> Content:
    content_type = office_type(data)
    return Content(without_notes(data), content_type)


KEEPERS: Final[dict[str, Callable[[bytes], Content]]] = {
    PDF: _pdf,
    JPEG: _picture,
    PNG: _picture,
    DOCX: _office,
    XLSX: _office,
    "application/zip": _office,
}
