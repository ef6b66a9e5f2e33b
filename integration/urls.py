"""Addresses of the integration app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "integration"
urlpatterns: list[URLPattern | URLResolver] = []
