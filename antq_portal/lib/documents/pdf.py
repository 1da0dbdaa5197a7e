"""HTML papers made into PDF: only our own files are read, equal content gives equal bytes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final
from urllib.request import urlopen

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from antq_portal.lib.documents.decisions import Certificate
from antq_portal.lib.documents.parts import Paper
from antq_portal.lib.documents.places import FONT_FILES, STYLE_SHEET
from antq_portal.lib.documents.rendering import render_batch

Progress = Callable[[int, int], None]

SHEETS_A_BATCH: Final = 50
OWN_FILES: Final = {path.as_uri(): path for path in FONT_FILES}
OWN_PICTURES: Final = "data:image/png;base64,"

_of_thread = threading.local()


class RefusedAddress(ValueError):
    """A paper asked for a file or an address that is not the portal's own."""


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Hands out the papers' fonts and embedded QR pictures and refuses all else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url in OWN_FILES:
            return URLFetcherResponse(url, OWN_FILES[url].read_bytes())
        if url.startswith(OWN_PICTURES):
            with urlopen(url) as picture:  # noqa: S310 - a data: address by the line above
                return URLFetcherResponse(url, picture.read(), {"Content-Type": "image/png"})
        raise RefusedAddress(f"Văn bản không được đọc từ địa chỉ {url[:80]}")


def html_to_pdf(html: str) -> bytes:
    """Return the PDF of a page set with nd30.css, for callers with templates of their own.

    Raises RefusedAddress when the page asks for anything but the papers' own files.
    """
    return _written([_laid_out(html)])


def render_pdf(papers: Paper | Sequence[Paper], progress: Progress | None = None) -> bytes:
    """Return one PDF of the papers in their order, each beginning on a new sheet.

    `progress(done, total)` is called after every batch. Raises ValueError for no paper.
    """
    wanted = [papers] if isinstance(papers, Paper) else list(papers)
    if not wanted:
        raise ValueError("Không có văn bản nào để in.")
    documents, done = [], 0
    for batch in _batches(wanted):
        documents.append(_laid_out(render_batch(batch)))
        done += len(batch)
        if progress:
            progress(done, len(wanted))
    return _written(documents)


def _batches(papers: Sequence[Paper]) -> Iterator[list[Paper]]:
    """Split into runs laid out together: certificates by the batch, other papers singly."""
    for kind, run in groupby(papers, type):
        same = list(run)
        size = SHEETS_A_BATCH if kind is Certificate else 1
        yield from (same[start : start + size] for start in range(0, len(same), size))


def _laid_out(html: str) -> Document:
    style, fonts = _style_and_fonts()
    page = HTML(string=html, url_fetcher=OwnFilesOnly())
    try:
        return page.render(font_config=fonts, stylesheets=[style])
    except FatalURLFetchingError as refused:
        raise RefusedAddress(str(refused)) from refused


def _written(documents: Sequence[Document]) -> bytes:
    pages = [page for document in documents for page in document.pages]
    pdf: bytes = documents[0].copy(pages).write_pdf()
    return pdf


def _style_and_fonts() -> tuple[CSS, FontConfiguration]:
    """Return the parsed style sheet and fonts of this thread (Pango's are not thread-safe)."""
    if not hasattr(_of_thread, "style"):
        _of_thread.fonts = FontConfiguration()
        _of_thread.style = CSS(
            string=_style_text(),
            base_url=STYLE_SHEET.as_uri(),
            url_fetcher=OwnFilesOnly(),
            font_config=_of_thread.fonts,
        )
    return _of_thread.style, _of_thread.fonts


@cache
def _style_text() -> str:
    return STYLE_SHEET.read_text(encoding="utf-8")
