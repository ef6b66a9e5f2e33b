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
from kap.patients.models import Patient
from sessions.enums import VisitKind

__all__ = ["stage"]

pytestmark = pytest.mark.browser


def test_a_patient_goes_from_registration_to_the_summary(stage: Stage) -> None:
    patient = _arrives(stage)
    _is_found_eligible(stage, patient)
    _consents(stage, patient)
    _is_booked_for_the_whole_course(stage, patient)
    _is_prepared(stage, patient)
    _is_given_the_first_dose(stage, patient)
    _talks_about_it(stage, patient)
    _is_summed_up_and_reminded(stage, patient)


def _arrives(stage: Stage) -> Patient:
    arrival.front_desk_signs_in_by_keyboard(stage)
    patient = arrival.registers(stage)
    link = arrival.link_in_letter(stage, "packet")
    arrival.admin_reads_the_letter(stage)
    arrival.fills_in_the_packet(stage, arrival.opens(stage, link))
    return patient


def _is_found_eligible(stage: Stage, patient: Patient) -> None:
    judging.nurse_measures(stage, patient)
    judging.nurse_answers_what_only_clinicians_answer(stage)
    judging.prescriber_goes_through_the_medicines(stage, patient)
    judging.prescriber_decides(stage, patient)


def _consents(stage: Stage, patient: Patient) -> None:
    papers.front_desk_sends(stage, patient, "Consent")
    papers.patient_reads_and_signs(stage)
    papers.therapist_counter_signs(stage)
    papers.paper_lies_in_the_chart(stage, patient)


def _is_booked_for_the_whole_course(stage: Stage, patient: Patient) -> None:
    planning.front_desk_finds_by_palette(stage, patient)
    planning.front_desk_books_all(stage, patient)
    planning.the_course_is_sound(patient)
    planning.reminders_stand_at_the_right_local_time(patient)


def _is_prepared(stage: Stage, patient: Patient) -> None:
    visit = visits.visit_of(patient, VisitKind.PREPARATION)
    visits.somebody_arrives(stage, visit)
    visits.therapist_begins(stage, visit)
    visits.therapist_writes_the_preparation(stage, patient)
    visits.therapist_finishes(stage, visit)


def _is_given_the_first_dose(stage: Stage, patient: Patient) -> None:
    visit = visits.visit_of(patient, VisitKind.DOSING)
    visits.somebody_arrives(stage, visit)
    dosing.gates_are_open(stage, visit)
    dosing.gaps_are_closed(stage, visit)
    dosing.prescriber_orders(stage, visit)
    dosing.two_people_check(stage, visit)
    dosing.nurse_gives(stage, visit)
    dosing.session_goes_on(stage, visit)
    dosing.patient_goes_home(stage, visit)


def _talks_about_it(stage: Stage, patient: Patient) -> None:
    visit = visits.visit_of(patient, VisitKind.INTEGRATION)
    visits.somebody_arrives(stage, visit)
    visits.therapist_begins(stage, visit)
    visits.therapist_finishes(stage, visit)
    afterwards.therapist_writes_the_note(stage, visit)
    papers.front_desk_sends_measures(stage, patient, "PHQ-9")
    afterwards.patient_answers_again_by_keyboard(stage)
    afterwards.chart_shows_dose_and_scores(stage, patient)


def _is_summed_up_and_reminded(stage: Stage, patient: Patient) -> None:
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
