"""Addresses of the notifications app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.notifications.views import demo, outbox

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("messages/", outbox.outbox, name="outbox"),
    path("messages/demo/", demo.mailbox, name="mailbox"),
    path("messages/demo/<uuid:pk>/", demo.mailbox, name="letter"),
    path("messages/<uuid:pk>/take-back/", outbox.take_back, name="take_back"),
    path("messages/<uuid:pk>/settle/", outbox.settle, name="settle"),
    path("patients/<uuid:pk>/messages/", outbox.of_patient, name="of_patient"),
]
