import time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from antq_portal.scale import seed
from antq_portal.scale.seeding import largest_provinces
from criteria.models import CriteriaSet

ENDING: Final = "_scale"


class Command(BaseCommand):
    """Write a synthetic load for measuring; refuses a database whose name does not end in _scale."""

    help = "Write made-up units and their years into the largest provinces of a database that ends in _scale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--provinces", type=int, default=1, help="how many, the largest first")
        parser.add_argument("--years", type=int, default=3, help="how many, up to the current one")

    def handle(self, *args: Any, **options: Any) -> None:
        name = str(connection.settings_dict["NAME"])
        if not name.endswith(ENDING):
            raise CommandError(
                f"Chỉ ghi dữ liệu giả vào cơ sở dữ liệu có tên kết thúc bằng {ENDING}; đây là {name}."
            )
        provinces = largest_provinces(options["provinces"])
        if not provinces:
            raise CommandError("Chưa có đơn vị hành chính; chạy manage.py load_admin_units trước.")
        begun = time.perf_counter()
        try:
            found = seed(provinces, years=options["years"])
        except CriteriaSet.DoesNotExist as missing:
            raise CommandError(
                f"Chưa có bộ tiêu chí ({missing}); chạy manage.py load_criteria."
            ) from missing
        self.stdout.write(
            f"{len(provinces)} tỉnh, {found.units} đơn vị, năm {found.years[0]}–{found.years[-1]}: "
            f"{found.rows} dòng trong {time.perf_counter() - begun:.0f} s."
        )
