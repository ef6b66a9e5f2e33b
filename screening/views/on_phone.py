"""Filling a form in for the patient while they are on the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kap.accounts.enums import CLINICAL, SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.models import EpisodeOfCare
from kap.patients.queries import contact_consents
from screening import instruments, services
from screening.enums import PacketSection, ResponseMode, ResponseStatus
from screening.forms.measures import MeasureForm
from screening.forms.packet import ContactForm, IdentityForm, MedicinesOnPhoneForm
from screening.forms.questions import QuestionForm
from screening.instruments.notes import NOTES
from screening.models import IntakePacket, QuestionnaireResponse
from screening.queries.instruments import instrument_of
from screening.questions import of_section
from screening.services import Hand
from screening.views.staff import episode_or_404, frame

FRONT_DESK_PARTS = frozenset({PacketSection.IDENTITY, PacketSection.CONTACT})
"""Parts that hold nothing clinical."""
MEASURES = frozenset({PacketSection.PHQ9, PacketSection.GAD7})

Keep = Callable[[IntakePacket, PacketSection, Any, Hand, datetime], None]


def _packet_or_404(episode: EpisodeOfCare) -> IntakePacket:
    return get_object_or_404(
        IntakePacket.objects.open().select_related(
            "patient", "episode__site", "episode__patient"
        ),
        episode=episode,
    )


@staff(*SCHEDULING)
@require_safe
def parts(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The parts of the open packet; the front desk fills in what is not clinical."""
    episode, now = episode_or_404(request, pk), clock.now()
    packet = _packet_or_404(episode)
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    lines = []
    for number, name in enumerate(packet.sections, start=1):
        section = PacketSection(name)
        may = request.user.is_clinical or section in FRONT_DESK_PARTS
        lines.append((number, section.label, name in packet.done, may))
    context = {**frame(request, episode, now=now), "lines": lines}
    return render(request, "screening/phone_parts.html", context)


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def part(request: StaffRequest, pk: UUID, number: int) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    packet = _packet_or_404(episode)
    if not 1 <= number <= len(packet.sections):
        raise Http404
    section = PacketSection(packet.sections[number - 1])
    if section not in FRONT_DESK_PARTS and not request.user.is_clinical:
        raise PermissionDenied("A clinician asks this part on the phone.")
    if section in packet.done and section not in FRONT_DESK_PARTS:
        messages.success(request, "This part is done already.")
        return redirect("screening:phone", episode.pk)
    form = _form(request, packet, section)
    hand = Hand(mode=ResponseMode.PHONE, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(packet, section, form, hand, now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _next(request, packet, episode.pk)
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    context = {
        **frame(request, episode, now=now),
        "form": form,
        "title": section.label,
        "rows": form.rows() if isinstance(form, QuestionForm) else [],
        "stem": instruments.load(section).stem if section in MEASURES else "",
    }
    status = 422 if form.errors else 200
    return render(request, "screening/phone_part.html", context, status=status)


def _next(
    request: StaffRequest, packet: IntakePacket, episode_id: UUID
) -> HttpResponse:
    packet.refresh_from_db()
    if packet.completed_at is not None:
        messages.success(request, "All parts are in.")
        return redirect("screening:forms", episode_id)
    messages.success(request, "Kept.")
    return redirect("screening:phone", episode_id)


def _form(
    request: StaffRequest, packet: IntakePacket, section: PacketSection
) -> forms.Form:
    posted = request.POST if request.method == "POST" else None
    if section is PacketSection.IDENTITY:
        return IdentityForm(posted, initial=IdentityForm.initial_of(packet.patient))
    if section is PacketSection.CONTACT:
        said = contact_consents(packet.patient_id)
        initial = {f"{key[0]}_{key[1]}": row.is_given for key, row in said.items()}
        return ContactForm(posted, patient=packet.patient, initial=initial)
    if section is PacketSection.MEDICATIONS:
        return MedicinesOnPhoneForm(posted)
    if section in MEASURES:
        return MeasureForm(posted, instrument=instruments.load(section))
    draft = packet.drafts.get(section, {})
    return QuestionForm(
        posted, questions=of_section(section), answers=draft, required=False
    )


def _keep(
    packet: IntakePacket, section: PacketSection, form: Any, hand: Hand, now: datetime
) -> None:
    common: dict[str, Any] = {"packet": packet, "hand": hand, "now": now}
    if section is PacketSection.IDENTITY:
        services.finish_identity(
            details=form.details(),
            version=form.cleaned_data["record_version"],
            **common,
        )
    elif section is PacketSection.CONTACT:
        services.finish_contact(given=form.given(), **common)
    elif section is PacketSection.MEDICATIONS:
        services.finish_medications(medicines=form.medicines_said(), **common)
    elif section in MEASURES:
        response = services.response_of_part(packet=packet, section=section, now=now)
        services.finish_measure(
            section=section, response_id=response.pk, answers=form.values(), **common
        )
    else:
        services.finish_history(section=section, answers=form.answers(), **common)


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def measure(request: StaffRequest, pk: UUID, form: UUID) -> HttpResponse:
    """One questionnaire, asked on the phone."""
    episode, now = episode_or_404(request, pk), clock.now()
    response = get_object_or_404(
        QuestionnaireResponse,
        pk=form,
        episode=episode,
        status=ResponseStatus.IN_PROGRESS,
    )
    instrument = instrument_of(response)
    filled = MeasureForm(
        request.POST if request.method == "POST" else None, instrument=instrument
    )
    if request.method == "POST" and filled.is_valid():
        try:
            services.submit_response(
                response_id=response.pk,
                answers=filled.values(),
                mode=filled.mode(),
                by=request.user,
                now=now,
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{instrument.title} is filled in.")
        return redirect("screening:forms", episode.pk)
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    context = {
        **frame(request, episode, now=now),
        "form": filled,
        "instrument": instrument,
        "rows": filled.rows(),
        "hint": NOTES.get(instrument.key, ""),
    }
    status = 422 if filled.errors else 200
    return render(request, "screening/phone_measure.html", context, status=status)
