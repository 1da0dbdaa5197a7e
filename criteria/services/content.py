"""What an uploaded file really is, and whether it may be kept: by its content, not by its name."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import filetype
from django.core.exceptions import ValidationError
from PIL import Image, ImageOps, UnidentifiedImageError

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXTENSIONS: Final = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}

ACCEPTED: Final = "Nhận tệp PDF, JPEG, PNG, DOCX, XLSX."
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 4096
"""A page photographed at this size can be read and printed; larger pictures are made smaller."""

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_ENTRIES: Final = 5_000
ZIP_TAIL: Final = 66_000
"""Where the end of a zip archive must lie: its comment is at most 65,535 bytes long."""

PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How Word and Excel pack their parts."""

END_OF_ZIP: Final = b"PK\x05\x06"
MARKUP: Final = re.compile(rb"<\s*(html|script|svg|!doctype)", re.IGNORECASE)
ACTIVE_PDF: Final = re.compile(rb"/(JavaScript|Launch|RichMedia)(?![A-Za-z])")
ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes to keep and their type."""

    data: bytes
    content_type: str


def kept_content(data: bytes) -> Content:
    """The bytes to keep of an upload; raises ValidationError, in Vietnamese, for any other file.

    Pictures are written anew, upright and without what the camera noted about place and time.
    """
    found = filetype.guess(data[:8192])
    keep = KEEPERS.get(found.mime if found else "")
    if keep is None:
        raise ValidationError(f"Không nhận loại tệp này. {ACCEPTED}", code="unknown_type")
    return keep(data)


def _pdf(data: bytes) -> Content:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        raise ValidationError("Tệp PDF bị hỏng hoặc chưa tải lên hết.", code="broken")
    if END_OF_ZIP in data[-ZIP_TAIL:] or MARKUP.search(data[:1024]):
        raise ValidationError("Tệp PDF có lẫn loại tệp khác bên trong.", code="polyglot")
    if ACTIVE_PDF.search(data):
        message = "Tệp PDF có chứa lệnh chạy. Hãy in lại thành PDF rồi tải lên."
        raise ValidationError(message, code="active")
    return Content(data, PDF)


def _picture(data: bytes) -> Content:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                message = "Ảnh quá lớn: tối đa 50 triệu điểm ảnh. Hãy chụp ở cỡ nhỏ hơn."
                raise ValidationError(message, code="too_many_pixels")
            return _redrawn(picture, picture.format or "")
    except (
        UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise ValidationError("Ảnh bị hỏng hoặc chưa tải lên hết.", code="broken") from error


def _redrawn(picture: Image.Image, picture_format: str) -> Content:
    """The picture alone: turned upright, no larger than needed, no other data with it."""
    upright = ImageOps.exif_transpose(picture)
    out = io.BytesIO()
    if picture_format == "JPEG":
        drawn = upright.convert("L" if upright.mode == "L" else "RGB")
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        drawn.save(out, "JPEG", quality=88, optimize=True)
        return Content(out.getvalue(), JPEG)
    drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn.save(out, "PNG", optimize=True)
    return Content(out.getvalue(), PNG)


def _office(data: bytes) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            _require_safe(data, archive, entries)
            if "[Content_Types].xml" in names and archive.testzip() is not None:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError) as error:
        raise ValidationError("Tệp bị hỏng hoặc chưa tải lên hết.", code="broken") from error
    if any(name.lower().endswith("vbaproject.bin") or "activex/" in name.lower() for name in names):
        message = "Tệp có chứa macro. Hãy lưu lại dạng DOCX hoặc XLSX không có macro."
        raise ValidationError(message, code="active")
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return Content(data, DOCX)
        if "xl/workbook.xml" in names:
            return Content(data, XLSX)
    raise ValidationError(f"Không nhận tệp nén. {ACCEPTED}", code="unknown_type")


def _require_safe(data: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse archives that would burst, that hide something, or that are another file as well."""
    if not data.startswith(b"PK\x03\x04") or not data.endswith(archive.comment) or archive.comment:
        raise ValidationError("Tệp có lẫn loại tệp khác bên trong.", code="polyglot")
    if data[-22:-18] != END_OF_ZIP:
        raise ValidationError("Tệp có lẫn loại tệp khác bên trong.", code="polyglot")
    if any(entry.compress_type not in PACKINGS for entry in entries):
        raise ValidationError(f"Không nhận tệp nén kiểu này. {ACCEPTED}", code="unknown_type")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise ValidationError("Tệp giải nén ra quá lớn.", code="too_large")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise ValidationError("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên.", code="encrypted")


KEEPERS: Final[dict[str, Callable[[bytes], Content]]] = {
    PDF: _pdf,
    JPEG: _picture,
    PNG: _picture,
    DOCX: _office,
    XLSX: _office,
    "application/zip": _office,
}
