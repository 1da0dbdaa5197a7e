"""Questions about people that no other app needs to be asked."""

from typing import Final

from .models import User

DEMO_PASSWORD: Final = "ANTQ-demo-2026"  # noqa: S105
"""The one password of every account of the demo; the sign-in page shows it."""


def demo_accounts() -> list[User]:
    """The accounts of the demo, in the order they were made; none where there is no demo: one query."""
    return list(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))


def has_demo_accounts() -> bool:
    """Whether this place shows demo data: one query."""
    return User.objects.filter(is_demo=True, is_active=True).exists()
