"""After the signature on the phone: where it stands, the copy, saying no, taking back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.documents.serving import file_response
from kap.patients.links import LinkRequest, patient_link
from screening import services
from screening.enums import ConsentStatus
from screening.enums_consent import OPEN
from screening.forms.consent import EndForm
from screening.queries import consents
from screening.services.consent_end import open_choices
from screening.views.consent_link import consent_of, next_by_link
from screening.views.patient import not_valid, page


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def decline(request: LinkRequest) -> HttpResponse:
    """Saying no; nothing else changes."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if consent.status not in OPEN:
        return redirect("screening:read_done")
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.decline_consent(
            consent_id=consent.pk,
            reason=form.cleaned_data["reason"],
            link=request.link,
            now=clock.now(),
        )
        return redirect("screening:read_done")
    return _end_page(request, form, "decline")


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def withdraw(request: LinkRequest) -> HttpResponse:
    """Taking a signed consent back; it counts at once."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if consent.status == ConsentStatus.PARTIAL:
        return redirect("screening:read_decline")
    if consent.status != ConsentStatus.ACTIVE:
        return redirect("screening:read_done")
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_consent(
            consent_id=consent.pk,
            reason=form.cleaned_data["reason"],
            by=None,
            link=request.link,
            now=clock.now(),
        )
        return redirect("screening:read_done")
    return _end_page(request, form, "withdraw")


def _end_page(request: LinkRequest, form: forms.Form, what: str) -> HttpResponse:
    back = reverse("screening:read" if what == "decline" else "screening:read_done")
    context: dict[str, Any] = {"form": form, "what": what, "back_url": back}
    return page(request, "read_end", context, status=422 if form.errors else 200)


@patient_link("consent")
@require_POST
@once_only
def narrow(request: LinkRequest, section: str) -> HttpResponse:
    """One agreed part is taken back; it counts at once."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    with suppress(DomainError):  # it was taken back already: the page shows that
        services.narrow_consent(
            consent_id=consent.pk,
            section_id=section,
            link=request.link,
            now=clock.now(),
        )
    return redirect("screening:read_done")


@patient_link("consent")
@require_safe
def done(request: LinkRequest) -> HttpResponse:
    """Signed, declined, withdrawn or replaced: where it stands, calmly."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if consent.status == ConsentStatus.PROPOSED:
        return redirect("screening:read")
    if next_by_link(consent):
        return redirect("screening:read_sign")
    paper = consents.paper_of(consent.pk) if consent.signed_at else None
    is_active = consent.status == ConsentStatus.ACTIVE
    context = {
        "consent": consent,
        "has_paper": paper is not None,
        "choices": open_choices(consent) if is_active else {},
    }
    return page(request, "read_done", context)


@patient_link("consent")
@require_safe
def copy(request: LinkRequest) -> HttpResponse:
    """The patient's own PDF, as a download; written down as such."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    paper = consents.paper_of(consent.pk) if consent.signed_at else None
    response = file_response(paper) if paper else None
    if paper is None or response is None:
        return redirect("screening:read_done")
    record(
        by=None,
        link_id=request.link.pk,
        action=Action.DOWNLOAD,
        category=Category.DOCUMENT,
        patient_id=consent.patient_id,
        object_type="DocumentReference",
        object_id=paper.pk,
    )
    services.note_copy_downloaded(
        consent_id=consent.pk, link=request.link, now=clock.now()
    )
    return response
