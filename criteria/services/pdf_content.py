"""Whether a PDF is pages to read and nothing else: no commands, no files inside, no second format."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from django.core.exceptions import ValidationError

TAIL: Final = 2048
"""How far from the end the last %%EOF may stand."""
HEAD: Final = 4096
"""More than any browser reads to guess a type."""
ZIP_TAIL: Final = 66_000
"""Where the end of a zip archive must lie: its comment is at most 65,535 bytes long."""
MOST_INFLATED: Final = 300 * 1024 * 1024
PIECE: Final = 1024 * 1024
FED: Final = 64 * 1024
STEP: Final = 16
MOST_STREAMS: Final = 50_000
MOST_ESCAPES: Final = 400_000
"""Chance puts 80,000 such signs into 20 MB of packed bytes."""
OVERLAP: Final = 40

MARKUP: Final = re.compile(rb"<\s*(html|script|svg|!doctype)", re.IGNORECASE)
ZIP_ENTRY: Final = re.compile(rb"PK\x03\x04[\x0a\x14\x15\x2d\x33\x3f]\x00")
END_OF_ZIP: Final = b"PK\x05\x06"
ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
COMMANDS: Final = re.compile(
    rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm|GoToE|GoToR|Rendition|Movie)(?![A-Za-z0-9])"
    rb"|/XFA\s*[\[0-9]"
)
FILES_INSIDE: Final = re.compile(rb"/(EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])")
ENCRYPTED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
SCRIPT: Final = re.compile(rb"/JS\s*[(<0-9]")
"""So short that it occurs by chance in packed bytes; looked for where objects are written openly."""
OBJECTS: Final = b"/ObjStm"
HIDING: Final = re.compile(
    rb"/(ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt|AHx|A85|LZW|RL)(?![A-Za-z0-9])"
    rb"|/Filter\s+[0-9]|/ObjStm[^>]{0,400}/Predictor|/Predictor[^<]{0,200}>>[^<>]{0,200}/ObjStm"
)
"""Ways to pack objects so that they cannot be read here; no program that writes papers uses them."""
STREAM: Final = re.compile(rb"stream[ \t]*(?:\r\n|\n|\r)")

BROKEN: Final = "Tệp PDF bị hỏng hoặc chưa tải lên hết."
MIXED: Final = "Tệp PDF có lẫn loại tệp khác bên trong. Hãy in lại thành PDF rồi tải lên."
ACTIVE: Final = "Tệp PDF có chứa lệnh chạy. Hãy in lại thành PDF rồi tải lên."
ATTACHED: Final = "Tệp PDF có tệp khác đính bên trong. Hãy in lại thành PDF, tệp kia tải lên riêng."
LOCKED: Final = "Tệp PDF có mật khẩu hoặc bị khóa. Hãy bỏ mật khẩu, in lại thành PDF rồi tải lên."
UNREADABLE: Final = "Tệp PDF gói nội dung theo cách không kiểm tra được. Hãy in lại thành PDF."
BURSTING: Final = "Tệp PDF giải nén ra quá lớn. Hãy quét lại ở độ phân giải thấp hơn."


def require_plain_pdf(data: bytes) -> None:
    """Raise ValidationError, in Vietnamese, unless the PDF is whole and only pages to read."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-TAIL:]:
        raise ValidationError(BROKEN, code="broken")
    after = data[data.rindex(b"%%EOF") + 5 :]
    is_zip = END_OF_ZIP in data[-ZIP_TAIL:] or ZIP_ENTRY.search(data)
    if after.strip(b"\0\t\n\x0c\r ") or is_zip or MARKUP.search(data[:HEAD]):
        raise ValidationError(MIXED, code="polyglot")
    if data.count(b"#") > MOST_ESCAPES:
        raise ValidationError(UNREADABLE, code="active")
    text = _named(data)
    _refuse_commands(text)
    if ENCRYPTED.search(text):
        raise ValidationError(LOCKED, code="encrypted")
    if OBJECTS in text and HIDING.search(text):
        raise ValidationError(UNREADABLE, code="active")
    if SCRIPT.search(_named(_readable(data))):
        raise ValidationError(ACTIVE, code="active")
    _look_into(data)


def _named(data: bytes) -> bytes:
    """The bytes with names spelled out: "/J#61vaScript" is "/JavaScript"."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _refuse_commands(text: bytes) -> None:
    if COMMANDS.search(text):
        raise ValidationError(ACTIVE, code="active")
    if FILES_INSIDE.search(text):
        raise ValidationError(ATTACHED, code="attached")


def _readable(data: bytes) -> bytes:
    """What is written openly: all but the packed parts."""
    found, at = [], 0
    while (begun := STREAM.search(data, at)) and (end := data.find(b"endstream", begun.end())) >= 0:
        found.append(data[at : begun.end()])
        at = end + len(b"endstream")
    return b"".join([*found, data[at:]])


def _look_into(data: bytes) -> None:
    """Unpack and read every part, wherever its packing ends and whatever the file says that it is."""
    left = MOST_INFLATED
    for number, begun in enumerate(STREAM.finditer(data)):
        tail = b""
        if number > MOST_STREAMS:
            raise ValidationError(BURSTING, code="too_large")
        for piece in _inflated(memoryview(data)[begun.end() :]):
            left -= len(piece)
            if left < 0:
                raise ValidationError(BURSTING, code="too_large")
            _refuse_commands(_named(tail + piece))
            tail = piece[-OVERLAP:]


def _inflated(packed: memoryview) -> Iterator[bytes]:
    """The unpacked bytes in pieces; nothing of a part that is packed in another way.

    As lenient as programs that show PDFs: no checksum is asked for, and what comes before a fault
    is given out.
    """
    if len(packed) < 2 or packed[0] & 0x0F != zlib.DEFLATED or (packed[0] << 8 | packed[1]) % 31:
        return
    unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    for at in range(2, len(packed), FED):
        before = unpacker.copy()
        try:
            yield from _unpacked(unpacker, packed[at : at + FED])
        except zlib.error:
            yield from _before_the_fault(before, packed[at : at + FED])
            return
        if unpacker.eof:
            return


def _unpacked(unpacker: "zlib._Decompress", fed: memoryview) -> Iterator[bytes]:
    yield unpacker.decompress(fed, PIECE)
    while unpacker.unconsumed_tail:
        yield unpacker.decompress(unpacker.unconsumed_tail, PIECE)


def _before_the_fault(unpacker: "zlib._Decompress", fed: memoryview) -> Iterator[bytes]:
    """What of the last piece can be unpacked, in one: found in steps of a few bytes."""
    found: list[bytes] = []
    with suppress(zlib.error):
        found.extend(
            unpacker.decompress(fed[at : at + STEP], PIECE) for at in range(0, len(fed), STEP)
        )
    yield b"".join(found)[: 2 * PIECE]
