"""The forms of the sign-in pages, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm as PasswordAgain,
    ResetPasswordKeyForm,
)
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from kap.accounts import codes, limits
from kap.accounts.enums import MailKind, Theme
from kap.accounts.models import User
from kap.accounts.services.mail import queue_mail
from kap.core import clock
from kap.core.ratelimit import hit

USED = "The last code was already used. Wait for the next one, up to 30 s."


def _plain(field: forms.Field, label: str) -> None:
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]  # untyped package
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], "Work email")
        _plain(self.fields["password"], "Password")
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class _PasswordsInOurWords:
    """allauth's help texts are markup; the pages themselves say what is needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "password": "Your password",
            "oldpassword": "The present password",
            "password1": "The new password",
            "password2": "The new password again",
        }
        for name in words.keys() & self.fields.keys():  # type: ignore[attr-defined]  # mixed in
            _plain(self.fields[name], words[name])  # type: ignore[attr-defined]  # mixed in


class PasswordAgainForm(_PasswordsInOurWords, PasswordAgain):  # type: ignore[misc]  # untyped
    pass


class NewPasswordForm(_PasswordsInOurWords, ChangePasswordForm):  # type: ignore[misc]  # untyped
    pass


class PasswordByLinkForm(_PasswordsInOurWords, ResetPasswordKeyForm):  # type: ignore[misc]  # untyped
    pass


class ResetForm(forms.Form):
    """Asks for a link; the answer is the same whether the address is known or not."""

    email = forms.EmailField(
        label="Work email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )

    def save(self, request: HttpRequest, **_: Any) -> str:  # noqa: ARG002 -- allauth's shape
        email = str(self.cleaned_data["email"]).strip().lower()
        user = User.objects.filter(email=email, is_active=True).first()
        queue_mail(user=user, kind=MailKind.RESET, now=clock.now())
        return email


class _CodeOnce:
    """A code that was used is refused, in whichever process it was used."""

    user: User

    def clean_code(self) -> str:
        if not hit(limits.BY_CODE, str(self.user.pk), now=clock.now()):
            raise ValidationError(limits.TOO_MANY, code="too_many_login_attempts")
        typed = "".join(str(self.cleaned_data["code"]).split())  # type: ignore[attr-defined]  # a form
        try:
            with codes.owned_by(self.user):
                code: str = super().clean_code()  # type: ignore[misc]  # allauth's form
        except ValidationError as error:
            wrong = error.code == "incorrect_code"
            if wrong and codes.is_right_but_used(self.user, typed):
                raise ValidationError(USED, code="used_code") from error
            raise
        used: Authenticator = self.authenticator  # type: ignore[attr-defined]  # set by it
        if used.type == Authenticator.Type.TOTP and not codes.take(self.user):
            raise ValidationError(USED, code="used_code")
        return code


class _CodeField:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]  # mixed into a form
        _plain(field, "Code")
        field.max_length = 20
        field.widget.attrs.update({"class": "k-code", "inputmode": "numeric"})


class CodeForm(_CodeField, _CodeOnce, AuthenticateForm):  # type: ignore[misc]  # untyped
    pass


class CodeAgainForm(_CodeField, _CodeOnce, ReauthenticateForm):  # type: ignore[misc]  # untyped
    pass


class AddAppForm(_CodeField, ActivateTOTPForm):  # type: ignore[misc]  # untyped package
    pass


class LookForm(forms.Form):
    """How the pages look and answer to keys, for one person."""

    theme = forms.ChoiceField(label="Colours", choices=Theme, widget=forms.RadioSelect)
    shortcuts_enabled = forms.BooleanField(
        label="Single-letter shortcuts (G, B, J, K and so on)", required=False
    )


class UnlockForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
