"""The PDF of an issued decision beside WeasyPrint alone on the same page and style sheet."""

from collections.abc import Iterator
from typing import Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from antq_portal.lib.documents import Paper, render_html
from antq_portal.lib.documents.pdf import render_pdf
from antq_portal.lib.documents.places import STYLE_SHEET
from evaluations.models import Decision
from evaluations.selectors.papers.dossier import dossier_papers
from evaluations.selectors.snapshots import sealed_paper
from units.coverage import Scheme

from .acts import issue
from .data import Country
from .measure import Taken, median_of, queries_of, taken
from .steps import Runs, Step
from .table import Figure, measured

GROUP: Final = "papers"
RATIO: Final = 1.3


def steps(country: Country, runs: Runs) -> Iterator[Step]:
    """The decision first: whatever is drawn first pays for the fonts."""
    yield Step(GROUP, "PDF của quyết định", lambda: _decision(country, runs))
    yield Step(GROUP, "PDF bộ hồ sơ của một đơn vị", lambda: [_dossier(country, runs)])


def _decision(country: Country, runs: Runs) -> list[Figure]:
    issue(country)
    decision = Decision.objects.get(pk=country.decisions[Scheme.RECOGNITION].pk)
    count = len(decision.snapshot["facts"]["items"])
    html = render_html(sealed_paper(decision))

    def ours() -> bytes:
        return render_pdf(sealed_paper(decision))

    first, _ = taken(ours), bare(html)
    pairs = [(taken(ours), taken(lambda: bare(html))) for _ in range(runs.many)]
    own, alone = (Taken.median(runs_of) for runs_of in zip(*pairs, strict=True))
    name = f"PDF quyết định {count} đơn vị, từ nội dung đã niêm"
    return [
        Figure(group=GROUP, name=name, **own.fields, queries=queries_of(ours), size=len(ours()),
               note=f"lần đầu, có nạp phông: {measured(first.value, 'ms')}",
               peer="Hypha (xhtml2pdf), một PDF ngắn: 119 ms"),
        Figure(group=GROUP, name="Riêng WeasyPrint, cùng HTML và CSS", **alone.fields, size=len(bare(html))),
        Figure(group=GROUP, name="Tỉ lệ", value=own.value / alone.value,
               cpu=own.cpu / alone.cpu, unit="lần", limit=RATIO),
    ]  # fmt: skip


def bare(html: str) -> bytes:
    """The page drawn as WeasyPrint's manual says, style sheet and fonts read every time."""
    fonts = FontConfiguration()
    style = CSS(filename=STYLE_SHEET, font_config=fonts)
    drawn: bytes = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts)
    return drawn


def _dossier(country: Country, runs: Runs) -> Figure:
    unit = country.first("listed")

    def papers() -> list[Paper]:
        from_file = unit.evaluations.filter(season__year=country.year).order_by("-season__scheme")
        file = list(from_file.select_related("season", "unit_version"))
        return list(dossier_papers(file, with_sensitive_counts=True))

    middle = median_of(lambda: render_pdf(papers()), runs.many)
    return Figure(
        group=GROUP, name="PDF bộ hồ sơ năm của một đơn vị", **middle.fields,
        queries=queries_of(papers), size=len(render_pdf(papers())), note=f"{len(papers())} văn bản",
    )  # fmt: skip
