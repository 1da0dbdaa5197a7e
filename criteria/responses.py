"""Sending evidence files so that no browser can be made to run them."""

from typing import Final
from urllib.parse import quote

from django.http import FileResponse

from antq_portal.lib.text import unaccented

from .models import EvidenceFile

SHOWN_INLINE: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
SANDBOX: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


def serve_evidence(evidence: EvidenceFile) -> FileResponse:
    """The file as a response: PDF and pictures are shown, all else is downloaded.

    The type is the stored one and is not to be guessed; nothing in the file may run or load
    anything. The view that calls has asked whether the person may see it.
    """
    response = FileResponse(evidence.file.open("rb"), content_type=evidence.content_type)
    placement = "inline" if evidence.content_type in SHOWN_INLINE else "attachment"
    response["Content-Disposition"] = f"{placement}; {_file_names(evidence.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def _file_names(name: str) -> str:
    """The name twice: plain ASCII for old programs, UTF-8 for all others."""
    plain = unaccented(name).encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace('"', "'").replace("\\", "_")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
