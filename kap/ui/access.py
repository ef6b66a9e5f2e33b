"""The shell's own pages are for signed-in people; roles are plain words here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from kap.core.access import AccessPolicy, View, mark
from kap.ui.navigation import may_open


def signed_in(*roles: str) -> Callable[[View], View]:
    """People of the clinic who hold one of ``roles`` (none named: any role)."""
    policy = AccessPolicy("staff", frozenset(roles))

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may_open(policy.roles, request.user):
                raise PermissionDenied("This page is for the clinic's administrators.")
            return view(request, *args, **kwargs)

        return mark(wrapper, policy)

    return decorate
