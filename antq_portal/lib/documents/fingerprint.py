"""What rendered a paper, so that a later re-render can promise the same bytes or say why not."""

import hashlib
import zlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from weasyprint.text.ffi import harfbuzz, harfbuzz_subset, pango

from antq_portal.lib.documents.places import FONT_FILES, STYLE_SHEET, TEMPLATES

LIBRARIES: Final = (
    "django", "pydyf", "tinycss2", "cssselect2", "tinyhtml5", "pillow", "segno",
)  # fmt: skip
DIGITS: Final = 12


@cache
def renderer_fingerprint() -> str:
    """Return one line naming everything that can change a paper's bytes, under 200 letters.

    The same content under the same fingerprint gives the same bytes.
    """
    subsetter = "harfbuzz" if harfbuzz_subset else f"fonttools {version('fonttools')}"
    return "; ".join(
        (
            f"weasyprint {version('weasyprint')}",
            f"pango {_dotted(pango.pango_version())}",
            f"harfbuzz {_harfbuzz_version()}",
            f"subset {subsetter}",
            f"zlib {zlib.ZLIB_RUNTIME_VERSION}",
            f"libraries {_digest(f'{name} {version(name)}'.encode() for name in LIBRARIES)}",
            f"fonts {_digest(path.read_bytes() for path in FONT_FILES)}",
            f"templates {_digest(path.read_bytes() for path in _sources())}",
        )
    )


def _sources() -> list[Path]:
    """Return the style sheet, the templates and the code that sets words into them."""
    here = Path(__file__).parent
    neighbours = (here.parent / "dates.py", here.parent / "text.py")
    return [
        STYLE_SHEET,
        *sorted((TEMPLATES / "documents").glob("*.html")),
        *sorted(here.glob("*.py")),
        *neighbours,
    ]


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:DIGITS]


def _dotted(number: int) -> str:
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _harfbuzz_version() -> str:
    """Find the version by asking "at least?", the one question WeasyPrint's binding knows."""
    parts = [0, 0, 0]
    for place in range(len(parts)):
        while harfbuzz.hb_version_atleast(*_raised(parts, place)):
            parts = _raised(parts, place)
    return ".".join(map(str, parts))


def _raised(parts: list[int], place: int) -> list[int]:
    return [*parts[:place], parts[place] + 1, *parts[place + 1 :]]
