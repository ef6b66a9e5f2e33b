"""The packet on a phone: its parts, any order, kept as one goes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.link_sessions import close_session
from kap.patients.links import LinkRequest, end_session, patient_link
from screening.enums import PacketStatus
from screening.models import IntakePacket
from screening.packet_parts import PartKind, part_of
from screening.queries.packet_progress import progress_of
from screening.services import response_of_part
from screening.views import (
    measure_steps,
    packet_lists,
    packet_measures,
    packet_parts,
    packet_questions,
)
from screening.views.packet_parts import Place
from screening.views.patient import hand_of, not_valid, packet_of, page

HANDLERS = {
    PartKind.IDENTITY: packet_parts.identity,
    PartKind.PEOPLE: packet_parts.people,
    PartKind.CONTACT: packet_parts.contact,
    PartKind.MEDICATIONS: packet_lists.medications,
    PartKind.MEASURE: packet_measures.step,
    PartKind.HISTORY: packet_questions.step,
}


def closed(packet: IntakePacket) -> HttpResponse | None:
    if packet.status in (PacketStatus.COMPLETED, PacketStatus.CANCELLED):
        return redirect("screening:packet_done")
    return None


def place_in(
    request: LinkRequest, packet: IntakePacket, part: int, number: int = 0
) -> Place | None:
    """Where the address leads; None when the packet has no such part."""
    if not 1 <= part <= len(packet.sections):
        return None
    section = packet.sections[part - 1]
    return Place(part, number, section, hand_of(request), clock.now())


@patient_link("packet")
@require_safe
def overview(request: LinkRequest) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if over := closed(packet):
        return over
    record(
        by=None,
        link_id=request.link.pk,
        action=Action.READ,
        category=Category.SCREENING,
        patient_id=packet.patient_id,
        object_type="IntakePacket",
        object_id=packet.pk,
    )
    progress = progress_of(packet)
    if progress.next is None:
        return redirect("screening:packet_summary")
    return page(request, "packet", {"progress": progress, "next": progress.next})


@patient_link("packet")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def step(request: LinkRequest, part: int, number: int = 0) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if over := closed(packet):
        return over
    place = place_in(request, packet, part, number)
    if place is None:
        return redirect("screening:packet")
    try:
        return HANDLERS[part_of(place.section).kind](request, packet, place)
    except DomainError as refusal:
        return page(request, "stopped", {"sentence": str(refusal)}, status=409)


@patient_link("packet")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def review(request: LinkRequest, part: int) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if over := closed(packet):
        return over
    place = place_in(request, packet, part)
    if place is None or part_of(place.section).kind is not PartKind.HISTORY:
        return redirect("screening:packet")
    try:
        return packet_questions.review(request, packet, place)
    except DomainError as refusal:
        return page(request, "stopped", {"sentence": str(refusal)}, status=409)


@patient_link("packet")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def help_now(request: LinkRequest, part: int, number: int) -> HttpResponse:
    """Whom to call, before the next question."""
    packet = packet_of(request)
    place = place_in(request, packet, part, number) if packet else None
    if packet is None or place is None:
        return not_valid(request)
    if over := closed(packet):
        return over
    if part_of(place.section).kind is not PartKind.MEASURE:
        return redirect("screening:packet")
    if request.method != "POST":
        back = reverse("screening:packet_step", args=[part, max(number, 1)])
        return page(request, "help", {"back_url": back})
    if place.section in packet.done:
        return redirect("screening:packet")
    response = response_of_part(packet=packet, section=place.section, now=place.now)
    measure_steps.crisis_text_was_read(request, now=place.now)
    way = packet_measures.way(packet, place)
    return measure_steps.after_item(response, number, way)


@patient_link("packet")
@require_safe
def later(request: LinkRequest) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if over := closed(packet):
        return over
    progress = progress_of(packet)
    context = {
        "done": progress.done,
        "total": len(progress.lines),
        "noun": "parts",
        "lines": progress.lines,
        "minutes": progress.minutes,
        "until": request.link.expires_at,
        "on_url": reverse("screening:packet"),
        "is_tablet": request.link_session.is_on_tablet,
    }
    return page(request, "later", context)


@patient_link("packet")
@require_safe
def done(request: LinkRequest) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if packet.status not in (PacketStatus.COMPLETED, PacketStatus.CANCELLED):
        return redirect("screening:packet")
    context = {
        "is_cancelled": packet.status == PacketStatus.CANCELLED,
        "is_tablet": request.link_session.is_on_tablet,
    }
    response = page(request, "packet_done", context)
    if request.link_session.is_on_tablet:
        close_session(request.link_session, now=clock.now())
        end_session(response)
    return response
