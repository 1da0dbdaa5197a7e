"""Files made in code: honest ones, and what somebody sends to break in."""

import io
import struct
import zipfile
import zlib

from openpyxl import Workbook
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
OFFICE = "application/vnd.openxmlformats-officedocument"
RELATIONS = f"{OFFICE}/relationships".replace("application/vnd.", "http://schemas.")
WORD_TYPES = (
    '<Types><Override PartName="/word/document.xml" '
    f'ContentType="{OFFICE}.wordprocessingml.document.main+xml"/></Types>'
)
DOCX_PARTS = {
    "[Content_Types].xml": WORD_TYPES,
    "_rels/.rels": "<Relationships/>",
    "word/document.xml": "<w:document/>",
}
XLSX_PARTS = {
    "[Content_Types].xml": WORD_TYPES.replace("word/document", "xl/workbook").replace(
        "wordprocessingml.document", "spreadsheetml.sheet"
    ),
    "xl/workbook.xml": "<workbook/>",
}


def zipped(parts, *, packing=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, text in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(name, text)
        archive.comment = comment
    return out.getvalue()


def docx(**more):
    """A Word file with further parts: word__a_xml is word/a.xml."""
    return zipped({**DOCX_PARTS, **{_part(name): text for name, text in more.items()}})


def _part(name):
    stem, _, extension = name.replace("__", "/").rpartition("_")
    return (
        f"{stem}.{extension}"
        if stem and not name.startswith(("[", "."))
        else name.replace("__", "/")
    )


def related(kind, target, *, mode="External", part="word/_rels/document.xml.rels"):
    """A Word file whose document points somewhere."""
    line = (
        f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" '
        f'TargetMode="{mode}"/></Relationships>'
    )
    return zipped({**DOCX_PARTS, part: line})


def workbook():
    out = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "Số hộ"
    book.save(out)
    return out.getvalue()


def picture(kind="JPEG", *, size=(60, 40), orientation=None, colour="red", mode="RGB", gps=False):
    out = io.BytesIO()
    drawn = Image.new(mode, size, colour)
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh bí mật"
    if orientation:
        exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (20.0, 21.0, 0.0), 3: "E", 4: (104.0, 39.0, 0.0)})
    drawn.save(out, kind, exif=exif)
    return out.getvalue()


def phone_picture():
    """Two pictures in one file, as many phones write them (MPO)."""
    out = io.BytesIO()
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def png_header(width, height):
    """A PNG that says to be that large and holds a few bytes."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64))


def pdf_with(text, *, packed=None, about=b"/Filter /FlateDecode"):
    """A PDF with one more object, or with one packed stream."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n" + text
    if packed is not None:
        body += b"<< " + about + b" >>\nstream\n" + packed + b"\nendstream"
    return body + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def damaged(data):
    """The archive with its first packed bytes turned over: sizes and names still fit."""
    start = data.index(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    return data[:start] + bytes(255 - byte for byte in data[start : start + 4]) + data[start + 4 :]
