"""Questionnaires as parts of the packet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kap.patients.links import LinkRequest
from screening.models import IntakePacket, QuestionnaireResponse
from screening.packet_parts import part_of
from screening.services import finish_measure, response_of_part
from screening.views.measure_steps import Way, first_open, item_step
from screening.views.packet_parts import Place
from screening.views.patient import page


def step(request: LinkRequest, packet: IntakePacket, place: Place) -> HttpResponse:
    if place.section in packet.done:
        return page(request, "part_done", {"title": part_of(place.section).title})
    response = response_of_part(packet=packet, section=place.section, now=place.now)
    if place.number == 0:
        return redirect("screening:packet_step", place.part, first_open(response))
    return item_step(request, response, place.number, way(packet, place), now=place.now)


def way(packet: IntakePacket, place: Place) -> Way:
    return Way(
        step=lambda number: reverse("screening:packet_step", args=[place.part, number]),
        back=reverse("screening:packet"),
        later=reverse("screening:packet_later"),
        help=lambda number: reverse("screening:packet_help", args=[place.part, number]),
        finish=lambda response: _finish(packet, place, response),
    )


def _finish(
    packet: IntakePacket, place: Place, response: QuestionnaireResponse
) -> HttpResponse:
    finish_measure(
        packet=packet,
        section=place.section,
        response_id=response.pk,
        answers=response.answers,
        hand=place.hand,
        now=place.now,
    )
    return redirect("screening:packet")
