from typing import Any

from allauth.account.views import LoginView

from .selectors import demo_accounts


class SignInView(LoginView):
    """allauth's sign-in, which on a demo also names the accounts to try."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "demo_accounts": demo_accounts()}


sign_in = SignInView.as_view()
