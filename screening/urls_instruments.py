"""Addresses of the questionnaires that admins load and switch on or off."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from screening.views import instruments

ROOT = "screening/questionnaires/"

instrument_pages: list[URLPattern | URLResolver] = [
    path(ROOT, instruments.questionnaires, name="questionnaires"),
    path(ROOT + "use/", instruments.use, name="questionnaire_use"),
    path(
        ROOT + "shipped/<slug:key>/",
        instruments.shipped,
        name="questionnaire_shipped",
    ),
    path(ROOT + "<uuid:pk>/", instruments.one, name="questionnaire"),
    path(
        ROOT + "<uuid:pk>/publish/", instruments.publish, name="questionnaire_publish"
    ),
    path(ROOT + "<uuid:pk>/retire/", instruments.retire, name="questionnaire_retire"),
]
