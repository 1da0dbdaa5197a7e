"""Whether a Word or Excel file is text and figures only: no macros, no objects, nothing fetched from outside."""

import html
import io
import re
import struct
import zipfile
import zlib
from typing import Final
from xml.etree import ElementTree

from django.core.exceptions import ValidationError

ACCEPTED: Final = "Nhận tệp PDF, JPEG, PNG, DOCX, XLSX."
MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_ENTRIES: Final = 5_000
MOST_RELATIONS: Final = 1024 * 1024
MOST_PART: Final = 64 * 1024 * 1024
"""The largest part that is read as text; Word's and Excel's own are far smaller."""

PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How Word and Excel pack their parts."""

END_OF_ZIP: Final = b"PK\x05\x06"
LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
AFTER_ENTRY: Final = 24
"""The longest note of sizes that may follow an entry."""
ENCRYPTED: Final = 0x1

TYPES: Final = "[Content_Types].xml"
MAIN: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The part that makes an archive a document, and the kind of document it makes it."""

RUNNING_TYPES: Final = re.compile(
    r"macroEnabled|vbaProject|activeX|macrosheet|dialogsheet|intlmacrosheet", re.IGNORECASE
)
RUNNING_NAMES: Final = re.compile(
    r"vbaproject|vbadata|/activex/|/macrosheets/|/dialogsheets/|/ctrlprops/|/webextensions?/",
    re.IGNORECASE,
)
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS: Final = (OLE, b"MZ", b"\x7fELF", b"#!")
LOCAL_TARGET: Final = re.compile(r"(file:///)?([A-Za-z]:[\\/]|(?![\\/])(?!\w+:)[^\\/])")
"""A path on the writer's own disk, or beside the document; never another machine."""
OBJECTS: Final = ("oleobject", "afchunk", "control", "vbaproject")
"""What a part may not be related to, wherever it lies."""
LINK: Final = re.compile(r"(https?|mailto|tel):|file:///|(?![A-Za-z][\w+.-]*:)(?![\\/]{2})", re.I)
FIELD: Final = re.compile(
    r"<(?:\w+:)?instrText[^<>]*>([^<]*)<|\b(?:\w+:)?instr\s*=\s*[\"']([^\"']*)"
)
DDE: Final = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
FETCHING: Final = re.compile(r"<(?:\w+:)?(ddeLink|connections)\b")
MARKED_UP: Final = re.compile(rb"\xef\xbb\xbf|\xff\xfe|\xfe\xff|\s*<|\0<")
"""How a part in XML begins, whatever its name."""
DECLARED: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

BROKEN: Final = "Tệp bị hỏng hoặc chưa tải lên hết."
MIXED: Final = "Tệp có lẫn loại tệp khác bên trong."
MACRO: Final = "Tệp có chứa macro. Hãy lưu lại dạng DOCX hoặc XLSX không có macro."
OBJECT: Final = "Tệp có chương trình hoặc đối tượng nhúng. Hãy in thành PDF rồi tải lên."
OUTSIDE: Final = "Tệp tự lấy dữ liệu từ nơi khác khi mở. Hãy in thành PDF rồi tải lên."
LOCKED: Final = "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên."


def office_type(data: bytes) -> str:
    """The content type of a plain Word or Excel file; ValidationError, in Vietnamese, for any other."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _require_safe(data, archive, entries)
            if TYPES not in archive.namelist():
                raise ValidationError(f"Không nhận tệp nén. {ACCEPTED}", code="unknown_type")
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            _refuse_running(archive, entries)
            return _kind(archive)
    except (
        zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, struct.error, ElementTree.ParseError,
    ) as error:  # fmt: skip
        raise ValidationError(BROKEN, code="broken") from error


def _require_safe(data: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse archives that would burst, that hide something, or that are another file as well."""
    if not data.startswith(b"PK\x03\x04") or archive.comment or data[-22:-18] != END_OF_ZIP:
        raise ValidationError(MIXED, code="polyglot")
    if any(entry.compress_type not in PACKINGS for entry in entries):
        raise ValidationError(f"Không nhận tệp nén kiểu này. {ACCEPTED}", code="unknown_type")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise ValidationError("Tệp giải nén ra quá lớn.", code="too_large")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise ValidationError(LOCKED, code="encrypted")
    _require_seamless(data, archive.start_dir, entries)


def _require_seamless(data: bytes, directory: int, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse doubled names, ways out of the archive, overlaps, and bytes between the parts."""
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
        raise ValidationError(MIXED, code="polyglot")
    at = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if not at <= entry.header_offset <= at + (AFTER_ENTRY if at else 0):
            raise ValidationError(MIXED, code="polyglot")
        _, name, extra = LOCAL_HEADER.unpack_from(data, entry.header_offset)
        at = entry.header_offset + LOCAL_HEADER.size + name + extra + entry.compress_size
    if not at <= directory <= at + AFTER_ENTRY:
        raise ValidationError(MIXED, code="polyglot")


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _refuse_running(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse macros, programs, objects, and what would be fetched when somebody opens the file."""
    for entry in entries:
        if RUNNING_NAMES.search(f"/{entry.filename}"):
            raise ValidationError(MACRO, code="active")
        with archive.open(entry) as part:
            head = part.read(8)
        if head.startswith(PROGRAMS):
            raise ValidationError(OBJECT, code="active")
        if MARKED_UP.match(head) or entry.filename.lower().endswith((".xml", ".rels")):
            _refuse_text(entry.filename, _text(archive, entry))
        if entry.filename.lower().endswith(".rels"):
            _refuse_relations(archive.read(entry))


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """One part as text, whichever Unicode it is written in."""
    if entry.file_size > MOST_PART:
        raise ValidationError("Tệp giải nén ra quá lớn.", code="too_large")
    raw = archive.read(entry)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in raw[:4]:
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8", "replace")


def _refuse_text(name: str, text: str) -> None:
    if DECLARED.search(text):
        raise ValidationError(OBJECT, code="active")
    if name == TYPES and RUNNING_TYPES.search(html.unescape(text)):
        raise ValidationError(MACRO, code="active")
    fields = "".join(run or simple for run, simple in FIELD.findall(text))
    if FETCHING.search(text) or DDE.search(html.unescape(fields)):
        raise ValidationError(OUTSIDE, code="outside")


def _refuse_relations(raw: bytes) -> None:
    """Hyperlinks that somebody must click stay; templates, pictures, objects from elsewhere do not."""
    if len(raw) > MOST_RELATIONS:
        raise ValidationError("Tệp giải nén ra quá lớn.", code="too_large")
    for relation in ElementTree.fromstring(raw).iter():  # noqa: S314 - no entities, see _refuse_text
        kind = relation.get("Type", "").rsplit("/", 1)[-1].lower()
        target = relation.get("Target", "")
        if kind in OBJECTS:
            raise ValidationError(OBJECT, code="active")
        if relation.get("TargetMode", "").lower() != "external":
            continue
        is_link = kind == "hyperlink" and LINK.match(target)
        is_own = kind in ("attachedtemplate", "externallinkpath") and LOCAL_TARGET.match(target)
        if not is_link and not is_own:
            raise ValidationError(OUTSIDE, code="outside")


def _kind(archive: zipfile.ZipFile) -> str:
    """What the archive is: its main part, and what the list of types says that part is."""
    listed = _text(archive, archive.getinfo(TYPES))
    for part, content_type in MAIN.items():
        if part in archive.namelist() and f"{content_type}.main+xml" in listed:
            return content_type
    raise ValidationError(f"Không nhận tệp nén. {ACCEPTED}", code="unknown_type")
