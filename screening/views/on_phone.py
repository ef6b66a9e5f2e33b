"""Filling the packet in for the patient while they are on the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kap.accounts.enums import SCHEDULING
from kap.accounts.models import User
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.models import EpisodeOfCare
from kap.patients.queries import contact_consents
from screening import services
from screening.enums import ResponseMode
from screening.forms.packet import ContactForm, IdentityForm, MedicinesOnPhoneForm
from screening.forms.packet_people import PeopleForm, ReadBackForm
from screening.forms.questions import QuestionForm
from screening.models import IntakePacket
from screening.packet_parts import Part, PartKind, part_of, parts_of
from screening.queries.packet_progress import known_to_conditions
from screening.questions import asked, of_section
from screening.services import Hand
from screening.services.packet_confirm import confirm_packet
from screening.services.packets import save_screen
from screening.services.parts import finish_people
from screening.views.on_phone_measure import ask_measure
from screening.views.staff import episode_or_404, frame

FRONT_DESK_PARTS = frozenset({PartKind.IDENTITY, PartKind.PEOPLE, PartKind.CONTACT})
"""Parts that hold nothing clinical."""


def _packet_or_404(episode: EpisodeOfCare) -> IntakePacket:
    return get_object_or_404(
        IntakePacket.objects.open().select_related(
            "patient", "episode__site", "episode__patient"
        ),
        episode=episode,
    )


def _may_ask(user: User, part: Part) -> bool:
    return user.is_clinical or part.kind in FRONT_DESK_PARTS


@staff(*SCHEDULING)
@require_safe
def parts(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The parts of the open packet; the front desk fills in what is not clinical."""
    episode, now = episode_or_404(request, pk), clock.now()
    return _parts(request, episode, _packet_or_404(episode), ReadBackForm(), now)


def _parts(
    request: StaffRequest,
    episode: EpisodeOfCare,
    packet: IntakePacket,
    form: ReadBackForm,
    now: datetime,
) -> HttpResponse:
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    lines = [
        (number, part.title, part.key in packet.done, _may_ask(request.user, part))
        for number, part in enumerate(parts_of(packet.sections), start=1)
    ]
    context = {
        **frame(request, episode, now=now),
        "lines": lines,
        "form": form,
        "is_all_done": set(packet.done) >= set(packet.sections),
    }
    status = 422 if form.errors else 200
    return render(request, "screening/phone_parts.html", context, status=status)


@staff(*SCHEDULING)
@require_POST
@once_only
def confirm(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Send the packet in for the patient, who heard the answers read back."""
    episode, now = episode_or_404(request, pk), clock.now()
    packet = _packet_or_404(episode)
    form = ReadBackForm(request.POST)
    if form.is_valid():
        try:
            confirm_packet(
                packet_id=packet.pk,
                printed_name=request.user.name,
                proof="answers read back on the telephone",
                hand=Hand(mode=ResponseMode.PHONE, by=request.user),
                now=now,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "All parts are in.")
            return redirect("screening:forms", episode.pk)
    return _parts(request, episode, packet, form, now)


@staff(*SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def part(request: StaffRequest, pk: UUID, number: int) -> HttpResponse:
    episode, now = episode_or_404(request, pk), clock.now()
    packet = _packet_or_404(episode)
    if not 1 <= number <= len(packet.sections):
        raise Http404
    asked_part = part_of(packet.sections[number - 1])
    if not _may_ask(request.user, asked_part):
        raise PermissionDenied("A clinician asks this part on the phone.")
    if asked_part.key in packet.done and asked_part.kind not in FRONT_DESK_PARTS:
        messages.success(request, "This part is done already.")
        return redirect("screening:phone", episode.pk)
    if asked_part.kind is PartKind.MEASURE:
        response = services.response_of_part(
            packet=packet, section=asked_part.key, now=now
        )
        return ask_measure(request, episode, response, packet, now)
    form = _form(request, packet, asked_part)
    hand = Hand(mode=ResponseMode.PHONE, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(packet, asked_part, form, hand, now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        if not form.errors:
            messages.success(request, "Kept.")
            return redirect("screening:phone", episode.pk)
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    context = {
        **frame(request, episode, now=now),
        "form": form,
        "title": asked_part.title,
        "rows": form.rows() if isinstance(form, QuestionForm) else [],
    }
    status = 422 if form.errors else 200
    return render(request, "screening/phone_part.html", context, status=status)


def _form(request: StaffRequest, packet: IntakePacket, part: Part) -> forms.Form:
    posted = request.POST if request.method == "POST" else None
    if part.kind is PartKind.IDENTITY:
        return IdentityForm(posted, initial=IdentityForm.initial_of(packet.patient))
    if part.kind is PartKind.PEOPLE:
        return PeopleForm(posted, initial=PeopleForm.initial_of(packet.patient))
    if part.kind is PartKind.CONTACT:
        said = contact_consents(packet.patient_id)
        initial = {f"{key[0]}_{key[1]}": row.is_given for key, row in said.items()}
        return ContactForm(posted, patient=packet.patient, initial=initial)
    if part.kind is PartKind.MEDICATIONS:
        return MedicinesOnPhoneForm(posted)
    return QuestionForm(
        posted,
        questions=of_section(part.section),
        answers=packet.drafts.get(part.key, {}),
        required=False,
    )


def _keep(
    packet: IntakePacket, part: Part, form: Any, hand: Hand, now: datetime
) -> None:
    common: dict[str, Any] = {"packet": packet, "hand": hand, "now": now}
    if part.kind is PartKind.IDENTITY:
        services.finish_identity(
            details=form.details(),
            version=form.cleaned_data["record_version"],
            **common,
        )
    elif part.kind is PartKind.PEOPLE:
        finish_people(people=form.people(), **common)
    elif part.kind is PartKind.CONTACT:
        services.finish_contact(given=form.given(), **common)
    elif part.kind is PartKind.MEDICATIONS:
        services.finish_medications(medicines=form.medicines_said(), **common)
    else:
        _keep_history(packet, part, form, hand, now)


def _keep_history(
    packet: IntakePacket, part: Part, form: QuestionForm, hand: Hand, now: datetime
) -> None:
    """What was asked is kept; the part is done when nothing that applies is left out."""
    said = form.answers()
    save_screen(packet_id=packet.pk, section=part.key, typed=said, now=now)
    known = known_to_conditions(packet, said)
    missing = [
        one.field
        for one in asked(part.section, known)
        if one.is_required and one.field not in said
    ]
    for field in missing:
        form.add_error(field, "Ask this, too. “I am not sure” is an answer.")
    if not missing:
        services.finish_history(
            packet=packet, section=part.section, answers=said, hand=hand, now=now
        )
