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
from kap.core.constraints import breaks
from kap.core.models import OnceKey
from kap.core.prepared import Statement, run

FIELD = "_once"
KEPT = timedelta(hours=24)

# By hand: every form that is sent passes here.
_TAKE = Statement(
    "kap_once_take",
    ("uuid", "varchar", "varchar", "timestamptz"),
    "INSERT INTO core_oncekey (key, owner, fingerprint, location, created_at)"
    " VALUES ($1, $2, $3, '', $4)",
)
_KEEP = Statement(
    "kap_once_keep",
    ("uuid", "varchar"),
    "UPDATE core_oncekey SET location = $2 WHERE key = $1",
)
_FREE = Statement("kap_once_free", ("uuid",), "DELETE FROM core_oncekey WHERE key = $1")

View = Callable[..., HttpResponse]


class TryAgain(Exception):
    """A refusal: all that the view wrote is undone, then ``page`` makes the answer.

    So the locks are gone before the page is made, and a service needs no savepoint
    of its own.
    """

    def __init__(self, page: Callable[[], HttpResponse]) -> None:
        super().__init__("The form was refused.")
        self.page = page


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


def is_undone_whole(request: HttpRequest) -> bool:
    """Whether a transaction is open around the view, which TryAgain undoes."""
    return getattr(request, "is_undone_whole", False)


def once_only(view: View) -> View:
    """Wrap a POST view: the same form sent twice gives the first answer again.

    The first request holds the key until it commits, so a second press waits and
    is then sent where the first one went.  A refused form keeps its key free.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request) if request.method == "POST" else None
        try:
            if key is None:
                return view(request, *args, **kwargs)
            return _once(key, view, request, *args, **kwargs)
        except TryAgain as refusal:
            return refusal.page()

    return wrapper


def _once(
    key: UUID, view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    owner, content = _owner(request), _fingerprint(request)
    try:
        with transaction.atomic():
            request.is_undone_whole = True  # type: ignore[attr-defined]  # ours
            run(_TAKE, [str(key), owner, content, clock.now()])
            response = view(request, *args, **kwargs)
            _remember(key, response)
    except IntegrityError as error:
        if not breaks(error, constraint="core_oncekey_pkey"):
            raise
        return _again(request, key, owner, content)
    return response


def _remember(key: UUID, response: HttpResponse) -> None:
    """Keep where a success went; give the key back when the form was refused."""
    location = response.headers.get("Location", "") or response.headers.get(
        "HX-Redirect", ""
    )
    if response.status_code < 400 and location:
        run(_KEEP, [str(key), location])
    else:
        run(_FREE, [str(key)])
