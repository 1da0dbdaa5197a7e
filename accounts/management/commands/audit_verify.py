from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import AuditEvent
from accounts.services import broken_links


class Command(BaseCommand):
    """Walk the audit chain of every province from its first row to its head.

    Prints how many rows and chains hold. If any does not, prints its first broken row (province,
    sequence, why) and exits with 1.
    """

    help = "Check the hash chains of the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(broken_links())
        for link in broken:
            self.stdout.write(f"tỉnh {link.province_id}, dòng {link.sequence}: {link.reason}")
        if broken:
            raise CommandError(f"Nhật ký không còn nguyên vẹn ở {len(broken)} chuỗi.")
        rows = AuditEvent.objects.count()
        chains = AuditEvent.objects.values("province_id").distinct().count()
        self.stdout.write(f"Nhật ký nguyên vẹn: {rows} dòng trong {chains} chuỗi.")
