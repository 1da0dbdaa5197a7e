"""Evidence files: what is kept, what is refused and why, and how a file is sent."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from criteria.models import EvidenceFile
from criteria.responses import serve_evidence
from criteria.services import content, evidence, store_evidence

from .files import DOCX_PARTS, PDF, picture, workbook, zipped


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


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "empty", "Tệp rỗng. Nhận tệp PDF, JPEG, PNG, DOCX, XLSX."),
        (b"<html><script>1</script></html>", "unknown_type", "Không nhận loại tệp này."),
        (PDF[:-8], "broken", "Tệp PDF bị hỏng hoặc chưa tải lên hết."),
        (PDF + b" " * 21 * 1024 * 1024, "too_large", "Tệp lớn quá 20 MB."),
    ],
    ids=["empty", "html", "truncated", "21 MB"],
)
def test_what_is_not_kept_leaves_nothing(store, media, data, code, message):
    found, words = refused(store, data)

    assert found == code
    assert words.startswith(message)
    assert [path for path in media.rglob("*") if path.is_file()] == []


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
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tar", "_lpt1.tar.pdf"),
        ("contract.pdf", "contract.pdf"),
        ("bien ban\u200b\u2067\ufeff.pdf", "bien ban.pdf"),
        ("a\x00b\x1b[31m.pdf", "ab[31m.pdf"),
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
    assert response["Content-Encoding"] == "identity"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Length"] == str(kept.size)
    sent = b"".join(response.streaming_content)
    response.close()
    assert sent == bytes_of(kept)


@pytest.mark.parametrize(
    ("asked", "status", "place"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-6", 206, slice(-6, None)),
        ("bytes=10-99999999", 206, slice(10, None)),
        ("bytes=0-1,4-5", 200, slice(None)),
        ("bytes=9-3", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("rows=1-2", 200, slice(None)),
        ("bytes=99999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_a_part_of_a_file_is_sent_when_one_is_asked_for(store, asked, status, place):
    kept = store(PDF)

    response = serve_evidence(kept, asked_range=asked)

    assert response.status_code == status
    assert response["Content-Security-Policy"].endswith("sandbox")
    if place is None:
        assert response["Content-Range"] == f"bytes */{len(PDF)}"
        return
    sent = b"".join(response.streaming_content)
    response.close()
    assert sent == PDF[place]
    assert response["Content-Length"] == str(len(sent))
    if status == 206:
        start = PDF.index(sent) if len(sent) > 6 else place.indices(len(PDF))[0]
        assert response["Content-Range"] == f"bytes {start}-{start + len(sent) - 1}/{len(PDF)}"
