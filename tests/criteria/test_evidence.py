"""Evidence files: what is kept, what is refused and why, and how a file is sent."""

import hashlib
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from criteria.models import EvidenceFile
from criteria.responses import serve_evidence
from criteria.services import content, evidence, store_evidence

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
DOCX_PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": "<Relationships/>",
    "word/document.xml": "<w:document/>",
}


def zipped(parts, *, packing=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.comment = comment
    return out.getvalue()


def workbook():
    out = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "Số hộ"
    book.save(out)
    return out.getvalue()


def picture(kind="JPEG", *, size=(60, 40), orientation=None, colour="red", mode="RGB"):
    out = io.BytesIO()
    drawn = Image.new(mode, size, colour)
    exif = Image.Exif()
    exif[0x010F] = "Máy ảnh bí mật"
    if orientation:
        exif[0x0112] = orientation
    drawn.save(out, kind, exif=exif)
    return out.getvalue()


def upload(data, name="Biên bản họp.pdf"):
    return SimpleUploadedFile(name, data)


@pytest.fixture
def store(cast):
    def keep(data, name="Biên bản họp.pdf", *, unit=None):
        return store_evidence(upload(data, name), unit=unit or cast.na_meo, by=cast.lan)

    return keep


def bytes_of(kept):
    with kept.file.open("rb") as stored:
        return stored.read()


def drawn_from(kept):
    """The stored picture, loaded."""
    drawn = Image.open(io.BytesIO(bytes_of(kept)))
    drawn.load()
    return drawn


def refused(store, data, name="x.pdf"):
    with pytest.raises(ValidationError) as caught:
        store(data, name)
    assert not EvidenceFile.objects.exists()
    return caught.value.code, caught.value.messages[0]


@pytest.mark.parametrize(
    ("data", "content_type", "extension"),
    [
        (PDF, content.PDF, ".pdf"),
        (picture("JPEG"), content.JPEG, ".jpg"),
        (picture("PNG"), content.PNG, ".png"),
        (zipped(DOCX_PARTS), content.DOCX, ".docx"),
        (workbook(), content.XLSX, ".xlsx"),
    ],
    ids=["pdf", "jpeg", "png", "docx", "xlsx"],
)
def test_the_five_kinds_are_kept_by_what_they_are(store, cast, data, content_type, extension):
    kept = store(data, "Nghị quyết.exe")

    assert (kept.content_type, kept.name) == (content_type, f"Nghị quyết.exe{extension}")
    assert (kept.unit, kept.uploaded_by) == (cast.na_meo, cast.lan)
    stored = bytes_of(kept)
    assert hashlib.sha256(stored).hexdigest() == kept.sha256
    assert len(stored) == kept.size
    assert kept.file.name.endswith(f"/{kept.sha256}{extension}")


def test_the_same_paper_is_kept_once_per_unit(store, cast, media):
    first = store(PDF, "a.pdf")

    assert store(PDF, "b.pdf") == first
    assert store(PDF, "a.pdf", unit=cast.son_thuy) != first
    assert EvidenceFile.objects.count() == 2
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2


def test_two_uploads_at_one_moment_end_in_one_row(store, cast, monkeypatch, media):
    first = store(PDF)
    empty = EvidenceFile.objects.none()
    monkeypatch.setattr(EvidenceFile.objects, "filter", lambda **_: empty)

    assert store(PDF) == first
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_a_file_without_a_row_does_not_stay(store, monkeypatch, media):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(EvidenceFile, "save", fail)

    with pytest.raises(RuntimeError):
        store(PDF)
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_pictures_are_turned_upright_and_lose_what_the_camera_noted(store):
    kept = store(picture(orientation=6), "anh.jpg")

    drawn = drawn_from(kept)
    assert drawn.size == (40, 60)
    assert dict(drawn.getexif()) == {}
    assert b"Exif" not in bytes_of(kept)


def test_large_pictures_are_made_smaller(store):
    kept = store(picture("PNG", size=(5000, 2500)), "anh.png")

    assert drawn_from(kept).size == (4096, 2048)


@pytest.mark.parametrize(
    ("mode", "colour", "kept_mode"),
    [("RGBA", (255, 0, 0, 0), "RGBA"), ("L", 10, "RGB"), ("P", 1, "RGB"), ("1", 1, "RGB")],
)
def test_pictures_of_every_mode_are_kept(store, mode, colour, kept_mode):
    kept = store(picture("PNG", mode=mode, colour=colour), "anh.png")

    assert drawn_from(kept).mode == kept_mode


def test_what_hangs_behind_a_picture_is_dropped(store):
    kept = store(picture() + b"<script>alert(1)</script>", "anh.jpg")

    assert b"script" not in bytes_of(kept)


def damaged(data):
    """The archive with its first packed bytes turned over: sizes and names still fit."""
    start = data.index(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    return data[:start] + bytes(255 - byte for byte in data[start : start + 4]) + data[start + 4 :]


MACRO = {**DOCX_PARTS, "word/vbaProject.bin": "x"}
REFUSED = [
    (b"", "empty", "Tệp rỗng. Nhận tệp PDF, JPEG, PNG, DOCX, XLSX."),
    (b"xin chao", "unknown_type", "Không nhận loại tệp này. Nhận tệp PDF, JPEG, PNG, DOCX, XLSX."),
    (b"<html><script>1</script></html>", "unknown_type", "Không nhận loại tệp này."),
    (b"GIF89a" + b"\0" * 40, "unknown_type", "Không nhận loại tệp này."),
    (b"MZ" + b"\0" * 400, "unknown_type", "Không nhận loại tệp này."),
    (zipped({"a.txt": "x"}), "unknown_type", "Không nhận tệp nén."),
    (zipped({"word/document.xml": "x"}), "unknown_type", "Không nhận tệp nén."),
    (PDF[:-8], "broken", "Tệp PDF bị hỏng hoặc chưa tải lên hết."),
    (PDF + zipped(DOCX_PARTS) + b"%%EOF", "polyglot", "Tệp PDF có lẫn loại tệp khác bên trong."),
    (b"%PDF-1.7\n<html>" + PDF, "polyglot", "Tệp PDF có lẫn loại tệp khác bên trong."),
    (PDF.replace(b"/Catalog", b"/Catalog /S /JavaScript"), "active", "Tệp PDF có chứa lệnh chạy."),
    (picture()[:300], "broken", "Ảnh bị hỏng hoặc chưa tải lên hết."),
    (b"\xff\xd8\xff\xe0" + b"\0" * 300, "broken", "Ảnh bị hỏng hoặc chưa tải lên hết."),
    (zipped(MACRO), "active", "Tệp có chứa macro."),
    (zipped(DOCX_PARTS)[:-30], "broken", "Tệp bị hỏng hoặc chưa tải lên hết."),
    (damaged(zipped(DOCX_PARTS, packing=zipfile.ZIP_STORED)), "broken", "Tệp bị hỏng hoặc"),
    (zipped(DOCX_PARTS, packing=zipfile.ZIP_LZMA), "unknown_type", "Không nhận tệp nén kiểu này."),
    (damaged(zipped(DOCX_PARTS)), "broken", "Tệp bị hỏng hoặc chưa tải lên hết."),
    (zipped({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}), "unknown_type", "Không nhận"),
    (zipped(DOCX_PARTS, comment=b"<script>"), "polyglot", "Tệp có lẫn loại tệp khác bên trong."),
    (zipped(DOCX_PARTS) + b"<script>", "polyglot", "Tệp có lẫn loại tệp khác bên trong."),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code", "message"), REFUSED)
def test_other_files_are_refused_in_words(store, data, code, message):
    found, words = refused(store, data)

    assert found == code
    assert words.startswith(message)


def test_a_file_over_20_mb_is_refused_before_it_is_read(store, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_BYTES", len(PDF) - 1)

    assert refused(store, PDF)[0] == "too_large"


def test_pictures_with_too_many_pixels_are_refused_before_they_are_unpacked(store, monkeypatch):
    monkeypatch.setattr(content, "MOST_PIXELS", 60 * 40 - 1)

    assert refused(store, picture())[0] == "too_many_pixels"


def test_archives_that_would_burst_are_refused(store, monkeypatch):
    monkeypatch.setattr(content, "MOST_UNPACKED", 10)

    assert refused(store, zipped(DOCX_PARTS))[0] == "too_large"


def test_archives_with_a_password_are_refused(store):
    data = bytearray(zipped(DOCX_PARTS))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1

    assert refused(store, bytes(data))[0] == "encrypted"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Nghị quyết 05.pdf", "Nghị quyết 05.pdf"),
        ("Nghi\u0323 quyê\u0301t.PDF", "Nghị quyết.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\lan\\bien ban.pdf", "bien ban.pdf"),
        ("bien-ban\u202efdp.exe", "bien-banfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('a"b<c>.pdf', "a b c.pdf"),
        ("...", "tai-lieu.pdf"),
        ("", "tai-lieu.pdf"),
        (".pdf", "tai-lieu.pdf"),
        ("x" * 400 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given, shown):
    assert evidence.clean_name(given, ".pdf") == shown


def test_a_jpeg_keeps_one_extension():
    assert evidence.clean_name("anh.JPEG", ".jpg") == "anh.jpg"


@pytest.mark.parametrize(
    ("data", "placement", "extension"),
    [(PDF, "inline", "pdf"), (picture(), "inline", "jpg"), (workbook(), "attachment", "xlsx")],
)
def test_a_file_is_sent_so_that_nothing_in_it_can_run(store, data, placement, extension):
    kept = store(data, "Biên bản đ.x")

    response = serve_evidence(kept)

    assert response["Content-Type"] == kept.content_type
    assert response["Content-Disposition"] == (
        f'{placement}; filename="Bien ban d.x.{extension}"; '
        f"filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20%C4%91.x.{extension}"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(kept.size)
    sent = b"".join(response.streaming_content)
    response.close()
    assert sent == bytes_of(kept)
