"""Whether a PDF is pages to read and nothing else: no commands, no files inside, no second format."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError

TAIL: Final = 2048
"""How far from the end the last %%EOF may stand."""
HEAD: Final = 4096
"""More than any browser reads to guess a type."""
ZIP_TAIL: Final = 66_000
"""Where the end of a zip archive must lie: its comment is at most 65,535 bytes long."""
MOST_INFLATED: Final = 100 * 1024 * 1024
PIECE: Final = 1024 * 1024
MOST_IMAGE_PIXELS: Final = 400_000_000
OVERLAP: Final = 40

MARKUP: Final = re.compile(rb"<\s*(html|script|svg|!doctype)", re.IGNORECASE)
ZIP_ENTRY: Final = re.compile(rb"PK\x03\x04[\x0a\x14\x15\x2d\x33\x3f]\x00")
END_OF_ZIP: Final = b"PK\x05\x06"
ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
COMMANDS: Final = re.compile(
    rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm|GoToE|GoToR|Rendition|Movie)(?![A-Za-z0-9])"
)
FILES_INSIDE: Final = re.compile(rb"/(EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])")
SHORT_COMMANDS: Final = re.compile(rb"/(JS|XFA)(?![A-Za-z0-9])")
"""Short enough to occur by chance in packed bytes, so looked for in the readable parts only."""
ENCRYPTED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
HIDING: Final = re.compile(
    rb"/(ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|Predictor|AHx|A85|LZW|RL)"
    rb"(?![A-Za-z0-9])|/Filter\s+\d"
)
INDIRECT_TYPE: Final = re.compile(rb"/Type\s+\d")
IMAGE: Final = re.compile(rb"/Subtype\s*/Image(?![A-Za-z0-9])")
STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")

BROKEN: Final = "Tệp PDF bị hỏng hoặc chưa tải lên hết."
MIXED: Final = "Tệp PDF có lẫn loại tệp khác bên trong. Hãy in lại thành PDF rồi tải lên."
ACTIVE: Final = "Tệp PDF có chứa lệnh chạy. Hãy in lại thành PDF rồi tải lên."
ATTACHED: Final = "Tệp PDF có tệp khác đính bên trong. Hãy in lại thành PDF, tệp kia tải lên riêng."
LOCKED: Final = "Tệp PDF có mật khẩu hoặc bị khóa. Hãy bỏ mật khẩu, in lại thành PDF rồi tải lên."
UNREADABLE: Final = "Tệp PDF gói nội dung theo cách không kiểm tra được. Hãy in lại thành PDF."
BURSTING: Final = "Tệp PDF giải nén ra quá lớn. Hãy quét lại ở độ phân giải thấp hơn."


@dataclass(frozen=True, slots=True)
class _Stream:
    """One packed part: what the file says of it, and its bytes."""

    about: bytes
    body: memoryview

    @property
    def is_image(self) -> bool:
        return bool(IMAGE.search(self.about)) and not self.may_hold_objects

    @property
    def may_hold_objects(self) -> bool:
        return b"/ObjStm" in self.about or bool(INDIRECT_TYPE.search(self.about))


def require_plain_pdf(data: bytes) -> None:
    """Raise ValidationError, in Vietnamese, unless the PDF is whole and only pages to read."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-TAIL:]:
        raise ValidationError(BROKEN, code="broken")
    after = data[data.rindex(b"%%EOF") + 5 :]
    is_zip = END_OF_ZIP in data[-ZIP_TAIL:] or ZIP_ENTRY.search(data)
    if after.strip(b"\0\t\n\x0c\r ") or is_zip or MARKUP.search(data[:HEAD]):
        raise ValidationError(MIXED, code="polyglot")
    _refuse_commands(_named(data))
    readable, streams = _taken_apart(data)
    text = _named(readable)
    if ENCRYPTED.search(text):
        raise ValidationError(LOCKED, code="encrypted")
    if SHORT_COMMANDS.search(text):
        raise ValidationError(ACTIVE, code="active")
    _look_into(streams)


def _named(data: bytes) -> bytes:
    """The bytes with names spelled out: "/J#61vaScript" is "/JavaScript"."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _refuse_commands(text: bytes) -> None:
    if COMMANDS.search(text):
        raise ValidationError(ACTIVE, code="active")
    if FILES_INSIDE.search(text):
        raise ValidationError(ATTACHED, code="attached")


def _taken_apart(data: bytes) -> tuple[bytes, list[_Stream]]:
    """What is written openly, and the packed parts in their order."""
    view, readable, streams, at = memoryview(data), [], [], 0
    while found := STREAM.search(data, at):
        end = data.find(b"endstream", found.end())
        if end < 0:
            break
        before = data[at : found.start()]
        readable.append(before)
        about = _named(before[before.rfind(b"obj") + 3 :])
        streams.append(_Stream(about, view[found.end() : end]))
        at = end
    readable.append(data[at:])
    return b"".join(readable), streams


def _look_into(streams: list[_Stream]) -> None:
    """Unpack piece by piece what may hold objects or commands; pictures are only measured."""
    left = MOST_INFLATED
    for stream in streams:
        if stream.is_image:
            _refuse_huge(stream.about)
            continue
        if stream.may_hold_objects and HIDING.search(stream.about):
            raise ValidationError(UNREADABLE, code="active")
        tail = b""
        for piece in _inflated(stream.body):
            left -= len(piece)
            if left < 0:
                raise ValidationError(BURSTING, code="too_large")
            text = _named(tail + piece)
            _refuse_commands(text)
            if stream.may_hold_objects and SHORT_COMMANDS.search(text):
                raise ValidationError(ACTIVE, code="active")
            tail = piece[-OVERLAP:]


def _inflated(body: memoryview) -> Iterator[bytes]:
    """The unpacked bytes in pieces; nothing of a part that is packed in another way."""
    unpacker = zlib.decompressobj()
    packed: bytes = bytes(body)
    try:
        while packed and not unpacker.eof:
            piece = unpacker.decompress(packed, PIECE)
            packed = unpacker.unconsumed_tail
            yield piece
    except zlib.error:
        return


def _refuse_huge(about: bytes) -> None:
    sides = [re.search(rb"/%s\s+(\d{1,9})" % side, about) for side in (b"Width", b"Height")]
    if all(sides) and int(sides[0][1]) * int(sides[1][1]) > MOST_IMAGE_PIXELS:  # type: ignore[index]
        raise ValidationError(BURSTING, code="too_large")
