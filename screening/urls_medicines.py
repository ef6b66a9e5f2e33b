"""Addresses of the medicines: the clinic's list, and the patient's sheet."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from screening.views import medicines

EPISODE = "screening/<uuid:pk>/medicines/"

medicine_pages: list[URLPattern | URLResolver] = [
    path(EPISODE + "review/", medicines.reconcile, name="reconcile"),
    path(EPISODE + "sheet/", medicines.paper, name="medicine_sheet"),
    path(EPISODE + "<uuid:row>/end/", medicines.end, name="medicine_end"),
]
