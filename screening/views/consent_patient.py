"""Reading and signing a consent on the phone or on the clinic's tablet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.documents.serving import file_response
from kap.patients.links import LinkRequest, patient_link
from screening import services
from screening.enums import ConsentStatus
from screening.forms.consent import AskForm, EndForm, ReadForm, SignForm
from screening.models import Consent
from screening.queries import consents
from screening.services import ConsentClosed, open_questions
from screening.views.patient import not_valid, page, proof_of


def consent_of(request: LinkRequest) -> Consent | None:
    """The consent this link opens; None when it is not this patient's."""
    return (
        Consent.objects.select_related("template", "patient", "episode__site")
        .filter(pk=request.link.object_id, patient_id=request.link.patient_id)
        .first()
    )


def _closed(consent: Consent) -> HttpResponse | None:
    if consent.status != ConsentStatus.PROPOSED:
        return redirect("screening:read_done")
    return None


@patient_link("consent")
@require_safe
def overview(request: LinkRequest) -> HttpResponse:
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
    services.open_consent(consent_id=consent.pk, now=clock.now())
    _read(request, consent)
    earlier = consents.earlier_signed(consent)
    parts = consents.parts_of(consent, earlier)
    context = {
        "consent": consent,
        "parts": parts,
        "earlier": earlier,
        "minutes": sum(part.minutes for part in parts),
        "next": _next_part(parts, earlier_first=earlier is not None),
        "is_ready": consents.is_ready(parts),
        "asked": len(open_questions(consent)),
    }
    return page(request, "read", context)


def _next_part(
    parts: list[consents.Part], *, earlier_first: bool
) -> consents.Part | None:
    """The first part that waits; with an earlier signature, the first that is new."""
    waiting = [
        part
        for part in parts
        if not part.is_read or (part.ack != "none" and not part.given)
    ]
    new = [part for part in waiting if part.is_new]
    if earlier_first and new:
        return new[0]
    return waiting[0] if waiting else None


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def part(request: LinkRequest, number: int) -> HttpResponse:
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
    earlier = consents.earlier_signed(consent)
    parts = consents.parts_of(consent, earlier)
    if not 1 <= number <= len(parts):
        return redirect("screening:read")
    here = parts[number - 1]
    if consent.opened_at is None:
        services.open_consent(consent_id=consent.pk, now=clock.now())
    posted = request.POST if request.method == "POST" else None
    form = ReadForm(posted, ack=here.ack, given=here.given)
    if posted is not None and form.is_valid():
        services.acknowledge_section(
            consent_id=consent.pk, section_id=here.id, given=form.given()
        )
        if number < len(parts):
            return redirect("screening:read_part", number + 1)
        return redirect("screening:read_sign")
    context = {
        "consent": consent,
        "part": here,
        "total": len(parts),
        "previous": number - 1,
        "form": form,
        "earlier": earlier,
        "asked": [asked for asked in consent.questions if asked["section"] == here.id],
    }
    return page(request, "read_part", context, status=422 if form.errors else 200)


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def ask(request: LinkRequest, number: int) -> HttpResponse:
    """A question about one part; somebody calls, and the signature waits for that."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
    parts = consents.parts_of(consent, None)
    if not 1 <= number <= len(parts):
        return redirect("screening:read")
    here = parts[number - 1]
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_about_section(
                consent_id=consent.pk,
                section_id=here.id,
                text=form.cleaned_data["question"],
                link=request.link,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("question", str(refusal))
        else:
            return redirect("screening:read_part", number)
    context = {
        "part": here,
        "form": form,
        "place_text": f"Part {number} of {len(parts)}",
    }
    return page(request, "read_ask", context, status=422 if form.errors else 200)


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def sign(request: LinkRequest) -> HttpResponse:
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
    posted = request.POST if request.method == "POST" else None
    form = SignForm(posted, initial={"edition": consent.template.edition})
    if posted is not None and form.is_valid():
        try:
            _sign(request, consent, form)
        except ConsentClosed:
            return redirect("screening:read_done")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:read_done")
    return _sign_page(request, consent, form)


def _sign(request: LinkRequest, consent: Consent, form: SignForm) -> None:
    services.sign_consent_as_patient(
        consent_id=consent.pk,
        edition=form.cleaned_data["edition"],
        printed_name=form.cleaned_data["printed_name"],
        drawing_svg=form.cleaned_data["signature_svg"],
        link=request.link,
        proof=proof_of(request),
        now=clock.now(),
    )


def _sign_page(request: LinkRequest, consent: Consent, form: SignForm) -> HttpResponse:
    parts = consents.parts_of(consent, None)
    context = {
        "consent": consent,
        "form": form,
        "total": len(parts),
        "missing": [
            part
            for part in parts
            if not part.is_read or (part.ack != "none" and not part.given)
        ],
        "asked": len(open_questions(consent)),
    }
    return page(request, "read_sign", context, status=422 if form.errors else 200)


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def decline(request: LinkRequest) -> HttpResponse:
    """Saying no; nothing else changes."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
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
@require_safe
def done(request: LinkRequest) -> HttpResponse:
    """Signed, declined, withdrawn or replaced: where it stands, calmly."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if consent.status == ConsentStatus.PROPOSED:
        return redirect("screening:read")
    paper = consents.paper_of(consent.pk) if consent.signed_at else None
    context = {"consent": consent, "has_paper": paper is not None}
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
    return response


def _read(request: LinkRequest, consent: Consent) -> None:
    record(
        by=None,
        link_id=request.link.pk,
        action=Action.READ,
        category=Category.CONSENT,
        patient_id=consent.patient_id,
        object_type="Consent",
        object_id=consent.pk,
    )
