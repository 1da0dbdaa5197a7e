"""Accounts kept by the administrator of a province: open, correct, hand over a link, lock.

`accounts.services` does the act; here it is asked whose accounts these are. An account out of
one's scope is not found, one's own is refused.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import services as accounts
from accounts.models import User
from accounts.roles import Act
from accounts.services import IssuedLink, NewAccount

from ..models import Kind, Unit
from ..selectors import Place, administered_provinces, kept_accounts, powers_of, refusal


def open_person(person: NewAccount, *, province: Unit | None, by: User) -> IssuedLink:
    """Open an account of a province, of nobody's where none is given; return its first link.

    Raises PermissionDenied unless `by` administers the province (none: the superuser),
    ValidationError, Unit.DoesNotExist for one out of sight.
    """
    if province is None:
        if not by.is_superuser:
            raise PermissionDenied(refusal(Act.ADMINISTER))
        return accounts.open_account(person, province_id=None, by=by)
    unit = Unit.objects.visible_to(by).get(pk=province.pk, kind=Kind.PROVINCE)
    version = unit.versions.in_force().select_related("unit").get()
    powers_of(by).require(Act.ADMINISTER, Place.of(version, authority_id=None))
    return accounts.open_account(person, province_id=unit.pk, by=by)


@transaction.atomic
def correct_person(user: User, person: NewAccount, *, by: User) -> User:
    """Put right full name, position and phone. Raises PermissionDenied, ValidationError, User.DoesNotExist."""
    kept = _kept(user, by=by)
    return accounts.correct_account(kept, person, by=by, province_id=_home(kept, by))


@transaction.atomic
def renew_link(user: User, *, by: User) -> IssuedLink:
    """Give a person a new link, the one before opens no more; also the way back to a lost password.

    Raises PermissionDenied, ValidationError (locked), User.DoesNotExist.
    """
    kept = _kept(user, by=by)
    return accounts.issue_link(kept, by=by, province_id=_home(kept, by))


@transaction.atomic
def lock_person(user: User, *, reason: str, by: User) -> User:
    """Lock an account at once. Raises PermissionDenied, ValidationError, User.DoesNotExist."""
    kept = _kept(user, by=by)
    return accounts.lock_account(kept, reason=reason, by=by, province_id=_home(kept, by))


@transaction.atomic
def unlock_person(user: User, *, by: User) -> User:
    """Open a locked account again. Raises PermissionDenied, ValidationError, User.DoesNotExist."""
    kept = _kept(user, by=by)
    return accounts.unlock_account(kept, by=by, province_id=_home(kept, by))


def _kept(user: User, *, by: User) -> User:
    """The account, if it is this person's to keep."""
    if user.pk == by.pk:
        raise PermissionDenied("Không tự làm với tài khoản của mình; mời nhờ quản trị khác.")
    return kept_accounts(by).get(pk=user.pk)


def _home(user: User, by: User) -> int | None:
    """The province in whose log the act stands: the account's, else the administrator's."""
    if user.province_id is not None:
        return user.province_id
    if by.is_superuser:
        held = user.assignments.values_list("unit__province", flat=True).first()
        return held or None
    return administered_provinces(by)[0].unit_id
