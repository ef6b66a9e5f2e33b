"""Addresses of the integration app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from integration.views import notes, summary

app_name = "integration"
urlpatterns: list[URLPattern | URLResolver] = [
    path("integration/visits/<uuid:encounter_id>/note/", notes.start, name="start"),
    path("integration/notes/<uuid:pk>/", notes.note, name="note"),
    path("integration/notes/<uuid:pk>/sign/", notes.sign, name="sign"),
    path("integration/notes/<uuid:pk>/add/", notes.add, name="add"),
    path("integration/summary/<uuid:episode_id>/", summary.summary, name="summary"),
    path("patients/<uuid:pk>/notes/", notes.of_patient, name="of_patient"),
]
