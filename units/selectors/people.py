"""What an administrator may give roles on, and whose accounts are the administrator's to keep."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import ActivationLink, User
from accounts.roles import ALLOWED, Act

from ..models import Assignment, Kind, UnitVersion, UnitVersionQuerySet
from .powers import powers_of
from .register import alive_versions, labels


def administered_versions(user: User) -> UnitVersionQuerySet | None:
    """The versions in force of all units a person administers, ended ones too; None for nobody's."""
    if user.is_superuser:
        return UnitVersion.objects.in_force()
    paths = [
        grant.path
        for grant in powers_of(user).sight.grants
        if grant.is_held_directly and Act.ADMINISTER in _acts_of(grant.role)
    ]
    return UnitVersion.objects.in_force().under(*paths) if paths else None


def _acts_of(role: str) -> set[Act]:
    return {act for act, roles in ALLOWED.items() if role in roles}


def assignable_units(
    scope: UnitVersionQuerySet, *, also: int | None = None
) -> list[tuple[int, str]]:
    """Units to choose from, with their labels: the province, its communes, and one that was asked for.

    Of the whole country only the provinces; two queries.
    """
    alive = alive_versions().filter(pk__in=scope.values("pk")).select_related("unit")
    provinces = list(alive.filter(unit__kind=Kind.PROVINCE).order_by("sort_key"))
    if len(provinces) == 1:
        communes = alive.filter(unit__kind=Kind.COMMUNE).order_by("sort_key")
        offered = provinces + list(communes)
    else:
        offered = provinces
    if also and also not in {version.unit_id for version in offered}:
        offered += list(scope.filter(unit=also).select_related("unit"))
    named = labels(offered)
    return [(version.unit_id, named[version.unit_id]) for version in offered]


def kept_accounts(user: User) -> QuerySet[User]:
    """Accounts this person may lock, correct and give a link for; nobody's for who administers none.

    A province's are those it opened, or that hold their roles there while no province opened
    them. An account with a role anywhere else, ever, is not: its link would open that too. Never
    one's own and never a superuser's; the superuser keeps all others.
    """
    others = User.objects.filter(is_superuser=False).exclude(pk=user.pk)
    if user.is_superuser:
        return others
    scope = administered_versions(user)
    if scope is None:
        return User.objects.none()
    roles = Assignment.objects.filter(user=OuterRef("pk"))
    provinces = scope.filter(unit__kind=Kind.PROVINCE).values("unit")
    own = Q(province_id__in=provinces) | (Q(province_id=None) & Exists(roles))
    return others.filter(own).exclude(Exists(roles.exclude(unit__in=scope.values("unit"))))


def assignable_accounts(user: User) -> QuerySet[User]:
    """Accounts this person may give a role: those kept, and those that are nobody's yet."""
    free = User.objects.filter(is_superuser=False, province_id=None, assignments=None)
    kept = kept_accounts(user)
    return User.objects.filter(Q(pk__in=kept.values("pk")) | Q(pk__in=free.values("pk")))


def administered_provinces(user: User) -> list[UnitVersion]:
    """The present provinces this person administers, `unit` loaded, in Vietnamese order."""
    scope = administered_versions(user)
    if scope is None:
        return []
    alive = alive_versions().filter(unit__kind=Kind.PROVINCE, pk__in=scope.values("pk"))
    return list(alive.select_related("unit").order_by("sort_key", "pk"))


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One person as the review of accounts shows it: what is held today, and how the account stands."""

    person: User
    roles: tuple[Assignment, ...]
    """Roles held today, `unit_id` set; their names are in the page's labels."""
    standing: str
    tone: str

    @property
    def role_count(self) -> int:
        """How many different roles: two or more in one hand are looked at twice."""
        return len({held.role for held in self.roles})


def account_rows(people: QuerySet[User]) -> list[AccountRow]:
    """The rows of a page of accounts, in the order given; three queries however many."""
    current = Prefetch("assignments", Assignment.objects.current().order_by("pk"), "held_now")
    open_links = ActivationLink.objects.filter(used_at=None, voided_at=None)
    links = Prefetch("activation_links", open_links, "open_links")
    return [
        AccountRow(person, tuple(person.held_now), *_standing(person))
        for person in people.prefetch_related(current, links)
    ]


def _standing(person: User) -> tuple[str, str]:
    """How an account stands, in words, and the tone of its badge."""
    if not person.is_active:
        return "Đã khóa", "grey"
    open_links: list[ActivationLink] = getattr(person, "open_links", [])
    is_open = any(link.expires_at > timezone.now() for link in open_links)
    if is_open:
        return "Chờ đặt mật khẩu", "info"
    if not person.has_usable_password():
        return "Liên kết quá hạn" if open_links else "Chưa có mật khẩu", "warn"
    return "Đang dùng", "ok"
