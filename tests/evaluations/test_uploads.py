"""Files in pieces: gone on with, checked as a whole, forgotten; and files that no row speaks of."""

import datetime as dt
import hashlib
import os
import socket
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from criteria.arrived import MOST_FILES, join_arrived_files
from criteria.models import Criterion, EvidenceFile, Upload
from criteria.services import (
    arrived_files,
    begin_upload,
    cancel_upload,
    purge_uploads,
    receive_piece,
    sweep_files,
    uploads,
)
from criteria.services.uploads import PIECE, WrongOffset, folder, path_of
from criteria.tasks import sweep_files_task
from evaluations.models import Attachment, Purpose
from evaluations.services.attachments import attach
from evaluations.services.evaluations import open_file
from tests import story
from tests.cast import give_role, make_person
from tests.criteria.files import pdf_with
from tests.pages import address

pytestmark = pytest.mark.django_db

LARGE = pdf_with(b"", packed=os.urandom(600_000))
WHOLE = len(LARGE)
SHA = hashlib.sha256(LARGE).hexdigest()


def begun(cast, **changes):
    given = {"name": "Báo cáo.pdf", "size": len(LARGE), "sha256": SHA, "by": cast.lan, **changes}
    return begin_upload(**given)


def send(row, cast, *, start=0, until=WHOLE, piece=PIECE):
    for at in range(start, until, piece):
        row = receive_piece(row.pk, offset=at, data=LARGE[at : min(at + piece, until)], by=cast.lan)
    return row


def parts():
    return sorted(folder().glob("*")) if folder().exists() else []


def test_a_file_arrives_in_pieces_and_is_the_same(cast):
    row = send(begun(cast), cast)

    assert row.is_complete
    (file,) = arrived_files([row.pk], by=cast.lan)
    assert (file.name, file.size) == ("Báo cáo.pdf", len(LARGE))
    assert file.read() == LARGE
    file.close()


def test_what_broke_off_is_gone_on_with_and_a_retried_piece_does_no_harm(cast):
    row = send(begun(cast), cast, until=PIECE * 2)
    again = begun(cast, name="Tên khác.pdf")
    assert (again.pk, again.received) == (row.pk, PIECE * 2)

    same = receive_piece(row.pk, offset=PIECE, data=b"x" * PIECE, by=cast.lan)
    assert same.received == PIECE * 2
    with pytest.raises(WrongOffset) as caught:
        receive_piece(row.pk, offset=PIECE * 2 + 1, data=b"x", by=cast.lan)
    assert caught.value.received == PIECE * 2

    assert send(row, cast, start=PIECE * 2).is_complete


@pytest.mark.parametrize("data", [b"", b"x" * (1024 * 1024 + 1), b"x" * (WHOLE + 1)])
def test_a_piece_of_no_use_changes_nothing(cast, data):
    row = begun(cast)

    with pytest.raises(WrongOffset):
        receive_piece(row.pk, offset=0, data=data, by=cast.lan)
    assert Upload.objects.get().received == 0
    assert parts() == []


def test_a_file_that_came_out_different_is_forgotten(cast):
    row = send(begun(cast), cast, until=PIECE)

    send(row, cast, start=PIECE, until=PIECE * 2)
    with pytest.raises(ValidationError, match="không nguyên vẹn"):
        receive_piece(row.pk, offset=PIECE * 2, data=bytes(WHOLE - PIECE * 2), by=cast.lan)
    assert not Upload.objects.exists()
    assert parts() == []


def test_a_program_is_refused_at_its_first_piece(cast):
    row = begun(cast)

    with pytest.raises(ValidationError, match="Không nhận loại tệp này"):
        receive_piece(row.pk, offset=0, data=b"MZ" + bytes(5000), by=cast.lan)
    assert parts() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"size": 0}, "empty"), ({"size": 21 * 1024 * 1024}, "too_large")],
)
def test_empty_and_too_large_files_do_not_begin(cast, changes, code):
    with pytest.raises(ValidationError) as caught:
        begun(cast, **changes)
    assert caught.value.code == code


