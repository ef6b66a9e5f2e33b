"""A form acts once, however often its button is pressed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kap.core import clock
from kap.core.models import OnceKey

FIELD = "_once"
KEPT = timedelta(hours=24)

View = Callable[..., HttpResponse]


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _fingerprint(request: HttpRequest) -> str:
    """A digest of what was sent and where to, without the key and the CSRF token."""
    skipped = {FIELD, "csrfmiddlewaretoken"}
    content = sorted(
        (name, tuple(values))
        for name, values in request.POST.lists()
        if name not in skipped
    )
    return hashlib.sha256(repr((request.path, content)).encode()).hexdigest()


def _owner(request: HttpRequest) -> str:
    session = request.session.session_key or ""
    return hashlib.sha256(session.encode()).hexdigest()


def _again(request: HttpRequest, key: UUID, owner: str, content: str) -> HttpResponse:
    """Answer a key that was used before: the same page, or a refusal."""
    earlier = OnceKey.objects.get(pk=key)
    same = earlier.owner == owner and earlier.fingerprint == content
    if same and earlier.location:
        return redirect(earlier.location)
    return render(request, "errors/409.html", status=409)


def once_only(view: View) -> View:
    """Wrap a POST view: the same form sent twice gives the first answer again.

    The first request holds the key until it commits, so a second press waits and
    is then sent where the first one went.  A refused form keeps its key free.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request) if request.method == "POST" else None
        if key is None:
            return view(request, *args, **kwargs)
        owner, content = _owner(request), _fingerprint(request)
        try:
            with transaction.atomic():
                row = OnceKey.objects.create(
                    key=key, owner=owner, fingerprint=content, created_at=clock.now()
                )
                response = view(request, *args, **kwargs)
                _remember(row, response)
        except IntegrityError as error:
            if "core_oncekey_pkey" not in str(
                getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            ):
                raise
            return _again(request, key, owner, content)
        return response

    return wrapper


def _remember(row: OnceKey, response: HttpResponse) -> None:
    """Keep where a success went; give the key back when the form was refused."""
    location = response.headers.get("Location", "") or response.headers.get(
        "HX-Redirect", ""
    )
    if response.status_code < 400 and location:
        row.location = location
        row.save(update_fields=["location"])
    else:
        row.delete()
