"""A paper's content set into its HTML template."""

from collections.abc import Sequence
from functools import cache

from django.template import Context, Engine, Template

from antq_portal.lib.documents import letters, wording
from antq_portal.lib.documents.parts import Paper, tidied
from antq_portal.lib.documents.places import TEMPLATES
from antq_portal.lib.documents.qr import qr_address

STANDING_WORDS = {
    "STANDARD": wording.STANDARD,
    "MOVEMENT": wording.MOVEMENT,
    "PROVISIONAL": wording.PROVISIONAL,
    "PORTAL_FORM": wording.PORTAL_FORM,
    "STANDARD_WHOLE": letters.whole(wording.STANDARD),
    "MOVEMENT_WHOLE": wording.MOVEMENT.replace("an ninh Tổ quốc", letters.whole("an ninh Tổ quốc")),
    "OPEN_TIME": letters.OPEN_TIME,
    "DOTS": letters.DOTS,
    "DOTTED_LINE": letters.DOTTED_LINE,
}


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(TEMPLATES)],
        autoescape=True,
        builtins=["antq_portal.lib.documents.filters"],
    )


@cache
def _template(slug: str) -> Template:
    return _engine().get_template(f"documents/{slug}.html")


def render_html(paper: Paper) -> str:
    """Return the paper as a complete HTML page for the print style sheet nd30.css."""
    return render_batch([paper])


def render_batch(papers: Sequence[Paper]) -> str:
    """Return papers of one kind as one HTML page, each beginning on a new sheet."""
    sheets = [{"paper": tidied(paper), "qr": _qr_of(paper)} for paper in papers]
    values = {"sheets": sheets, "slug": papers[0].slug, **STANDING_WORDS}
    context = Context(values, use_l10n=False, use_tz=False)
    return str(_template(papers[0].slug).render(context))


def _qr_of(paper: Paper) -> str:
    return qr_address(paper.verification.url) if paper.verification else ""
