"""What django-allauth asks us: sign-up is closed, tries are counted, secrets are sealed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from kap.accounts import codes, limits, signals
from kap.accounts.enums import MailKind
from kap.accounts.models import User
from kap.accounts.services.mail import queue_mail
from kap.core import clock
from kap.core.ratelimit import client_ip
from kap.ui.clinic_facts import current


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped package
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Address and password do not match. Check both, or "
        "set a new password.",
        "enter_current_password": "That is not your present password. Type it again.",
        "incorrect_password": "That is not your password. Type it again.",
        "too_many_login_attempts": limits.TOO_MANY,
        "rate_limited": limits.TOO_MANY,
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        email, ip = credentials.get("email", ""), client_ip(request)
        if not limits.may_try(email=email, ip=ip, now=clock.now()):
            self.authentication_failed(request, why="throttled", **credentials)
            raise ValidationError(limits.TOO_MANY, code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user:
            limits.succeeded(email=credentials.get("email", ""), ip=client_ip(request))
        return user

    def authentication_failed(
        self, _request: HttpRequest, *, why: str = "password", **credentials: Any
    ) -> None:
        """Written down for known and unknown addresses alike, in the same time."""
        email = credentials.get("email", "").strip().lower()
        known = User.objects.filter(email=email).values_list("pk", flat=True).first()
        signals.acted.send(
            sender=User,
            by=None,
            what="sign-in",
            about=known or "",
            why=why,
            refused=True,
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address that the history notes; "0.0.0.0" over a unix socket."""
        return client_ip(request) or "0.0.0.0"  # noqa: S104 -- says that it is unknown

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,  # noqa: ARG002 -- we say less
        email: str | None = None,  # noqa: ARG002 -- always the account's own
    ) -> None:
        about = template_prefix.rsplit("/", 1)[-1]
        queue_mail(user=user, kind=MailKind.CHANGED, about=about, now=clock.now())

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Nothing else leaves this way: messages are rows of our own outbox."""
        raise NotImplementedError(template_prefix)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped package
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Wait for the next one and type it.",
        "cannot_delete_authenticator": "Your last second step cannot be removed. "
        "Add another one first.",
    }

    def encrypt(self, text: str) -> str:
        return codes.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return codes.open_sealed(encrypted_text)

    def _get_site_name(self) -> str:
        return current().name

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is required, the last one stays."""
        if not settings.SECOND_FACTOR_REQUIRED:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(
            pk=authenticator.pk
        )
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())
