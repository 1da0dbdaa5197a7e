from typing import Final

from ..base import Report
from .summary import SUMMARY
from .unit_list import UNIT_LIST
from .year_results import YEAR_RESULTS

REPORTS: Final[dict[str, Report]] = {
    report.slug: report for report in (YEAR_RESULTS, SUMMARY, UNIT_LIST)
}
"""Every report of the portal by its slug, in the order in which it is offered."""

__all__ = ["REPORTS", "SUMMARY", "UNIT_LIST", "YEAR_RESULTS"]
