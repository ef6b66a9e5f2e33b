from __future__ import annotations

import pytest

from kap.accounts.tests.factories import PrescriberFactory
from kap.core import clock
from kap.patients.tests.factories import EpisodeFactory
from screening import services
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.queries.consents import parts_of
from screening.tests.consent_room import (
    clinician_signs,
    in_force,
    patient_signs,
    proposed,
    read_whole,
)
from screening.tests.factories import publish_edition
from screening.tests.test_browser_screening import (  # noqa: F401 -- home is a fixture
    DESK,
    enter,
    home,
    look,
    sign_in,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


def tab_to(page, words, most=40):
    """The Tab key alone, until what is focused says these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(() => { const e = document.activeElement;"
            " return [e.innerText, e.getAttribute('aria-label'),"
            " ...[...(e.labels || [])].map((l) => l.innerText)].join(' ') })()"
        )
        if words in said:
            return
    raise AssertionError(f"Tab never reached {words!r}.")


def press_on(page, words):
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_read_and_signed_with_the_keyboard_alone(page, home, axe):  # noqa: F811
    consent = proposed(EpisodeFactory.create(), clock.now())
    parts = {part.id: part.number for part in parts_of(consent, None)}
    enter(page, home, "consent", consent)
    look(page, home, axe, "/p/read/", "consent-read")
    press_on(page, "Begin reading")
    look(page, home, axe, page.url.removeprefix(home.url), "consent-part")
    press_on(page, "I have read this")
    assert page.url.endswith("/p/read/2/")
    look(page, home, axe, f"/p/read/{parts['off-label']}/", "consent-initials")
    types_initials(page, axe)
    look(page, home, axe, f"/p/read/{parts['medicines']}/", "consent-tick")
    tab_to(page, "I have read and understood this part.")
    page.keyboard.press("Space")
    press_on(page, "I have read this")
    read_the_rest(consent)
    look(page, home, axe, f"/p/read/{parts['understood']}/", "consent-questions")
    answers_questions(page, axe)
    look(page, home, axe, "/p/read/sign/", "consent-sign")
    signs(page)
    axe(page)
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.PARTIAL
    assert consent.consent_signatures.get().signature.drawing_svg == ""


def types_initials(page, axe):
    """Wrong ones first: the sentence is announced and says what to type."""
    tab_to(page, "Your initials")
    page.keyboard.type("XY")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "such as JT" in page.locator("[role=alert]").first.inner_text()
    axe(page)
    tab_to(page, "Your initials")
    page.keyboard.press("Control+a")
    page.keyboard.type("j.t.")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def read_the_rest(consent):
    for part in parts_of(consent, None):
        given = {"initials": "JT", "checkbox": "ticked"}.get(part.ack, "")
        services.acknowledge_section(
            consent_id=consent.pk, section_id=part.id, given=given
        )


def answers_questions(page, axe):
    """One is wrong: the part is shown again, and nothing is blocked."""
    for answer in (
        "No. That use is legal",
        "The next day, after",
        "I wait for my next visit",
    ):
        page.get_by_label(answer).focus()
        page.keyboard.press("Space")
    press_on(page, "I have read this")
    assert "Please read this once more: In an emergency" in page.content()
    axe(page)
    press_on(page, "My clinician will talk about it with me")


def signs(page):
    tab_to(page, "I have read all parts")
    page.keyboard.press("Space")
    tab_to(page, "Your full name")
    page.keyboard.type("Juniper Testwell")
    tab_to(page, "Clear")  # through the drawing, which is no trap
    press_on(page, "Sign consent")
    assert page.get_by_role("heading", name="You have signed").is_visible()


def test_pages_around_a_signature(page, home, axe):  # noqa: F811
    now = clock.now()
    episode = EpisodeFactory.create()
    touch = in_force(episode, now, kind="touch")
    enter(page, home, "consent", touch)
    look(page, home, axe, "/p/read/done/", "consent-done")
    look(page, home, axe, "/p/read/withdraw/", "consent-withdraw")
    other = in_force(episode, now)
    publish_edition(number=2, risks="New words.")
    newer = proposed(episode, now)
    enter(page, home, "consent", newer)
    look(page, home, axe, "/p/read/", "consent-new")
    look(page, home, axe, "/p/read/3/question/", "consent-question")
    escort = proposed(episode, now, kind="escort_agreement")
    read_whole(escort, now)
    enter(page, home, "sign-escort", escort)
    look(page, home, axe, "/p/sign/", "consent-beside")
    page.context.clear_cookies()
    look(page, home, axe, "/verify/", "verify")
    page.set_viewport_size(DESK)
    sign_in(page, PrescriberFactory.create().user)
    for path in (
        f"/screening/consents/{touch.pk}/",
        f"/screening/consents/{newer.pk}/",
        f"/screening/consents/{other.pk}/",
        f"/screening/{episode.pk}/consents/",
        "/screening/consents/",
        "/screening/consents/?why=age",
    ):
        look(page, home, axe, path, "consent-staff")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, home, axe, "/screening/consents/", "renewals-390")
    look(page, home, axe, f"/screening/consents/{newer.pk}/", "consent-390")
    read_whole(newer, now)
    patient_signs(newer, now)
    look(page, home, axe, f"/screening/consents/{newer.pk}/", "consent-attest")
    clinician_signs(newer, now)
    assert Consent.objects.get(pk=other.pk).status == ConsentStatus.INACTIVE
