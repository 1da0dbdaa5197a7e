"""What the years have to say on a unit's page."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from units.models import Unit
from units.panels import unit_panel

from .selectors.unit_years import unit_years


@unit_panel
def years(request: HttpRequest, unit: Unit) -> str:
    """All years of the unit and of those before and after it, as one table."""
    rows = unit_years(request.user, unit)  # type: ignore[arg-type]
    return render_to_string("evaluations/_unit_years.html", {"rows": rows}, request=request)
