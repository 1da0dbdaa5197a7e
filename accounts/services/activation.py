"""Opening accounts, handing over the link by which a person sets a password, locking.

Who may do this to whom depends on units, so `units.services.people` asks first; here stands what
is true of every account whoever keeps it. A token is shown once and stored as its hash.
"""

import datetime as dt
import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from rest_framework.authtoken.models import Token

from antq_portal.lib import dates, text

from ..models import ActivationLink, User
from ..passwords import check_password_strength
from .audit import record_audit

LINK_DAYS: Final = 7
TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is said of a person when an account is opened."""

    username: str
    full_name: str
    position: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link with its token, which is known nowhere else."""

    link: ActivationLink
    token: str


@transaction.atomic
def open_account(person: NewAccount, *, province_id: int | None, by: User) -> IssuedLink:
    """Open an account that nobody can sign in to yet; return its first link.

    Raises ValidationError by field, also for a name that is taken.
    """
    username = text.nfc(person.username).strip().lower()
    if User.objects.filter(username=username).exists():
        raise ValidationError({"username": "Tên đăng nhập này đã có người dùng; chọn tên khác."})
    user = User(username=username, province_id=province_id)
    _put(user, person)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    _record("account.open", user, by=by, province_id=province_id, summary="Mở tài khoản")
    return issue_link(user, by=by, province_id=province_id)


@transaction.atomic
def correct_account(user: User, person: NewAccount, *, province_id: int | None, by: User) -> User:
    """Put right a person's full name, position and phone; the sign-in name stays.

    Raises ValidationError by field.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    before = _said(user)
    _put(user, person)
    user.full_clean()
    user.save(update_fields=["full_name", "position", "phone"])
    _record(
        "account.correct", user, by=by, province_id=province_id, summary="Sửa tài khoản",
        before=before, after=_said(user),
    )  # fmt: skip
    return user


@transaction.atomic
def issue_link(user: User, *, by: User, province_id: int | None) -> IssuedLink:
    """Make a new link for a person, good for seven days and one use; the old one opens no more.

    An account of nobody's province becomes the province's that hands the link over. The password
    in use goes on until the new one is set. Raises ValidationError for a locked account.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise ValidationError("Tài khoản đang khóa. Mở khóa trước rồi mới cấp liên kết.")
    if user.province_id is None and province_id is not None:
        user.province_id = province_id
        user.save(update_fields=["province_id"])
    void_links(user)
    now = timezone.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ActivationLink(
        user=user,
        token_hash=_hash(token),
        issued_at=now,
        issued_by=by,
        expires_at=now + dt.timedelta(days=LINK_DAYS),
    )
    link.full_clean()
    link.save()
    until = dates.date_text(timezone.localtime(link.expires_at).date())
    _record(
        "account.link", user, by=by, province_id=province_id,
        summary=f"Cấp liên kết đặt mật khẩu (dùng đến {until})", link_id=link.pk,
    )  # fmt: skip
    return IssuedLink(link, token)


def link_for(token: str) -> ActivationLink | None:
    """The link that opens with this token now, `user` loaded; None for any other: one query.

    Used, voided and expired links, and those of locked accounts, open nothing.
    """
    found = ActivationLink.objects.filter(
        token_hash=_hash(token),
        used_at=None,
        voided_at=None,
        expires_at__gt=timezone.now(),
        user__is_active=True,
    )
    return found.select_related("user").first()


@transaction.atomic
def activate_account(token: str, *, password: str) -> User:
    """Set the password of the link's person and use the link up; return the person.

    Every session and API token of the person ends. Raises ActivationLink.DoesNotExist for a link
    that opens nothing (any more), ValidationError {"password1": …} for a weak password.
    """
    link = link_for(token)
    if link is None:
        raise ActivationLink.DoesNotExist
    user = User.objects.select_for_update().get(pk=link.user_id)
    if link_for(token) is None:
        raise ActivationLink.DoesNotExist
    try:
        check_password_strength(password, user)
    except ValidationError as weak:
        raise ValidationError({"password1": weak.messages}) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    ActivationLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
    Token.objects.filter(user=user).delete()
    _record(
        "account.activate", user, by=user, province_id=user.province_id,
        summary="Đặt mật khẩu bằng liên kết", link_id=link.pk,
    )  # fmt: skip
    return user


@transaction.atomic
def lock_account(user: User, *, reason: str, by: User, province_id: int | None) -> User:
    """Close an account at once, with its open link; its sessions end with the next click.

    Raises ValidationError without a reason or where it is locked already.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    reason = text.clean(reason)
    if not reason:
        raise ValidationError({"reason": "Ghi lý do khóa tài khoản."})
    if not user.is_active:
        raise ValidationError("Tài khoản này đã khóa rồi.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    void_links(user)
    Token.objects.filter(user=user).delete()
    _record(
        "account.lock",
        user,
        by=by,
        province_id=province_id,
        summary="Khóa tài khoản",
        reason=reason,
    )
    return user


@transaction.atomic
def unlock_account(user: User, *, by: User, province_id: int | None) -> User:
    """Open a locked account again with the password it had; ValidationError if it is open."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise ValidationError("Tài khoản này đang dùng được.")
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record("account.unlock", user, by=by, province_id=province_id, summary="Mở khóa tài khoản")
    return user


def void_links(user: User) -> None:
    """End the person's open link, if there is one."""
    user.activation_links.filter(used_at=None, voided_at=None).update(voided_at=timezone.now())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _put(user: User, person: NewAccount) -> None:
    user.full_name = text.clean(person.full_name)
    if not user.full_name:
        raise ValidationError({"full_name": "Nhập họ và tên."})
    user.position, user.phone = text.clean(person.position), text.clean(person.phone)


def _said(user: User) -> dict[str, str]:
    said = asdict(NewAccount(user.username, user.full_name, user.position, user.phone))
    del said["username"]
    return said


def _record(
    act: str, user: User, *, by: User, province_id: int | None, summary: str, **details: object
) -> None:
    record_audit(
        act,
        by=by,
        subject=f"user:{user.pk}",
        summary=f"{summary}: {user} ({user.username})",
        province_id=province_id,
        details={"user_id": user.pk, "username": user.username, **details},
    )
