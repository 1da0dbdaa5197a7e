"""One paper for many units and rows, papers used again, and papers that were taken off."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.models import AuditEvent
from criteria.exceptions import TransitionRefused
from criteria.models import Criterion, EvidenceFile
from evaluations.models import Attachment, Purpose
from evaluations.selectors.files import unit_file
from evaluations.selectors.history import history
from evaluations.services.attachments import PaperReference, attach, detach
from evaluations.services.evaluations import open_file, return_file
from evaluations.services.paper_places import PaperPlace
from evaluations.services.shared_papers import attach_to_many
from tests import story
from tests.criteria.files import PDF, picture
from tests.pages import address, queries_of, words
from units.coverage import Scheme

pytestmark = pytest.mark.django_db

KEPT = PaperReference("12/BC-CAX", None, "Công an xã Na Mèo")


@pytest.fixture
def opened(cast):
    story.open_seasons(cast)
    for unit in (cast.che_lau, cast.hiem):
        open_file(unit, year=story.year(), by=cast.lan)
    return cast


def row(code, scheme=Scheme.RECOGNITION):
    return Criterion.objects.get(criteria_set=story.season(scheme).criteria_set, code=code)


def pdf(name="Báo cáo.pdf"):
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def put(cast, places, **given):
    return attach_to_many(places, year=story.year(), by=cast.lan, **given)


def places_of(units, *criteria):
    return [PaperPlace(unit, Purpose.CRITERION, one) for unit in units for one in criteria]


def test_one_paper_serves_every_row_that_is_open_and_names_the_others(opened, media):
    cast = opened
    story.submitted(cast.hiem, cast)
    places = places_of([cast.che_lau, cast.hiem], row("4.1.i"), row("4.3.a"))

    placed = put(cast, [*places, PaperPlace(cast.thuy_thanh, Purpose.OTHER)], file=pdf())

    assert [(one.place.unit, one.is_done, one.problem) for one in placed] == [
        (cast.che_lau, True, ""),
        (cast.che_lau, False, "Tiêu chí nhạy cảm không nhận tệp; ghi nơi lưu bản giấy."),
        (cast.hiem, False, "Hồ sơ đã gửi thẩm định, không thêm bớt tài liệu được; rút lại trước."),
        (cast.hiem, False, "Hồ sơ đã gửi thẩm định, không thêm bớt tài liệu được; rút lại trước."),
        (cast.thuy_thanh, False, "Không tìm thấy đơn vị."),
    ]
    paper = Attachment.objects.get(evidence_file__isnull=False)
    assert (paper.unit, paper.criterion.code, paper.attached_by) == (
        cast.che_lau,
        "4.1.i",
        cast.lan,
    )
    assert AuditEvent.objects.filter(act="attachment.add", unit_id=cast.che_lau.pk).count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_where_nothing_is_open_no_file_is_stored(opened, media):
    story.submitted(opened.hiem, opened)

    put(opened, places_of([opened.hiem], row("4.1.i")), file=pdf())

    assert not EvidenceFile.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_kept_paper_is_used_again_and_stands_once_at_each_row(opened, media):
    cast = opened
    units = [cast.che_lau, cast.hiem]
    put(cast, places_of(units, row("4.1.i")), file=pdf())
    kept = EvidenceFile.objects.get()

    again = put(cast, places_of(units, row("4.1.i"), row("4.1.ii")), kept=kept)

    assert kept.unit == cast.na_meo
    assert [(one.is_done, one.problem) for one in again] == [
        (True, "Đã có giấy này ở đây."), (True, ""),
    ] * 2  # fmt: skip
    assert kept.attachments.count() == 4
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_only_where_it_is_kept_serves_sensitive_rows_too(opened):
    placed = put(opened, places_of([opened.che_lau, opened.hiem], row("4.3.a")), reference=KEPT)

    assert all(one.is_done and not one.problem for one in placed)
    assert set(Attachment.objects.values_list("kept_at", "reference_number", "is_sensitive")) == {
        ("Công an xã Na Mèo", "12/BC-CAX", True)
    }
    with pytest.raises(ValidationError):
        put(opened, places_of([opened.che_lau], row("4.3.a")))


def test_a_paper_out_of_sight_is_not_used_again(opened):
    cast = opened
    attach([cast.che_lau], year=story.year(), purpose=Purpose.OTHER, file=pdf(), by=cast.lan)
    kept = EvidenceFile.objects.get()

    with pytest.raises(EvidenceFile.DoesNotExist):
        attach_to_many(
            [PaperPlace(cast.thuy_thanh, Purpose.OTHER)], year=story.year(), by=cast.nga, kept=kept
        )


def test_the_database_takes_a_file_once_at_each_row(opened):
    made = attach(
        [opened.che_lau], year=story.year(), purpose=Purpose.OTHER, file=pdf(), by=opened.lan
    )
    again = attach(
        [opened.che_lau], year=story.year(), purpose=Purpose.OTHER, file=pdf(), by=opened.lan
    )

    assert again == made
    made[0].pk = None
    with pytest.raises(IntegrityError, match="attachment_file_once_per_row"), transaction.atomic():
        made[0].save(force_insert=True)


def test_many_units_cost_no_more_questions_for_each_row(opened):
    units = [opened.che_lau, opened.hiem]

    def asked(*codes):
        places = places_of(units, *map(row, codes))
        with CaptureQueriesContext(connection) as caught:
            put(opened, places, reference=PaperReference(kept_at=f"Nơi {len(codes)}"))
        return len(caught)

    assert asked("4.1.i") == asked("4.1.ii", "4.1.iii", "4.2") < 30


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_attach_the_same_paper_at_one_moment_leave_one(opened):
    places = places_of([opened.che_lau, opened.hiem], row("4.1.i"))
    start = Barrier(2)

    def one(turn):
        start.wait(10)
        try:
            return [
                (made.is_done, made.problem)
                for made in put(opened, places[:: -1 if turn else 1], file=pdf(f"{turn}.pdf"))
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(one, range(2)))

    assert sorted(told) == [[(True, "")] * 2, [(True, "Đã có giấy này ở đây.")] * 2]
    assert Attachment.objects.count() == 2
    assert EvidenceFile.objects.count() == 1


# Taken off ------------------------------------------------------------------------------------


def test_what_was_taken_off_stays_in_the_timeline(opened):
    cast = opened
    attach(
        [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, criterion=row("4.1.i"),
        file=pdf("Ảnh họp.pdf"), by=cast.lan,
    )  # fmt: skip
    detach(Attachment.objects.get(), by=cast.lan)

    told = [
        (one.who, one.what, one.note)
        for one in history(unit_file(cast.minh, cast.che_lau.pk, year=story.year()), by=cast.minh)
        if "tài liệu" in one.what
    ]
    assert told == [
        ("Lò Thị Lan", "Bỏ tài liệu: Minh chứng của tiêu chí", "Ảnh họp.pdf"),
        ("Lò Thị Lan", "Kèm tài liệu: Minh chứng của tiêu chí", "Ảnh họp.pdf"),
    ]
    assert EvidenceFile.objects.count() == 1


def test_of_a_returned_file_papers_change_only_at_the_rows_that_were_reopened(opened):
    cast = opened
    for code in ("4.1.i", "4.1.ii"):
        attach(
            [cast.che_lau], year=story.year(), purpose=Purpose.CRITERION, criterion=row(code),
            reference=KEPT, by=cast.lan,
        )  # fmt: skip
    story.in_review(cast.che_lau, cast)
    named = {row("4.1.i").pk: "Thiếu số hộ"}
    return_file(cast.che_lau, year=story.year(), note="", rows=named, by=cast.minh)

    detach(Attachment.objects.get(criterion=row("4.1.i")), by=cast.lan)

    for kept in Attachment.objects.all():
        with pytest.raises(TransitionRefused):
            detach(kept, by=cast.lan)
    assert put(cast, places_of([cast.che_lau], row("4.1.i")), file=pdf())[0].is_done
    assert not put(cast, places_of([cast.che_lau], row("4.1.ii")), file=pdf())[0].is_done


# Pages ----------------------------------------------------------------------------------------


def url(**query):
    return address("shared_papers", story.year(), **query)


def test_officer_puts_one_paper_to_every_area_and_sees_what_became_of_each(opened, as_):
    cast = opened
    story.submitted(cast.hiem, cast)
    data = {
        "tat_ca": "1", "cho": [f"c{row('4.1.i').pk}", "other"], "file": pdf("Báo cáo 12.pdf"),
        "number": "12/BC", "on": "1/2",
    }  # fmt: skip

    result = as_(cast.lan).post(url(), data)

    page = words(result)
    assert result.status_code == 200
    assert "Kèm tài liệu: 1/2 đơn vị" in page
    assert "4.1.i, Tài liệu khác" in page
    assert page.count("rút lại trước") == 1
    assert Attachment.objects.filter(unit=cast.che_lau, reference_number="12/BC").count() == 2
    listed = words(as_(cast.minh).get(url()))
    assert "Báo cáo 12.pdf" in listed
    assert "Lò Thị Lan" in listed
    assert "Dùng cho dòng khác" not in listed


def test_kept_paper_is_used_again_from_the_list(opened, as_):
    cast = opened
    attach([cast.che_lau], year=story.year(), purpose=Purpose.OTHER, file=pdf(), by=cast.lan)
    kept = EvidenceFile.objects.get()
    client = as_(cast.lan)

    shown = words(client.get(url(giay=kept.pk)))
    client.post(url(giay=kept.pk), {"don_vi": [cast.hiem.pk], "cho": [f"c{row('4.1.i').pk}"]})

    assert "không phải tải lại" in shown
    assert 'type="file"' not in shown
    assert Attachment.objects.get(unit=cast.hiem).evidence_file == kept
    assert as_(cast.nga).get(url(giay=kept.pk)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"don_vi": []}, "Đánh dấu những đơn vị dùng văn bản này."),
        ({"cho": []}, "Đánh dấu những dòng, hoặc việc mà văn bản này chứng minh."),
        ({"kept_at": ""}, "Chọn tệp, hoặc ghi nơi lưu bản giấy."),
        ({"on": "31/2"}, "31/2"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(opened, as_, changes, message):
    data = {"don_vi": [opened.che_lau.pk], "cho": ["other"], "kept_at": "Công an xã", **changes}

    answer = as_(opened.lan).post(url(), data)

    assert answer.status_code == 422
    assert message in words(answer)
    assert not Attachment.objects.exists()


def test_a_file_that_is_not_kept_stands_at_its_field(opened, as_):
    bad = SimpleUploadedFile("a.pdf", b"MZ\x90\0")
    data = {"don_vi": [opened.che_lau.pk], "cho": ["other"], "file": bad}

    answer = as_(opened.lan).post(url(), data)

    assert answer.status_code == 422
    assert "Không nhận loại tệp này" in words(answer)


def test_the_page_asks_no_more_for_more_papers(opened, as_):
    client = as_(opened.lan)
    client.get(url())
    before = queries_of(client, url())
    for number in range(4):
        put(
            opened, places_of([opened.che_lau, opened.hiem], row("4.1.i")),
            reference=PaperReference(number=f"0{number}", kept_at="Công an xã"),
        )  # fmt: skip

    assert queries_of(client, url()) == before


def test_a_stored_file_is_shown_so_that_nothing_runs_and_in_parts(opened, as_):
    cast = opened
    attach([cast.che_lau], year=story.year(), purpose=Purpose.OTHER, file=pdf(), by=cast.lan)
    place = address("evidence", EvidenceFile.objects.get().pk)
    client = as_(cast.minh)

    whole = client.get(place, headers={"accept-encoding": "gzip"})
    part = client.get(place, headers={"range": "bytes=0-7"})

    assert whole.getvalue() == PDF
    assert part.status_code == 206
    assert part.getvalue() == PDF[:8]
    for answer in (whole, part):
        assert (
            answer["Content-Security-Policy"]
            == "default-src 'none'; frame-ancestors 'none'; sandbox"
        )
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("inline; filename=")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert "no-store" in answer["Cache-Control"]
    assert as_(cast.nga).get(place).status_code == 404


# Photographs ----------------------------------------------------------------------------------


def photo(colour, name="a.jpg", **given):
    return SimpleUploadedFile(name, picture(colour=colour, **given), content_type="image/jpeg")


def minutes_form(**more):
    return {
        "viec": "khai", "representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản",
        "meeting_on": "1/1", **more,
    }  # fmt: skip


def test_photographs_of_the_minutes_become_one_pdf_in_the_order_asked_for(opened, as_):
    photos = [photo("red", gps=True), photo("green", orientation=6), photo("blue")]
    page = address("file", story.year(), opened.che_lau.pk, tab="tai-lieu")

    answer = as_(opened.lan).post(page, minutes_form(file=photos, order="3, 1, 2"))

    assert answer.status_code == 302
    kept = Attachment.objects.get(purpose=Purpose.MINUTES).evidence_file
    assert (kept.name, kept.content_type) == ("Ảnh chụp 3 trang.pdf", "application/pdf")
    with kept.file.open("rb") as stored:
        pages = PdfReader(io.BytesIO(stored.read())).pages
        drawn = [one.images[0].image.convert("RGB") for one in pages]
    strongest = [max(range(3), key=one.getpixel((9, 9)).__getitem__) for one in drawn]
    assert strongest == [2, 0, 1]
    assert [one.size for one in drawn] == [(60, 40), (60, 40), (40, 60)]


@pytest.mark.parametrize(
    ("files", "order", "message"),
    [
        ([photo("red"), photo("blue")], "1, 1", "Ghi mỗi số từ 1 đến 2 đúng một lần"),
        ([photo("red"), photo("blue")], "3", "Ghi mỗi số từ 1 đến 2 đúng một lần"),
        ([photo("red"), pdf("x.pdf")], "", "“x.pdf” không phải ảnh JPEG, PNG."),
        ([photo("red") for _ in range(21)], "", "Tối đa 20 ảnh một lần"),
    ],
)
def test_photographs_that_make_no_paper_are_refused_at_the_field(
    opened, as_, files, order, message
):
    for one in files:
        one.seek(0)
    page = address("file", story.year(), opened.che_lau.pk, tab="tai-lieu")

    answer = as_(opened.lan).post(page, minutes_form(file=files, order=order))

    assert answer.status_code == 422
    assert message in words(answer)
    assert not Attachment.objects.exists()
