"""Addresses of the patients app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = []
