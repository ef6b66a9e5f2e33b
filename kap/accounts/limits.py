"""How often sign-in may be tried: counted in PostgreSQL, by account and by address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kap.core.ratelimit import Limit, give_back, hit

WINDOW: Final = timedelta(minutes=5)
BY_ACCOUNT: Final = Limit("sign-in-account", tries=10, window=WINDOW)
BY_ADDRESS: Final = Limit("sign-in-address", tries=60, window=WINDOW)
"""A clinic's staff may share one address; a success gives its own try back."""
BY_CODE: Final = Limit("second-step", tries=10, window=WINDOW)

TOO_MANY: Final = (
    "Too many tries. Wait five minutes and try again, use a passkey, "
    "or ask your administrator."
)


def may_try(*, email: str, ip: str, now: datetime) -> bool:
    """Count a try before the password is looked at, so that racing tries count too.

    A right password is refused as well while the limit lasts.  Tries made while
    refused do not lengthen it, so nobody is locked out for good.
    """
    by_address = hit(BY_ADDRESS, ip, now=now)
    by_account = hit(BY_ACCOUNT, email, now=now)
    return by_address and by_account


def succeeded(*, email: str, ip: str) -> None:
    """Take back this one try; what others tried from the same address stays counted."""
    give_back(BY_ADDRESS, ip)
    give_back(BY_ACCOUNT, email)
