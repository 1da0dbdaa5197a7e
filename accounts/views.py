from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView
from allauth.account.views import password_change as change_password_view
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from .forms import ActivationForm, RemindersForm
from .models import ActivationLink
from .selectors import DEMO_PASSWORD, demo_accounts
from .services import activate_account, choose_reminders, link_for

WRONG_INPUT = 422
CONFLICT = 409


class SignInView(LoginView):
    """allauth's sign-in, which on a demo also names the accounts to try."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "demo_accounts": demo_accounts(), "demo_password": DEMO_PASSWORD}


sign_in = SignInView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """allauth's change of password; who has none yet is told that the administrator gives a link."""
    if not request.user.has_usable_password():
        return render(request, "account/password_missing.html", status=CONFLICT)
    answer: HttpResponse = change_password_view(request)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """One's own choice of reminders by mail; on unless switched off, silent without an address."""
    user = request.user
    stored = {"email": user.email, "wants_reminders": user.wants_reminders}
    form = RemindersForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        user = choose_reminders(
            user, email=chosen["email"], wants_reminders=chosen["wants_reminders"]
        )
        is_on = user.wants_reminders and user.email
        words = (
            f"Thư nhắc việc gửi đến {user.email}." if is_on else "Từ nay không gửi thư nhắc việc."
        )
        messages.success(request, words)
        return redirect("account_reminders")
    status = WRONG_INPUT if form.errors else 200
    return render(request, "account/reminders.html", {"form": form}, status=status)


@login_not_required
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: a password is set once, then whoever sits here signs in with it.

    A wrong token counts against the address it came from, and past the limit no token opens, so
    that guessing is of no use. Looking at the page uses nothing up: previews of messages look too.
    """
    if not _may_try(request, dry_run=True):
        return ratelimit.respond_429(request)
    link = link_for(token)
    if link is None:
        return _closed(request)
    form = ActivationForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            user = activate_account(token, password=form.cleaned_data["password1"])
        except ActivationLink.DoesNotExist:
            return _closed(request)
        except ValidationError as weak:
            form.add_error(None, weak)
        else:
            get_adapter().forget_failures(request, user.username)
            logout(request)
            messages.success(request, "Đã đặt mật khẩu. Mời đăng nhập.")
            return redirect("account_login")
    return render(request, "account/activation.html", {"form": form, "person": link.user})


def _closed(request: HttpRequest) -> HttpResponse:
    """The same words for a used, renewed, expired and invented link: it says nothing of accounts."""
    _may_try(request, dry_run=False)
    return render(request, "account/activation_closed.html", status=404)


def _may_try(request: HttpRequest, *, dry_run: bool) -> bool:
    return bool(
        ratelimit.consume(
            request, app="allauth.account", action="activation", dry_run=dry_run, limit_get=True
        )
    )
