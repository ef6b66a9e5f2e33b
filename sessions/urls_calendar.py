"""Addresses of the calendar."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sessions.views import calendar

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions/calendar/", calendar.calendar, name="calendar"),
    path("sessions/calendar/part/", calendar.calendar_part, name="calendar_part"),
]
