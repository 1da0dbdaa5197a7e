"""Sign-in, the first password and change of password in Vietnamese."""

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms

LONGEST_PASSWORD: Final = 4096
NEW_WORD_RULES = (
    "Mật khẩu phải có ít nhất 12 ký tự, không quá giống tên đăng nhập và không quá dễ đoán."
)


class SignInForm(LoginForm):
    """Name and password; an account that was switched off is told so, once its password is right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, "login", "Tên đăng nhập", autocapitalize="none", spellcheck="false")
        _reword(self, "password", "Mật khẩu")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.user is not None and not self.user.is_active:
            raise get_adapter().validation_error("account_inactive")
        return cleaned


class PasswordForm(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, "oldpassword", "Mật khẩu đang dùng")
        _reword(self, "password1", "Mật khẩu mới")
        _reword(self, "password2", "Nhập lại mật khẩu mới")
        self.fields["password1"].help_text = NEW_WORD_RULES

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self)
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Hai lần nhập mật khẩu mới không giống nhau.")
        return cleaned


class ActivationForm(forms.Form):
    """The password a person chooses, twice; the service judges how strong it is."""

    password1 = forms.CharField(
        label="Mật khẩu",
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=NEW_WORD_RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Nhập lại mật khẩu",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Hai lần nhập mật khẩu không giống nhau.")
        return cleaned


def _reword(form: forms.Form, name: str, label: str, **attributes: str) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class RemindersForm(forms.Form):
    """Whether reminders come by mail, and where to."""

    wants_reminders = forms.BooleanField(label="Nhận thư nhắc việc", required=False)
    email = forms.EmailField(
        label="Địa chỉ thư điện tử",
        required=False,
        max_length=254,
        help_text="Nên dùng hộp thư công vụ. Không có địa chỉ thì không gửi thư.",
        error_messages={"invalid": "Địa chỉ chưa đúng, ví dụ: ten@congan.gov.vn."},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
