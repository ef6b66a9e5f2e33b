"""Sessions that lock when idle, and a policy for every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from kap.accounts import addresses, session, signals
from kap.accounts.enums import Role
from kap.accounts.session import Verdict
from kap.core import clock
from kap.core.access import AccessPolicy, View

GetResponse = Callable[[HttpRequest], HttpResponse]

PUBLIC: Final = AccessPolicy("public")
ANY_STAFF: Final = AccessPolicy("staff")
ADMIN_SITE: Final = AccessPolicy("staff", frozenset({Role.ADMIN}))


def policy_of(request: HttpRequest, view: View) -> AccessPolicy | None:
    """Who may open the address that was asked for; None when nobody has said."""
    match = request.resolver_match
    if match is None:
        return None
    declared = getattr(view, "access_policy", None)
    if isinstance(declared, AccessPolicy):
        return declared
    if match.app_names[:1] == ["admin"]:
        return ADMIN_SITE
    if match.url_name in addresses.OPEN:
        return PUBLIC
    if match.url_name in addresses.SIGNED_IN:
        return ANY_STAFF
    return None


class StaffSessionMiddleware:
    """Ends, locks or narrows a staff session before its view is called."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(request, "was_signed_out", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(
        self, request: HttpRequest, view: View, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        policy = policy_of(request, view)
        if (
            policy is None
            or policy.kind != "staff"
            or not request.user.is_authenticated
        ):
            return None
        user, now = request.user, clock.now()
        verdict = session.judge(request, user, now=now)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if verdict is Verdict.ENDED:
            logout(request)
            return _to_sign_in(request)
        if verdict is Verdict.LOCKED:
            return None if name in addresses.WHILE_LOCKED else _to_lock(request)
        if verdict is Verdict.NEEDS_SECOND_FACTOR and name not in addresses.ENROLMENT:
            return _to(request, resolve_url("mfa_index"))
        if not _is_passive(request, view):
            session.touch(request, now=now)
        return None


def _is_passive(request: HttpRequest, view: View) -> bool:
    """A poll or a prefetch.  A header can only make a request count for less."""
    if getattr(view, "keeps_open", False):
        return False
    return (
        getattr(view, "is_passive", False)
        or "X-Kap-Background" in request.headers
        or "prefetch" in request.headers.get("Sec-Purpose", "")
    )


def _is_part(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or "X-Kap-Background" in request.headers


def _to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the page elsewhere; a script that asked for a part is told to move the page."""
    if _is_part(request):
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if _is_part(request) or request.method not in {"GET", "HEAD"}:
        return _to(request, resolve_url(settings.LOGIN_URL))
    return redirect_to_login(request.get_full_path())


def _to_lock(request: HttpRequest) -> HttpResponse:
    """The lock page, and back to the same address; a part only hears that it is locked."""
    if _is_part(request):
        return HttpResponse(status=401, headers={"HX-Trigger": "kap:locked"})
    path = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    return redirect_to_login(path, resolve_url("account_reauthenticate"))


class AccessPolicyMiddleware:
    """Refuses what has no policy and who is not in it; each refusal is written down."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        policy = policy_of(request, view)
        if policy is None:
            return self._closed(view)
        if policy.kind != "staff":
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        user = request.user
        if not user.roles or (policy.roles and not user.has_role(*policy.roles)):
            wanted = ", ".join(Role(role).label for role in sorted(policy.roles))
            raise self._refusal(request, f"This page is for: {wanted or 'staff'}.")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """A view refused by itself: write that down too."""
        if isinstance(error, PermissionDenied) and not hasattr(error, "is_recorded"):
            self._refusal(request, str(error))

    @staticmethod
    def _closed(view: View) -> HttpResponse:
        """A page of a library that we keep closed, or a page of ours that lacks a policy."""
        if view.__module__.startswith("allauth."):
            raise Http404
        raise PermissionDenied("This page has no access policy, so it stays closed.")

    @staticmethod
    def _refusal(request: HttpRequest, sentence: str) -> PermissionDenied:
        error = PermissionDenied(sentence)
        error.is_recorded = True  # type: ignore[attr-defined]  # read above
        if request.user.is_authenticated:
            match = request.resolver_match
            signals.refused.send(
                sender=None, by=request.user, route=match.view_name if match else ""
            )
        return error
