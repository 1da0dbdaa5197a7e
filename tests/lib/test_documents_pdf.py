"""Fonts, bytes and files of the printed papers."""

import io
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from antq_portal.lib.documents import fingerprint, pdf
from antq_portal.lib.documents.snapshot import PAPERS
from tests.lib import paper_samples as samples

EVERY_PAPER = {paper.slug: paper for paper in samples.every_paper()}
ROOT = Path(__file__).resolve().parents[2]
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VOWELS = "aăâeêioôơuưy"
LETTERS = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES] + ["đ"]
ALL_LETTERS = LETTERS + [letter.upper() for letter in LETTERS]
SAME_BYTES = """
import hashlib, sys
sys.path[:0] = ["tests/lib", "."]
import paper_samples
from antq_portal.lib.documents import fingerprint, pdf
for paper in (paper_samples.recognition(), paper_samples.classification(4)):
    print(hashlib.sha256(pdf.render_pdf(paper)).hexdigest())
print(fingerprint.renderer_fingerprint())
"""


def opened(*papers):
    return PdfReader(io.BytesIO(pdf.render_pdf(list(papers))))


def text_of(page):
    return " ".join(page.extract_text().replace("\u00a0", " ").split())


def whole_text(reader):
    return " ".join(text_of(page) for page in reader.pages)


def fonts_of(reader):
    found = set()
    for page in reader.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            found.add(str(font.get_object()["/BaseFont"]))
    return found


@pytest.mark.parametrize("slug", sorted(PAPERS))
def test_paper_uses_only_our_fonts(slug):
    fonts = fonts_of(opened(EVERY_PAPER[slug]))

    assert {name.split("+")[1].split("-")[0] for name in fonts} == {"ANTQ"}


def test_certificates_of_many_units_come_in_order_and_report_progress():
    calls = []
    papers = [samples.certificate(f"Bản số {n}", str(n)) for n in range(1, 53)]

    data = pdf.render_pdf(papers, progress=lambda done, total: calls.append((done, total)))

    texts = [text_of(page) for page in PdfReader(io.BytesIO(data)).pages]
    assert [f"BẢN SỐ {n} " in text for n, text in enumerate(texts, 1)] == [True] * 52
    assert calls == [(50, 52), (52, 52)]


def test_dossier_prints_as_one_file_with_pages_counted_by_paper():
    dossier = [samples.registration(), samples.report(), samples.score_sheet()]

    reader = opened(*dossier)

    separately = sum(len(opened(paper).pages) for paper in dossier)
    assert len(reader.pages) == separately
    assert " 2 Mẫu của cổng" in text_of(reader.pages[2])


def test_all_146_vietnamese_letters_come_from_our_fonts():
    words = " ".join(ALL_LETTERS)
    html = f"<p>{words} <b>{words} <i>{words}</i></b> <i>{words}</i></p>"

    reader = PdfReader(io.BytesIO(pdf.html_to_pdf(html)))

    assert len(set(ALL_LETTERS)) == 146
    assert len(fonts_of(reader)) == 4
    assert not any("DejaVu" in name for name in fonts_of(reader))
    assert set(ALL_LETTERS) <= set(reader.pages[0].extract_text())


def test_letters_outside_the_font_are_replaced_and_never_borrow_a_font():
    paper = samples.recognition(area="xã Na Mèo ☐ 😀\u200d 漢")

    reader = opened(paper)

    assert "xã Na Mèo □ □ □" in whole_text(reader)
    assert {name.split("+")[1].split("-")[0] for name in fonts_of(reader)} == {"ANTQ"}


def test_same_content_gives_the_same_bytes_in_one_process():
    first = pdf.render_pdf(samples.recognition())
    pdf.render_pdf(samples.certificate())

    assert pdf.render_pdf(samples.recognition()) == first


def test_same_content_gives_the_same_bytes_across_processes():
    def run(**environment):
        return subprocess.run(
            [sys.executable, "-c", SAME_BYTES],
            cwd=ROOT, capture_output=True, text=True, check=True,
            env={"PATH": "/usr/bin:/bin", **environment},
        ).stdout  # fmt: skip

    first = run(TZ="UTC", LANG="C", PYTHONHASHSEED="1")
    second = run(TZ="Asia/Ho_Chi_Minh", LANG="C.UTF-8", PYTHONHASHSEED="2")

    assert first == second
    assert first.splitlines()[-1] == fingerprint.renderer_fingerprint()


def test_fingerprint_names_the_renderer_and_fits_a_column():
    line = fingerprint.renderer_fingerprint()

    assert line.startswith("weasyprint ")
    assert "; subset " in line
    assert "; templates " in line
    assert len(line) <= 200


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "data:text/html;base64,PGI+",
        f"{pdf.STYLE_SHEET.parent.as_uri()}/portal.css",
        f"{next(iter(pdf.OWN_FILES))}/../../../../manage.py",
    ],
)
def test_fetcher_refuses_everything_but_our_own_files(address):
    with pytest.raises(pdf.RefusedAddress):
        pdf.OwnFilesOnly().fetch(address)
    with pytest.raises(pdf.RefusedAddress):
        pdf.html_to_pdf(f'<img src="{address}">')


def test_no_paper_is_refused():
    with pytest.raises(ValueError, match="Không có văn bản"):
        pdf.render_pdf([])
