"""Addresses of the ui app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.ui import views

app_name = "ui"
urlpatterns: list[URLPattern | URLResolver] = [
    path("find/", views.find, name="find"),
    path("ui/theme/", views.theme, name="theme"),
    path("ui/shortcuts/", views.shortcuts, name="shortcuts"),
    path("ui/counts/", views.counts, name="counts"),
    path("ui/components/", views.gallery, name="gallery"),
]