def test_nobody_has_more_on_the_way_than_the_portal_holds(cast, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_TOGETHER", len(LARGE) * 2)
    send(begun(cast), cast)
    begun(cast, sha256="1" * 64)

    with pytest.raises(ValidationError, match="tệp tải dở quá"):
        begun(cast, sha256="2" * 64)
    Upload.objects.complete().update(at=timezone.now() - dt.timedelta(hours=2))
    assert begun(cast, sha256="2" * 64).received == 0
    assert parts() == []


def test_another_person_neither_goes_on_with_it_nor_uses_it(cast):
    row = send(begun(cast), cast)

    assert arrived_files([row.pk], by=cast.minh) == []
    with pytest.raises(Upload.DoesNotExist):
        receive_piece(row.pk, offset=0, data=b"x", by=cast.minh)
    cancel_upload(row.pk, by=cast.minh)
    assert begun(cast, by=cast.minh).pk != row.pk
    cancel_upload(row.pk, by=cast.lan)
    assert list(Upload.objects.values_list("by", flat=True)) == [cast.minh.pk]
    assert parts() == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"size": 0}, "upload_not_empty"),
        ({"received": len(LARGE) + 1}, "upload_received_within_size"),
        ({"sha256": SHA}, "upload_once_per_person_and_content"),
    ],
)
def test_the_database_refuses_uploads_that_cannot_be(cast, changes, name):
    begun(cast)
    given = {"name": "x", "size": len(LARGE), "at": timezone.now(), "by": cast.lan, **changes}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Upload.objects.create(**given)


def test_the_night_forgets_what_nobody_goes_on_with(cast):
    old, young = begun(cast), begun(cast, sha256="")
    send(old, cast, until=PIECE)
    send(young, cast, until=PIECE)
    Upload.objects.filter(pk=old.pk).update(at=timezone.now() - dt.timedelta(hours=25))
    lost = folder() / f"{uuid.uuid4()}.part"
    lost.write_bytes(b"x")
    os.utime(lost, (0, 0))

    sweep_files_task()

    assert list(Upload.objects.all()) == [young]
    assert parts() == [path_of(young)]
    assert purge_uploads() == 0


# Stored files without a row ---------------------------------------------------------------------


def stored(media):
    return sorted(path for path in media.rglob("evidence/**/*") if path.is_file())


def test_a_request_cut_off_behind_its_file_leaves_nothing_that_the_night_does_not_sweep(
    cast, media, monkeypatch
):
    story.open_seasons(cast)
    other = {"year": story.year(), "purpose": Purpose.OTHER, "by": cast.lan}
    with path_of(send(begun(cast), cast)).open("rb") as part:
        monkeypatch.setattr("evaluations.services.attachments.record_audits", _killed)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            attach([cast.che_lau], file=_uploaded(part), **other)
    monkeypatch.undo()
    assert not EvidenceFile.objects.exists()
    assert not Attachment.objects.exists()
    (left,) = stored(media)
    attach([cast.hiem], file=_uploaded(None), **other)

    assert sweep_files() == 0
    assert sweep_files(timezone.now() + dt.timedelta(days=2)) == 1
    assert left not in stored(media)
    assert len(stored(media)) == 1


def _killed(*args, **kwargs):
    raise KeyboardInterrupt


def _uploaded(part):
    return SimpleUploadedFile("a.pdf", part.read() if part else pdf_with(b"1"))


# Over the web -----------------------------------------------------------------------------------


def test_a_file_that_came_in_pieces_is_put_among_its_forms_files(cast, as_):
    story.open_seasons(cast)
    client = as_(cast.lan)
    facts = {"name": "../Báo\u202ecáo.pdf", "size": len(LARGE), "sha256": SHA}

    state = client.post(address("upload_begin"), facts).json()
    while not state["done"]:
        piece = LARGE[state["offset"] : state["offset"] + state["piece"]]
        url = f"{address('upload', state['id'])}?tu={state['offset']}"
        state = client.post(url, piece, content_type="application/octet-stream").json()
    data = {"don_vi": cast.che_lau.pk, "cho": "other", "file-tai-len": state["id"]}
    answer = client.post(address("shared_papers", story.year()), data)

    assert answer.status_code == 200
    kept = Attachment.objects.get().evidence_file
    assert (kept.sha256, kept.name) == (SHA, "Báocáo.pdf")


def test_a_form_that_is_sent_again_finds_its_upload_and_does_one_thing(cast, as_):
    story.open_seasons(cast)
    row = send(begun(cast), cast)
    data = {
        "don_vi": [cast.che_lau.pk], "cho": "other", "file-tai-len": str(row.pk), "lan": str(uuid.uuid4()),
    }  # fmt: skip
    client, url = as_(cast.lan), address("shared_papers", story.year())

    first, again = client.post(url, data), client.post(url, data)

    assert first.status_code == again.status_code == 200
    assert "Kèm tài liệu: 1/1 đơn vị" in again.content.decode()
    assert "Đã có giấy này" not in again.content.decode()
    assert Attachment.objects.count() == 1


