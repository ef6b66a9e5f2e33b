"""Addresses of planning: courses, protocols, and the word after a serious event."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sessions.views import events, planning, protocols

PLAN, PROTOCOLS = "sessions/plan/<uuid:episode_id>/", "sessions/protocols/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(PLAN, planning.plan, name="plan"),
    path(f"{PLAN}approve/", planning.approve, name="plan_approve"),
    path(PROTOCOLS, protocols.protocols, name="protocols"),
    path(f"{PROTOCOLS}new/", protocols.begin_new, name="protocol_new"),
    path(f"{PROTOCOLS}<uuid:pk>/", protocols.protocol, name="protocol"),
    path(f"{PROTOCOLS}<uuid:pk>/next/", protocols.begin, name="protocol_next"),
    path(f"{PROTOCOLS}<uuid:pk>/switch/", protocols.switch, name="protocol_switch"),
    path(f"{PROTOCOLS}drafts/<uuid:pk>/", protocols.draft, name="protocol_draft"),
    path("sessions/events/<uuid:pk>/", events.event, name="event_clearance"),
]
