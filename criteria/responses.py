"""Sending evidence files so that no browser can be made to run them."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from django.core.files import File
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from antq_portal.lib.text import unaccented

from .models import EvidenceFile

SHOWN_INLINE: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
SANDBOX: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
PIECE: Final = 64 * 1024
ONE_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")

Sent = HttpResponse | FileResponse | StreamingHttpResponse


def serve_evidence(evidence: EvidenceFile, *, asked_range: str = "") -> Sent:
    """The file as a response, or the one part of it that a Range header asks for.

    PDF and pictures are shown, all else is downloaded. The type is the stored one and is not to be
    guessed; nothing in the file may run or load anything. The view that calls has asked whether the
    person may see it.
    """
    part = _part(asked_range, evidence.size)
    if part is not None and not part:
        response: Sent = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{evidence.size}"
        return _guarded(response, evidence)
    file = evidence.file.open("rb")
    if part is None:
        response = FileResponse(file, content_type=evidence.content_type)
    else:
        response = _partial(file, part, evidence)
    placement = "inline" if evidence.content_type in SHOWN_INLINE else "attachment"
    response["Content-Disposition"] = f"{placement}; {_file_names(evidence.name)}"
    return _guarded(response, evidence)


def _guarded(response: Sent, evidence: EvidenceFile) -> Sent:
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{evidence.sha256}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    # Packed already; packing it again on the way would cost time and the length.
    response["Content-Encoding"] = "identity"
    return response


def _part(asked: str, size: int) -> range | None:
    """The bytes asked for; None for the whole, an empty range for what lies outside."""
    found = ONE_RANGE.fullmatch(asked.strip())
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _partial(file: File, part: range, evidence: EvidenceFile) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        _bytes_of(file, part), status=206, content_type=evidence.content_type
    )
    response["Content-Length"] = str(len(part))
    response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{evidence.size}"
    return response


def _bytes_of(file: File, part: range) -> Iterator[bytes]:
    with file:
        file.seek(part.start)
        left = len(part)
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def _file_names(name: str) -> str:
    """The name twice: plain ASCII for old programs, UTF-8 for all others (RFC 6266)."""
    plain = unaccented(name).encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace('"', "'").replace("\\", "_")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
