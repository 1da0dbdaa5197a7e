"""What a file really is: each way in that is known is refused in words, or made harmless."""

import io
import re
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf import PdfReader

from criteria.services.content import DOCX, JPEG, PDF, PNG, XLSX, kept_content
from criteria.services.photos import photos_pdf

from . import files
from .files import (
    DOCX_PARTS,
    WORD_TYPES,
    XLSX_PARTS,
    damaged,
    docx,
    pdf_with,
    picture,
    png_header,
    related,
    zipped,
)

PLAIN = files.PDF
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ACCEPTED = "Nhận tệp PDF, JPEG, PNG, DOCX, XLSX."
OBJECT_STREAM = b"/Type /ObjStm /Filter /FlateDecode"
SCRIPT_TEXT = b"3 0 << /S /JavaScript /JS (app.alert) >>"
SCRIPT = zlib.compress(SCRIPT_TEXT)


def false_end():
    """Packed bytes in which the word for their end stands before the script."""
    packer = zlib.compressobj(level=0)
    start = packer.compress(b"endstream" + b" " * 70_000) + packer.flush(zlib.Z_FULL_FLUSH)
    raw = zlib.compressobj(level=9, wbits=-15)
    return start + raw.compress(SCRIPT_TEXT) + raw.flush() + b"\0\0\0\0"


FALSE_END = false_end()

