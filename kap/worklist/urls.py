"""Addresses of the worklist app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "worklist"
urlpatterns: list[URLPattern | URLResolver] = []
