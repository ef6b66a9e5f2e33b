"""Addresses of the intake packet: the patient's pages, and the clinic's tablet."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from screening.views import kiosk, packet, packet_summary

PART = "p/forms/<int:part>/"

packet_pages: list[URLPattern | URLResolver] = [
    path("p/forms/", packet.overview, name="packet"),
    path("p/forms/later/", packet.later, name="packet_later"),
    path("p/forms/summary/", packet_summary.summary, name="packet_summary"),
    path("p/forms/done/", packet.done, name="packet_done"),
    path(PART, packet.step, name="packet_part"),
    path(PART + "review/", packet.review, name="packet_review"),
    path(PART + "<int:number>/", packet.step, name="packet_step"),
    path(PART + "<int:number>/help/", packet.help_now, name="packet_help"),
    path("kiosk/", kiosk.enter, name="kiosk"),
]
