"""Scenes 6 and 7: the talk after the dose, scores again, the summary, reminders once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from integration.models import IntegrationNote
from integration.tests.story.arrival import (
    FAMILY,
    GIVEN,
    link_in_letter,
    opens,
    press,
    tab_to,
)
from integration.tests.story.papers import press_like, text_of
from integration.tests.story.stage import Stage
from kap.accounts.enums import Role
from kap.core import clock, dispatch
from kap.core.outbox import OutboxStatus
from kap.demo.clinic import PASSWORD
from kap.documents.models import DocumentReference
from kap.notifications.models import Communication, DemoMessage
from kap.patients.models import Patient
from screening.instruments import load
from screening.queries import latest_score
from sessions.models import Appointment

if TYPE_CHECKING:
    from playwright.sync_api import Page

BETTER: Final = (1, 1, 1, 1, 1, 1, 1, 0, 0)
"""PHQ-9 after the first dose: total 7."""


def therapist_writes_the_note(stage: Stage, visit: Appointment) -> None:
    page = stage.at(Role.THERAPIST)
    page.goto(f"{stage.root}/patients/{visit.patient_id}/")
    press(page, "Write note")
    page.get_by_label("Length").fill("50")
    page.get_by_label("Themes").fill("Putting off, warmth")
    page.get_by_label("Brought today").fill("A sense of room around old worries.")
    page.get_by_label("What was done").fill("Listened, named what had changed.")
    page.get_by_label("Risk").fill("Asked about thoughts of death: none.")
    page.get_by_label("Until next time").fill("Call my sister")
    page.get_by_label("Plan").fill("Go on as planned.")
    stage.look(page, "note-draft")
    press_like(page, "Save and sign")
    page.locator("[name=password]").fill(PASSWORD)
    stage.look(page, "note-sign")
    press(page, "Sign and lock")
    page.get_by_text("Signed by Nora Exemplar").wait_for()
    stage.look(page, "note-signed")
    assert IntegrationNote.objects.get().signed_at is not None


def patient_answers_again_by_keyboard(stage: Stage) -> None:
    """PHQ-9 by link, without touching the screen."""
    phone = opens(stage, link_in_letter(stage, "measures-due"))
    stage.look(phone, "phone-form-start")
    tab_to(phone, "Begin")
    _goes_by_key(phone)
    total = len(load("phq-9").items)
    for place in range(total):
        _answers_by_key(phone, BETTER[place] if place < len(BETTER) else 1)
        tab_to(phone, "Send my answers" if place + 1 == total else "Next")
        _goes_by_key(phone)
    phone.wait_for_url("**/p/form/done/")
    stage.look(phone, "phone-form-done")


def _goes_by_key(phone: Page) -> None:
    with phone.expect_navigation():
        phone.keyboard.press("Enter")


def _answers_by_key(phone: Page, value: int) -> None:
    """Tab to the answers, choose with the space bar and the arrows."""
    for _ in range(40):
        if phone.evaluate("document.activeElement.name") == "answer":
            break
        phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    for _ in range(value):
        phone.keyboard.press("ArrowDown")
    chosen = phone.locator("input[name=answer]:checked").get_attribute("value")
    assert chosen == str(value)


def chart_shows_dose_and_scores(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.THERAPIST)
    page.goto(f"{stage.root}/patients/{patient.pk}/")
    main = page.locator("main").inner_text()
    for words in ("32.5", "Integration", "PHQ-9"):
        assert words in main, f"the chart does not show {words}"
    stage.look(page, "chart-course")
    page.goto(f"{stage.root}/screening/patients/{patient.pk}/measures/")
    sentence = page.locator(".k-pagehead-sub").inner_text()
    assert "15" in sentence
    assert "7" in sentence
    stage.look(page, "measures")
    newest = latest_score(patient.pk, "44261-6")
    assert newest is not None
    assert newest.total == sum(BETTER)


def summary_is_made(stage: Stage, patient: Patient) -> None:
    """By the worker, with the chart in it."""
    page = stage.at(Role.THERAPIST)
    page.goto(f"{stage.root}/integration/summary/{patient.episodes.get().pk}/")
    stage.look(page, "summary")
    press(page, "Make the PDF")
    papers = DocumentReference.objects.filter(kind="treatment-summary")
    stage.wait_until(papers.exists, "The treatment summary")
    page.get_by_role("link", name="Download").first.wait_for()
    stage.look(page, "summary-made")
    answer = page.request.get(f"{stage.root}/documents/{papers.get().pk}/")
    text = text_of(answer.body())
    for words in (
        f"{GIVEN} {FAMILY}",
        "15 → 7",
        "32.5",
        "Nausea",
        "Course of symptoms",
        "Call my sister",
    ):
        assert words.lower() in text.lower(), f"the summary does not say {words}"


def a_reminder_goes_out_once(stage: Stage, visit: Appointment) -> None:
    """The day before: at its time and not earlier, once, however often one looks."""
    letter = Communication.objects.get(
        key=f"appointment:{visit.pk}:v{visit.version}:visit-24h:email"
    )
    zone = visit.site.zone
    day_before = visit.starts_at.astimezone(zone) - timedelta(days=1)
    assert letter.due_at.astimezone(zone) == day_before
    stage.later(letter.due_at - timedelta(minutes=1))
    dispatch.dispatch(now=clock.now())
    letter.refresh_from_db()
    assert letter.status == OutboxStatus.PREPARATION
    stage.later(letter.due_at + timedelta(seconds=5))
    sent = DemoMessage.objects.filter(communication=letter)
    stage.wait_until(sent.exists, "The letter of the day before")
    for _ in range(2):
        dispatch.dispatch(now=clock.now())
    letter.refresh_from_db()
    assert letter.status == OutboxStatus.COMPLETED
    assert sent.count() == 1


def front_desk_reads_the_outbox(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/messages/")
    stage.look(page, "outbox")
    page.goto(f"{stage.root}/patients/{patient.pk}/messages/")
    stage.look(page, "messages-of-patient")


def nothing_was_sent_twice() -> None:
    """One letter for each message of the outbox, whatever dispatched it."""
    letters = DemoMessage.objects.values_list("communication_id", flat=True)
    sent = Communication.objects.filter(status=OutboxStatus.COMPLETED)
    assert sorted(letters) == sorted(sent.values_list("pk", flat=True))
