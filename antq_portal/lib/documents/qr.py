"""QR codes as PNG data addresses: the same bytes for the same text."""

from functools import lru_cache

import segno


@lru_cache(maxsize=512)
def qr_address(text: str) -> str:
    """Return a PNG of the text's QR code (error level M) as a data: address."""
    code = segno.make(text, error="m", micro=False)
    return str(code.png_data_uri(scale=4, border=0))
