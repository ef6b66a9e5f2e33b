"""Consent at the clinic: where it stands, who signs next, explaining, answering."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
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
from screening.consents import KINDS
from screening.enums import ConsentStatus
from screening.enums_consent import OPEN, SignerRole
from screening.forms.consent import PasswordForm
from screening.forms.consent_staff import (
    AsOfForm,
    AttestForm,
    PeopleForm,
    SendTextForm,
    StaffWithdrawForm,
)
from screening.models import Consent
from screening.queries import consents
from screening.queries.consent_paper import Place, history_of, places_of, valid_until
from screening.queries.consent_states import states_by_kind
from screening.services.consent_cosign import is_hasty
from screening.services.consent_end import open_choices
from screening.views.staff import episode_or_404, frame


def consent_or_404(request: StaffRequest, pk: UUID) -> Consent:
    return get_object_or_404(
        Consent.objects.visible_to(request.user).select_related(
            "template", "proposed_by", "ended_by", "patient"
        ),
        pk=pk,
    )


@staff(*SCHEDULING)
@require_safe
def of_episode(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Every kind of text of one course, as it stood on any day."""
    episode, now = episode_or_404(request, pk), clock.now()
    record_read(
        by=request.user, category=Category.CONSENT, patient_id=episode.patient_id
    )
    today = now.astimezone(episode.site.zone).date()
    form = AsOfForm(request.GET if "on" in request.GET else {"on": today.isoformat()})
    on: date = form.cleaned_data["on"] if form.is_valid() else today
    states = states_by_kind(episode.pk, list(KINDS), on=on)
    rows = list(consents.of_episode(episode.pk)[:100])
    context = {
        **frame(request, episode, now=now),
        "form": form,
        "on": on,
        "is_today": on == today,
        "is_clinical": request.user.is_clinical,
        "lines": _lines(states, rows),
        "send_form": SendTextForm(),
        "is_open": episode.ended_at is None,
    }
    status = 200 if form.is_valid() else 422
    return render(request, "screening/consents.html", context, status=status)


def _lines(states: dict[str, Any], rows: list[Consent]) -> list[dict[str, Any]]:
    """One line for each kind that was ever put before the patient, and the main one."""
    by_kind: dict[str, list[Consent]] = {}
    for row in rows:
        by_kind.setdefault(row.template.kind, []).append(row)
    return [
        {
            "title": kind.title,
            "is_separable": kind.separable,
            "state": states[key],
            "consents": by_kind.get(key, []),
        }
        for key, kind in KINDS.items()
        if key in by_kind or key == "kap_treatment"
    ]


@staff(*SCHEDULING)
@require_safe
def consent(request: StaffRequest, pk: UUID) -> HttpResponse:
    return consent_page(request, consent_or_404(request, pk))


@staff(*CLINICAL)
@require_POST
@once_only
def explain(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The clinician signs that it was explained and understood."""
    found = consent_or_404(request, pk)
    form = _attest_form(found, request.POST)
    if form.is_valid():
        try:
            services.sign_consent_as_clinician(
                consent_id=found.pk,
                password=form.cleaned_data["password"],
                attestation=form.attestation(),
                by=request.user,
                now=clock.now(),
            )
        except NotAllowed as refusal:
            form.add_error("password", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Signed. The paper is made again with your name.")
            return redirect("screening:consent_of", found.pk)
    return consent_page(request, found, explain_form=form, status=422)


@staff(*CLINICAL)
@require_POST
@once_only
def answer(request: StaffRequest, pk: UUID, number: int) -> HttpResponse:
    """The question was talked through; the patient can sign again."""
    found = consent_or_404(request, pk)
    try:
        services.answer_question(
            consent_id=found.pk, number=number, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Noted as answered.")
    return redirect("screening:consent_of", found.pk)


def _attest_form(found: Consent, data: Any = None) -> AttestForm:
    parts = consents.parts_of(found, None)
    questions = [question for part in parts for question in part.questions]
    return AttestForm(data, questions=questions, is_hasty=is_hasty(found))


def consent_page(
    request: StaffRequest,
    found: Consent,
    *,
    explain_form: AttestForm | None = None,
    withdraw_form: forms.Form | None = None,
    people_form: PeopleForm | None = None,
    beside_form: forms.Form | None = None,
    link_url: str = "",
    status: int = 200,
) -> HttpResponse:
    """One consent, whole; the forms that were refused come back as they were."""
    now = clock.now()
    episode = episode_or_404(request, found.episode_id)
    record_read(
        by=request.user,
        category=Category.CONSENT,
        patient_id=found.patient_id,
        object_type="Consent",
        object_id=found.pk,
    )
    parts = consents.parts_of(found, None)
    places = places_of(found)
    turn = _turn(places)
    is_active = found.status == ConsentStatus.ACTIVE
    may_explain = turn == SignerRole.CLINICIAN and request.user.is_clinical
    if may_explain and explain_form is None:
        explain_form = _attest_form(found)
    context: dict[str, Any] = {
        **frame(request, episode, now=now),
        "consent": found,
        "parts": parts,
        "places": places,
        "turn": turn,
        "is_by_link": turn in (SignerRole.PATIENT, SignerRole.REPRESENTATIVE),
        "is_beside": turn in (SignerRole.WITNESS, SignerRole.INTERPRETER),
        "is_escort": turn == SignerRole.ESCORT,
        "questions": _questions(found),
        "understanding": [one for part in parts for one in part.questions],
        "explain_form": explain_form,
        "withdraw_form": withdraw_form or StaffWithdrawForm(),
        "people_form": people_form or PeopleForm.of(found),
        "beside_form": beside_form or PasswordForm(),
        "link_url": link_url,
        "is_clinical": request.user.is_clinical,
        "may_explain": may_explain,
        "may_withdraw": is_active,
        "may_decline": found.status in OPEN,
        "may_name": found.status == ConsentStatus.PROPOSED,
        "choices": open_choices(found) if is_active else {},
        "history": history_of(found),
        "newer": found.continued_by.first() if found.ended_at else None,
        "fingerprint": consents.spaced(found.content_sha256),
        "paper": consents.paper_of(found.pk) if found.signed_at else None,
        "valid_until": valid_until(found.activated_at) if is_active else None,
    }
    return render(request, "screening/consent.html", context, status=status)


def _turn(places: list[Place]) -> SignerRole | None:
    return next((place.role for place in places if place.is_next), None)


def _questions(found: Consent) -> list[dict[str, Any]]:
    titles = {part["id"]: part["title"] for part in found.template.sections}
    return [
        {**asked, "number": number, "title": titles.get(asked["section"], "")}
        for number, asked in enumerate(found.questions)
    ]
