import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from ...selectors.summaries import Difference, counted_years, summary_differences
from ...services.summaries import rebuild_summaries

MOMENT: Final = 1.0
"""Seconds in which an act that was just committed has counted its places again."""
SHOWN: Final = 20


class Command(BaseCommand):
    """Count the stored summaries again, or compare them with the live count (--check).

    A comparison that finds anything exits with 1 and says what.
    """

    help = "Rebuild the yearly summaries, or compare them with the live count and exit 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="one year only")
        parser.add_argument("--check", action="store_true", help="compare, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        years = [options["year"]] if options["year"] else counted_years()
        if not options["check"]:
            for year in years:
                self.stdout.write(f"Năm {year}: {rebuild_summaries(year)} dòng tổng hợp.")
            return
        differing = [year for year in years if not self._is_equal(year)]
        if differing:
            raise SystemExit(1)

    def _is_equal(self, year: int) -> bool:
        """Compare one year, twice where an act may be on its way, and print what differs."""
        found = summary_differences(year)
        if found:
            time.sleep(MOMENT)
            again = summary_differences(year)
            found = [one for one in again if one in found]
        if not found:
            self.stdout.write(f"Năm {year}: khớp.")
            return True
        self.stdout.write(f"Năm {year}: {len(found)} dòng không khớp.")
        for one in found[:SHOWN]:
            self.stdout.write(f"  {'đang lưu' if one.is_stored else 'tính lại'}: {_words(one)}")
        if len(found) > SHOWN:
            self.stdout.write(f"  … và {len(found) - SHOWN} dòng nữa")
        return False


def _words(difference: Difference) -> str:
    return ", ".join(f"{name}={value}" for name, value in difference.values.items() if value)
