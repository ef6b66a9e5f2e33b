"""In a browser: the crisis page, "please call me", an alert worked through, a plan, preparing."""

from __future__ import annotations

import pytest

from kap.accounts.tests.factories import PrescriberFactory
from kap.patients.enums import EpisodeStatus, Phase
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening.models import PreparationRecord, SafetyPlan
from screening.queries import item9_open
from screening.tests.factories import ResponseFactory
from screening.tests.test_browser_screening import enter, home, look, shot, sign_in

__all__ = ["home"]
pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.slow,
]
PHONE, TABLET = {"width": 390, "height": 844}, {"width": 1180, "height": 820}


@pytest.fixture
def episode(transactional_db):
    return EpisodeFactory.create(
        status=EpisodeStatus.ACTIVE,
        phase=Phase.PREPARATION,
        prescriber=PrescriberFactory.create().user,
    )


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def done(page, step):
    page.locator(".k-do button", has_text=step).click()


def test_from_an_answer_to_a_closed_alert(page, home, axe, episode):
    enter(page, home, "measures", ResponseFactory.create(episode=episode))
    page.goto(f"{home.url}/p/form/9/")
    page.get_by_label("Several days").check()
    press(page, "Next")
    page.get_by_role("heading", name="Are you safe right now?").wait_for()
    shot(page, "crisis")
    axe(page)
    page.get_by_role("button", name="Get help").click()
    page.get_by_role("link", name="I need help").click()
    page.get_by_role("button", name="Please call me").wait_for()
    shot(page, "call-me")
    axe(page)
    press(page, "Please call me")
    page.get_by_role("heading", name="Somebody will call you today").wait_for()
    assert WorkItem.objects.filter(kind="si-review").count() == 2
    close_both(page, home, axe, episode)
    assert not item9_open(episode.patient_id)


def close_both(page, home, axe, episode):
    sign_in(page, episode.prescriber)
    page.set_viewport_size(TABLET)
    look(page, home, axe, f"/patients/{episode.patient_id}/", "chart-alarm")
    page.get_by_role("link", name="Open the alert").click()
    press(page, "I have it")
    done(page, "Talk with the patient")
    page.get_by_text("It was asked on paper").click()
    page.get_by_label("Low", exact=True).check()
    press(page, "Write the result")
    shot(page, "alert")
    axe(page)
    done(page, "Offer a safety plan")
    page.locator("textarea[name=note]").fill("Calm. Sister is there tonight.")
    press(page, "Close these 2 alerts")
    page.get_by_text("Closed, with your note.").wait_for()


def test_a_plan_is_written_and_read(page, home, axe, episode):
    sign_in(page, episode.prescriber)
    page.set_viewport_size(TABLET)
    look(
        page,
        home,
        axe,
        f"/screening/patients/{episode.patient_id}/safety-plan/",
        "plan-new",
    )
    for box in page.locator("main textarea").all():
        box.fill("A word")
    press(page, "Keep version 1")
    page.get_by_role("heading", name="What the plan says").wait_for()
    shot(page, "plan")
    axe(page)
    enter(page, home, "safety-plan", SafetyPlan.objects.get())
    look(page, home, axe, "/p/plan/", "plan-patient")


def test_a_preparation_is_saved_as_it_is_written(page, home, axe, episode):
    sign_in(page, episode.prescriber)
    page.set_viewport_size(TABLET)
    page.goto(f"{home.url}/screening/{episode.pk}/preparation/new/")
    page.get_by_label("IM injection").check()
    press(page, "Begin the record")
    page.get_by_label("Intention, in the patient's words").fill("To rest.")
    page.locator("[name=stop_signal]").press_sequentially("Hand")
    page.locator("#prep-status", has_text="sections · saved 2").or_(
        page.locator("#prep-status", has_text="· saved 1")
    ).or_(page.locator("#prep-status", has_text="· saved 0")).wait_for()
    page.wait_for_timeout(1500)
    record = PreparationRecord.objects.get()
    assert (record.intention, record.stop_signal) == ("To rest.", "Hand")
    assert page.locator(".k-prep-im").is_visible()
    assert not page.locator(".k-prep-iv").is_visible()
    shot(page, "preparation")
    axe(page)
    page.locator("[name=password]").fill("five quiet herons")
    press(page, "Sign and lock")
    page.get_by_text("Not there yet:").wait_for()
    axe(page)
    page.set_viewport_size(PHONE)
    page.reload()
    shot(page, "preparation-phone")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
