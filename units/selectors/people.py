"""What an administrator may give roles on."""

from accounts.models import User
from accounts.roles import ALLOWED, Act

from ..models import Kind, UnitVersion, UnitVersionQuerySet
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
