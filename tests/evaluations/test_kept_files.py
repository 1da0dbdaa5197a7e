"""Files that came with a form that was refused for another reason: named there, sent by pressing again."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from criteria.models import Criterion, Upload
from criteria.services.uploads import path_of
from evaluations.models import Attachment, Evaluation
from evaluations.services.evaluations import open_file
from tests import story
from tests.criteria.files import pdf_with
from tests.pages import address, words

pytestmark = pytest.mark.django_db
PDF = pdf_with(b"1")


@pytest.fixture
def opened(cast):
    story.open_seasons(cast)
    open_file(cast.che_lau, year=story.year(), by=cast.lan)
    return cast


def paper(name="bien-ban.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def named(answer):
    """The kept files that the shown form sends again: input and value of each."""
    pattern = r'<input type="checkbox" name="([^"]*-tai-len)" value="([^"]+)" checked'
    return dict(re.findall(pattern, words(answer)))


def pages(cast):
    """Every form that takes a paper: its address, its refused post, the file's input, what mends it."""
    row = Criterion.objects.get(criteria_set=story.season().criteria_set, code="4.1.i")
    papers = address("file", story.year(), cast.che_lau.pk, tab="tai-lieu")
    statement = {
        "viec": "khai", "representative_name": "Lò Văn Păn", "representative_title": "Trưởng bản",
    }  # fmt: skip
    seen = re.search(r'name="nhin" value="([^"]*)"', words(cast.client.get(papers))).group(1)
    return {
        "minutes": (papers, statement | {"nhin": seen}, "file", {"meeting_on": "1/11"}),
        "other": (papers, {"viec": "kem", "khac-purpose": "other", "khac-on": "99"}, "khac-file",
                  {"khac-on": ""}),
        "row": (
            address("file", story.year(), cast.che_lau.pk, tab="tt124"),
            {"viec": "luu", f"c{row.pk}-version": 0, f"c{row.pk}-verdict": "met", f"c{row.pk}-on": "99"},
            f"c{row.pk}-file", {f"c{row.pk}-on": ""},
        ),
        "shared": (address("shared_papers", story.year()), {"cho": "other"}, "file",
                   {"don_vi": cast.che_lau.pk}),
        "registration": (address("registration_grid", story.year()),
                         {"viec": "kem", "on": "99", "don_vi": cast.che_lau.pk}, "file", {"on": ""}),
    }  # fmt: skip


class Sitting:
    """The cast with one client signed in."""

    def __init__(self, cast, client):
        self.client = client
        self.che_lau = cast.che_lau


@pytest.mark.parametrize("form", ["minutes", "other", "row", "shared", "registration"])
def test_a_file_of_a_refused_form_is_named_and_sent_by_pressing_again(opened, as_, form):
    client = as_(opened.lan)
    url, data, name, mended = pages(Sitting(opened, client))[form]

    refused = client.post(url, {**data, name: paper()})

    assert refused.status_code == 422
    assert "Đã nhận: bien-ban.pdf" in words(refused)
    kept = named(refused)
    assert list(kept) == [f"{name}-tai-len"]
    assert not Attachment.objects.exists()
    twice = named(client.post(url, {**data, **kept}))
    assert twice == kept
    assert Upload.objects.get().by == opened.lan

    answer = client.post(url, {**data, **kept, **mended})

    assert answer.status_code in (200, 302), words(answer)[:400]
    found = Attachment.objects.get().evidence_file
    assert found.name == "bien-ban.pdf"
    with found.file.open() as stored:
        assert stored.read() == PDF


def test_nothing_is_kept_of_a_form_that_was_taken(opened, as_):
    client = as_(opened.lan)
    url, data, name, mended = pages(Sitting(opened, client))["minutes"]

    assert client.post(url, {**data, name: paper(), **mended}).status_code == 302

    assert not Upload.objects.exists()
    assert Evaluation.objects.filter(representative_name="Lò Văn Păn").exists()


def test_a_file_that_is_itself_wrong_is_not_kept(opened, as_):
    client = as_(opened.lan)
    url, data, name, _ = pages(Sitting(opened, client))["minutes"]

    for content in (b"", b"MZ\x90\x00 a program"):
        refused = client.post(url, {**data, name: paper(content=content)})
        assert refused.status_code == 422
        assert not Upload.objects.exists()


def test_nobody_else_sends_what_was_kept(opened, as_):
    client = as_(opened.lan)
    url, data, name, _ = pages(Sitting(opened, client))["shared"]
    kept = named(client.post(url, {**data, name: paper()}))

    theirs = {**data, "don_vi": opened.thuy_thanh.pk, **kept}
    answer = as_(opened.nga).post(url, theirs)

    assert answer.status_code == 422
    assert "Tệp tải dở đã quá hạn" in words(answer)
    assert path_of(Upload.objects.get()).read_bytes() == PDF


def test_a_page_added_to_kept_photographs_comes_after_them(opened, as_):
    client = as_(opened.lan)
    url, data, name, mended = pages(Sitting(opened, client))["shared"]
    kept = named(client.post(url, {**data, name: paper("mot.pdf")}))

    answer = client.post(url, {**data, **mended, **kept, name: paper("hai.pdf", pdf_with(b"2"))})

    assert answer.status_code == 422
    assert "“mot.pdf” không phải ảnh" in words(answer)
