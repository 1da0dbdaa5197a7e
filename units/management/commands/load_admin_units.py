"""manage.py load_admin_units"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from units.services.loading import load_admin_units


class Command(BaseCommand):
    """Load the real units of government of both eras, with their succession.

    Idempotent: adds what is missing and changes nothing that is there.
    """

    help = "Nạp đơn vị hành chính của hai thời kỳ (trước và từ 01/7/2025) cùng quan hệ kế tục."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--province",
            nargs="+",
            action="extend",
            default=[],
            metavar="CODE",
            help="chỉ nạp xã của các tỉnh hiện mang mã này; tỉnh thì luôn nạp đủ",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_admin_units(options["province"])
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Đã nạp thêm {added.units} đơn vị, {added.versions} phiên bản, "
            f"{added.successions} quan hệ kế tục."
        )
