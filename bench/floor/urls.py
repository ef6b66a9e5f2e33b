"""Addresses of the floor."""

from __future__ import annotations

from django.urls import path

from bench.floor import views

urlpatterns = [
    path("hello", views.hello),
    path("board", views.board),
    path("book4", views.book4),
]
