from django.template.loader import render_to_string

from antq_portal.lib.documents.pdf import html_to_pdf

from ..base import Table


def to_pdf(table: Table) -> bytes:
    """Write the table on A4 sheets lying down, the headings repeated on each."""
    return html_to_pdf(render_to_string("reports/print.html", {"table": table}))
