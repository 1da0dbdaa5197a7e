"""States as word, colour and shape: the one place that writes them, for templates and for long lists."""

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .words import STATUSES, UNKNOWN_STATUS

NO_VALUE: Final = "–"


def badge(css: str, label: str) -> SafeString:
    """Word, colour and shape; hundreds on a page, so that it is no template of its own."""
    return format_html('<span class="badge {}">{}</span>', css, label)


def state_badge(code: str | None, label: str = "") -> SafeString:
    """A state as word, colour and shape; the label overrides the usual word."""
    tone, shape, word = STATUSES.get(str(code or ""), UNKNOWN_STATUS)
    return badge(f"tone-{tone} shape-{shape}", str(label or word or code or NO_VALUE))
