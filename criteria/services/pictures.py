"""Pictures written anew: upright, no larger than needed, nothing else in the file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, UnidentifiedImageError

MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 4096
"""A page photographed at this size can be read and printed; larger pictures are made smaller."""
LARGEST_PNG: Final = 10 * 1024 * 1024
"""A larger one is a photograph, which JPEG keeps in a tenth of the room."""
QUALITY: Final = 88

TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by what Exif says of the camera."""
NOTES: Final = ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp")

TOO_MANY: Final = "Ảnh quá lớn: tối đa 50 triệu điểm ảnh. Hãy chụp ở cỡ nhỏ hơn."
BROKEN: Final = "Ảnh bị hỏng hoặc chưa tải lên hết."
UNREADABLE: Final = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)
BURSTING: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def redrawn(data: bytes) -> tuple[bytes, bool]:
    """The picture alone, and whether it is a PNG; ValidationError for what is broken or too large."""
    with opened(data, LONGEST_SIDE) as (picture, is_png):
        if is_png:
            drawn = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
            kept = _saved(drawn, "PNG", optimize=True)
            if len(kept) <= LARGEST_PNG or drawn.mode == "RGBA":
                return kept, True
            return _saved(drawn, "JPEG", quality=QUALITY, optimize=True), False
        return _saved(as_printed(picture), "JPEG", quality=QUALITY, optimize=True), False


@contextmanager
def opened(data: bytes, longest_side: int) -> Iterator[tuple[Image.Image, bool]]:
    """The picture upright and within that size, and whether it came as PNG.

    Counted before it is unpacked; a large JPEG is unpacked at a fraction of its size.
    """
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(TOO_MANY, code="too_many_pixels")
            is_png = picture.format == "PNG"
            if not is_png:
                picture.draft(None, (longest_side, longest_side))
            upright = _upright(_smooth(picture), _turn_of(picture))
            upright.thumbnail((longest_side, longest_side))
            yield upright, is_png
    except BURSTING as error:
        raise ValidationError(TOO_MANY, code="too_many_pixels") from error
    except UNREADABLE as error:
        raise ValidationError(BROKEN, code="broken") from error


def _turn_of(picture: Image.Image) -> Image.Transpose | None:
    """How the camera was held; None where it does not say, or where its notes cannot be read."""
    try:
        return TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # Pillow raises whatever damaged notes make it stumble over
        return None


def _upright(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """The picture turned, without its notes: nothing of them is read again or written."""
    upright = picture.copy() if turn is None else picture.transpose(turn)
    for noted in NOTES:
        upright.info.pop(noted, None)
    return upright


def _smooth(picture: Image.Image) -> Image.Image:
    """The picture in colours that can be mixed when it is made smaller."""
    if picture.mode in ("RGB", "RGBA", "L", "CMYK"):
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def as_printed(picture: Image.Image) -> Image.Image:
    """The picture in grey or in colour, what is transparent as white paper."""
    if picture.mode == "L":
        return picture
    if picture.has_transparency_data:
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        return paper.convert("RGB")
    return picture.convert("RGB")


def _saved(drawn: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()
