"""Who may open an address: each view function carries one of these.

``view.access_policy`` holds the policy; the middleware refuses a view without one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.core.access import AccessPolicy, View, mark, passive


class StaffRequest(HttpRequest):
    """A request by a signed-in person; for type checkers."""

    user: User


def public(view: View) -> View:
    """Anybody may open it; the list of these is short and tested."""
    return mark(view, AccessPolicy("public"))


def staff(*roles: str) -> Callable[[View], View]:
    """Signed-in people who hold one of ``roles`` (none named: any role)."""
    policy = AccessPolicy("staff", frozenset(roles))

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            user = request.user
            if not user.roles or (policy.roles and not user.has_role(*policy.roles)):
                wanted = ", ".join(Role(role).label for role in sorted(policy.roles))
                raise PermissionDenied(f"This page is for: {wanted or 'staff'}.")
            return view(request, *args, **kwargs)

        return mark(wrapper, policy)

    return decorate


admin_only = staff(Role.ADMIN)

__all__ = [
    "AccessPolicy",
    "StaffRequest",
    "View",
    "admin_only",
    "mark",
    "passive",
    "public",
    "staff",
]