def test_a_row_of_the_sheet_whose_upload_is_gone_says_so_and_saves_nothing(cast, as_):
    story.open_seasons(cast)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    row = Criterion.objects.get(criteria_set=story.season().criteria_set, code="4.1.i")
    url = address("file", story.year(), cast.che_lau.pk, tab="tt124")
    data = {
        "viec": "luu", f"c{row.pk}-version": 0, f"c{row.pk}-verdict": "met",
        f"c{row.pk}-file-tai-len": str(uuid.uuid4()),
    }  # fmt: skip

    answer = as_(cast.lan).post(url, data)

    assert answer.status_code == 422
    assert "Tệp tải dở đã quá hạn" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_form_that_names_a_forgotten_upload_says_so(cast, as_):
    story.open_seasons(cast)
    data = {"don_vi": cast.che_lau.pk, "cho": "other", "file-tai-len": str(uuid.uuid4())}

    answer = as_(cast.lan).post(address("shared_papers", story.year()), data)

    assert answer.status_code == 422
    assert "Tệp tải dở đã quá hạn" in answer.content.decode()


def test_pieces_answer_calmly(cast, as_):
    client = as_(cast.lan)
    row = begun(cast)
    url = address("upload", row.pk)
    raw = {"content_type": "application/octet-stream"}

    assert client.get(url).json()["offset"] == 0
    for query in ("", "?tu=-1", "?tu=x", "?tu=9999999999999999999999"):
        assert client.post(f"{url}{query}", b"%PDF-1.7", **raw).status_code == 409
    refused = client.post(f"{url}?tu=0", b"MZ" + bytes(600), **raw)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_type")
    assert client.get(url).status_code == 404
    assert client.post(address("upload_begin"), {"name": "x", "size": "nhiều"}).status_code == 422
    again = client.post(address("upload_begin"), {"name": "x", "size": 9, "sha256": "<script>"})
    assert Upload.objects.get(pk=again.json()["id"]).sha256 == ""
    assert client.post(address("upload_cancel", again.json()["id"])).status_code == 200
    assert not Upload.objects.exists()


def test_a_piece_that_comes_as_a_form_is_refused(cast, as_):
    row = begun(cast)

    answer = as_(cast.lan).post(f"{address('upload', row.pk)}?tu=0", {"phần": "x"})

    assert (answer.status_code, answer.json()["code"]) == (415, "form")


@pytest.mark.parametrize("name", ["..", "a/..", "", "  "])
def test_a_name_that_names_no_file_keeps_no_form_from_being_sent(cast, name):
    row = send(begun(cast, name=name), cast)

    [file] = arrived_files([row.pk], by=cast.lan)

    with file:
        assert file.name == "tai-lieu"


def test_a_form_opens_only_so_many_files_under_however_many_names(cast, as_):
    row = send(begun(cast), cast)
    seen = []

    def page(request):
        seen.append(sum(len(files) for _, files in request.FILES.lists()))
        return HttpResponse()

    form = {f"f{number}-tai-len": str(row.pk) for number in range(3 * MOST_FILES)}
    request = RequestFactory().post("/", form)
    request.user = cast.lan
    join_arrived_files(page)(request)

    assert seen == [MOST_FILES]


def test_only_who_enters_files_sends_any(cast, as_):
    give_role(make_person("xem"), "viewer", cast.na_meo)
    row = begun(cast)

    assert as_(cast.van).post(address("upload_begin"), {"name": "x", "size": 9}).status_code == 403
    assert as_(cast.nga).get(address("upload", row.pk)).status_code == 404
    assert as_(cast.root).post(address("upload_begin"), {"name": "x", "size": 9}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_within_a_piece_writes_nothing_of_it(cast, client, live_server):
    client.force_login(cast.lan)
    row = send(begun(cast), cast, until=PIECE)
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    head = (
        f"POST {address('upload', row.pk)}?tu={PIECE} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n"
        f"X-CSRFToken: {'a' * 32}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {PIECE}\r\n\r\n"
    )
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as line:
        line.sendall(head.encode() + LARGE[PIECE : PIECE + 9000])

    row.refresh_from_db()
    assert row.received == PIECE
    assert path_of(row).stat().st_size == PIECE
    assert send(row, cast, start=PIECE).is_complete
