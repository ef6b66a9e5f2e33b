"""Where a patient comes in: the link, the birth date, and the way out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kap.accounts.policies import public
from kap.core import clock
from kap.core.ratelimit import hit
from kap.patients import link_sessions, links
from kap.patients.forms import BirthDateForm
from kap.patients.link_sessions import Answer, Exchange
from kap.patients.models import SecureLink


@public
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the birth date; opening the page changes nothing, sending it may."""
    request.user = AnonymousUser()
    now, key = clock.now(), links.fingerprint(token)
    link = link_sessions.live_link(key, now=now)
    by_itself = link is not None and links.needs_no_proof(link)
    if request.method != "POST":
        if by_itself:
            return _page(request, "patients/link_go_on.html", 200)
        return _ask(request, BirthDateForm()) if link else _dead(request)
    if not hit(links.BY_ADDRESS, request.META.get("REMOTE_ADDR", ""), now=now):
        return _wait(request)
    if by_itself:
        return _enter(link_sessions.exchange_without_proof(key, now=now), request)
    return _try_birth_date(request, key, link=link, now=now)


def _try_birth_date(
    request: HttpRequest, key: str, *, link: SecureLink | None, now: datetime
) -> HttpResponse:
    form = BirthDateForm(request.POST)
    if not form.is_valid():
        return _ask(request, form) if link else _dead(request)
    result = link_sessions.exchange(key, form.birth_date, now=now)
    if result.answer is Answer.WRONG:
        form.refuse(result.tries_left)
        return _ask(request, form)
    return _enter(result, request)


def _enter(result: Exchange, request: HttpRequest) -> HttpResponse:
    """Lead to the patient's page, or say kindly that there is none."""
    if result.answer is Answer.OPEN:
        response = redirect(links.purpose_of(result.purpose).view_name)
        links.start_session(response, result.secret)
        return links.neutral(response)
    return _wait(request) if result.answer is Answer.WAIT else _dead(request)


@links.patient_link()
@require_POST
def leave(request: links.LinkRequest) -> HttpResponse:
    """The patient is done, or gives the tablet back."""
    link_sessions.close_session(request.link_session, now=clock.now())
    context = {"is_tablet": request.link_session.is_on_tablet}
    response = render(request, "patients/link_left.html", context)
    links.end_session(response)
    return response


@links.patient_link()
@require_POST
def stay(request: links.LinkRequest) -> HttpResponse:
    """Go on for another while; answers when the session will end now."""
    session = link_sessions.stay(request.link_session, now=clock.now())
    return JsonResponse({"ends_at": session.ends_at.isoformat()})


def _ask(request: HttpRequest, form: BirthDateForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return _page(request, "patients/link_ask.html", status, form=form)


def _dead(request: HttpRequest) -> HttpResponse:
    return _page(request, "patients/link_dead.html", 404)


def _wait(request: HttpRequest) -> HttpResponse:
    return _page(request, "patients/link_wait.html", 429)


def _page(
    request: HttpRequest, template: str, status: int, **context: Any
) -> HttpResponse:
    return links.neutral(render(request, template, context, status=status))
