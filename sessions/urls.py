"""Addresses of the sessions app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "sessions"
urlpatterns: list[URLPattern | URLResolver] = []
