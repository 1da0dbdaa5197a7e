"""What other apps have to say about a unit on its page: each app's `unit_panels` module registers here.

The register knows nothing of years and results, which stand above it; the page only makes room.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

from .models import Unit

Panel = Callable[[HttpRequest, Unit], str]
_PANELS: Final[list[Panel]] = []


def unit_panel(panel: Panel) -> Panel:
    """Put a function that draws a part of a unit's page, for somebody who sees the unit; once."""
    if panel not in _PANELS:
        _PANELS.append(panel)
    return panel


def drawn_panels(request: HttpRequest, unit: Unit) -> list[str]:
    """The parts of a unit's page that other apps draw, safe to print; what has nothing to say is left out."""
    autodiscover_modules("unit_panels")
    drawn = (panel(request, unit) for panel in _PANELS)
    return [html for html in drawn if html]
