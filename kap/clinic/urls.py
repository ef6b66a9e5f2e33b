"""Addresses of the clinic app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.clinic import views

app_name = "clinic"
urlpatterns: list[URLPattern | URLResolver] = [
    path("absences/", views.absences, name="absences"),
    path("absences/<uuid:absence_id>/cancel/", views.cancel, name="cancel_absence"),
    path("site/", views.site, name="site"),
]
