"""In a browser: a prescriber goes through the medicines of a patient and signs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory
from kap.patients.tests.factories import EpisodeFactory
from screening import services
from screening.enums import ResponseMode
from screening.models import HoldPlan, MedicationReconciliation
from screening.tests.test_browser_screening import home, shot, sign_in

__all__ = ["home"]
pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.slow,
]
PHONE, TABLET = {"width": 390, "height": 844}, {"width": 1180, "height": 820}


def test_a_hold_is_planned_and_signed(page, home, axe, transactional_db):
    prescriber = PrescriberFactory.create().user
    episode = EpisodeFactory.create(prescriber=prescriber)
    services.record_medications(
        patient=episode.patient,
        names_and_doses=[("Xanax", "0.5 mg at night"), ("lisinoprl", "10 mg")],
        mode=ResponseMode.LINK,
        by=None,
        now=datetime.now(UTC),
    )
    sign_in(page, prescriber)
    address = f"{home.url}/screening/{episode.pk}/medicines/review/"
    for size in (PHONE, TABLET):
        page.set_viewport_size(size)
        page.goto(address)
        assert page.evaluate("document.body.scrollWidth") <= size["width"]
        axe(page)
    shot(page, "medicines")

    xanax = page.locator("section", has=page.get_by_role("heading", name="Xanax"))
    assert xanax.get_by_text("Must not be stopped abruptly").is_visible()
    xanax.get_by_label("Before the dose", exact=True).select_option("hold")
    other = page.locator("section", has=page.get_by_role("heading", name="lisinoprl"))
    other.get_by_label("What it is").select_option("name:lisinopril")
    other.get_by_label("Before the dose", exact=True).select_option("continue")
    page.get_by_role("button", name="Confirm the list").click()
    page.get_by_text("When does it go on? Write it for the patient.").last.wait_for()
    axe(page)

    xanax.get_by_label("If held: before the dose").fill("24")
    xanax.get_by_label("If held or tapered").fill("the night after")
    xanax.get_by_label("Reason of the decision").fill("Low dose, safe for one night.")
    page.get_by_label("Your password, to sign").fill(PASSWORD)
    page.get_by_role("button", name="Confirm the list").click()
    page.get_by_text("Confirmed. The rules run again.").wait_for()

    made = MedicationReconciliation.objects.get()
    assert (made.max_severity, made.signed_by) == (3, prescriber)
    assert HoldPlan.objects.filter(choice="hold", signed_by=prescriber).count() == 1
