"""The packet on a phone: its parts, any order, kept as one goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, patient_link
from screening import instruments
from screening.enums import PacketSection, PacketStatus
from screening.models import IntakePacket
from screening.questions import HISTORY_SECTIONS, MINUTES
from screening.services import response_of_part
from screening.views import (
    measure_steps,
    packet_measures,
    packet_parts,
    packet_questions,
)
from screening.views.patient import hand_of, not_valid, packet_of, page

HANDLERS = {
    PacketSection.IDENTITY: packet_parts.identity,
    PacketSection.CONTACT: packet_parts.contact,
    PacketSection.MEDICATIONS: packet_parts.medications,
    PacketSection.PHQ9: packet_measures.step,
    PacketSection.GAD7: packet_measures.step,
    **dict.fromkeys(HISTORY_SECTIONS, packet_questions.step),
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part on the overview."""

    number: int
    title: str
    state: str
    minutes: int
    note: str


def part_lines(packet: IntakePacket) -> list[PartLine]:
    """Done, begun or still to do; the first that is open is "now"."""
    lines = []
    now_given = False
    for number, section in enumerate(packet.sections, start=1):
        part = PacketSection(section)
        minutes = MINUTES[part]
        if section in packet.done:
            lines.append(PartLine(number, part.label, "done", 0, "done"))
            continue
        begun = "begun" if packet.drafts.get(section) else f"{minutes} min"
        state = "todo" if now_given else "now"
        now_given = True
        lines.append(PartLine(number, part.label, state, minutes, begun))
    return lines


def _closed(packet: IntakePacket) -> HttpResponse | None:
    if packet.status in (PacketStatus.COMPLETED, PacketStatus.CANCELLED):
        return redirect("screening:packet_done")
    return None


@patient_link("packet")
@require_safe
def overview(request: LinkRequest) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if closed := _closed(packet):
        return closed
    record(
        by=None,
        link_id=request.link.pk,
        action=Action.READ,
        category=Category.SCREENING,
        patient_id=packet.patient_id,
        object_type="IntakePacket",
        object_id=packet.pk,
    )
    lines = part_lines(packet)
    context = {
        "lines": lines,
        "done": sum(1 for line in lines if line.state == "done"),
        "minutes": sum(line.minutes for line in lines),
        "next": next((line for line in lines if line.state == "now"), None),
    }
    return page(request, "packet", context)


@patient_link("packet")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def step(request: LinkRequest, part: int, number: int = 0) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if closed := _closed(packet):
        return closed
    if not 1 <= part <= len(packet.sections):
        return redirect("screening:packet")
    place = packet_parts.Place(
        part=part,
        number=number,
        section=PacketSection(packet.sections[part - 1]),
        hand=hand_of(request),
        now=clock.now(),
    )
    try:
        return HANDLERS[place.section](request, packet, place)
    except DomainError as refusal:
        return page(request, "stopped", {"sentence": str(refusal)}, status=409)


@patient_link("packet")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def help_now(request: LinkRequest, part: int, number: int) -> HttpResponse:
    """Whom to call, before the next question."""
    packet, now = packet_of(request), clock.now()
    if packet is None or not 1 <= part <= len(packet.sections):
        return not_valid(request)
    if closed := _closed(packet):
        return closed
    section = PacketSection(packet.sections[part - 1])
    if section not in (PacketSection.PHQ9, PacketSection.GAD7):
        return redirect("screening:packet")
    if request.method == "POST" and section not in packet.done:
        response = response_of_part(packet=packet, section=section, now=now)
        measure_steps.crisis_text_was_read(request, now=now)
        place = packet_parts.Place(part, number, section, hand_of(request), now)
        total = len(instruments.load(section).items)
        way = packet_measures.way(packet, place)
        return measure_steps.after_item(response, number, way, total=total)
    if request.method == "POST":
        return redirect("screening:packet")
    back = reverse("screening:packet_step", args=[part, max(number, 1)])
    return page(request, "help", {"back_url": back})


@patient_link("packet")
@require_safe
def later(request: LinkRequest) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if closed := _closed(packet):
        return closed
    lines = part_lines(packet)
    context = {
        "done": len(packet.done),
        "total": len(packet.sections),
        "noun": "parts",
        "lines": lines,
        "minutes": sum(line.minutes for line in lines),
        "until": request.link.expires_at,
        "on_url": reverse("screening:packet"),
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
    is_cancelled = packet.status == PacketStatus.CANCELLED
    return page(request, "packet_done", {"is_cancelled": is_cancelled})
