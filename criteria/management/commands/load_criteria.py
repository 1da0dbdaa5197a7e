from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from criteria.exceptions import CriteriaRefused
from criteria.services import load_criteria


class Command(BaseCommand):
    """Load and publish the criteria sets and authority rules of the reviewed files.

    Idempotent; refuses to touch a published set. Without FILE all of criteria/regulations/.
    """

    help = "Load the criteria sets and the authority rules (all reviewed files by default)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_criteria(options["files"] or None)
        except CriteriaRefused as refused:
            raise CommandError(f"Không nạp gì cả:\n{refused}") from refused
        for code in report.published:
            self.stdout.write(f"  công bố {code}")
        self.stdout.write(
            f"Bộ tiêu chí: {len(report.published)} mới, {len(report.unchanged)} giữ nguyên. "
            f"Quy định thẩm quyền: {report.authority_written} ghi, "
            f"{report.authority_unchanged} giữ nguyên."
        )
