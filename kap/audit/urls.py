"""Addresses of the audit app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.audit import views

app_name = "audit"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.history, name="history"),
    path("export.csv", views.export, name="export"),
    path("mine/", views.mine, name="mine"),
]