NO_FILES = {
    "text": (b"xin chao", "unknown_type", f"Không nhận loại tệp này. {ACCEPTED}"),
    "html": (b"<html><script>1</script></html>", "unknown_type", "Không nhận loại tệp này."),
    "svg": (b'<svg xmlns="x"><script>1</script></svg>', "unknown_type", "Không nhận loại tệp này."),
    "svg with xml": (b'<?xml version="1.0"?><svg onload="a()"/>', "unknown_type", "Không nhận"),
    "gif and script": (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", "unknown_type", "Không nhận"),
    "program": (b"MZ" + b"\0" * 400, "unknown_type", "Không nhận loại tệp này."),
    "linux program": (b"\x7fELF" + b"\0" * 400, "unknown_type", "Không nhận loại tệp này."),
    "script file": (b"#!/bin/sh\nrm -rf /\n", "unknown_type", "Không nhận loại tệp này."),
    "batch file": (b"@echo off\r\nformat c:", "unknown_type", "Không nhận loại tệp này."),
    "old word": (OLE + b"\0" * 600, "unknown_type", "Tệp Word, Excel dạng cũ (.doc, .xls)."),
    "word with password": (
        OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "unknown_type", "Tệp có mật khẩu."
    ),
    "iphone heic": (b"\0\0\0\x18ftypheic" + b"\0" * 300, "unknown_type", "Ảnh dạng HEIC của iPhone."),
    "rar": (b"Rar!\x1a\x07\x00" + b"\0" * 100, "unknown_type", "Không nhận loại tệp này."),
    "seven zip": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 100, "unknown_type", "Không nhận loại tệp này."),
    "bomb of gzip": (zlib.compress(b"\0" * 10_000_000), "unknown_type", "Không nhận loại tệp này."),
}  # fmt: skip
PDFS = {
    "truncated": (PLAIN[:-8], "broken", "Tệp PDF bị hỏng hoặc chưa tải lên hết."),
    "program before": (b"MZ\x90\0" + PLAIN, "unknown_type", "Không nhận loại tệp này."),
    "zip behind": (PLAIN + zipped(DOCX_PARTS) + b"%%EOF", "polyglot", "Tệp PDF có lẫn loại tệp khác"),
    "zip before the end": (
        pdf_with(b"", packed=zipped({"a.class": "x" * 90_000})), "polyglot", "Tệp PDF có lẫn loại tệp khác"
    ),
    "zip far from the end": (
        pdf_with(b"", packed=zipped({"a.class": "x"}) + bytes(90_000)), "polyglot", "Tệp PDF có lẫn"
    ),
    "program behind": (PLAIN + b"MZ\x90\0" * 50, "polyglot", "Tệp PDF có lẫn loại tệp khác"),
    "html first": (b"%PDF-1.7\n<html>" + PLAIN, "polyglot", "Tệp PDF có lẫn loại tệp khác bên trong."),
    "html at 2000": (b"%PDF-1.7\n" + b"%" * 2000 + b"\n< SCRIPT>" + PLAIN, "polyglot", "Tệp PDF có lẫn"),
    "html behind": (PLAIN + b"<script>alert(1)</script>", "polyglot", "Tệp PDF có lẫn loại tệp khác"),
    "script": (pdf_with(b"<< /S /JavaScript /JS (x) >>"), "active", "Tệp PDF có chứa lệnh chạy."),
    "script spelled": (pdf_with(b"<< /S /J#61va#53cript >>"), "active", "Tệp PDF có chứa lệnh chạy."),
    "short script": (pdf_with(b"<< /AA << /O << /JS (x) >> >> >>"), "active", "Tệp PDF có chứa lệnh"),
    "launch": (pdf_with(b"<< /S /Launch /F (cmd.exe) >>"), "active", "Tệp PDF có chứa lệnh chạy."),
    "form sent": (pdf_with(b"<< /S /SubmitForm /F (http://x) >>"), "active", "Tệp PDF có chứa lệnh"),
    "form with script": (pdf_with(b"<< /XFA 9 0 R >>"), "active", "Tệp PDF có chứa lệnh chạy."),
    "other file opened": (pdf_with(b"<< /S /GoToR /F (\\\\\\\\x) >>"), "active", "Tệp PDF có chứa lệnh"),
    "film": (pdf_with(b"<< /Subtype /RichMedia >>"), "active", "Tệp PDF có chứa lệnh chạy."),
    "file inside": (pdf_with(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"), "attached", "Tệp PDF có tệp khác"),
    "file pinned": (pdf_with(b"<< /Subtype /FileAttachment >>"), "attached", "Tệp PDF có tệp khác đính"),
    "password": (pdf_with(b"<< /Encrypt 5 0 R >>"), "encrypted", "Tệp PDF có mật khẩu hoặc bị khóa."),
    "script packed": (pdf_with(b"", packed=SCRIPT, about=OBJECT_STREAM), "active", "Tệp PDF có chứa lệnh"),
    "script packed, type elsewhere": (pdf_with(b"", packed=SCRIPT), "active", "Tệp PDF có chứa lệnh chạy."),
    "script packed as picture": (
        pdf_with(b"", packed=SCRIPT, about=b"/Subtype /Image " + OBJECT_STREAM), "active", "Tệp PDF có chứa"
    ),
    "packed twice": (
        pdf_with(b"", packed=b"78", about=b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]"),
        "active", "Tệp PDF gói nội dung theo cách không kiểm tra được.",
    ),
    "bomb": (
        pdf_with(b"", packed=zlib.compress(bytes(310 * 1024 * 1024), 1)), "too_large", "Tệp PDF giải nén ra"
    ),
    "script packed behind a false end": (
        pdf_with(b"", packed=FALSE_END, about=OBJECT_STREAM), "active", "Tệp PDF có chứa lệnh chạy."
    ),
    "script packed before a fault": (
        pdf_with(b"", packed=SCRIPT[:-8] + bytes(8), about=OBJECT_STREAM), "active", "Tệp PDF có chứa lệnh"
    ),
    "script packed, dictionary hidden": (
        pdf_with(b"", packed=SCRIPT, about=b"/X (stream\nendstream) /Subtype /Image " + OBJECT_STREAM),
        "active", "Tệp PDF có chứa lệnh chạy.",
    ),
    "script packed after a bare return": (
        pdf_with(b"", packed=SCRIPT, about=OBJECT_STREAM).replace(b"stream\n", b"stream\r", 1), "active",
        "Tệp PDF có chứa lệnh chạy.",
    ),
    "script packed with a predictor": (
        pdf_with(b"", packed=b"x", about=OBJECT_STREAM + b" /DecodeParms << /Predictor 12 >>"), "active",
        "Tệp PDF gói nội dung theo cách không kiểm tra được.",
    ),
    "password hidden": (
        pdf_with(b"%stream\n<< /Encrypt 5 0 R >>\n%endstream\n"), "encrypted", "Tệp PDF có mật khẩu"
    ),
}  # fmt: skip
PICTURES = {
    "cut": (picture()[:300], "broken", "Ảnh bị hỏng hoặc chưa tải lên hết."),
    "cut png": (picture("PNG", size=(400, 400))[:90], "broken", "Ảnh bị hỏng hoặc chưa tải lên hết."),
    "head only": (b"\xff\xd8\xff\xe0" + b"\0" * 300, "broken", "Ảnh bị hỏng hoặc chưa tải lên hết."),
    "program as jpeg": (b"\xff\xd8\xffMZ" + b"\0" * 300, "broken", "Ảnh bị hỏng hoặc chưa tải lên hết."),
    "51 million pixels": (png_header(7200, 7100), "too_many_pixels", "Ảnh quá lớn: tối đa 50 triệu"),
    "100 million": (png_header(10_000, 10_000), "too_many_pixels", "Ảnh quá lớn: tối đa 50 triệu"),
    "3.6 billion": (png_header(60_000, 60_000), "too_many_pixels", "Ảnh quá lớn: tối đa 50 triệu"),
}  # fmt: skip
OFFICE = {
    "plain zip": (zipped({"a.txt": "x"}), "unknown_type", "Không nhận tệp nén."),
    "jar": (zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "unknown_type", "Không nhận tệp nén."),
    "no list of types": (zipped({"word/document.xml": "x"}), "unknown_type", "Không nhận tệp nén."),
    "slides": (zipped({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}), "unknown_type", "Không nhận"),
    "types of something else": (
        docx(**{"[Content_Types].xml": "<Types/>"}), "unknown_type", "Không nhận tệp nén."
    ),
    "macro": (docx(word__vbaProject_bin="x"), "active", "Tệp có chứa macro."),
    "macro, other name": (
        docx(word__abc_bin="x", **{"[Content_Types].xml": WORD_TYPES + "application/vnd.ms-office.vbaProject"}),
        "active", "Tệp có chứa macro.",
    ),
    "docm as docx": (
        docx(**{"[Content_Types].xml": WORD_TYPES.replace(
            f"{files.OFFICE}.wordprocessingml.document.main", "application/vnd.ms-word.document.macroEnabled.main"
        )}), "active", "Tệp có chứa macro.",
    ),
    "docm spelled": (
        docx(**{"[Content_Types].xml": WORD_TYPES + "macro&#69;nabled"}), "active", "Tệp có chứa macro."
    ),
    "old macro sheet": (
        zipped({**XLSX_PARTS, "xl/macrosheets/sheet1.xml": "x"}), "active", "Tệp có chứa macro."
    ),
    "activex": (docx(word__activeX__activeX1_xml="x"), "active", "Tệp có chứa macro."),
    "program inside": (docx(word__media__image1_png=b"MZ" + bytes(90)), "active", "Tệp có chương trình"),
    "object inside": (docx(word__embeddings__oleObject1_bin=OLE), "active", "Tệp có chương trình"),
    "object linked": (related("oleObject", "http://x/a"), "active", "Tệp có chương trình"),
    "html inside": (related("aFChunk", "/word/a.html", mode="Internal"), "active", "Tệp có chương trình"),
    "template elsewhere": (related("attachedTemplate", "http://x/a.dotm"), "outside", "Tệp tự lấy dữ liệu"),
    "template on a share": (
        related("attachedTemplate", "file:///\\\\10.0.0.1\\a.dotm"), "outside", "Tệp tự lấy dữ liệu"
    ),
    "template spelled": (related("attachedTemplate", "htt&#112;://x/a.dotm"), "outside", "Tệp tự lấy"),
    "template behind a bracket": (related("attachedTemplate", "http://x/>"), "outside", "Tệp tự lấy dữ liệu"),
    "relations that never end": (
        zipped({**DOCX_PARTS, "word/_rels/document.xml.rels": "<Relationship " * 90_000}), "too_large", "Tệp giải"
    ),
    "relations cut": (zipped({**DOCX_PARTS, "word/_rels/document.xml.rels": "<a"}), "broken", "Tệp bị hỏng"),
    "picture elsewhere": (related("image", "http://x/a.png"), "outside", "Tệp tự lấy dữ liệu từ nơi khác"),
    "frame": (related("frame", "http://x/"), "outside", "Tệp tự lấy dữ liệu từ nơi khác khi mở."),
    "link that runs": (related("hyperlink", "javascript:alert(1)"), "outside", "Tệp tự lấy dữ liệu"),
    "link that opens": (related("hyperlink", "ms-msdt:/id"), "outside", "Tệp tự lấy dữ liệu"),
    "field that runs": (
        docx(word__document_xml="<w:instrText>DD</w:instrText><w:instrText>EAUTO c:\\cmd</w:instrText>"),
        "outside", "Tệp tự lấy dữ liệu",
    ),
    "field that runs, simple": (
        docx(word__document_xml='<w:fldSimple w:instr="DDE cmd /c">'), "outside", "Tệp tự lấy dữ liệu"
    ),
    "field that runs, other name": (
        docx(word__main_bin="<w:instrText> DDE cmd</w:instrText>"), "outside", "Tệp tự lấy dữ liệu"
    ),
    "cells that run": (
        zipped({**XLSX_PARTS, "xl/externalLinks/externalLink1.xml": '<ddeLink ddeService="cmd"/>'}),
        "outside", "Tệp tự lấy dữ liệu",
    ),
    "connection": (zipped({**XLSX_PARTS, "xl/connections.xml": "<connections/>"}), "outside", "Tệp tự lấy dữ liệu"),
    "entities": (docx(word__document_xml='<!DOCTYPE a [<!ENTITY b "c">]>'), "active", "Tệp có chương trình"),
    "entities in utf-16": (
        docx(word__document_xml='<!DOCTYPE a [<!ENTITY b "c">]>'.encode("utf-16")), "active", "Tệp có chương"
    ),
    "cut": (zipped(DOCX_PARTS)[:-30], "broken", "Tệp bị hỏng hoặc chưa tải lên hết."),
    "damaged": (damaged(zipped(DOCX_PARTS, packing=zipfile.ZIP_STORED)), "broken", "Tệp bị hỏng hoặc"),
    "damaged, packed": (damaged(zipped(DOCX_PARTS)), "broken", "Tệp bị hỏng hoặc chưa tải lên hết."),
    "other packing": (zipped(DOCX_PARTS, packing=zipfile.ZIP_LZMA), "unknown_type", "Không nhận tệp nén kiểu"),
    "comment": (zipped(DOCX_PARTS, comment=b"<script>"), "polyglot", "Tệp có lẫn loại tệp khác bên trong."),
    "script behind": (zipped(DOCX_PARTS) + b"<script>", "polyglot", "Tệp có lẫn loại tệp khác bên trong."),
    "name twice": (zipped([*DOCX_PARTS.items(), ("Word/Document.xml", "y")]), "polyglot", "Tệp có lẫn"),
    "way out": (docx(**{"..__..__etc__passwd": "x"}), "polyglot", "Tệp có lẫn loại tệp khác bên trong."),
    "bomb": (docx(word__media__a_xml=bytes(201 * 1024 * 1024)), "too_large", "Tệp giải nén ra quá lớn."),
}  # fmt: skip
REFUSED = {
    f"{kind}: {name}": case
    for kind, cases in (("no", NO_FILES), ("pdf", PDFS), ("picture", PICTURES), ("office", OFFICE))
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_paper_is_refused_in_words(name):
    data, code, message = REFUSED[name]

    with pytest.raises(ValidationError) as caught:
        kept_content(data)

    assert caught.value.code == code
    assert caught.value.messages[0].startswith(message)


def hidden_between():
    """A Word file with a program between its last part and its list of parts."""
    data = zipped(DOCX_PARTS)
    start = data.index(b"PK\x01\x02")
    hidden = b"MZ" + bytes(200)
    tail = bytearray(data[start:])
    place = tail.rindex(b"PK\x05\x06") + 16
    tail[place : place + 4] = (start + len(hidden)).to_bytes(4, "little")
    return data[:start] + hidden + bytes(tail)


def with_password():
    data = bytearray(zipped(DOCX_PARTS))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying_about_its_size():
    """A part of 3 MB that says to be of 13 bytes."""
    data = bytearray(zipped({**DOCX_PARTS, "word/document.xml": bytes(3_000_000)}))
    for found in re.finditer((3_000_000).to_bytes(4, "little"), bytes(data)):
        data[found.start() : found.end()] = (13).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "code"),
    [(hidden_between, "polyglot"), (with_password, "encrypted"), (lying_about_its_size, "broken")],
)
def test_archives_that_lie_are_refused(make, code):
    with pytest.raises(ValidationError) as caught:
        kept_content(make())

    assert caught.value.code == code


KEPT = {
    "pdf": (PLAIN, PDF),
    "pdf of a word processor": (
        pdf_with(b"", packed=zlib.compress(b"1 0 2 40 << /Type /Page >> << /Font 3 0 R >>"), about=OBJECT_STREAM)
        .replace(b"trailer", b"9 0 obj << /Type /XRef /DecodeParms << /Columns 5 /Predictor 12 >> >> trailer"),
        PDF,
    ),
    "pdf with link": (pdf_with(b"<< /S /URI /URI (https://vbpl.vn) >>"), PDF),
    "pdf with pages packed": (pdf_with(b"", packed=zlib.compress(b"BT (Chao) Tj ET")), PDF),
    "pdf written twice": (PLAIN + PLAIN.replace(b"%PDF-1.7\n", b""), PDF),
    "docx": (zipped(DOCX_PARTS), DOCX),
    "docx with link": (related("hyperlink", "https://vbpl.vn"), DOCX),
    "docx of a template": (
        related("attachedTemplate", "file:///C:\\Mau\\cong-van.dotx", part="word/_rels/settings.xml.rels"),
        DOCX,
    ),
    "docx with a chart": (docx(word__embeddings__a_xlsx=files.workbook()), DOCX),
    "xlsx": (files.workbook(), XLSX),
    "xlsx with another": (
        zipped({**XLSX_PARTS, "xl/externalLinks/_rels/externalLink1.xml.rels": (
            f'<Relationship Type="{files.RELATIONS}/externalLinkPath" Target="bao%20cao.xlsx" '
            'TargetMode="External"/>'
        )}), XLSX,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_plain_papers_are_kept_as_they_are(name):
    data, content_type = KEPT[name]

    kept = kept_content(data)

    assert (kept.data, kept.content_type) == (data, content_type)


# Pictures -------------------------------------------------------------------------------------


def drawn_from(data):
    drawn = Image.open(io.BytesIO(data))
    drawn.load()
    return drawn


DAMAGED_NOTES = {
    "a name that is a fraction": (0x010F, 5, 1, 26),
    "a resolution that is text": (0x011A, 2, 4, 26),
    "another list of notes nowhere": (0x8769, 11, 1, 0xFFFFFFFF),
    "numbers too large": (0x0201, 16, 3, 8),
}


def with_notes(*notes):
    """A picture held sideways whose camera also wrote these: tag, type, how many, where or what."""
    rows = [(0x0112, 3, 1, 6), *notes]
    listed = b"".join(struct.pack("<HHII", *row) for row in rows)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(rows)) + listed + bytes(range(1, 65))
    drawn = picture()
    return drawn[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + drawn[2:]


@pytest.mark.parametrize("name", DAMAGED_NOTES)
def test_damaged_notes_of_a_camera_keep_no_picture_out(name):
    photo = with_notes(DAMAGED_NOTES[name])

    kept = kept_content(photo)

    drawn = drawn_from(kept.data)
    assert (drawn.size, dict(drawn.getexif())) == ((40, 60), {})
    assert photos_pdf([photo]).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))]
)
def test_pictures_are_turned_upright_and_lose_what_the_camera_noted(orientation, size):
    kept = kept_content(picture(orientation=orientation, gps=True))

    drawn = drawn_from(kept.data)
    assert drawn.size == size
    assert dict(drawn.getexif()) == {}
    assert b"Exif" not in kept.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_pictures_are_made_smaller(kind):
    kept = kept_content(picture(kind, size=(5000, 250)))

    assert drawn_from(kept.data).size == (4096, 205)


