"""Addresses of the dosing room and of live sessions; joined by sessions.urls."""

from __future__ import annotations

from django.urls import URLPattern, path

from sessions.views import (
    live,
    live_record,
    live_rooms,
    live_wrong,
    room,
    room_chair,
    room_links,
    room_order,
    visit_answers,
)

VISIT = "sessions/visits/<uuid:pk>"
urlpatterns: list[URLPattern] = [
    path("sessions/live/", live_rooms.rooms, name="live"),
    path("sessions/live/part/", live_rooms.rooms_part, name="live_part"),
    path(f"{VISIT}/", live_record.record, name="record"),
    path(f"{VISIT}/paper/", live_record.record_pdf, name="record_pdf"),
    path(f"{VISIT}/room/", room.room, name="room"),
    path(f"{VISIT}/gate/", room.gate, name="gate"),
    path(f"{VISIT}/gate/part/", room.gate_part, name="gate_part"),
    path(f"{VISIT}/gate/check/", room.check, name="gate_check"),
    path(f"{VISIT}/gate/weight/", room.weigh, name="gate_weight"),
    path(f"{VISIT}/gate/dose/", room_order.preview, name="gate_dose"),
    path(f"{VISIT}/gate/order/", room_order.order, name="gate_order"),
    path(f"{VISIT}/gate/volume/", room_chair.syringe, name="gate_syringe"),
    path(f"{VISIT}/gate/time-out/", room_chair.time_out, name="gate_time_out"),
    path(f"{VISIT}/gate/go-on/", room.override, name="gate_override"),
    path(f"{VISIT}/gate/give/", room_chair.give, name="give"),
    path(f"{VISIT}/gate/not-today/", room.not_today, name="not_today"),
    path(f"{VISIT}/presence/", room.presence, name="presence"),
    path(f"{VISIT}/escort/", room_links.escort_by_staff, name="escort"),
    path(f"{VISIT}/live/", live.session, name="session_live"),
    path(f"{VISIT}/live/part/", live.session_part, name="session_part"),
    path(f"{VISIT}/live/now/", live.session_now, name="session_now"),
    path(f"{VISIT}/vitals/", live.vitals, name="vitals"),
    path(
        f"{VISIT}/vitals/<uuid:vitals_id>/wrong/",
        live_wrong.vitals_void,
        name="vitals_void",
    ),
    path(
        f"{VISIT}/dose/<uuid:dose_id>/wrong/",
        live_wrong.dose_correct,
        name="dose_correct",
    ),
    path(f"{VISIT}/event/", live.event, name="event"),
    path(f"{VISIT}/event/<uuid:event_id>/undo/", live.event_undo, name="event_undo"),
    path(f"{VISIT}/note/", live.note, name="note"),
    path(f"{VISIT}/note/<uuid:note_id>/undo/", live.note_undo, name="note_undo"),
    path(f"{VISIT}/leave/", live.discharge, name="discharge"),
    path("patients/<uuid:pk>/sessions/", live_record.of_patient, name="of_patient"),
    path("p/visit/", room_links.visit, name="p_visit"),
    path("p/visit/confirm/", visit_answers.confirm, name="p_confirm"),
    path("p/visit/other-time/", visit_answers.other_time, name="p_other_time"),
    path("p/visit/cancel/", visit_answers.call_off, name="p_call_off"),
    path("p/visit/appointment.ics", visit_answers.file, name="p_file"),
    path("p/visit/calendar/", visit_answers.follow, name="p_follow"),
    path("l/<str:token>/calendar.ics", visit_answers.feed, name="feed"),
    path(f"{VISIT}/confirm/", visit_answers.confirm_by_staff, name="confirm_by_staff"),
    path("p/escort/", room_links.escort, name="p_escort"),
    path("p/escort/cannot/", visit_answers.escort_cannot, name="p_escort_cannot"),
]
