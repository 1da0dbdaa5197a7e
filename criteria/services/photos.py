"""Photographs of a paper's pages made into one PDF, page after page, with nothing else in it."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError

from .pictures import as_printed, opened

MOST_PAGES: Final = 20
PAGE: Final = (595, 842)
"""A4 in points."""
DOTS: Final = 200
"""Dots an inch: handwriting can be read, a page takes a few hundred kilobytes."""
LONGEST_SIDE: Final = PAGE[1] * DOTS // 72
QUALITY: Final = 75


@dataclass(frozen=True, slots=True)
class _Page:
    """One picture as it stands in the file."""

    jpeg: bytes
    width: int
    height: int
    colours: str


def photos_pdf(photos: Iterable[bytes]) -> bytes:
    """One PDF of the photographs in their order, each upright on A4, without what the cameras noted.

    The same photographs give the same bytes. Raises ValidationError that names the picture by its
    place when one cannot be read or is too large.
    """
    pages = []
    for place, photo in enumerate(photos, start=1):
        try:
            pages.append(_page(photo))
        except ValidationError as wrong:
            raise ValidationError(
                f"Ảnh thứ {place}: {wrong.messages[0]}", code=wrong.code
            ) from wrong
    return _written(pages)


def _page(photo: bytes) -> _Page:
    with opened(photo, LONGEST_SIDE) as (picture, _):
        drawn = as_printed(picture)
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=QUALITY, optimize=True)
        colours = "DeviceGray" if drawn.mode == "L" else "DeviceRGB"
        return _Page(out.getvalue(), *drawn.size, colours)


def _written(pages: Sequence[_Page]) -> bytes:
    """The file by ISO 32000: catalogue, pages, and for each page its picture and where it stands."""
    places = [3 + 3 * number for number in range(len(pages))]
    kids = " ".join(f"{place} 0 R" for place in places)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
    ]
    for place, page in zip(places, pages, strict=True):
        objects += _objects(place, page)
    out, starts = io.BytesIO(), []
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    for number, one in enumerate(objects, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


def _objects(place: int, page: _Page) -> list[bytes]:
    """The page, how the picture is laid on it, and the picture; a wide picture turns the sheet."""
    wide, high = PAGE if page.height >= page.width else PAGE[::-1]
    scale = min(wide / page.width, high / page.height)
    width, height = page.width * scale, page.height * scale
    left, below = (wide - width) / 2, (high - height) / 2
    laid = f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {below:.2f} cm /I Do Q".encode()
    about = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {place + 1} 0 R "
        f"/Resources << /XObject << /I {place + 2} 0 R >> >> >>"
    )
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {page.width} /Height {page.height} "
        f"/ColorSpace /{page.colours} /BitsPerComponent 8 /Filter /DCTDecode /Length {len(page.jpeg)} >>"
    )
    return [
        about.encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(laid), laid),
        picture.encode() + b"\nstream\n" + page.jpeg + b"\nendstream",
    ]
