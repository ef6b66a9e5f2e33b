"""Addresses of the patients app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.patients.views import link_pages

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("l/<str:token>/", link_pages.exchange, name="link"),
    path("p/leave/", link_pages.leave, name="link_leave"),
    path("p/stay/", link_pages.stay, name="link_stay"),
]