@pytest.mark.parametrize(
    ("mode", "colour", "kept_mode"),
    [("RGBA", (255, 0, 0, 0), "RGBA"), ("L", 10, "RGB"), ("P", 1, "RGB"), ("1", 1, "RGB"), ("I;16", 9, "RGB")],
)  # fmt: skip
def test_pictures_of_every_mode_are_kept(mode, colour, kept_mode):
    kept = kept_content(picture("PNG", mode=mode, colour=colour))

    assert drawn_from(kept.data).mode == kept_mode


@pytest.mark.parametrize(
    "behind", [b"<script>alert(1)</script>", zipped({"A.class": "x"}), b"MZ" * 90]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hangs_behind_a_picture_is_dropped(kind, behind):
    kept = kept_content(picture(kind) + behind)

    assert behind not in kept.data
    assert drawn_from(kept.data).size == (60, 40)


def test_of_a_phones_double_picture_the_first_is_kept_as_jpeg():
    kept = kept_content(files.phone_picture())

    assert kept.content_type == JPEG
    assert drawn_from(kept.data).format == "JPEG"
    assert kept_content(picture("PNG")).content_type == PNG


# Photographs of a paper -------------------------------------------------------------------------


def test_photographs_become_one_pdf_in_their_order_upright_and_without_notes():
    photos = [
        picture(size=(60, 80), gps=True),
        picture(size=(90, 60), orientation=6, colour="blue", gps=True),
        picture("PNG", size=(80, 40), mode="L", colour=200),
    ]

    made = photos_pdf(photos)

    assert kept_content(made).data == made == photos_pdf(photos)
    assert not re.search(rb"Exif|GPS|/Info|CreationDate", made)
    pages = PdfReader(io.BytesIO(made)).pages
    assert [tuple(map(int, page.mediabox[2:])) for page in pages] == [
        (595, 842),
        (595, 842),
        (842, 595),
    ]
    assert [page.images[0].image.size for page in pages] == [(60, 80), (60, 90), (80, 40)]
    red, green, blue = pages[1].images[0].image.convert("RGB").getpixel((5, 5))
    assert blue > 200 > 50 > max(red, green)


def test_a_page_of_a_phone_is_brought_to_200_dots_an_inch():
    photo = io.BytesIO()
    Image.effect_noise((900, 3000), 40).convert("RGB").save(photo, "JPEG", quality=95)

    made = photos_pdf([photo.getvalue()])

    image = PdfReader(io.BytesIO(made)).pages[0].images[0].image
    assert max(image.size) == 2338
    assert len(made) < len(photo.getvalue()) / 3


def test_a_photograph_that_cannot_be_read_is_named_by_its_place():
    with pytest.raises(ValidationError) as caught:
        photos_pdf([picture(), picture()[:200]])

    assert caught.value.messages == ["Ảnh thứ 2: Ảnh bị hỏng hoặc chưa tải lên hết."]


# Pictures inside papers -------------------------------------------------------------------------


@pytest.mark.parametrize(("orientation", "noted"), [(None, {}), (1, {}), (6, {0x0112: 6})])
def test_pictures_inside_a_word_file_lose_place_time_and_camera_only(orientation, noted):
    photo = picture(orientation=orientation, gps=True)
    parts = {
        **DOCX_PARTS, "word/media/image1.jpeg": photo + b"a second picture with its own notes",
        "word/media/image2.png": picture("PNG"), "word/media/notes.txt": "GPS",
    }  # fmt: skip

    kept = kept_content(zipped(parts))

    assert kept_content(kept.data) == kept
    with zipfile.ZipFile(io.BytesIO(kept.data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    bare = found.pop("word/media/image1.jpeg")
    assert list(found) == [name for name in parts if not name.endswith("jpeg")]
    assert all(
        found[name] in (text, str(text).encode()) for name, text in parts.items() if name in found
    )
    assert dict(drawn_from(bare).getexif()) == noted
    assert b"second picture" not in bare
    assert drawn_from(bare).tobytes() == drawn_from(photo).tobytes()


def test_a_signed_word_file_and_a_picture_that_cannot_be_followed_stay_as_they_came():
    photo = picture(gps=True)
    for more in (
        {"word/media/image1.jpeg": photo, "_xmlsignatures/sig1.xml": "<Signature/>"},
        {"word/media/image1.jpeg": photo[:-2]},
        {"word/media/image1.jpeg": b"\xff\xd8\xff\xe1\xff"},
    ):
        data = zipped({**DOCX_PARTS, **more})
        assert kept_content(data).data == data
