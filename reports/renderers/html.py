from django.template.loader import render_to_string

from ..base import Table


def to_html(table: Table) -> str:
    """Write the table as part of a page, with what it rests on above and the notes below."""
    return render_to_string("reports/_table.html", {"table": table})
