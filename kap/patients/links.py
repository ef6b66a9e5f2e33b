"""Secure links: what they may open, giving one out, taking it back, and the pages behind them."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from kap.accounts.models import User
from kap.accounts.policies import AccessPolicy, View, mark
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.ratelimit import Limit
from kap.patients import link_sessions, signals
from kap.patients.models import Patient, PatientLinkSession, SecureLink
from kap.patients.models.links import LONGEST
from kap.patients.permissions import check_may_issue_links

TOKEN_BYTES: Final = 24
"""192 bits; the requirement is 128."""
COOKIE: Final = "kap_link"
COOKIE_PATH: Final = "/p/"
"""Patient pages live here and nowhere else, so no staff page ever receives the cookie."""


BY_ADDRESS: Final = Limit("link-address", 60, timedelta(minutes=15))
"""Tries from one network address, over all links."""


class LinkRequest(HttpRequest):
    """A request inside a link session; for type checkers."""

    link: SecureLink
    link_session: PatientLinkSession


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """What a link may be for.  ``view_name`` is the patient page it leads to, without arguments.

    ``label`` is staff's word for it ("Intake packet").  ``ttl`` is how long the link works.
    ``proof`` is ``birth_date``, or ``none`` for somebody else than the patient, who need
    not know it and is shown nothing of the patient's care.
    """

    key: str
    label: str
    view_name: str
    proof: str = "birth_date"
    ttl: timedelta = timedelta(days=14)
    max_uses: int = 20


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link as it leaves the building, once; the token is stored nowhere."""

    link: SecureLink
    url: str


_purposes: dict[str, LinkPurpose] = {}


def register_purpose(purpose: LinkPurpose) -> LinkPurpose:
    """Add a purpose; the same key again replaces it."""
    _purposes[purpose.key] = purpose
    return purpose


def purpose_of(key: str) -> LinkPurpose:
    """The registered purpose; a link of a purpose that is gone opens nothing."""
    try:
        return _purposes[key]
    except KeyError:
        raise DomainError("This kind of link is not in use.") from None


def needs_no_proof(link: SecureLink) -> bool:
    """True when the link alone opens its page; a purpose that is gone asks as always."""
    purpose = _purposes.get(link.purpose)
    return purpose is not None and purpose.proof == "none"


def purpose_label(key: str) -> str:
    """Staff's word for a purpose, also of one that is no longer in use."""
    return _purposes[key].label if key in _purposes else key


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def issue_link(
    *,
    patient: Patient,
    purpose: str,
    object_id: UUID,
    by: User | None,
    now: datetime,
    ttl: timedelta | None = None,
) -> IssuedLink:
    """Make a new link; its address is given back once and cannot be asked for again.

    ``by`` None is the worker that sends a planned message.  ``ttl`` can only shorten.
    """
    if by is not None:
        check_may_issue_links(by)
    kind = purpose_of(purpose)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        link = SecureLink.objects.create(
            token_sha256=fingerprint(token),
            purpose=kind.key,
            patient=patient,
            object_id=object_id,
            created_at=now,
            created_by=by,
            expires_at=now + min(kind.ttl, ttl or kind.ttl),
            max_uses=kind.max_uses,
        )
        _record(link, Action.CREATE, by=by)
    path = reverse("patients:link", args=[token])
    return IssuedLink(link, f"{settings.PUBLIC_URL}{path}")


def revoke_link(*, link_id: UUID, by: User | None, now: datetime) -> SecureLink:
    """Close one link and every page that it has open."""
    if by is not None:
        check_may_issue_links(by)
    with transaction.atomic():
        link = SecureLink.objects.select_for_update(of=("self",)).get(pk=link_id)
        if link.revoked_at is None:
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            link.link_sessions.filter(closed_at=None).update(closed_at=now)
            _record(link, Action.VOID, by=by)
            transaction.on_commit(
                partial(
                    signals.link_revoked.send,
                    SecureLink,
                    patient_id=link.patient_id,
                    link_id=link.pk,
                )
            )
    return link


def revoke_for_object(*, object_id: UUID, by: User | None, now: datetime) -> int:
    """Close every link to one object: it was cancelled, signed or withdrawn."""
    found = SecureLink.objects.filter(object_id=object_id, revoked_at=None)
    return _revoke_each(found.values_list("pk", flat=True), by=by, now=now)


