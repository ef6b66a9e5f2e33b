"""One patient's whole course, from registration to the treatment summary, in a browser."""

from __future__ import annotations

import pytest

from integration.tests.story import (
    afterwards,
    arrival,
    dosing,
    judging,
    papers,
    planning,
    troubles,
    visits,
)
from integration.tests.story.stage import Stage, stage
from sessions.enums import VisitKind

__all__ = ["stage"]

pytestmark = pytest.mark.browser


def test_a_patient_goes_from_registration_to_the_summary(stage: Stage) -> None:
    arrival.front_desk_signs_in_by_keyboard(stage)
    patient = arrival.registers(stage)
    link = arrival.link_in_letter(stage, "packet")
    arrival.admin_reads_the_letter(stage)
    arrival.fills_in_the_packet(stage, arrival.opens(stage, link))

    judging.nurse_measures(stage, patient)
    judging.nurse_answers_what_only_clinicians_answer(stage)
    judging.prescriber_decides(stage, patient)

    papers.front_desk_sends(stage, patient, "Consent")
    papers.patient_reads_and_signs(stage)
    papers.therapist_counter_signs(stage)
    papers.paper_lies_in_the_chart(stage, patient)

    planning.front_desk_finds_by_palette(stage, patient)
    planning.front_desk_books_all(stage, patient)
    planning.the_course_is_sound(patient)
    planning.reminders_stand_at_the_right_local_time(patient)

    visit = visits.visit_of(patient, VisitKind.PREPARATION)
    visits.somebody_arrives(stage, visit)
    visits.therapist_begins(stage, visit)
    visits.therapist_writes_the_preparation(stage, patient)
    visits.therapist_finishes(stage, visit)

    visit = visits.visit_of(patient, VisitKind.DOSING)
    visits.somebody_arrives(stage, visit)
    dosing.gates_are_open(stage, visit)
    dosing.gaps_are_closed(stage, visit)
    dosing.prescriber_orders(stage, visit)
    dosing.two_people_check(stage, visit)
    dosing.nurse_gives(stage, visit)
    dosing.session_goes_on(stage, visit)
    dosing.patient_goes_home(stage, visit)

    visit = visits.visit_of(patient, VisitKind.INTEGRATION)
    visits.somebody_arrives(stage, visit)
    visits.therapist_begins(stage, visit)
    visits.therapist_finishes(stage, visit)
    afterwards.therapist_writes_the_note(stage, visit)
    papers.front_desk_sends(stage, patient, "PHQ-9")
    afterwards.patient_answers_again_by_keyboard(stage)
    afterwards.chart_shows_dose_and_scores(stage, patient)

    afterwards.summary_is_made(stage, patient)
    visit = visits.visit_of(patient, VisitKind.DOSING, 2)
    afterwards.a_reminder_goes_out_once(stage, visit)
    afterwards.front_desk_reads_the_outbox(stage, patient)
    afterwards.nothing_was_sent_twice()


def test_what_goes_wrong_is_answered_kindly_and_nothing_is_lost(stage: Stage) -> None:
    episode = troubles.a_patient(stage)
    troubles.a_form_is_sent_twice(stage)
    troubles.somebody_goes_back_and_sends_again(stage)
    troubles.two_windows_change_one_record(stage, episode.patient)
    troubles.a_link_falls_into_other_hands(stage, episode.patient)
    troubles.an_address_belongs_to_another_role(stage, episode)
    troubles.a_screen_locks_and_gives_back_what_was_typed(stage)
