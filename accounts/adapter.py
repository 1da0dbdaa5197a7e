"""What allauth asks of us: Vietnamese words, no sign-up, guesses counted by account."""

import logging
from types import MappingProxyType
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from antq_portal.lib import text

from .passwords import check_password_strength

logger = logging.getLogger(__name__)


class PortalAdapter(DefaultAccountAdapter):
    """Sign-in with a name and a password that the administrator of the province gave."""

    error_messages = MappingProxyType(
        {
            **DefaultAccountAdapter.error_messages,
            "account_inactive": "Tài khoản này đã ngừng hoạt động. Mời báo quản trị của tỉnh.",
            "enter_current_password": "Mật khẩu đang dùng không đúng.",
            "incorrect_password": "Mật khẩu không đúng.",
            "too_many_login_attempts": "Đã nhập sai mật khẩu quá nhiều lần nên tài khoản tạm khóa. "
            "Mời thử lại sau 15 phút, hoặc báo quản trị của tỉnh để cấp lại mật khẩu.",
            "username_password_mismatch": "Tên đăng nhập hoặc mật khẩu không đúng.",
            "rate_limited": "Gửi quá nhiều lần trong thời gian ngắn. Mời đợi ít phút rồi thử lại.",
        }
    )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        logger.warning("sign-in failed for %s", _account(credentials))

    def clean_password(self, password: str, user: Any = None) -> str:
        """The password as typed; ValidationError, in Vietnamese, for one too easily guessed."""
        check_password_strength(password, user)
        return password

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Back to the sign-in, which names the reason once the password is right; no page more."""
        return redirect("account_login")

    def forget_failures(self, request: HttpRequest, username: str) -> None:
        """Open the lock that wrong passwords put on a name: its person has just set a new one."""
        self._delete_login_attempts_cached_email(request, username=username)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account alone: not the host's name, which whoever guesses may vary."""
        return _account(credentials)


def _account(credentials: dict[str, Any]) -> str:
    """The name as the database compares it, so that no spelling of it gets tries of its own."""
    return text.nfc(str(credentials.get("username", ""))).strip().upper()
