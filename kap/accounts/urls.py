"""Addresses of the accounts_kap app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.accounts import views

app_name = "accounts_kap"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.profile, name="profile"),
    path("lock/", views.lock, name="lock"),
    path("unlock/", views.unlock, name="unlock"),
    path("still-here/", views.still_here, name="still_here"),
]
