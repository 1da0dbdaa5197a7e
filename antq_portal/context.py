"""What the frame of every page shows: who is signed in, and the pages this person has use for.

Everything is worked out when a template asks for it, so parts of pages that htmx fetches cost
nothing. One query for the roles and one for the count of unfinished jobs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import ALLOWED, SUPERUSER_ACTS, Act, Reach
from accounts.selectors import has_demo_accounts
from jobs.selectors import unfinished_count
from units.selectors.held import HeldRole, held_roles


@dataclass(frozen=True)
class Standing:
    """What one person is, as far as navigation cares."""

    user: User

    @cached_property
    def roles(self) -> list[HeldRole]:
        return held_roles(self.user)

    def does(self, *acts: Act) -> bool:
        """Whether some role of the person carries one of the acts, wherever."""
        if self.user.is_superuser:
            return any(act in SUPERUSER_ACTS for act in acts)
        return any(held.role in ALLOWED[act] for held in self.roles for act in acts)

    def sees_a_scope(self) -> bool:
        """Whether the person sees more than the one unit that they speak for."""
        return self.user.is_superuser or any(
            ALLOWED[Act.SEE_REPORTS].get(held.role) is Reach.SCOPE for held in self.roles
        )


# fmt: off
NAVIGATION: Final[tuple[tuple[str, str, Callable[[Standing], bool]], ...]] = (
    ("Việc của tôi",   "evaluations:home",           lambda who: True),
    ("Bảng hồ sơ năm", "evaluations:sheet",          Standing.sees_a_scope),
    ("Hồ sơ của đơn vị", "evaluations:sheet_now",    lambda who: who.does(Act.REGISTER) and not who.sees_a_scope()),
    ("Lịch",           "evaluations:calendar",       lambda who: bool(who.roles)),
    ("Thẩm định",      "evaluations:queue",          lambda who: who.does(Act.APPRAISE)),
    ("Sổ vụ việc",     "evaluations:incidents",      lambda who: who.does(Act.KEEP_BOOK)),
    ("Tổ bảo vệ",      "evaluations:teams",          lambda who: who.does(Act.KEEP_BOOK)),
    ("Quyết định",     "evaluations:decisions",      Standing.sees_a_scope),
    ("Báo cáo",        "reports:index",              lambda who: who.does(Act.SEE_REPORTS)),
    ("Đơn vị",         "units:list",                 lambda who: True),
    ("Việc đang chạy", "jobs:list",                  lambda who: True),
    ("Quản trị",       "evaluations:administration", lambda who: who.does(Act.ADMINISTER)),
)
# fmt: on


def frame(request: HttpRequest) -> dict[str, Any]:
    """nav_items, account_card, is_demo and search_url of base.html."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_demo": SimpleLazyObject(has_demo_accounts)}
    standing = Standing(user)
    return {
        "nav_items": SimpleLazyObject(lambda: nav_items(request, standing)),
        "account_card": SimpleLazyObject(lambda: account_card(standing)),
        "is_demo": user.is_demo,
        "search_url": _address("units:list"),
    }


def nav_items(request: HttpRequest, standing: Standing) -> list[dict[str, Any]]:
    """The pages this person has use for, in order; the one that is open is marked."""
    items = []
    for label, name, is_for in NAVIGATION:
        url = _address(name)
        if url and is_for(standing):
            count = unfinished_count(standing.user) if name == "jobs:list" else 0
            items.append({"label": label, "url": url, "count": count, "current": False})
    open_items = [item for item in items if _is_open(item["url"], request.path)]
    if open_items:
        max(open_items, key=lambda item: len(item["url"]))["current"] = True
    return items


def _address(name: str) -> str:
    """The address of a page, or nothing where this portal does not have it."""
    try:
        return reverse(name, args=[localdate().year] if name == "evaluations:sheet" else None)
    except NoReverseMatch:
        return ""


def _is_open(url: str, path: str) -> bool:
    if url == "/":
        return path == url
    section = "/".join(url.split("/")[:2])
    return path.startswith(f"{section}/")


def account_card(standing: Standing) -> dict[str, str]:
    """Who is signed in, as what and where."""
    roles = dict.fromkeys(held.label for held in standing.roles)
    units = dict.fromkeys(held.unit_name for held in standing.roles)
    if standing.user.is_superuser:
        roles = {"Quản trị hệ thống": None} | roles
    return {
        "name": str(standing.user),
        "roles": " · ".join(roles),
        "unit": " · ".join(units),
    }
