"""Protocols: the list, one edition, and the editor of the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import SCHEDULING, Role
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.core.idempotency import once_only
from sessions.forms.protocols import DraftForm, NewForm, PublishForm, read_text
from sessions.models import Protocol, ProtocolDraft
from sessions.queries.protocols import body_of, editions_of, protocol_lines
from sessions.rules.maintenance import TAPERS
from sessions.rules.protocol_check import check_protocol
from sessions.rules.protocol_draft import changed
from sessions.rules.protocol_timeline import timeline
from sessions.rules.protocol_types import KINDS
from sessions.services import protocols as services
from sessions.views.protocols_page import rows_of

READERS = (*sorted(SCHEDULING), Role.ADMIN)
EDITORS = services.EDITORS
ROUTES = (
    ("iv", "IV infusion"),
    ("im", "IM injection"),
    ("sl", "Sublingual"),
    ("in_esk", "Nasal esketamine"),
)


@staff(*READERS)
@require_safe
def protocols(request: StaffRequest) -> HttpResponse:
    """Every protocol in its newest edition."""
    return render(request, "sessions/protocols/list.html", _list(request, NewForm()))


def _list(request: StaffRequest, form: NewForm) -> dict[str, Any]:
    return {
        "lines": protocol_lines(),
        "form": form,
        "may_edit": request.user.has_role(*EDITORS),
    }


@staff(*READERS)
@require_safe
def protocol(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One edition: drawn, and visit by visit."""
    found = get_object_or_404(Protocol, pk=pk)
    body = body_of(found)
    editions = editions_of(found.code)
    context = {
        "protocol": found,
        "body": body,
        "rows": rows_of(body),
        "timeline": timeline(body),
        "problems": check_protocol(body),
        "taper": TAPERS.get(body.maintenance),
        "editions": editions,
        "is_newest": editions[0].pk == found.pk,
        "may_edit": request.user.has_role(*EDITORS),
    }
    return render(request, "sessions/protocols/edition.html", context)


@staff(*EDITORS)
@require_POST
@once_only
def begin(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The next edition of this protocol."""
    get_object_or_404(Protocol, pk=pk)
    draft = services.start_draft(protocol_id=pk, by=request.user, now=clock.now())
    return redirect("sessions:protocol_draft", draft.pk)


@staff(*EDITORS)
@require_POST
@once_only
def begin_new(request: StaffRequest) -> HttpResponse:
    """A protocol of the clinic's own."""
    form = NewForm(request.POST)
    if form.is_valid():
        like = get_object_or_404(Protocol, pk=form.cleaned_data["like"])
        try:
            draft = services.start_new(
                code=form.cleaned_data["code"],
                like_id=like.pk,
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error("code", str(refused))
        else:
            return redirect("sessions:protocol_draft", draft.pk)
    return render(
        request, "sessions/protocols/list.html", _list(request, form), status=422
    )


@staff(*EDITORS)
@require_POST
@once_only
def switch(request: StaffRequest, pk: UUID) -> HttpResponse:
    """On offer in the planner, or not."""
    get_object_or_404(Protocol, pk=pk)
    is_active = request.POST.get("active") == "on"
    services.switch(
        protocol_id=pk, is_active=is_active, by=request.user, now=clock.now()
    )
    words = (
        "The planner offers it now."
        if is_active
        else "The planner no longer offers it."
    )
    messages.success(request, words)
    return redirect("sessions:protocol", pk)


@staff(*EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def draft(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The next edition while it is written; every button keeps what was typed."""
    found = get_object_or_404(ProtocolDraft, pk=pk)
    if request.method != "POST":
        return render(
            request,
            "sessions/protocols/draft.html",
            _draft(found, found.body, clock.now()),
        )
    form, text = DraftForm(request.POST), read_text(request.POST)
    if not form.is_valid():
        problem = "The form cannot be read. Open the page anew."
        return _again(request, found, text, clock.now(), problem)
    try:
        return _pressed(request, found, text, form.cleaned_data)
    except ChangedMeanwhile as refused:
        return _again(request, found, text, clock.now(), str(refused), status=409)
    except DomainError as refused:
        found.refresh_from_db()
        return _again(request, found, text, clock.now(), str(refused))


def _pressed(
    request: StaffRequest, found: ProtocolDraft, text: Any, asked: dict[str, Any]
) -> HttpResponse:
    """Save what was typed, then do what the button says."""
    do, version, now = asked["do"] or "save", asked["version"], clock.now()
    if do == "drop":
        return _drop(request, found, version, now)
    saved = services.save_draft(
        draft_id=found.pk,
        version=version,
        text=changed(text, do),
        by=request.user,
        now=now,
    )
    if do == "publish":
        return _publish(request, saved, saved.version, now)
    return redirect(f"{request.path}#visits" if do != "save" else request.path)


def _publish(
    request: StaffRequest, found: ProtocolDraft, version: int, now: datetime
) -> HttpResponse:
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _again(request, found, found.body, now, "", publish=form)
    made = services.publish(
        draft_id=found.pk,
        version=version,
        reason=form.cleaned_data["reason"],
        effective_from=form.cleaned_data["effective_from"],
        by=request.user,
        now=now,
    )
    messages.success(request, f"Edition {made.edition} is published.")
    return redirect("sessions:protocol", made.pk)


def _drop(
    request: StaffRequest, found: ProtocolDraft, version: int, now: datetime
) -> HttpResponse:
    services.drop_draft(draft_id=found.pk, version=version, by=request.user, now=now)
    messages.success(request, "The draft is dropped.")
    return redirect("sessions:protocols")


def _again(
    request: StaffRequest,
    found: ProtocolDraft,
    text: Any,
    now: datetime,
    problem: str,
    *,
    publish: PublishForm | None = None,
    status: int = 422,
) -> HttpResponse:
    context = _draft(found, text, now, publish=publish, problem=problem)
    return render(request, "sessions/protocols/draft.html", context, status=status)


def _draft(
    found: ProtocolDraft,
    text: Any,
    now: datetime,
    *,
    publish: PublishForm | None = None,
    problem: str = "",
) -> dict[str, Any]:
    body, problems = services.review(found.code, text)
    today = now.date()
    return {
        "draft": found,
        "head": text["head"],
        "steps": list(enumerate(text["steps"])),
        "count": len(text["steps"]),
        "kinds": [kind for kind in KINDS if kind != "screening"],
        "tapers": TAPERS.values(),
        "routes": ROUTES,
        "problems": problems,
        "may_publish": body is not None and not any(p.is_hard for p in problems),
        "timeline": timeline(body) if body is not None and body.steps else None,
        "publish": publish or PublishForm(initial={"effective_from": today}),
        "problem": problem,
        "is_closed": found.published_id is not None or found.dropped_at is not None,
    }
