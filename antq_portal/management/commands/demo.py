from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.selectors import DEMO_PASSWORD
from antq_portal.demo.loading import load_demo
from units.models import UnitVersion


class Command(BaseCommand):
    """Load the demo data; run again, it adds only what is missing.

    Refuses when DEBUG is off, unless told --yes-demo: its passwords are known to everybody.
    """

    help = "Load the demo data: Quan Sơn since 2024, the rest of Thanh Hóa, and Thái Nguyên."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes-demo", action="store_true", help="load it although DEBUG is off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["yes_demo"]:
            raise CommandError(
                "Đây không phải máy thử (DEBUG tắt). Nếu vẫn muốn nạp dữ liệu trình diễn: --yes-demo"
            )
        try:
            counts = load_demo(say=self.stdout.write)
        except UnitVersion.DoesNotExist as missing:
            raise CommandError(
                "Chưa có đơn vị hành chính; chạy manage.py load_admin_units trước."
            ) from missing
        self.stdout.write(
            f"Dữ liệu trình diễn: {counts['people']} tài khoản (mật khẩu {DEMO_PASSWORD}), "
            f"{counts['units']} đơn vị mẫu, {counts['registrations']} bản đăng ký, {counts['decisions']} quyết định."
        )
