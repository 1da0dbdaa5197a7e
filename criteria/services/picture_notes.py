"""Pictures inside Word and Excel files: what the camera noted is taken out, nothing is drawn anew."""

import io
import zipfile
from typing import Final

from PIL import ExifTags, Image

JPEG: Final = b"\xff\xd8\xff"
END, SCAN = 0xD9, 0xDA
NOTED: Final = frozenset({0xE1, 0xED})
"""Segments with Exif, XMP and IPTC: place, time, camera, a small copy of the picture."""
BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
SIGNED: Final = "_xmlsignatures/"


def without_notes(data: bytes) -> bytes:
    """The Word or Excel file with its JPEG pictures rid of their notes; the same bytes if there are none.

    A file that bears signatures stays as it is: any change would break them.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if any(entry.filename.startswith(SIGNED) for entry in entries):
            return data
        changed = {}
        for entry in entries:
            with archive.open(entry) as part:
                is_picture = part.read(len(JPEG)) == JPEG
            if is_picture and (bare := bare_jpeg(raw := archive.read(entry))) != raw:
                changed[entry.filename] = bare
        if not changed:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as written:
            for entry in entries:
                written.writestr(_like(entry), changed.get(entry.filename) or archive.read(entry))
    return out.getvalue()


def bare_jpeg(data: bytes) -> bytes:
    """The JPEG without notes and without what hangs behind it; as it came where it cannot be followed.

    How the camera was held stays: without it the picture would lie on its side.
    """
    kept, at, turn = [], 2, 1
    while data[at : at + 1] == b"\xff" and at + 2 <= len(data):
        marker = data[at + 1]
        if marker == END:
            return b"".join([data[:2], _turned(turn), *kept, data[at : at + 2]])
        segment = data[at : at + _size(data, at)]
        if marker in NOTED:
            turn = _turn_of(segment) or turn
        else:
            kept.append(segment)
        at += len(segment)
    return data


def _size(data: bytes, at: int) -> int:
    """How far one segment goes, a scan with its pixels."""
    marker = data[at + 1]
    if marker in BARE:
        return 2
    if marker == 0xFF:
        return 1
    size = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if marker != SCAN:
        return size
    after = at + size
    while (after := data.find(b"\xff", after)) >= 0:
        if data[after + 1 : after + 2] not in (b"\x00", *(bytes((one,)) for one in BARE)):
            return after - at
        after += 2
    return len(data)


def _turn_of(segment: bytes) -> int | None:
    notes = Image.Exif()
    try:
        notes.load(segment[4:])
        found = notes.get(ExifTags.Base.Orientation)
    except Exception:  # Pillow raises whatever damaged notes make it stumble over
        return None
    return found if isinstance(found, int) and 1 < found < 9 else None


def _turned(turn: int) -> bytes:
    """A segment that says how the camera was held and nothing else; empty for an upright picture."""
    if turn == 1:
        return b""
    notes = Image.Exif()
    notes[ExifTags.Base.Orientation] = turn
    payload = notes.tobytes()
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload


def _like(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A new entry with the name, the day and the packing of the old one."""
    new = zipfile.ZipInfo(entry.filename, entry.date_time)
    new.compress_type, new.external_attr = entry.compress_type, entry.external_attr
    return new
