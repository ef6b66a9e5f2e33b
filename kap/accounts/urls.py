"""Addresses of the accounts_kap app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "accounts_kap"
urlpatterns: list[URLPattern | URLResolver] = []
