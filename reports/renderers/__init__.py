from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..base import Table
from .html import to_html
from .json import to_json
from .pdf import to_pdf
from .xlsx import to_xlsx

__all__ = ["FILES", "FileFormat", "to_html", "to_json", "to_pdf", "to_xlsx"]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One way to take a report away: its word, its media type, and what writes it."""

    code: str
    label: str
    media_type: str
    write: Callable[[Table], bytes]


# fmt: off
FILES: Final = {
    file.code: file
    for file in (
        FileFormat("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
        FileFormat("pdf",  "PDF",   "application/pdf", to_pdf),
        FileFormat("json", "JSON",  "application/json", to_json),
    )
}
# fmt: on
