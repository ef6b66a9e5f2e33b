"""Contact: how a patient is reached, who stands beside them, what may be sent, which links are open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients import links, queries, services
from kap.patients.chart_panels import link_lines
from kap.patients.forms import ConsentForm, PersonForm
from kap.patients.frame import SEES_CHART, chart_frame, patient_or_404
from kap.patients.models import Patient, RelatedPerson, SecureLink

LINKS_ON_PAGE = 50


@staff(*SEES_CHART)
@require_safe
def contact(request: StaffRequest, pk: UUID) -> HttpResponse:
    patient = patient_or_404(request, pk)
    record_read(by=request.user, category=Category.DEMOGRAPHICS, patient_id=patient.pk)
    return _page(request, patient)


@staff(*SCHEDULING)
@require_POST
@once_only
def add_person(request: StaffRequest, pk: UUID) -> HttpResponse:
    patient = patient_or_404(request, pk)
    form = PersonForm(request.POST, auto_id="id_person_%s")
    if not form.is_valid():
        return _page(request, patient, person_form=form, status=422)
    try:
        services.add_related_person(
            patient=patient, facts=form.facts(), by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, patient, person_form=form, status=422)
    messages.success(request, "Saved.")
    return redirect("patients:contact", patient.pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def end_person(request: StaffRequest, pk: UUID, person_id: UUID) -> HttpResponse:
    patient = patient_or_404(request, pk)
    person = get_object_or_404(RelatedPerson, pk=person_id, patient=patient)
    services.end_related_person(person_id=person.pk, by=request.user, now=clock.now())
    messages.success(request, "No longer to be called.")
    return redirect("patients:contact", patient.pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def consent(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Write down what changed, each with who heard it and when."""
    patient, now = patient_or_404(request, pk), clock.now()
    before = _given(patient.pk)
    form = ConsentForm(request.POST, given=before)
    if form.is_valid():
        for channel, purpose in sorted(before ^ form.given()):
            services.set_contact_consent(
                patient=patient,
                channel=channel,
                purpose=purpose,
                is_given=(channel, purpose) in form.given(),
                by=request.user,
                now=now,
            )
        messages.success(request, "Saved.")
    return redirect("patients:contact", patient.pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def revoke(request: StaffRequest, pk: UUID, link_id: UUID) -> HttpResponse:
    patient = patient_or_404(request, pk)
    link = get_object_or_404(SecureLink, pk=link_id, patient=patient)
    links.revoke_link(link_id=link.pk, by=request.user, now=clock.now())
    messages.success(request, "Taken back. It opens nothing any more.")
    return redirect("patients:contact", patient.pk)


@staff(*SCHEDULING)
@require_POST
def tablet(request: StaffRequest, pk: UUID, link_id: UUID) -> HttpResponse:
    """Fill in here: open what this link opens on the device in hand, and sign staff out of it."""
    patient = patient_or_404(request, pk)
    link = get_object_or_404(SecureLink, pk=link_id, patient=patient)
    try:
        return links.hand_over(
            request,
            patient=patient,
            purpose=link.purpose,
            object_id=link.object_id,
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:contact", patient.pk)


def _given(patient_id: UUID) -> frozenset[tuple[str, str]]:
    said = queries.contact_consents(patient_id)
    return frozenset(key for key, consent in said.items() if consent.is_given)


def _page(
    request: StaffRequest,
    patient: Patient,
    *,
    person_form: PersonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    said = queries.contact_consents(patient.pk)
    given = frozenset(key for key, consent in said.items() if consent.is_given)
    people = list(patient.related_people.order_by("kind", "created_at"))
    context: dict[str, Any] = {
        **chart_frame(request, patient, now=now, tab="contact"),
        "people": [person for person in people if person.ended_at is None],
        "person_form": person_form or PersonForm(auto_id="id_person_%s"),
        "consent_form": ConsentForm(given=given),
        "last_said": max(said.values(), key=lambda one: one.said_at, default=None),
        "lines": link_lines(patient.pk, now, limit=LINKS_ON_PAGE),
        "may_change": request.user.has_role(*SCHEDULING),
    }
    return render(request, "patients/contact.html", context, status=status)
