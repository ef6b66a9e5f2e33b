"""Everything at a glance before it is sent, and the name that stands under it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, patient_link
from screening.forms.packet_people import ConfirmForm
from screening.models import IntakePacket
from screening.packet_parts import PartKind, part_of
from screening.services.packet_confirm import confirm_packet
from screening.views.packet import closed, place_in
from screening.views.packet_questions import AnswerLine, answer_lines
from screening.views.patient import hand_of, not_valid, packet_of, page, proof_of


@dataclass(frozen=True, slots=True)
class PartCard:
    """A part with its answers; other parts than questions only say that they are done."""

    title: str
    url: str
    lines: list[AnswerLine]
    may_change: bool


@patient_link("packet")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def summary(request: LinkRequest) -> HttpResponse:
    packet = packet_of(request)
    if packet is None:
        return not_valid(request)
    if over := closed(packet):
        return over
    if not set(packet.done) >= set(packet.sections):
        return redirect("screening:packet")
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        hand = hand_of(request)
        try:
            confirm_packet(
                packet_id=packet.pk,
                printed_name=form.cleaned_data["printed_name"],
                proof=proof_of(request),
                hand=hand,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:packet_done")
    context = {
        "form": form,
        "cards": _cards(request, packet),
        "later_url": reverse("screening:packet_later"),
    }
    return page(request, "summary", context, status=422 if form.errors else 200)


def _cards(request: LinkRequest, packet: IntakePacket) -> list[PartCard]:
    cards = []
    for number, section in enumerate(packet.sections, start=1):
        part = part_of(section)
        place = place_in(request, packet, number)
        is_history = part.kind is PartKind.HISTORY and place is not None
        lines = answer_lines(packet, place) if is_history and place else []
        name = "screening:packet_review" if is_history else "screening:packet_part"
        cards.append(
            PartCard(
                title=part.title,
                url=reverse(name, args=[number]),
                lines=lines,
                may_change=part.kind not in (PartKind.MEASURE, PartKind.MEDICATIONS),
            )
        )
    return cards
