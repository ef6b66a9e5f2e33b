"""What a view says about who may open it; read by the access middleware, known to no role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """``kind`` is public, staff or link; ``roles`` empty means any of that kind."""

    kind: str
    roles: frozenset[str] = frozenset()
    purpose: str = ""


def mark(view: View, policy: AccessPolicy) -> View:
    """Write the policy on the view."""
    view.access_policy = policy  # type: ignore[attr-defined]  # read by the middleware
    return view


def keeps_open(view: View) -> View:
    """Say that a poll counts as use: the room of a live session does not lock while it runs."""
    view.keeps_open = True  # type: ignore[attr-defined]  # read by the session middleware
    return view


def passive(view: View) -> View:
    """Say that a page asks for this by itself (a poll): it keeps nobody signed in."""
    view.is_passive = True  # type: ignore[attr-defined]  # read by the session middleware
    return view
