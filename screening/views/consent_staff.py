"""Consent at the clinic: where it stands, explaining, answering, withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError, NotAllowed
from kap.core.idempotency import once_only
from screening import services
from screening.enums import ConsentStatus
from screening.forms.consent import PasswordForm, StaffWithdrawForm
from screening.models import Consent
from screening.queries import consents
from screening.views.staff import episode_or_404, frame


def _consent_or_404(request: StaffRequest, pk: UUID) -> Consent:
    return get_object_or_404(
        Consent.objects.visible_to(request.user).select_related(
            "template", "proposed_by", "ended_by"
        ),
        pk=pk,
    )


@staff(*SCHEDULING)
@require_safe
def consent(request: StaffRequest, pk: UUID) -> HttpResponse:
    return _page(
        request, _consent_or_404(request, pk), PasswordForm(), StaffWithdrawForm()
    )


@staff(*CLINICAL)
@require_POST
@once_only
def explain(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The clinician signs that it was explained and understood."""
    found = _consent_or_404(request, pk)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            services.sign_consent_as_clinician(
                consent_id=found.pk,
                password=form.cleaned_data["password"],
                by=request.user,
                now=clock.now(),
            )
        except NotAllowed as refusal:
            form.add_error("password", str(refusal))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Signed. The paper is made again with your name.")
            return redirect("screening:consent_of", found.pk)
    return _page(request, found, form, StaffWithdrawForm(), status=422)


@staff(*SCHEDULING)
@require_POST
@once_only
def withdraw(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Whoever hears it writes it down; it counts at once."""
    found = _consent_or_404(request, pk)
    form = StaffWithdrawForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_consent(
                consent_id=found.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Withdrawn. No dose is given on this consent.")
            return redirect("screening:consent_of", found.pk)
    return _page(request, found, PasswordForm(), form, status=422)


@staff(*CLINICAL)
@require_POST
@once_only
def answer(request: StaffRequest, pk: UUID, number: int) -> HttpResponse:
    """The question was talked through; the patient can sign again."""
    found = _consent_or_404(request, pk)
    try:
        services.answer_question(
            consent_id=found.pk, number=number, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Noted as answered.")
    return redirect("screening:consent_of", found.pk)


def _page(
    request: StaffRequest,
    found: Consent,
    explain_form: PasswordForm,
    withdraw_form: StaffWithdrawForm,
    *,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    episode = episode_or_404(request, found.episode_id)
    record_read(
        by=request.user,
        category=Category.CONSENT,
        patient_id=found.patient_id,
        object_type="Consent",
        object_id=found.pk,
    )
    others = list(consents.of_episode(episode.pk)[:20])
    signatures = consents.signatures_of([found.pk])[found.pk]
    by_me = any(row.user_id == request.user.pk for row in signatures)
    is_active = found.status == ConsentStatus.ACTIVE
    context: dict[str, Any] = {
        **frame(request, episode, now=now),
        "consent": found,
        "consents": others,
        "parts": consents.parts_of(found, None),
        "signatures": signatures,
        "questions": _questions(found),
        "explain_form": explain_form,
        "withdraw_form": withdraw_form,
        "is_clinical": request.user.is_clinical,
        "may_explain": is_active and request.user.is_clinical and not by_me,
        "may_withdraw": is_active,
        "fingerprint": consents.spaced(found.content_sha256),
        "paper": consents.paper_of(found.pk) if found.signed_at else None,
    }
    return render(request, "screening/consent.html", context, status=status)


def _questions(found: Consent) -> list[dict[str, Any]]:
    titles = {part["id"]: part["title"] for part in found.template.sections}
    return [
        {**asked, "number": number, "title": titles.get(asked["section"], "")}
        for number, asked in enumerate(found.questions)
    ]
