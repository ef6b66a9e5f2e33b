"""Asking a check for its reason instead of its exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from kap.core.errors import DomainError

P = ParamSpec("P")


def refusal(check: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> str:
    """Return why ``check`` refuses, in its own words, or "" when it does not.

    A page uses it to show a button greyed out with the reason beside it: the
    sentence a clinician reads is the one the service would raise.
    """
    try:
        check(*args, **kwargs)
    except DomainError as error:
        return str(error)
    return ""
