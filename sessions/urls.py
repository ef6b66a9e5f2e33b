"""Addresses of the sessions app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sessions.urls_calendar import urlpatterns as calendar_urls
from sessions.urls_plan import urlpatterns as plan_urls
from sessions.urls_room import urlpatterns as room_urls
from sessions.views import board, booking, booking_visit, dry_run

app_name = "sessions"
urlpatterns: list[URLPattern | URLResolver] = [
    *room_urls,
    *plan_urls,
    *calendar_urls,
    path("", board.board, name="board"),
    path("sessions/board/", board.board_part, name="board_part"),
    path("sessions/tomorrow/", dry_run.tomorrow, name="tomorrow"),
    path("sessions/<uuid:pk>/called/", dry_run.called, name="called"),
    path("sessions/book/", booking.book, name="book"),
    path("sessions/book/<uuid:patient_id>/", booking.book_for, name="book_for"),
    path("sessions/<uuid:pk>/", booking_visit.visit, name="visit"),
    path("sessions/<uuid:pk>/move/", booking.move, name="move"),
    path("sessions/<uuid:pk>/cancel/", booking_visit.cancel, name="cancel"),
    path("sessions/<uuid:pk>/check-in/", booking_visit.check_in, name="check_in"),
    path("sessions/<uuid:pk>/no-show/", booking_visit.no_show, name="no_show"),
    path("sessions/<uuid:pk>/start/", booking_visit.start, name="start"),
    path("sessions/<uuid:pk>/finish/", booking_visit.finish, name="finish"),
]
