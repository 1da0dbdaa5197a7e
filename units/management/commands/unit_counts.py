"""manage.py unit_counts DATE"""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from units.selectors import unit_counts


class Command(BaseCommand):
    """Print how many units of each kind existed on a day, as JSON on the last line."""

    help = "Đếm đơn vị theo loại vào một ngày (năm-tháng-ngày); dòng cuối là JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", metavar="DATE", help="ví dụ 2025-07-01")

    def handle(self, *args: Any, **options: Any) -> None:
        typed = options["date"]
        try:
            day = dt.date.fromisoformat(typed)
        except ValueError as error:
            raise CommandError(
                f"“{typed}” không phải là ngày. Viết năm-tháng-ngày, ví dụ 2025-07-01."
            ) from error
        self.stdout.write(json.dumps(unit_counts(day), ensure_ascii=False))
