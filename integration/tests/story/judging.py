"""Scene 2: a nurse measures, a prescriber reads the verdict and signs the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from integration.tests.story.arrival import press
from integration.tests.story.stage import Stage
from kap.accounts.enums import Role
from kap.demo.clinic import PASSWORD
from kap.patients.models import Patient
from screening.enums import Decision, Verdict
from screening.models import EligibilityDetermination, EligibilityEvaluation

if TYPE_CHECKING:
    from playwright.sync_api import Page

READINGS: Final = (("122", "78"), ("120", "76"))


def nurse_measures(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.NURSE)
    page.goto(f"{stage.root}/screening/")
    stage.look(page, "reviews")
    page.get_by_role("link", name=patient.full_name).first.click()
    page.get_by_role("heading", name="Screening review", level=1).wait_for()
    page.get_by_role("link", name="Vitals", exact=True).click()
    for number, (upper, lower) in enumerate(READINGS, start=1):
        page.locator(f"[name=systolic_{number}]").fill(upper)
        page.locator(f"[name=diastolic_{number}]").fill(lower)
    page.get_by_label("Pulse").fill("66")
    page.locator("[name=spo2]").fill("98")
    page.locator("[name=weight]").fill("64.5")
    page.get_by_label("Height").fill("168")
    stage.look(page, "readings")
    press(page, "Keep the readings")


def nurse_answers_what_only_clinicians_answer(stage: Stage) -> None:
    page = stage.at(Role.NURSE)
    for what, answer in (("Can consent", "Yes"), ("C-SSRS risk", "None")):
        page.get_by_role("link", name=f"Answer now: {what}").first.click()
        page.get_by_label(answer, exact=True).check()
        page.get_by_label("How you know").fill("Conversation today")
        stage.look(page, "settle-answer")
        press(page, "Keep this answer")
        assert page.get_by_role("link", name=f"Answer now: {what}").count() == 0
    stage.look(page, "review-nurse")


def prescriber_goes_through_the_medicines(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.PRESCRIBER)
    page.goto(f"{stage.root}/screening/patients/{patient.pk}/")
    page.get_by_role("link", name="Go through the medicines").first.click()
    card = page.locator("section", has=page.get_by_role("heading", name="Sertraline"))
    card.get_by_label("Before the dose", exact=True).select_option("continue")
    page.get_by_label("Your password, to sign").fill(PASSWORD)
    stage.look(page, "medicines")
    press(page, "Confirm the list")


def prescriber_decides(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.PRESCRIBER)
    page.goto(f"{stage.root}/screening/patients/{patient.pk}/")
    text = page.locator("main").inner_text()
    for word in ("15", "10", "122", "Sertraline"):
        assert word in text, f"the review does not show {word}"
    assert (
        EligibilityEvaluation.objects.latest("evaluated_at").verdict == Verdict.ELIGIBLE
    )
    stage.look(page, "review")
    open_side(page, "Decision")
    page.get_by_label("Eligible", exact=True).check()
    page.get_by_label("Reason for the record").fill("Nothing stands in the way.")
    page.locator("[name=password]").fill(PASSWORD)
    stage.look(page, "review-decision")
    press(page, "Sign the decision")
    signed = EligibilityDetermination.objects.get()
    assert signed.decision == Decision.ELIGIBLE
    assert signed.decided_by.name == "Dr Iris Mockwell"


def open_side(page: Page, name: str) -> None:
    """Below 1280 px the side panel is a drawer behind its button."""
    button = page.get_by_role("button", name=name, exact=True)
    if button.count() and button.first.is_visible():
        button.first.click()
