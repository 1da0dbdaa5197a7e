"""Send the day's reminders now, or show what would be sent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from evaluations.models import ReminderDigest
from evaluations.selectors.reminders import people_due
from evaluations.services.reminders import composed, send_reminders


class Command(BaseCommand):
    """Does what beat does every half hour of a working day; `--dry-run` writes and sends nothing."""

    help = "Send today's reminder mails, or show them with --dry-run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show the mails, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._show()
            return
        done = send_reminders()
        self.stdout.write(
            f"Soạn {done.composed}, gửi {done.sent}, chưa gửi được {done.failed} thư."
        )

    def _show(self) -> None:
        """Every mail that a run would send now, the composed but unsent ones too, one after another."""
        today = localdate()
        waiting = ReminderDigest.objects.filter(day=today, status="waiting")
        mails = [*waiting, *(composed(one, today) for one in people_due(today))]
        for mail in mails:
            self.stdout.write(
                f"Đến: {mail.address}\nTiêu đề: {mail.subject}\n\n{mail.text}\n{'-' * 60}"
            )
        self.stdout.write(f"{len(mails)} thư sẽ gửi; chưa gửi gì.")
