"""Reports too long to wait for, printed by the worker for the person who asked."""

from jobs.exceptions import JobFailed
from jobs.registry import JobContext, task

from .base import build
from .definitions import REPORTS
from .renderers import to_pdf
from .selectors.scopes import grouped, parameters_of, scope_of


@task("reports.pdf")
def print_report(context: JobContext) -> None:
    """Draw a report up as of now, as far as the person still sees, and print it.

    Raises JobFailed when the person may no longer ask for the unit. May run twice.
    """
    slug, year = context.arguments["slug"], context.arguments["year"]
    version = None
    if context.user is not None:
        scope = scope_of(context.user)
        version = scope.find(context.arguments["unit"])
    if context.user is None or version is None:
        raise JobFailed("Bạn không còn được xem báo cáo của đơn vị này.")
    context.progress(0, 2, "đang lập số liệu")
    report, params = REPORTS[slug], parameters_of(scope, version, year)
    if report.is_grouped:
        ways = {key: context.arguments.get(key, "") for key in ("grouping", "counting")}
        params = grouped(params, **ways)
    table = build(report, user=context.user, params=params)
    context.progress(1, 2, f"đang dàn trang {len(table.body)} dòng")
    context.result(f"{table.file_stem}.pdf", to_pdf(table))
