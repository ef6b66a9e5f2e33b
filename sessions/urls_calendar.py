"""Addresses of the calendar."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, path

from sessions.views import (
    calendar,
    calendar_beside as beside,
    calendar_blocks as blocks,
    calendar_move as moves,
)

HERE: Final = "sessions/calendar/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(HERE, calendar.calendar, name="calendar"),
    path(f"{HERE}part/", calendar.calendar_part, name="calendar_part"),
    path(
        f"{HERE}refusals/<str:kind>/<uuid:pk>/",
        moves.refusals,
        name="calendar_refusals",
    ),
    path(f"{HERE}move/<uuid:pk>/", moves.move, name="calendar_move"),
    path(f"{HERE}place/<uuid:pk>/", moves.place, name="calendar_place"),
    path(f"{HERE}undo/<uuid:pk>/", moves.undo, name="calendar_undo"),
    path(f"{HERE}visit/<uuid:pk>/", beside.visit, name="calendar_visit"),
    path(f"{HERE}new/", beside.new, name="calendar_new"),
    path(f"{HERE}park/<uuid:pk>/", beside.park, name="calendar_park"),
    path(f"{HERE}give-up/<uuid:pk>/", beside.give_up, name="calendar_give_up"),
    path(f"{HERE}block/", blocks.block, name="calendar_block"),
    path(f"{HERE}block/<uuid:pk>/", blocks.blocked, name="calendar_blocked"),
    path(f"{HERE}block/<uuid:pk>/free/", blocks.unblock, name="calendar_unblock"),
    path(f"{HERE}views/", blocks.save_view, name="calendar_save_view"),
    path(f"{HERE}views/<uuid:pk>/", blocks.drop_view, name="calendar_drop_view"),
]
