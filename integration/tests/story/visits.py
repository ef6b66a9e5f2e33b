"""Visits that are talks: checked in on the board, begun, finished; the first with its record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.tests.story.arrival import press
from integration.tests.story.papers import press_like
from integration.tests.story.stage import Stage
from kap.accounts.enums import Role
from kap.demo.clinic import PASSWORD
from kap.patients.models import Patient
from screening.models import PreparationRecord
from sessions.enums import EncounterStatus, VisitKind
from sessions.models import Appointment

if TYPE_CHECKING:
    from playwright.sync_api import Page

INTENTION = "To meet what I have been putting off."
PREPARED = {
    "stop_signal": "Raised left hand",
    "music": "Strings, quiet",
    "triggers": "None known",
    "grounding": "Feet on the floor",
    "support_person": "Pepper, 555 0102",
}


def visit_of(patient: Patient, kind: VisitKind, number: int = 1) -> Appointment:
    return Appointment.objects.get(patient=patient, kind=kind, number=number)


def somebody_arrives(stage: Stage, visit: Appointment) -> None:
    """Ten minutes early, checked in on the day board."""
    stage.later(visit.starts_at - timedelta(minutes=10))
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/")
    stage.look(page, f"board-{visit.kind}")
    press_like(page, f"Check in: {visit.patient.full_name}")
    page.get_by_text("Arrived.").first.wait_for()


def therapist_begins(stage: Stage, visit: Appointment) -> Page:
    stage.later(visit.starts_at)
    page = stage.at(Role.THERAPIST)
    page.goto(f"{stage.root}/sessions/{visit.pk}/")
    press(page, "Start the visit")
    stage.look(page, f"visit-{visit.kind}")
    return page


def therapist_finishes(stage: Stage, visit: Appointment) -> None:
    page = stage.at(Role.THERAPIST)
    page.goto(f"{stage.root}/sessions/{visit.pk}/")
    press(page, "Finish the visit")
    visit.refresh_from_db()
    assert visit.encounter.status == EncounterStatus.FINISHED


def therapist_writes_the_preparation(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.THERAPIST)
    episode = patient.episodes.get()
    page.goto(f"{stage.root}/screening/{episode.pk}/preparation/new/")
    page.get_by_label("IM injection").check()
    stage.look(page, "preparation-new")
    press(page, "Begin the record")
    page.get_by_label("Intention, in the patient's words").fill(INTENTION)
    for box in page.locator("#prep [type=checkbox]:visible").all():
        box.check()
    for name, words in PREPARED.items():
        page.locator(f"[name={name}]").fill(words)
    for name in ("lyrics", "eye_shades", "light", "warmth"):
        page.locator(f"[name={name}]").first.check()
    for risk in ("strange", "pressure", "driving"):
        page.locator(f"[name=risk_{risk}_back][value=yes]").check()
        page.locator(f"[name=risk_{risk}_words]").fill("In my own words")
    press(page, "Keep as a draft")
    page.locator("[name=password]").fill(PASSWORD)
    stage.look(page, "preparation-draft")
    press(page, "Sign and lock")
    stage.look(page, "preparation-signed")
    assert PreparationRecord.objects.get().signed_at is not None
