"""Addresses of planning: courses, protocols, and the word after a serious event."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sessions.views import planning

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/plan/<uuid:episode_id>/", planning.plan, name="plan"),
    path(
        "sessions/plan/<uuid:episode_id>/approve/",
        planning.approve,
        name="plan_approve",
    ),
]
