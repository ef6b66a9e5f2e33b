"""The parts of the packet that are one screen: who you are, who is close to you, channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kap.core.errors import ChangedMeanwhile
from kap.patients.links import LinkRequest
from kap.patients.queries import contact_consents
from screening.forms.packet import ContactForm, IdentityForm
from screening.forms.packet_people import PeopleForm
from screening.models import IntakePacket
from screening.services import Hand, finish_contact, finish_identity
from screening.services.parts import finish_people
from screening.views.patient import page


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the packet a request is, and in whose hand; ``number`` 0 is the part itself."""

    part: int
    number: int
    section: str
    hand: Hand
    now: datetime


def later_url() -> str:
    return reverse("screening:packet_later")


def identity(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    patient = packet.patient
    posted = request.POST if request.method == "POST" else None
    form = IdentityForm(posted, initial=IdentityForm.initial_of(patient))
    if posted is not None and form.is_valid():
        try:
            finish_identity(
                packet=packet,
                details=form.details(),
                version=form.cleaned_data["record_version"],
                hand=place.hand,
                now=place.now,
            )
        except ChangedMeanwhile as refusal:
            again = posted.copy()
            again["record_version"] = str(patient.version)
            fresh = IdentityForm(again)
            fresh.is_valid()
            context = {
                "form": fresh,
                "place": place,
                "conflict": str(refusal),
                "later_url": later_url(),
            }
            return page(request, "identity", context, status=409)
        return redirect("screening:packet")
    context = {"form": form, "place": place, "conflict": "", "later_url": later_url()}
    return page(request, "identity", context, status=422 if form.errors else 200)


def contact(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    patient = packet.patient
    posted = request.POST if request.method == "POST" else None
    said = contact_consents(patient.pk)
    initial = {
        f"{channel}_{purpose}": row.is_given for (channel, purpose), row in said.items()
    }
    form = ContactForm(posted, patient=patient, initial=initial)
    if posted is not None and form.is_valid():
        finish_contact(
            packet=packet, given=form.given(), hand=place.hand, now=place.now
        )
        return redirect("screening:packet")
    context = {"form": form, "place": place, "later_url": later_url()}
    return page(request, "contact", context, status=422 if form.errors else 200)


def people(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    """Whom to call in an emergency, and who comes along."""
    posted = request.POST if request.method == "POST" else None
    form = PeopleForm(posted, initial=PeopleForm.initial_of(packet.patient))
    if posted is not None and form.is_valid():
        finish_people(
            packet=packet, people=form.people(), hand=place.hand, now=place.now
        )
        return redirect("screening:packet")
    context = {"form": form, "place": place, "later_url": later_url()}
    return page(request, "people", context, status=422 if form.errors else 200)
