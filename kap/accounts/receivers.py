"""What sign-in tells us: sessions begin, and end when a password or a factor changes."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth import user_logged_in, user_logged_out
from django.http import HttpRequest

from kap.accounts import codes, session, signals
from kap.accounts.models import User
from kap.accounts.services import end_other_sessions
from kap.core import clock


def session_begins(request: HttpRequest | None, user: User, **_: Any) -> None:
    if request is not None and hasattr(request, "session"):
        session.begin(request, user, now=clock.now())


def session_ends(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.was_signed_out = True  # type: ignore[attr-defined]  # the middleware reads it


def factor_changed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Every other session ends; the code that proved a new app is used up."""
    if authenticator.type == Authenticator.Type.TOTP:
        codes.take(user)
    _changed(request, user, f"factor-{authenticator.type}")


def password_was_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _changed(request, user, "password")


def _changed(request: HttpRequest, user: User, why: str) -> None:
    end_other_sessions(user)
    if request.user.is_authenticated and request.user.pk == user.pk:
        session.refresh(request, user)
    signals.acted.send(sender=User, by=user, what="update", about=user.pk, why=why)


def connect() -> None:
    user_logged_in.connect(session_begins, dispatch_uid="accounts.begin")
    user_logged_out.connect(session_ends, dispatch_uid="accounts.end")
    for signal in (authenticator_added, authenticator_removed, authenticator_reset):
        signal.connect(factor_changed, dispatch_uid="accounts.factor")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(password_was_changed, dispatch_uid="accounts.password")