def revoke_for_patient(*, patient_id: UUID, by: User, now: datetime) -> int:
    """Close every link of one patient: a phone was lost, an address was wrong."""
    found = SecureLink.objects.filter(patient_id=patient_id, revoked_at=None)
    return _revoke_each(found.values_list("pk", flat=True), by=by, now=now)


def _revoke_each(ids: Iterable[UUID], *, by: User | None, now: datetime) -> int:
    with transaction.atomic():
        closed = [revoke_link(link_id=link_id, by=by, now=now) for link_id in list(ids)]
    return len(closed)


def open_on_tablet(
    *, patient: Patient, purpose: str, object_id: UUID, by: User, now: datetime
) -> tuple[SecureLink, str]:
    """Open a patient page on the clinic's own device; staff vouch for who holds it.

    Answers the link and the secret for the cookie (``start_session``).  The view signs
    the staff member out of this browser: one device, one person.
    """
    check_may_issue_links(by)
    with transaction.atomic():
        issued = issue_link(
            patient=patient,
            purpose=purpose,
            object_id=object_id,
            by=by,
            now=now,
            ttl=LONGEST,
        )
        secret = link_sessions.open_session(issued.link, now=now, handed_over_by=by)
        _record(issued.link, Action.SIGN_IN, by=by, reason_code="tablet")
    return issued.link, secret


def hand_over(
    request: HttpRequest,
    *,
    patient: Patient,
    purpose: str,
    object_id: UUID,
    now: datetime,
) -> HttpResponse:
    """The answer of a staff view that gives the device to the patient.

    Staff are signed out of this browser first: whoever holds the tablet next must find
    nothing of the clinic's behind the patient's page.
    """
    by = cast(User, request.user)
    link, secret = open_on_tablet(
        patient=patient, purpose=purpose, object_id=object_id, by=by, now=now
    )
    list(
        get_messages(request)
    )  # what was to be said to staff is not said to the patient
    logout(request)
    response = redirect(purpose_of(link.purpose).view_name)
    start_session(response, secret)
    return neutral(response)


def start_session(response: HttpResponse, secret: str) -> None:
    """Put the link session's cookie on a response."""
    response.set_signed_cookie(
        COOKIE,
        secret,
        salt=COOKIE,
        max_age=int(LONGEST.total_seconds()),
        path=COOKIE_PATH,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )


def end_session(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")


def session_of(request: HttpRequest, *, now: datetime) -> PatientLinkSession | None:
    """The live link session of this browser, with link, patient and site, or None."""
    secret = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    return link_sessions.live_session(secret, now=now) if secret else None


def patient_link(*purposes: str) -> Callable[[View], View]:
    """Only inside a link session of one of these purposes; sets ``request.link``.

    The object is ``request.link.object_id``, never an id in the address.  Whoever of
    the clinic is signed in in the same browser counts for nothing here.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: LinkRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.user = AnonymousUser()
            session = session_of(request, now=clock.now())
            if session is None or (purposes and session.link.purpose not in purposes):
                return neutral(_closed(request))
            request.link_session = session
            request.link = session.link
            with timezone.override(session.link.patient.site.zone):
                return neutral(view(request, *args, **kwargs))

        policy = AccessPolicy("link", purpose=",".join(purposes))
        return mark(wrapper, policy)

    return decorate


def _closed(request: HttpRequest) -> HttpResponse:
    secret = request.get_signed_cookie(COOKIE, default="", salt=COOKIE) or ""
    context = {"is_tablet": bool(secret) and link_sessions.was_on_tablet(secret)}
    return render(request, "patients/link_closed.html", context, status=403)


def neutral(response: HttpResponse) -> HttpResponse:
    """Kept by no cache and no search engine; tells no other page where it came from.

    ``strict-origin`` names the site at most, never the path with its token.  It is not
    ``no-referrer``: with that browsers send ``Origin: null``, which the CSRF check refuses.
    """
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin"
    return response


def _record(
    link: SecureLink, action: Action, *, by: User | None, reason_code: str = ""
) -> None:
    record(
        by=by,
        action=action,
        category=Category.LINK,
        patient_id=link.patient_id,
        object_type="SecureLink",
        object_id=link.pk,
        link_id=link.pk,
        reason_code=reason_code or link.purpose,
        job="" if by else "links",
    )
