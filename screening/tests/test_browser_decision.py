"""Browser story: an exclusion is set aside by two people, then a rule is edited and signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.clinic.models import PolicyEdition
from kap.core import clock
from kap.patients.enums import Phase
from kap.patients.tests.factories import EpisodeFactory
from screening import services
from screening.queries import eligibility_state
from screening.tests.factories import answered
from screening.tests.test_browser_screening import look, sign_in
from screening.tests.test_decision_stands import _measure

DESK = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 844}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(live_server):
    """The server under the name that the cookies are for."""
    live_server.url  # noqa: B018
    return type("Home", (), {"url": live_server.url.replace("127.0.0.1", "localhost")})


def open_panel(page, name):
    button = page.get_by_role("button", name=name, exact=True)
    if button.is_visible():
        button.click()


def test_an_exclusion_set_aside_and_a_rule_edited(home, page, axe):
    now = clock.now()
    episode = EpisodeFactory.create(phase=Phase.SCREENING)
    _measure(episode, now - timedelta(hours=1))
    answered(episode, psychosis_history=True, ketamine_reaction="distressing")
    services.evaluate_eligibility(
        episode=episode, cause="review", by=None, now=clock.now()
    )
    _prescriber_signs(home, page, axe, episode)
    page.context.clear_cookies()
    sign_in(page, UserFactory.create(medical_director=True))
    page.set_viewport_size(PHONE)
    _director_signs(home, page, axe, episode)
    _director_edits(home, page, axe)


def _prescriber_signs(home, page, axe, episode):
    sign_in(page, PrescriberFactory.create().user)
    page.set_viewport_size(DESK)
    look(page, home, axe, f"/screening/{episode.pk}/", "decision-1180")
    page.get_by_label("Accepted", exact=True).check()
    page.get_by_placeholder("Reason for the record").fill("Mild, with a sitter.")
    open_panel(page, "Decision")
    page.get_by_label("Eligible", exact=True).check()
    page.locator("textarea[name=reason]").fill("Ten years well.")
    until = (clock.now() + timedelta(days=30)).date().isoformat()
    page.get_by_label("Set the exclusion aside until").fill(until)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the decision").click()
    page.get_by_text("You signed this as the prescriber").wait_for(state="attached")


def _director_signs(home, page, axe, episode):
    look(page, home, axe, f"/screening/{episode.pk}/", "override-390")
    open_panel(page, "Decision")
    page.get_by_label("I agree to set it aside").check()
    page.get_by_label("Your reason for the record").fill("I saw the patient too.")
    page.locator("[name=second-password]").fill(PASSWORD)
    axe(page)
    page.get_by_role("button", name="Sign as medical director").click()
    page.get_by_text("Open step:").first.wait_for(state="attached")
    assert eligibility_state(episode.pk, now=clock.now()).is_overridden


def _director_edits(home, page, axe):
    look(page, home, axe, "/screening/rules/", "rules-390")
    page.get_by_role("button", name="Make a draft").click()
    page.get_by_role("link", name="Age 65 or over").first.wait_for()
    draft = page.url
    look(page, home, axe, draft.removeprefix(home.url), "draft-390")
    page.set_viewport_size(DESK)
    page.goto(f"{draft}rule/E-AGE-02/")
    axe(page)
    page.get_by_label("Age: at least").fill("70")
    page.get_by_role("button", name="Keep in the draft").click()
    page.get_by_text("70 years").first.wait_for()
    page.get_by_role("link", name="Whom it would affect").click()
    page.get_by_role("heading", name="Whom the draft would affect").wait_for()
    axe(page)
    page.goto(draft)
    open_panel(page, "Sign")
    page.get_by_label("Reason for the new edition").fill("Board of November")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the edition").click()
    page.get_by_text("65 years").first.wait_for()
    axe(page)
    assert PolicyEdition.objects.filter(reason="Board of November").exists()
