"""A person's own account, and the lock that falls when nobody touches the screen."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts import session
from kap.accounts.forms import LookForm, UnlockForm
from kap.accounts.models import Credential, User
from kap.accounts.policies import staff
from kap.accounts.services import change_look
from kap.core import clock


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Colours, shortcuts, second step, sessions and credentials of the person signed in."""
    user = cast(User, request.user)
    looks = {"theme": user.theme, "shortcuts_enabled": user.shortcuts_enabled}
    form = LookForm(_posted(request), initial=looks)
    if request.method == "POST" and form.is_valid():
        change_look(
            user=user,
            theme=form.cleaned_data["theme"],
            shortcuts_enabled=form.cleaned_data["shortcuts_enabled"],
        )
        messages.success(request, "Saved how pages look for you.")
        return redirect("accounts_kap:profile")
    context = {
        "form": form,
        "credentials": Credential.objects.filter(practitioner__user=user).order_by(
            "kind", "-valid_from"
        ),
        "factors": list(
            Authenticator.objects.filter(user=user).order_by("type", "created_at")
        ),
        "today": clock.now().date(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", context, status=status)


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """POST locks this session at once; GET gives the card that unlocks it in place."""
    if request.method == "POST":
        session.lock(request, now=clock.now())
        if "HX-Request" not in request.headers:
            return redirect("account_reauthenticate")
    return _card(request, UnlockForm())


@staff()
@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """The person's password opens the session again, on the page that was left."""
    form = UnlockForm(request.POST)
    if form.is_valid():
        try:
            right = get_adapter(request).reauthenticate(
                request.user, form.cleaned_data["password"]
            )
        except ValidationError as error:
            form.add_error("password", error)
        else:
            if right:
                reauthenticate_by_password(request)
                return HttpResponse(status=204)
            form.add_error("password", "That is not your password. Type it again.")
    return _card(request, form, status=422)


def _card(request: HttpRequest, form: UnlockForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "idle_min": settings.IDLE_LOGOFF_MIN}
    return render(request, "accounts/lock_card.html", context, status=status)


@staff()
@require_POST
def still_here(request: HttpRequest) -> HttpResponse:  # the middleware notes the time
    """A key or the pointer was used: asked at most once a minute by lock.js."""
    return HttpResponse(status=204)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
