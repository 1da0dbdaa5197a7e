"""What allauth asks of us: Vietnamese words, no sign-up, guesses counted by account."""

import logging
from types import MappingProxyType
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from antq_portal.lib import text

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

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account alone: not the host's name, which whoever guesses may vary."""
        return _account(credentials)


def _account(credentials: dict[str, Any]) -> str:
    """The name as the database compares it, so that no spelling of it gets tries of its own."""
    return text.nfc(str(credentials.get("username", ""))).strip().upper()
