from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.selectors import DEMO_PASSWORD
from antq_portal import env


class Command(BaseCommand):
    """Bring the database up to date; fill an empty one with units, criteria and demo data.

    Safe to run at every start. A step that was cut short runs again; a step that has been done,
    or whose table already holds rows, does not. Demo data only with DEBUG on and DEMO not 0.
    """

    help = "Migrate, make the cache table and load what an empty database needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="never load demo data")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        self._once("load_admin_units", lambda: _has_rows("units", "Unit"))
        self._once("load_criteria", lambda: _has_rows("criteria", "CriteriaSet"))
        if settings.DEBUG and env.flag("DEMO", default=True) and not options["no_demo"]:
            self._once("demo", lambda: _has_rows("accounts", "User"))
        self._show_demo_accounts()

    def _once(self, command: str, is_done: Callable[[], bool]) -> None:
        """Run a loading command on an empty table, or again if it was cut short."""
        mark = f"prepare:{command}"
        if cache.get(mark) != "begun" and is_done():
            return
        self.stdout.write(f"{command} …")
        cache.set(mark, "begun", timeout=None)
        call_command(command, verbosity=1)
        cache.set(mark, "done", timeout=None)

    def _show_demo_accounts(self) -> None:
        people = get_user_model().objects.filter(is_demo=True, is_active=True)
        if not people:
            return
        self.stdout.write(f"\nTài khoản trình diễn (mật khẩu {DEMO_PASSWORD}):")
        for person in people.order_by("pk"):
            described = ", ".join(filter(None, [person.full_name, person.position]))
            self.stdout.write(f"  {person.username:<24} {described}")


def _has_rows(app: str, model: str) -> bool:
    return bool(apps.get_model(app, model).objects.exists())
