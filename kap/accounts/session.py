"""A staff session: when it was last used on purpose, when it locks, and when it ends.

Everything stands in the session itself, so that a request asks nothing more of the
database than its session and its user.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from kap.accounts.models import User

KEY: Final = "kap"
WRITTEN_EVERY: Final = timedelta(seconds=30)
"""A deliberate request is noted at most this often, so that reading stays cheap."""


class Verdict(enum.Enum):
    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"
    NEEDS_SECOND_FACTOR = "needs-second-factor"


def begin(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Start counting, at sign-in."""
    request.session[KEY] = {
        "started": now.timestamp(),
        "used": now.timestamp(),
        "epoch": user.session_epoch,
        "second": has_second_factor(user),
        "locked": None,
    }


def judge(request: HttpRequest, user: User, *, now: datetime) -> Verdict:
    """Whether this session may be used; locks it when it lay idle for too long."""
    state = request.session.get(KEY)
    if state is None or state["epoch"] != user.session_epoch:
        return Verdict.ENDED
    moment = now.timestamp()
    if moment - state["started"] > settings.SESSION_MAX_HOURS * 3600:
        return Verdict.ENDED
    if (
        state["locked"] is None
        and moment - state["used"] > settings.IDLE_LOGOFF_MIN * 60
    ):
        lock(request, now=now)
    if _is_locked(request, user, now=now):
        return Verdict.LOCKED
    if settings.SECOND_FACTOR_REQUIRED and not state["second"]:
        return Verdict.NEEDS_SECOND_FACTOR
    return Verdict.OPEN


def touch(request: HttpRequest, *, now: datetime) -> None:
    """Note a deliberate request."""
    state = request.session[KEY]
    if now.timestamp() - state["used"] >= WRITTEN_EVERY.total_seconds():
        _change(request, used=now.timestamp())


def lock(request: HttpRequest, *, now: datetime) -> None:
    """Nothing more is shown until the same person has proved to be there."""
    _change(request, locked=now.timestamp())


def refresh(request: HttpRequest, user: User) -> None:
    """Keep this session when all others of the person end, or when a factor changed."""
    if KEY in request.session:
        _change(request, epoch=user.session_epoch, second=has_second_factor(user))


def has_second_factor(user: User) -> bool:
    mine = Authenticator.objects.filter(user=user)
    return bool(mine.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _is_locked(request: HttpRequest, user: User, *, now: datetime) -> bool:
    """Locked, unless the person has authenticated again since."""
    since = request.session[KEY]["locked"]
    if since is None:
        return False
    records = get_authentication_records(request, user)
    if not records or float(records[-1]["at"]) < float(since):
        return True
    _change(request, locked=None, used=now.timestamp())
    return False


def _change(request: HttpRequest, **values: Any) -> None:
    request.session[KEY] = {**request.session[KEY], **values}
